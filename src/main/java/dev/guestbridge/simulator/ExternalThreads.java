package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.UUID;

/** Judges external-threads: a thread per externalId, to which only its owner may write. */
final class ExternalThreads {

    static final String NAME = "external-threads";

    private static final String THREADS = "/api/v2/conversations/messaging/external/threads";

    private ExternalThreads() {}

    static List<Route> routes() {
        return List.of(
                Route.post(THREADS, NAME, call -> Json.text(call.peek(), "externalId"), ExternalThreads::open),
                Route.post(THREADS + "/*/messages", NAME, call -> call.blank(0), ExternalThreads::send));
    }

    private static Answer open(Call call) throws GenesysError {
        Scopes.demand(call, NAME);
        JsonNode body = call.json();
        String externalId = Json.text(body, "externalId");
        if (externalId == null) {
            throw refusal("externalId must be a text.");
        }
        for (String field : List.of("name", "email")) {
            if (body.has(field) && !body.get(field).isTextual()) {
                throw refusal(field + " must be a text.");
            }
        }
        String thread = call.organisation().openThread(externalId);
        return Answer.json(201, Json.object().put("externalId", externalId).put("threadId", thread));
    }

    private static Answer send(Call call) throws GenesysError {
        Scopes.demand(call, NAME);
        JsonNode body = call.json();
        Organisation organisation = call.organisation();
        String externalId = call.blank(0);
        String thread = organisation.thread(externalId);
        if (thread == null) {
            throw GenesysError.notFound();
        }
        JsonNode sender = body.path("sender");
        if (!externalId.equals(Json.text(sender, "id"))) {
            throw refusal("Invalid sender. The external ID does not match the thread owner.");
        }
        if (sender.has("name") && !sender.get("name").isTextual()) {
            throw refusal("sender.name must be a text.");
        }
        String text = Json.text(body, "text");
        if (text == null) {
            throw refusal("text must be a text that is not empty.");
        }
        IntegrationSettings integration = organisation.settings().integrationOf(NAME);
        Conversation conversation =
                organisation.current(integration == null ? null : integration.id(), externalId, call.atMs());
        String id = UUID.randomUUID().toString();
        call.heard(conversation, id, text);
        return Answer.json(
                200, Json.object().put("id", id).put("threadId", thread).put("conversationId", conversation.id()));
    }

    private static GenesysError refusal(String message) {
        var body = Json.object().put("code", "bad_request").put("message", message);
        body.putArray("details");
        return GenesysError.reported(400, body);
    }
}
