package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpServerResponse;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Ways to answer a request: whole, slowly, in part, or not at all. */
final class Sender {

    static final Answer GARBAGE = new Answer(
            200,
            Map.of("Content-Type", "application/json"),
            "{\"id\": \u00ff<html>".getBytes(StandardCharsets.ISO_8859_1));

    private static final int ROWS_AT_ONCE = 500;

    private Sender() {}

    static void send(HttpServerResponse response, Answer answer, Map<String, String> headers) {
        if (!isGone(response)) {
            start(response, answer, headers);
            response.end(Buffer.buffer(answer.body()));
        }
    }

    /** Ends the connection without an answer. */
    static void drop(HttpServerResponse response) {
        response.reset();
    }

    /** Promises the whole body, sends half of it, and ends the connection. */
    static void truncate(HttpServerResponse response, Answer answer, Map<String, String> headers) {
        start(response, answer, headers);
        byte[] body = answer.body();
        response.putHeader("Content-Length", Integer.toString(Math.max(2, body.length)));
        byte[] half = body.length < 2 ? new byte[] {'{'} : Arrays.copyOf(body, body.length / 2);
        response.write(Buffer.buffer(half)).onComplete(written -> drop(response));
    }

    /** Sends the body's bytes one by one. */
    static void drip(
            Vertx vertx, HttpServerResponse response, Answer answer, Map<String, String> headers, int everyMs) {
        start(response, answer, headers);
        byte[] body = answer.body();
        if (body.length == 0) {
            response.end();
            return;
        }
        response.putHeader("Content-Length", Integer.toString(body.length));
        response.write(Buffer.buffer(new byte[] {body[0]}));
        int[] sent = {1};
        vertx.setPeriodic(everyMs, timer -> {
            if (isGone(response)) {
                vertx.cancelTimer(timer);
            } else if (sent[0] == body.length) {
                vertx.cancelTimer(timer);
                response.end();
            } else {
                response.write(Buffer.buffer(new byte[] {body[sent[0]++]}));
            }
        });
    }

    /**
     * Sends a list of any length, some rows at a time.
     *
     * @param head what the answer's object tells besides the rows
     * @param field where the rows stand in it
     */
    static void list(
            Vertx vertx, HttpServerResponse response, ObjectNode head, String field, List<? extends Row> rows) {
        String start = head.put("total", rows.size()).toString();
        response.putHeader("Content-Type", "application/json").setChunked(true);
        response.write(start.substring(0, start.length() - 1) + ",\"" + field + "\":[");
        rest(vertx, response, rows, 0);
    }

    private static void rest(Vertx vertx, HttpServerResponse response, List<? extends Row> rows, int from) {
        int to = Math.min(rows.size(), from + ROWS_AT_ONCE);
        if (from == to) {
            response.end("]}");
            return;
        }
        vertx.executeBlocking(() -> rows.subList(from, to).stream()
                        .map(row -> row.written().toString())
                        .collect(Collectors.joining(",", from == 0 ? "" : ",", "")))
                .compose(response::write)
                .onSuccess(written -> rest(vertx, response, rows, to));
    }

    private static void start(HttpServerResponse response, Answer answer, Map<String, String> headers) {
        response.setStatusCode(answer.status());
        headers.forEach(response::putHeader);
        answer.headers().forEach(response::putHeader);
    }

    private static boolean isGone(HttpServerResponse response) {
        return response.closed() || response.ended();
    }
}
