package dev.guestbridge.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.Settings;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.Collectors;

/** The operators' API of a bridge under test. */
final class OperatorsDoor {

    /** What it answered. */
    record Answer(int status, JsonNode json) {}

    private final String api;
    private final HttpClient http = HttpClient.newHttpClient();

    OperatorsDoor(BridgeUnderTest bridge) {
        this(bridge.settings());
    }

    OperatorsDoor(Settings settings) {
        api = "http://127.0.0.1:" + settings.number("management.port") + "/ops/api";
    }

    /** What it answers to a question that it can answer. */
    JsonNode ask(String path, Map<String, String> parameters) {
        Answer answer = asked(path, parameters);
        if (answer.status() != 200) {
            throw new AssertionError(path + ": " + answer);
        }
        return answer.json();
    }

    Answer asked(String path, Map<String, String> parameters) {
        String query = parameters.entrySet().stream()
                .map(one -> one.getKey() + "=" + URLEncoder.encode(one.getValue(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return send(HttpRequest.newBuilder(URI.create(api + path + "?" + query)));
    }

    Answer act(String path, Map<String, ?> body) {
        return send(HttpRequest.newBuilder(URI.create(api + path))
                .header("X-Guestbridge", "test")
                .POST(BodyPublishers.ofString(Tree.of(body).toString())));
    }

    private Answer send(HttpRequest.Builder request) {
        try {
            HttpResponse<String> answer = http.send(request.build(), BodyHandlers.ofString());
            return new Answer(answer.statusCode(), Tree.json(answer.body()));
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
