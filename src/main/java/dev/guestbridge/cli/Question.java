package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Json;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.stream.Collectors;

/** What the running bridge is asked: a path of its API, and what it is about; what is null is left out. */
final class Question {

    private final String path;
    private final ObjectNode about = JsonNodeFactory.instance.objectNode();

    private Question(String path) {
        this.path = path;
    }

    static Question at(String path) {
        return new Question(path);
    }

    Question about(String name, Object value) {
        if (value != null) {
            about.put(name, value.toString());
        }
        return this;
    }

    Question about(String name, boolean value) {
        about.put(name, value);
        return this;
    }

    Question about(String name, JsonNode value) {
        about.set(name, value);
        return this;
    }

    String path() {
        return path;
    }

    /** The path with all that it is about. */
    String address() {
        String query = about.properties().stream()
                .map(one ->
                        one.getKey() + "=" + URLEncoder.encode(one.getValue().asText(), StandardCharsets.UTF_8))
                .collect(Collectors.joining("&"));
        return query.isEmpty() ? path : path + "?" + query;
    }

    /** What it is about, as JSON. */
    String body() {
        return Json.write(about);
    }
}
