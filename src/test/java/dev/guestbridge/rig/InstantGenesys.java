package dev.guestbridge.rig;

import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import io.vertx.core.http.HttpServerRequest;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Says yes to every call at once, and counts: for more messages than the simulator's journal holds. */
final class InstantGenesys implements AutoCloseable {

    private static final Pattern MESSAGE = Pattern.compile("\"messageId\":\"[a-z]+-(\\d+)\"");
    private static final Pattern GUEST = Pattern.compile("\"id\":\"(\\w+-guest-\\d+)\"");
    private static final String TOKEN =
            "{\"access_token\":\"a-token-of-the-rig\",\"token_type\":\"bearer\",\"expires_in\":86400}";

    private final Vertx vertx = Vertx.vertx();
    private final int port;
    // one event loop writes these
    private final BitSet heard = new BitSet();
    private final Map<String, Integer> newest = new HashMap<>();
    private volatile long distinct;
    private volatile long repeats;
    private volatile long outOfOrder;

    InstantGenesys(int port) {
        this.port = port;
        try {
            HttpServer server = vertx.createHttpServer(new HttpServerOptions().setTcpNoDelay(true))
                    .requestHandler(this::answer);
            server.listen(port, "127.0.0.1")
                    .toCompletionStage()
                    .toCompletableFuture()
                    .get(20, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    String url() {
        return "http://127.0.0.1:" + port;
    }

    private void answer(HttpServerRequest request) {
        request.body().onSuccess(body -> {
            String answer = TOKEN;
            if (!request.path().contains("/oauth/token")) {
                count(body.toString());
                answer = "{\"id\":\"g-" + (distinct + repeats) + "\"}";
            }
            request.response().putHeader("Content-Type", "application/json").end(answer);
        });
    }

    private void count(String body) {
        Matcher message = MESSAGE.matcher(body);
        Matcher guest = GUEST.matcher(body);
        if (!message.find() || !guest.find()) {
            throw new IllegalStateException("neither message nor guest in " + body);
        }
        int number = Integer.parseInt(message.group(1));
        if (heard.get(number)) {
            repeats++;
            return;
        }
        heard.set(number);
        distinct++;
        int before = newest.merge(guest.group(1), number, Math::max);
        outOfOrder += before > number ? 1 : 0;
    }

    long distinct() {
        return distinct;
    }

    long repeats() {
        return repeats;
    }

    long outOfOrder() {
        return outOfOrder;
    }

    @Override
    public void close() {
        vertx.close();
    }
}
