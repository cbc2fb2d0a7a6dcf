package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;
import java.util.regex.Pattern;

/** Judges conversation-messages: a message put into a conversation that exists. */
final class ConversationMessages {

    static final String NAME = "conversation-messages";

    private static final Pattern PLACEHOLDER = Pattern.compile("[<>{}\\[\\]]|^participant", Pattern.CASE_INSENSITIVE);

    private ConversationMessages() {}

    static List<Route> routes() {
        return List.of(Route.post(
                "/api/v2/conversations/messages",
                NAME,
                call -> Json.text(call.peek().path("from"), "address"),
                ConversationMessages::send));
    }

    private static Answer send(Call call) throws GenesysError {
        Scopes.demand(call, NAME);
        JsonNode body = call.json();
        JsonNode to = body.path("to");
        JsonNode from = body.path("from");
        String conversationId = Json.text(to, "id");
        String address = Json.text(from, "address");
        String text = Json.text(body, "text");
        call.notes().conversationId = conversationId;
        if (conversationId == null
                || !conversationId.equals(Json.text(to, "conversationId"))
                || !"conversation".equals(Json.text(to, "type"))
                || Json.text(from, "name") == null
                || address == null
                || !"user".equals(Json.text(from, "type"))
                || !"text".equals(Json.text(body, "type"))
                || text == null) {
            throw refusal();
        }
        Conversation conversation = conversation(call, conversationId, address);
        String id = UUID.randomUUID().toString();
        call.heard(conversation, id, text);
        return Answer.json(200, Json.object().put("id", id).put("conversationId", conversationId));
    }

    private static Conversation conversation(Call call, String id, String address) throws GenesysError {
        Organisation organisation = call.organisation();
        OrganisationSettings settings = organisation.settings();
        Conversation known = organisation.conversation(id);
        if (known == null) {
            if (PLACEHOLDER.matcher(id).find()
                    || organisation.hasParticipant(id)
                    || settings.unknownConversations().equals("refuse")) {
                throw refusal();
            }
            IntegrationSettings integration = settings.integrationOf(NAME);
            return organisation.open(id, integration == null ? null : integration.id(), address, null, call.atMs());
        }
        if (known.isClosed()) {
            throw refusal();
        }
        return known;
    }

    private static GenesysError refusal() {
        return GenesysError.reported(
                400,
                Json.object()
                        .put("code", "invalid_payload")
                        .put(
                                "message",
                                "Message payload is invalid. 'to' field requires a valid participant ID or address"
                                        + " object with type 'webchat'.")
                        .put("status", 400));
    }
}
