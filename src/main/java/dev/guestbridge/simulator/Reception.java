package dev.guestbridge.simulator;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Where calls arrive: finds whose they are, lets them meet their fault, judges them and writes them down. */
final class Reception {

    private static final Logger LOG = LoggerFactory.getLogger(Reception.class);

    private final Vertx vertx;
    private final List<Route> routes;
    private final Tokens tokens;
    private final TokenEndpoint tokenEndpoint;
    private final Faults faults;
    private final Journal journal;
    private final Agent agent;

    Reception(
            Vertx vertx,
            List<Route> routes,
            Tokens tokens,
            TokenEndpoint tokenEndpoint,
            Faults faults,
            Journal journal,
            Agent agent) {
        this.vertx = vertx;
        this.routes = routes;
        this.tokens = tokens;
        this.tokenEndpoint = tokenEndpoint;
        this.faults = faults;
        this.journal = journal;
        this.agent = agent;
    }

    void receive(HttpServerRequest request) {
        Call call = new Call(request.method().name(), request.uri(), request.headers());
        try {
            call.found(RawPath.parse(call.rawPath()));
        } catch (GenesysError e) {
            LOG.debug("path refused: {}", e.getMessage());
        }
        Token token = tokens.of(call);
        call.found(token, token == null ? tokenEndpoint.organisationOf(call) : token.organisation());
        Fault early = faults.early(call);
        if (early != null) {
            journal.write(call, "fault", null, early);
            request.connection().close();
            return;
        }
        Buffer body = Buffer.buffer();
        boolean[] tooLong = new boolean[1];
        request.handler(part -> {
            tooLong[0] |= body.length() + part.length() > Gate.MOST_BYTES;
            if (!tooLong[0]) {
                body.appendBuffer(part);
            }
        });
        request.exceptionHandler(gone -> LOG.debug("caller went away: {}", gone.getMessage()));
        request.endHandler(end -> {
            call.read(body.getBytes(), tooLong[0]);
            arrived(call, request.response());
        });
    }

    private void arrived(Call call, HttpServerResponse response) {
        if (call.path() != null) {
            Gate.route(routes, call);
        }
        if (call.route() != null) {
            call.notes().dialect = call.route().dialect();
            call.notes().externalId = call.route().guest().of(call);
        }
        Fault fault = faults.meet(call);
        if (fault != null && fault.delayMs() > 0) {
            vertx.setTimer(fault.delayMs(), timer -> proceed(call, fault, response));
        } else {
            proceed(call, fault, response);
        }
    }

    private void proceed(Call call, Fault fault, HttpServerResponse response) {
        Fault.Action action = fault == null ? Fault.Action.NONE : fault.action();
        if (action == Fault.Action.RESET) {
            journal.write(call, "fault", null, fault);
            Sender.drop(response);
            return;
        }
        if (!action.handles()) {
            Answer answer = fault.answer(call.correlationId());
            journal.write(call, "fault", answer.status(), fault);
            Sender.send(response, answer, headers(call));
            return;
        }
        String outcome = "accepted";
        Answer answer;
        try {
            answer = Gate.judge(routes, tokens, call);
            outcome = call.notes().repeat ? "repeat" : outcome;
        } catch (GenesysError e) {
            outcome = "refused";
            answer = e.answer(call.correlationId());
        } catch (RuntimeException e) {
            LOG.error("simulator failed on {} {}", call.method(), call.rawPath(), e);
            outcome = "refused";
            answer = GenesysError.ofStatus(500, 0).answer(call.correlationId());
        }
        answer(call, outcome, answer, fault, action, response);
        if (call.notes().heardIn != null) {
            agent.hear(call.organisation(), call.notes().heardIn, call.notes().heard);
        }
    }

    private void answer(
            Call call, String outcome, Answer answer, Fault fault, Fault.Action action, HttpServerResponse response) {
        Map<String, String> headers = headers(call);
        Integer status = answer.status();
        switch (action) {
            case LOSE -> {
                status = null;
                Sender.drop(response);
            }
            case HANG -> {
                status = null;
                fault.hold(() -> Sender.send(response, answer, headers));
            }
            case DRIP -> Sender.drip(vertx, response, answer, headers, fault.everyMs());
            case TRUNCATE -> Sender.truncate(response, answer, headers);
            case GARBAGE -> {
                status = 200;
                Sender.send(response, Sender.GARBAGE, headers);
            }
            default -> Sender.send(response, answer, headers);
        }
        journal.write(call, outcome, status, fault);
    }

    private static Map<String, String> headers(Call call) {
        Token token = call.token();
        return Map.of(
                "x-request-id", call.correlationId(),
                "inin-correlation-id", call.correlationId(),
                "inin-ratelimit-count", Integer.toString(token == null ? 0 : token.counted()),
                "inin-ratelimit-allowed", Integer.toString(token == null ? 300 : token.allowed()),
                "inin-ratelimit-reset", Long.toString(token == null ? 60 : token.secondsToReset(call.atMs())));
    }

    /** Whether the request is for the simulator itself and not for the platform it plays. */
    static boolean isControl(HttpServerRequest request) {
        String uri = request.uri().toLowerCase(Locale.ROOT);
        return uri.equals("/_simulator") || uri.startsWith("/_simulator/") || uri.startsWith("/_simulator?");
    }
}
