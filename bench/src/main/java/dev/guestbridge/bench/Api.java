package dev.guestbridge.bench;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.json.JsonObject;

/** A Genesys with a set latency, and a limit when one is set, that says yes to every call and counts what arrives. */
final class Api {

    private static final String TOKEN =
            "{\"access_token\":\"a-token-of-the-benchmark\",\"token_type\":\"bearer\",\"expires_in\":86400}";
    private static final long WINDOW_NS = 60_000_000_000L;

    private final Vertx vertx;
    // one event loop writes these
    private Arrivals arrivals = new Arrivals();
    private long latencyMs;
    private int perMinute;
    private long windowStart;
    private int inWindow;
    private long ids;

    private Api(Vertx vertx) {
        this.vertx = vertx;
    }

    /** @param arguments the port */
    public static void main(String[] arguments) {
        Vertx vertx = Vertx.vertx();
        Api api = new Api(vertx);
        vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true).setAcceptBacklog(4096))
                .requestHandler(api::take)
                .listen(Integer.parseInt(arguments[0]), "127.0.0.1")
                .onSuccess(server -> System.out.println("up"))
                .onFailure(e -> {
                    System.err.println(e);
                    System.exit(70);
                });
    }

    private void take(HttpServerRequest request) {
        String path = request.path();
        if (path.equals("/_bench/figures")) {
            json(request.response(), arrivals.toJson().encode());
        } else if (path.equals("/_bench/distinct")) {
            json(request.response(), String.valueOf(arrivals.distinct()));
        } else if (path.equals("/_bench/reset")) {
            arrivals = new Arrivals();
            latencyMs = Long.parseLong(request.getParam("latency-ms"));
            perMinute = Integer.parseInt(request.getParam("per-minute"));
            inWindow = 0;
            json(request.response(), "{}");
        } else {
            request.body().onSuccess(body -> answer(request, path, body));
        }
    }

    private void answer(HttpServerRequest request, String path, Buffer body) {
        long now = System.nanoTime();
        if (path.equals("/oauth/token")) {
            json(request.response(), TOKEN);
            return;
        }
        long left = secondsToWait(now);
        if (left > 0) {
            arrivals.refused(now);
            request.response().setStatusCode(429).putHeader("Retry-After", Long.toString(left));
            later(request.response(), "{\"code\":\"too.many.requests.retry.after\",\"status\":429}");
            return;
        }
        later(request.response(), answer(path, body.toString(), now));
    }

    private String answer(String path, String body, long now) {
        if (path.endsWith("/external/threads")) {
            arrivals.opened(now);
            String guest = new JsonObject(body).getString("externalId");
            return new JsonObject()
                    .put("externalId", guest)
                    .put("threadId", "t-" + guest)
                    .encode();
        }
        arrivals.message(body, now);
        return "{\"id\":\"g-" + ++ids + "\",\"type\":\"Text\"}";
    }

    // fixed windows of a minute, the first one from the first call on
    private long secondsToWait(long now) {
        if (perMinute == 0) {
            return 0;
        }
        if (inWindow == 0 || now - windowStart >= WINDOW_NS) {
            long passed = inWindow == 0 ? 0 : (now - windowStart) / WINDOW_NS * WINDOW_NS;
            windowStart = inWindow == 0 ? now : windowStart + passed;
            inWindow = 0;
        }
        if (inWindow >= perMinute) {
            return 1 + (windowStart + WINDOW_NS - now) / 1_000_000_000L;
        }
        inWindow++;
        return 0;
    }

    private void later(HttpServerResponse response, String answer) {
        if (latencyMs == 0) {
            json(response, answer);
        } else {
            vertx.setTimer(latencyMs, timer -> json(response, answer));
        }
    }

    private static void json(HttpServerResponse response, String answer) {
        response.putHeader("Content-Type", "application/json").end(answer);
    }
}
