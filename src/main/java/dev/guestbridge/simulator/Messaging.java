package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;

/** Judges messaging: opened with a guest's header, written to by participant, refused by a 401 of many causes. */
final class Messaging {

    static final String NAME = "messaging";

    private static final String CONVERSATIONS = "/api/v2/conversations/messaging";

    private Messaging() {}

    static List<Route> routes() {
        return List.of(
                Route.post(
                        CONVERSATIONS,
                        NAME,
                        call -> Json.text(call.peek().path("externalContact"), "id"),
                        Messaging::open),
                Route.post(CONVERSATIONS + "/*/messages", NAME, Messaging::guest, Messaging::send));
    }

    private static String guest(Call call) {
        Conversation conversation =
                call.organisation() == null ? null : call.organisation().conversation(call.blank(0));
        return conversation == null ? null : conversation.externalId();
    }

    private static Answer open(Call call) throws GenesysError {
        if (!Scopes.missing(call, Scopes.OPENING).isEmpty()) {
            throw GenesysError.unauthorized();
        }
        List<String> guestIds = call.headers().getAll("X-Guest-Id");
        if (guestIds.size() != 1 || guestIds.get(0).isBlank()) {
            throw GenesysError.unauthorized();
        }
        if (!guestIds.get(0).chars().allMatch(c -> c > ' ' && c < 127)) {
            throw GenesysError.badRequest("X-Guest-Id must be visible ASCII.");
        }
        JsonNode body = call.json();
        String contact = Json.text(body.path("externalContact"), "id");
        if (contact == null) {
            throw GenesysError.badRequest("externalContact.id must be a text.");
        }
        Organisation organisation = call.organisation();
        String queue = Json.text(body.path("to"), "id");
        if (queue == null || !organisation.settings().takes(NAME, queue)) {
            throw GenesysError.badRequest("to.id is not a queue.");
        }
        IntegrationSettings integration = organisation.settings().integrationOf(NAME);
        Conversation conversation = organisation.open(
                UUID.randomUUID().toString(),
                integration == null ? null : integration.id(),
                contact,
                null,
                call.atMs());
        call.notes().conversationId = conversation.id();
        return Answer.json(
                201, Json.object().put("id", conversation.id()).put("participantId", conversation.participantId()));
    }

    private static Answer send(Call call) throws GenesysError {
        call.notes().conversationId = call.blank(0);
        if (!Scopes.missing(call, Scopes.SENDING).isEmpty()) {
            throw call.token().scopes().contains("messaging:send")
                    ? GenesysError.missingPermissions(Scopes.missing(call, Scopes.SENDING))
                    : GenesysError.unauthorized();
        }
        JsonNode body = call.json();
        Organisation organisation = call.organisation();
        Conversation conversation = organisation.conversation(call.blank(0));
        JsonNode to = body.path("to");
        if (conversation == null || !conversation.participantId().equals(Json.text(to, "id"))) {
            throw GenesysError.unauthorized();
        }
        if (conversation.isClosed()) {
            throw GenesysError.closed(organisation.settings().closedStatus());
        }
        if (to.hasNonNull("externalId")) {
            throw GenesysError.badRequest("to.externalId must be null.");
        }
        if (!"text".equals(Json.text(body, "type"))) {
            throw GenesysError.badRequest("type must be text.");
        }
        String text = Json.text(body, "text");
        if (text == null) {
            throw GenesysError.badRequest("text must be a text that is not empty.");
        }
        String id = UUID.randomUUID().toString();
        call.heard(conversation, id, text);
        return Answer.json(200, Json.object().put("id", id).put("conversationId", conversation.id()));
    }
}
