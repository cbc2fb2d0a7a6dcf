package dev.guestbridge.webhook;

import dev.guestbridge.message.Json;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.http.HttpServerResponse;
import io.vertx.core.impl.VertxInternal;
import io.vertx.core.impl.VertxWrapper;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The webhooks' door: turns away what can't be a webhook before its body is read, answers in time whatever happens behind
 * it, and closes on whoever keeps it waiting.
 */
public final class Entrance implements AutoCloseable {

    private static final Pattern PATH = Pattern.compile("/webhooks/([^/]+)");
    private static final String BEFORE_ALL_ROUTES = "entrance";
    private static final int AT_ONCE =
            64; // a webhook holds a thread until its reply is durable; as many as sessions to send

    private final Limits limits;
    private final Predicate<String> known;
    private final Turnstile turnstile;
    private final Visitors visitors;
    private final Supplier<Router> router;
    private final Vertx vertx;
    private boolean guarded;

    /**
     * What the door grants.
     *
     * @param port where webhooks come in
     * @param connections at the same time
     * @param headerMs milliseconds from a connection's first byte to the end of its first request's headers
     * @param bodyMs milliseconds for a body
     * @param answerMs milliseconds from the headers to the answer
     * @param idleMs milliseconds that a connection may be kept between two requests
     */
    public record Limits(int port, int connections, long headerMs, long bodyMs, long answerMs, long idleMs) {}

    /**
     * @param known whether there is an organisation of this name
     * @param turnstile is told of each answer
     * @param router what the webhooks' server answers with; null before that server is made
     */
    public Entrance(Limits limits, Predicate<String> known, Turnstile turnstile, Supplier<Router> router) {
        this.limits = limits;
        this.known = known;
        this.turnstile = turnstile;
        VertxInternal real = (VertxInternal) Vertx.vertx(new VertxOptions()
                .setWorkerPoolSize(AT_ONCE)
                // it would make a folder for files that it never serves, and leave it behind at each kill
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        visitors = new Visitors(real, limits);
        this.router = router;
        vertx = new Watched(real);
    }

    /** What the servers are made with. */
    public Vertx vertx() {
        return vertx;
    }

    private void guard(Router router) {
        guarded = true;
        router.route().order(Integer.MIN_VALUE).setName(BEFORE_ALL_ROUTES).handler(this::enter);
        router.route().order(Integer.MIN_VALUE).failureHandler(failed -> end(failed.response(), failed.statusCode()));
        router.route().order(Integer.MAX_VALUE).handler(lost -> end(lost.response(), 404));
    }

    private void enter(RoutingContext visit) {
        HttpServerRequest request = visit.request();
        if (visitors.isLeaving(request.connection())) {
            request.connection().close();
            return;
        }
        Matcher path = PATH.matcher(String.valueOf(request.path()));
        String org = path.matches() && known.test(path.group(1)) ? path.group(1) : null;
        visitors.served(request, () -> end(request.response(), 408), () -> end(request.response(), 503));
        visit.addEndHandler(ended -> {
            visitors.answered(request.connection());
            if (ended.succeeded()) {
                turnstile.passed(org, request.response().getStatusCode());
            }
        });
        int refusal = refusal(request, org);
        if (refusal == 0) {
            // what it calls itself decides nothing: the signature is over the bytes, and bytes that aren't JSON are
            // told then
            request.headers().set("Content-Type", "application/json").remove("Content-Encoding");
            visit.next();
        } else {
            end(request.response(), refusal); // what is left of the body is read by nobody
        }
    }

    /** The status that a request is turned away with before its body is read; zero when it may come in. */
    private static int refusal(HttpServerRequest request, String org) {
        String transfer = request.getHeader("Transfer-Encoding");
        if (transfer != null && !transfer.equalsIgnoreCase("chunked")) {
            return 400;
        }
        if (request.method() != HttpMethod.POST) {
            return 405;
        }
        if (org == null) {
            return 404;
        }
        if (length(request) > Json.MAX_BYTES) {
            return 413;
        }
        List<String> signatures = request.headers().getAll("X-Hub-Signature-256");
        boolean signed = signatures.size() == 1 && Signatures.isWellFormed(signatures.get(0));
        return signed ? 0 : 401;
    }

    private static long length(HttpServerRequest request) {
        String length = request.getHeader("Content-Length");
        try {
            return length == null ? 0 : Long.parseLong(length);
        } catch (NumberFormatException tooLong) {
            return Long.MAX_VALUE;
        }
    }

    private static void end(HttpServerResponse response, int status) {
        if (!response.ended() && !response.closed()) {
            response.setStatusCode(status < 400 ? 500 : status).end();
        }
    }

    @Override
    public void close() {
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    /** Makes servers that don't take a connection before they are guarded. */
    private final class Watched extends VertxWrapper {

        Watched(VertxInternal real) {
            super(real);
        }

        @Override
        public HttpServer createHttpServer(HttpServerOptions options) {
            Router made = router.get();
            if (made != null && !guarded) {
                guard(made);
            }
            return super.createHttpServer(options.setHttp2ClearTextEnabled(false))
                    .connectionHandler(visitors::arrived);
        }
    }
}
