package dev.guestbridge.genesys;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.PoolOptions;
import io.vertx.core.http.RequestOptions;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * The transport {@code vertx-http}: a call holds no thread while it waits for its answer. It keeps to what {@link
 * TotalDeadline} demands of the other one: a total time for each call, answers of 64 KiB at most, never unpacked, no redirect
 * followed, nothing tried twice, and {@link NotConnected} for what fails before its request is written.
 */
public final class VertxHttp implements AutoCloseable {

    private static final List<String> SENT = List.of("Authorization", "Content-Type", "X-Guest-Id", "traceparent");

    private final Vertx vertx;
    private final HttpClient client;
    private final long connectTimeoutMs;
    private final long callTimeoutMs;
    private final Executor workers;

    /**
     * @param connections kept to one address, at most
     * @param connectTimeoutMs milliseconds to get a connection
     * @param callTimeoutMs milliseconds from the first byte of a request to the last of its answer
     * @param workers run what comes after a call
     */
    public VertxHttp(Vertx vertx, int connections, int connectTimeoutMs, long callTimeoutMs, Executor workers) {
        this.vertx = vertx;
        this.connectTimeoutMs = connectTimeoutMs;
        this.callTimeoutMs = callTimeoutMs;
        this.workers = workers;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setConnectTimeout(connectTimeoutMs),
                new PoolOptions().setHttp1MaxSize(connections));
    }

    /**
     * The answer to one request, whatever it is.
     *
     * @param headers method, address and headers of the request; they are taken out
     * @param body may be empty
     * @return completes on a worker, with an {@link IOException} when there is no whole answer
     */
    public CompletionStage<HttpAnswer> exchange(Map<String, Object> headers, String body) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.valueOf(headers.remove("CamelHttpMethod").toString()))
                .setAbsoluteURI(headers.remove("CamelHttpUri").toString())
                .setConnectTimeout(connectTimeoutMs);
        for (String name : SENT) {
            Object value = headers.remove(name);
            if (value != null) {
                options.putHeader(name, value.toString());
            }
        }
        CompletableFuture<HttpAnswer> answer = new CompletableFuture<>();
        client.request(options)
                .onSuccess(request -> new Call(request, answer).send(body))
                .onFailure(cause -> workers.execute(() -> answer.completeExceptionally(new NotConnected(io(cause)))));
        return answer;
    }

    private static IOException io(Throwable cause) {
        return cause instanceof IOException already ? already : new IOException(cause.toString(), cause);
    }

    @Override
    public void close() {
        client.close();
    }

    /** One request under way; all that happens to it happens on one thread. */
    private final class Call {

        private final HttpClientRequest request;
        private final CompletableFuture<HttpAnswer> answer;
        private final Buffer body = Buffer.buffer();
        private final long deadline;
        private HttpClientResponse response;
        private boolean over;

        Call(HttpClientRequest request, CompletableFuture<HttpAnswer> answer) {
            this.request = request;
            this.answer = answer;
            this.deadline = vertx.setTimer(
                    callTimeoutMs, timer -> lost(new IOException("no whole answer within " + callTimeoutMs + " ms")));
        }

        void send(String text) {
            request.exceptionHandler(this::lost);
            request.response().onSuccess(this::begins).onFailure(this::lost);
            if (text == null || text.isEmpty()) {
                request.end();
            } else {
                request.end(text);
            }
        }

        private void begins(HttpClientResponse begun) {
            response = begun;
            begun.exceptionHandler(this::lost);
            begun.handler(this::goesOn);
            begun.endHandler(end -> whole());
        }

        private void goesOn(Buffer part) {
            int room = TotalDeadline.LONGEST_ANSWER - body.length();
            body.appendBuffer(part, 0, Math.min(room, part.length()));
            if (part.length() > room) {
                whole();
                request.reset();
            }
        }

        private void whole() {
            Map<String, Object> headers = new HashMap<>();
            response.headers().forEach(header -> headers.putIfAbsent(header.getKey(), header.getValue()));
            HttpAnswer all = HttpAnswer.of(response.statusCode(), headers, body.toString(StandardCharsets.UTF_8));
            end(() -> answer.complete(all));
        }

        private void lost(Throwable cause) {
            end(() -> answer.completeExceptionally(io(cause)));
            request.reset();
        }

        private void end(Runnable fate) {
            if (!over) {
                over = true;
                vertx.cancelTimer(deadline);
                workers.execute(fate);
            }
        }
    }
}
