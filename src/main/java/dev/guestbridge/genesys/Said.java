package dev.guestbridge.genesys;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Json;
import java.net.URI;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * What an answer says, as far as it can be read. Answers are not trusted: what goes on into statuses and logs is one short
 * line.
 *
 * @param json null when the body is no JSON, or none that was read to its end
 */
record Said(HttpAnswer http, JsonNode json) {

    private static final int LONGEST_LINE = 500;

    static Said by(HttpAnswer http) {
        return new Said(http, jsonOrNull(http.body()));
    }

    /** The same, but of one that is longer than what is read of it what came before. */
    static Said asFarAsRead(HttpAnswer http) {
        return http.isCutOff() ? new Said(http, beginningOrNull(http.body())) : by(http);
    }

    private static JsonNode jsonOrNull(String body) {
        try {
            return body == null ? null : Json.read(body);
        } catch (Json.Unreadable notJson) {
            return null;
        }
    }

    // Genesys answers with what it was told, which may be long: that doesn't make a yes less of one
    private static JsonNode beginningOrNull(String body) {
        try {
            return Json.readBeginning(body);
        } catch (Json.Unreadable notJson) {
            return null;
        }
    }

    /** Whether it is a yes, in a way that can be read: with JSON, or without a body. */
    boolean isPlainYes() {
        return http.isYes() && (json != null || isSilent());
    }

    /** What is wrong with the way it was said, as {@link Answer} names it; null when nothing is. */
    String network() {
        if (http.isYes()) {
            return "unreadable";
        }
        return isForeign() && !http.isRefusal() ? "foreign" : null;
    }

    /** Whether an answer that isn't a yes comes from something on the way: Genesys speaks JSON, or says nothing. */
    boolean isForeign() {
        return !http.isYes() && !isSilent() && (json == null || !json.isObject());
    }

    private boolean isSilent() {
        return http.body() == null || http.body().isBlank();
    }

    /** Genesys' error code; empty when it gave none. */
    String code() {
        return firstText("code", "error");
    }

    /** Genesys' error message; empty when it gave none. */
    String text() {
        return firstText("message", "error_description", "description");
    }

    /** Genesys' correlation id; null when it gave none. */
    String correlationId() {
        for (String name : List.of("inin-correlation-id", "x-request-id")) {
            if (http.header(name) != null) {
                return shortened(http.header(name));
            }
        }
        String contextId = firstText("contextId");
        return contextId.isEmpty() ? null : contextId;
    }

    /** The host that it would send the request to, or why that can't be told; null when it isn't a redirect. */
    String redirectedTo() {
        if (http.status() < 300 || http.status() > 399) {
            return null;
        }
        try {
            String host = http.header("Location") == null
                    ? null
                    : URI.create(http.header("Location").strip()).getHost();
            return host == null ? "an address that it doesn't name" : shortened(host);
        } catch (IllegalArgumentException notAnAddress) {
            return "an address that can't be read";
        }
    }

    /** The scopes of the token that it tells of; null when it tells none. */
    Set<String> scopes() {
        if (json == null || !json.has("scope") && !json.has("authorizedScope")) {
            return null;
        }
        Set<String> scopes = new TreeSet<>();
        json.path("authorizedScope").forEach(scope -> scopes.add(scope.asText()));
        scopes.addAll(List.of(json.path("scope").asText("").strip().split("\\s+")));
        scopes.remove("");
        return scopes;
    }

    private String firstText(String... fields) {
        for (String field : fields) {
            if (json != null && json.path(field).isTextual()) {
                return shortened(json.path(field).asText());
            }
        }
        return "";
    }

    /** The same in one short line. */
    static String shortened(String text) {
        String line = text.replaceAll("\\p{Cntrl}+", " ").strip();
        return line.length() <= LONGEST_LINE ? line : line.substring(0, LONGEST_LINE) + "…";
    }

    /** Its status, and nothing of what it says. */
    @Override
    public String toString() {
        return "Said[" + http.status() + "]";
    }
}
