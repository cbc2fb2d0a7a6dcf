package dev.guestbridge.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * A call to Genesys, complete but for the host and the organisation's token.
 *
 * @param path from the first slash on, every segment percent-encoded, the query included
 * @param headers what the dialect adds to the usual headers
 * @param guestToken the bearer to use instead of the organisation's token, or null
 * @param body what is sent as JSON
 */
public record Request(String path, Map<String, String> headers, String guestToken, JsonNode body) {

    private static final Set<String> WORDS = Set.of(
            "api",
            "v2",
            "conversations",
            "messaging",
            "messages",
            "message",
            "external",
            "threads",
            "guest",
            "inbound",
            "open",
            "event",
            "receipt",
            "structured",
            "response");

    /** A call with the organisation's token and no headers of its own. */
    public static Request to(String path, JsonNode body) {
        return new Request(path, Map.of(), null, body);
    }

    /**
     * One path segment, percent-encoded in UTF-8, so that any text stays one segment and means itself.
     *
     * @param text any Unicode text without lone surrogates
     */
    public static String segment(String text) {
        // a segment of dots alone is a step in the tree to many servers, so its dots are encoded too
        String encoded = URLEncoder.encode(text, StandardCharsets.UTF_8)
                .replace("+", "%20")
                .replace("%7E", "~");
        return encoded.matches("\\.+") ? encoded.replace(".", "%2E") : encoded;
    }

    /** The path without ids and query, for those who may not know them: words of Genesys' API, and {@code {}} for all else. */
    public String template() {
        return Arrays.stream(path.replaceFirst("\\?.*", "").split("/"))
                .map(part -> part.isEmpty() || WORDS.contains(part) ? part : "{}")
                .collect(Collectors.joining("/"));
    }

    /** The body as it goes over the wire. */
    public String json() {
        return Json.write(body);
    }

    /** The path and the headers' names; bodies and tokens are the guest's and stay out of sight. */
    @Override
    public String toString() {
        return "POST " + path + " " + headers.keySet();
    }
}
