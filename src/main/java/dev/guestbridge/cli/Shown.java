package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Json;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.regex.Pattern;

/** What commands print of what others wrote: nothing in it writes elsewhere on a terminal. */
final class Shown {

    // controls, ends of lines and what turns the direction of writing
    private static final Pattern ODD = Pattern.compile("[\\p{Cc}\\u2028\\u2029\\u202A-\\u202E\\u2066-\\u2069]");

    private Shown() {}

    /** One line of text. */
    static String text(String text) {
        return ODD.matcher(text).replaceAll(" ");
    }

    /** One line of JSON, its meaning unchanged. */
    static String json(JsonNode value) {
        return ODD.matcher(Json.write(value))
                .replaceAll(odd -> "\\\\u%04x".formatted((int) odd.group().charAt(0)));
    }

    /** A field as one line of text; empty when it isn't there. */
    static String text(JsonNode object, String field) {
        return text(object.path(field).asText(""));
    }

    /** What Genesys answered, behind an error class; nothing when no answer came. */
    static String answered(JsonNode failure) {
        String code = text(failure, "code");
        return failure.path("status").asInt(0) == 0
                ? ""
                : " (HTTP " + failure.path("status").asInt() + (code.isEmpty() ? "" : ", " + code) + ")";
    }

    /** A field's time to the second; empty when it isn't there. */
    static String time(JsonNode object, String field) {
        String time = object.path(field).asText("");
        return time.isEmpty()
                ? ""
                : Instant.parse(time).truncatedTo(ChronoUnit.SECONDS).toString();
    }
}
