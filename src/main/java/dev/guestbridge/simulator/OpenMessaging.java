package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.UUID;

/** Judges open-messaging, the live platform's documented way in: messages, typing, receipts, structured responses; and tells of its integrations. */
final class OpenMessaging {

    static final String NAME = "open-messaging";

    private static final String INBOUND = "/api/v2/conversations/messages/*/inbound/open";
    private static final String PREFETCH = "prefetchConversationId";

    private OpenMessaging() {}

    static List<Route> routes() {
        return List.of(
                new Route(
                        "GET",
                        Route.split("/api/v2/conversations/messaging/integrations/open/*"),
                        Route.Bearer.ORGANISATION,
                        List.of(),
                        null,
                        call -> null,
                        OpenMessaging::tell),
                Route.post(INBOUND + "/message", NAME, OpenMessaging::sender, OpenMessaging::message)
                        .withQuery(PREFETCH),
                Route.post(INBOUND + "/event", NAME, OpenMessaging::sender, OpenMessaging::event),
                Route.post(
                        INBOUND + "/receipt",
                        NAME,
                        call -> Json.text(call.peek().path("channel").path("to"), "id"),
                        OpenMessaging::receipt),
                Route.post(INBOUND + "/structured/response", NAME, OpenMessaging::sender, OpenMessaging::response));
    }

    private static String sender(Call call) {
        return Json.text(call.peek().path("channel").path("from"), "id");
    }

    private static Answer message(Call call) throws GenesysError {
        String integration = integration(call);
        JsonNode body = call.json();
        OpenMessagingForm.message(body);
        boolean prefetch = prefetch(call.query());
        ObjectNode answer = answer("Text", integration, body);
        ((ObjectNode) answer.get("channel"))
                .set("messageId", body.get("channel").get("messageId"));
        for (String field : List.of("text", "content", "metadata")) {
            if (body.has(field)) {
                answer.set(field, body.get(field));
            }
        }
        take(call, integration, body, said(body), answer);
        if (prefetch) {
            answer.put("conversationId", call.notes().conversationId);
        }
        return Answer.json(200, answer);
    }

    private static Answer response(Call call) throws GenesysError {
        String integration = integration(call);
        JsonNode body = call.json();
        OpenMessagingForm.response(body);
        ObjectNode answer = answer("Structured", integration, body);
        ((ObjectNode) answer.get("channel"))
                .set("messageId", body.get("channel").get("messageId"));
        answer.set("buttonResponse", body.get("buttonResponse"));
        answer.set("originatingMessageId", body.get("originatingMessageId"));
        take(call, integration, body, body.get("buttonResponse").get("text").textValue(), answer);
        return Answer.json(200, answer);
    }

    private static Answer event(Call call) throws GenesysError {
        String integration = integration(call);
        OpenMessagingForm.event(call.json());
        ObjectNode answer = answer("Event", integration, call.json());
        answer.set("events", call.json().get("events"));
        return Answer.json(200, answer);
    }

    private static Answer receipt(Call call) throws GenesysError {
        String integration = integration(call);
        JsonNode body = call.json();
        OpenMessagingForm.receipt(body);
        call.notes().messageId = body.get("id").textValue();
        ObjectNode answer = answer("Receipt", integration, body);
        answer.put("direction", "Outbound");
        for (String field : List.of("id", "status", "reasons", "isFinalReceipt")) {
            if (body.has(field)) {
                answer.set(field, body.get(field));
            }
        }
        return Answer.json(200, answer);
    }

    private static Answer tell(Call call) throws GenesysError {
        if (call.token().scopes().stream().noneMatch(List.of("messaging", "messaging:readonly")::contains)) {
            throw GenesysError.missingPermissions(List.of("messaging:integration:view"));
        }
        String id = known(call);
        return Answer.json(
                200,
                Json.object()
                        .put("id", id)
                        .put("name", id)
                        .put(
                                "outboundNotificationWebhookUrl",
                                call.organisation().settings().webhookUrl())
                        .put("status", "active")
                        .put("createStatus", "Completed"));
    }

    private static String integration(Call call) throws GenesysError {
        Scopes.demand(call, NAME);
        return known(call);
    }

    private static String known(Call call) throws GenesysError {
        String id = call.blank(0);
        if (call.organisation().settings().integrations().stream()
                .noneMatch(known -> known.dialect().equals(NAME) && known.id().equals(id))) {
            throw GenesysError.notFound();
        }
        return id;
    }

    /** Takes a message once, or again; a repeat is one of the same messageId and time. */
    private static void take(Call call, String integration, JsonNode body, String said, ObjectNode answer) {
        Organisation organisation = call.organisation();
        JsonNode channel = body.get("channel");
        String messageId = Json.text(channel, "messageId");
        call.notes().messageId = messageId;
        String key = integration + '\n' + messageId + '\n' + channel.get("time").textValue();
        Organisation.Taken before = messageId == null ? null : organisation.taken(key);
        call.notes().repeat = before != null;
        if (before != null && organisation.settings().idempotency().equals("recognise")) {
            call.notes().conversationId = before.conversation().id();
            call.notes().genesysId = before.genesysId();
            call.notes().text = said;
            answer.put("id", before.genesysId());
            return;
        }
        Conversation conversation = organisation.current(integration, sender(call), call.atMs());
        String id = answer.get("id").textValue();
        if (messageId != null) {
            organisation.take(key, new Organisation.Taken(id, conversation));
        }
        call.heard(conversation, id, said);
    }

    private static ObjectNode answer(String type, String integration, JsonNode body) {
        ObjectNode answer = Json.object().put("id", UUID.randomUUID().toString());
        ObjectNode channel = answer.putObject("channel")
                .put("id", integration)
                .put("platform", "Open")
                .put("type", "Private");
        for (String field : List.of("to", "from", "time", "metadata")) {
            if (body.get("channel").has(field)) {
                channel.set(field, body.get("channel").get(field));
            }
        }
        if (!channel.has("to")) {
            channel.putObject("to").put("id", integration);
        }
        return answer.put("type", type);
    }

    /** The text, or for a message without one its attachment's name or address. */
    private static String said(JsonNode body) {
        JsonNode attachment = body.path("content").path(0).path("attachment");
        String text = Json.text(body, "text");
        String name = Json.text(attachment, "filename");
        return text != null ? text : name != null ? name : Json.text(attachment, "url");
    }

    private static boolean prefetch(String query) throws GenesysError {
        if (query == null || query.equals(PREFETCH + "=false")) {
            return false;
        }
        if (query.equals(PREFETCH + "=true")) {
            return true;
        }
        throw GenesysError.invalidValue(PREFETCH + " must be true or false");
    }
}
