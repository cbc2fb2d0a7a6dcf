package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;

/** Judges guest-conversations: opened by the organisation, written to with the guest's own token. */
final class GuestConversations {

    static final String NAME = "guest-conversations";

    private static final String CONVERSATIONS = "/api/v2/conversations/messaging/guest/conversations";

    private final Tokens tokens;

    GuestConversations(Tokens tokens) {
        this.tokens = tokens;
    }

    List<Route> routes() {
        return List.of(
                Route.post(CONVERSATIONS, NAME, call -> Json.text(call.peek(), "externalId"), this::open),
                Route.post(CONVERSATIONS + "/*/messages", NAME, GuestConversations::guest, GuestConversations::send)
                        .forGuests());
    }

    private static String guest(Call call) {
        Token token = call.token();
        return token == null || token.guestOf() == null ? null : token.guestOf().externalId();
    }

    private Answer open(Call call) throws GenesysError {
        Scopes.demand(call, NAME);
        JsonNode body = call.json();
        if (body.has("id")) {
            throw GenesysError.bare(500);
        }
        String externalId = Json.text(body, "externalId");
        if (externalId == null) {
            throw GenesysError.badRequest("externalId must be a text.");
        }
        for (String field : List.of("name", "email")) {
            if (body.has(field) && !body.get(field).isTextual()) {
                throw GenesysError.badRequest(field + " must be a text.");
            }
        }
        Organisation organisation = call.organisation();
        IntegrationSettings integration = organisation.settings().integrationOf(NAME);
        Conversation conversation = organisation.open(
                UUID.randomUUID().toString(),
                integration == null ? null : integration.id(),
                externalId,
                null,
                call.atMs());
        Token token = tokens.issueGuest(conversation, organisation, call.atMs());
        call.notes().conversationId = conversation.id();
        return Answer.json(
                201,
                Json.object()
                        .put("id", conversation.id())
                        .put("guestId", conversation.guestId())
                        .put("guestToken", token.value())
                        .put("expiresIn", organisation.settings().guestTokenLifetimeSeconds()));
    }

    private static Answer send(Call call) throws GenesysError {
        JsonNode body = call.json();
        OrganisationSettings settings = call.organisation().settings();
        call.notes().conversationId = call.blank(0);
        Conversation conversation = call.organisation().conversation(call.blank(0));
        if (conversation == null) {
            throw GenesysError.notFound();
        }
        if (conversation != call.token().guestOf()) {
            throw GenesysError.ofStatus(403, 0);
        }
        String to = Json.text(body.path("to"), "id");
        if (body.has("id") || to == null || call.atMs() < conversation.openedAtMs() + settings.propagationMs()) {
            throw GenesysError.bare(500);
        }
        if (conversation.isClosed()) {
            throw GenesysError.closed(settings.closedStatus());
        }
        if (!settings.takes(NAME, to)) {
            throw GenesysError.badRequest("to.id is neither a queue nor a user.");
        }
        if (!conversation.guestId().equals(Json.text(body.path("from"), "id"))) {
            throw GenesysError.badRequest("from.id is not the guest of this conversation.");
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
