package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.MultiMap;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.function.Predicate;

/** The simulator's own endpoints, under {@code /_simulator/}: what happened, what shall go wrong, who answers how. */
final class Control {

    private final Vertx vertx;
    private final Map<String, Organisation> organisations;
    private final Tokens tokens;
    private final Faults faults;
    private final Journal journal;
    private final Webhooks webhooks;
    private final Agent agent;

    Control(
            Vertx vertx,
            Map<String, Organisation> organisations,
            Tokens tokens,
            Faults faults,
            Journal journal,
            Webhooks webhooks,
            Agent agent) {
        this.vertx = vertx;
        this.organisations = organisations;
        this.tokens = tokens;
        this.faults = faults;
        this.journal = journal;
        this.webhooks = webhooks;
        this.agent = agent;
    }

    void receive(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            HttpServerResponse response = request.response();
            try {
                switch (request.method().name() + " " + request.path()) {
                    case "GET /_simulator/journal" -> readJournal(request);
                    case "GET /_simulator/webhooks" -> readWebhooks(response);
                    default -> send(response, answer(request, body.getBytes()));
                }
            } catch (ControlRefusal e) {
                send(response, e.answer());
            }
        });
    }

    private Answer answer(HttpServerRequest request, byte[] bytes) throws ControlRefusal {
        String call = request.method().name() + " " + request.path().substring("/_simulator".length());
        String[] parts = call.split("/", 3);
        String last = parts.length == 3 ? parts[2] : null;
        return switch (last == null || call.startsWith("POST ") ? call : parts[0] + "/" + parts[1] + "/*") {
            case "DELETE /journal" -> done(journal::forget);
            case "DELETE /webhooks" -> done(webhooks::forgetAttempts);
            case "GET /faults" -> listFaults();
            case "POST /faults" -> addFault(ControlBody.of(bytes));
            case "DELETE /faults" -> done(faults::forget);
            case "GET /faults/*" -> Answer.json(200, fault(last).written());
            case "DELETE /faults/*" -> {
                faults.delete(fault(last));
                yield Answer.empty(204);
            }
            case "GET /organisations" -> listOrganisations();
            case "GET /organisations/*" ->
                Answer.json(200, organisation(last).settings().masked());
            case "PATCH /organisations/*" -> change(organisation(last), ControlBody.of(bytes));
            case "POST /tokens/revoke" -> revoke(ControlBody.of(bytes));
            case "POST /conversations" -> openConversation(ControlBody.of(bytes));
            case "POST /conversations/close" -> closeConversation(ControlBody.of(bytes));
            case "POST /agent" -> send(ControlBody.of(bytes));
            case "POST /reset" -> done(this::reset);
            default -> throw new ControlRefusal(404, "there is no " + call);
        };
    }

    private void readJournal(HttpServerRequest request) throws ControlRefusal {
        MultiMap asked = request.params();
        Set<String> known = Set.of("org", "path", "externalId", "dialect", "outcome", "newest");
        for (String name : asked.names()) {
            if (!known.contains(name)) {
                throw new ControlRefusal(
                        400,
                        name + " is unknown; known are "
                                + known.stream().sorted().toList());
            }
        }
        String path = asked.get("path");
        Predicate<JournalEntry> wanted = entry -> is(asked.get("org"), entry.org())
                && is(asked.get("externalId"), entry.externalId())
                && is(asked.get("dialect"), entry.dialect())
                && is(asked.get("outcome"), entry.outcome())
                && (path == null
                        || entry.path().contains(path)
                        || entry.rawPath().contains(path));
        String newest = asked.get("newest");
        if (newest != null && !newest.matches("\\d{1,9}")) {
            throw new ControlRefusal(400, "newest must be a whole number");
        }
        List<JournalEntry> found = journal.find(wanted, newest == null ? Integer.MAX_VALUE : Integer.parseInt(newest));
        Sender.list(vertx, request.response(), Json.object().put("dropped", journal.dropped()), "entries", found);
    }

    private void readWebhooks(HttpServerResponse response) {
        Sender.list(vertx, response, Json.object().put("waiting", webhooks.waiting()), "attempts", webhooks.attempts());
    }

    private static boolean is(String asked, String found) {
        return asked == null || asked.equals(found);
    }

    private Answer listFaults() {
        ArrayNode all = Json.MAPPER.createArrayNode();
        faults.all().forEach(fault -> all.add(fault.written()));
        return Answer.json(200, all);
    }

    private Answer addFault(ControlBody form) throws ControlRefusal {
        Fault fault = new Fault(faults.nextId(), form);
        if (fault.match().org() != null) {
            organisation(fault.match().org());
        }
        faults.add(fault);
        return Answer.json(201, Json.object().put("id", fault.id()));
    }

    private Fault fault(String id) throws ControlRefusal {
        Fault fault = faults.get(id);
        if (fault == null) {
            throw new ControlRefusal(404, "there is no fault " + id);
        }
        return fault;
    }

    private Answer listOrganisations() {
        ArrayNode all = Json.MAPPER.createArrayNode();
        organisations
                .values()
                .forEach(organisation -> all.add(organisation.settings().masked()));
        return Answer.json(200, all);
    }

    private Answer change(Organisation organisation, ControlBody form) throws ControlRefusal {
        if (form.node().has("clientId")) {
            throw new ControlRefusal(400, "clientId can't be changed");
        }
        try {
            organisation.change(organisation.settings().with(form.node()));
        } catch (IllegalArgumentException e) {
            throw new ControlRefusal(400, e.getMessage());
        }
        return Answer.json(200, organisation.settings().masked());
    }

    private Answer revoke(ControlBody form) throws ControlRefusal {
        Organisation organisation = organisation(form);
        boolean guests = form.isOn("guests");
        form.end();
        return Answer.json(200, Json.object().put("revoked", tokens.revoke(organisation, guests)));
    }

    private Answer openConversation(ControlBody form) throws ControlRefusal {
        Organisation organisation = organisation(form);
        String integration = form.required("integration");
        String externalId = form.required("externalId");
        String id = form.text("conversationId");
        String participantId = form.text("participantId");
        form.end();
        if (organisation.settings().integrations().stream()
                .noneMatch(known -> known.id().equals(integration))) {
            throw form.wrong("integration", "is not one of the organisation's");
        }
        if (id != null && organisation.conversation(id) != null) {
            throw form.wrong("conversationId", "is taken");
        }
        Conversation opened = organisation.open(
                id == null ? UUID.randomUUID().toString() : id,
                integration,
                externalId,
                participantId,
                System.currentTimeMillis());
        return Answer.json(
                201, Json.object().put("conversationId", opened.id()).put("participantId", opened.participantId()));
    }

    private Answer closeConversation(ControlBody form) throws ControlRefusal {
        Organisation organisation = organisation(form);
        String conversationId = form.text("conversationId");
        String externalId = form.text("externalId");
        form.end();
        if (conversationId == null && externalId == null) {
            throw new ControlRefusal(400, "externalId or conversationId is missing");
        }
        List<Conversation> closed = organisation.close(conversationId, externalId);
        if (closed.isEmpty()) {
            throw new ControlRefusal(404, "there is no such open conversation");
        }
        ObjectNode answer = Json.object();
        ArrayNode ids = answer.putArray("closed");
        closed.forEach(conversation -> ids.add(conversation.id()));
        return Answer.json(200, answer);
    }

    private Answer send(ControlBody form) throws ControlRefusal {
        String id = agent.send(organisation(form), form);
        return Answer.json(202, Json.object().put("id", id));
    }

    private void reset() {
        faults.forget();
        webhooks.forget();
        journal.forget();
        tokens.forget();
        organisations.values().forEach(Organisation::forget);
    }

    private Organisation organisation(ControlBody form) throws ControlRefusal {
        return organisation(form.required("org"));
    }

    private Organisation organisation(String name) throws ControlRefusal {
        Organisation organisation = organisations.get(name);
        if (organisation == null) {
            throw new ControlRefusal(404, "there is no organisation " + name);
        }
        return organisation;
    }

    private static Answer done(Runnable work) {
        work.run();
        return Answer.empty(204);
    }

    private static void send(HttpServerResponse response, Answer answer) {
        Sender.send(response, answer, Map.of());
    }
}
