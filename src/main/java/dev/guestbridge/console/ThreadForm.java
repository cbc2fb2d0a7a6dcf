package dev.guestbridge.console;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Spelling;
import dev.guestbridge.store.ThreadRegister.Entry;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A guest's thread as a line of JSON, in the form in which it is exported. */
final class ThreadForm {

    private static final List<String> TEXTS = List.of(
            "org",
            "channel",
            "guest",
            "confirmedId",
            "threadId",
            "conversationId",
            "endedConversationId",
            "participantId",
            "guestId",
            "guestToken");
    private static final List<String> TIMES = List.of("conversationAt", "guestTokenExpiresAt", "openedAt", "usedAt");
    private static final List<String> FIELDS =
            Stream.concat(TEXTS.stream(), TIMES.stream()).toList();
    private static final List<String> IDS = List.of("threadId", "conversationId", "participantId", "guestId");
    private static final int LONGEST = 8_192;

    private final Channels channels;

    /** @param channels those to which a thread may belong */
    ThreadForm(Channels channels) {
        this.channels = channels;
    }

    /**
     * The thread that it holds.
     *
     * @throws IllegalArgumentException that names the field and the reason, and never quotes guest or token
     */
    Entry read(JsonNode line) {
        if (!line.isObject()) {
            throw new IllegalArgumentException("is no JSON object");
        }
        for (Map.Entry<String, JsonNode> field : line.properties()) {
            demandKnown(field.getKey());
            demandText(field.getKey(), field.getValue());
        }
        String name = required(line, "channel");
        Channel channel = channels.named(name);
        if (channel == null) {
            List<String> names = channels.all().stream().map(Channel::name).toList();
            throw new IllegalArgumentException(
                    "channel: there is no channel '" + shown(name) + "'" + Spelling.hint(name, names));
        }
        String org = text(line, "org");
        if (org != null && !org.equals(channel.org())) {
            throw new IllegalArgumentException(
                    "org: the channel " + name + " belongs to " + channel.org() + ", not to '" + shown(org) + "'");
        }
        if (IDS.stream().noneMatch(line::hasNonNull)) {
            throw new IllegalArgumentException("brings nothing: none of " + String.join(", ", IDS) + " is there");
        }
        String token = text(line, "guestToken");
        if (token != null && !token.matches("[\\x21-\\x7e]+")) {
            throw new IllegalArgumentException("guestToken: no header can carry it");
        }
        return new Entry(
                channel.org(),
                channel.name(),
                required(line, "guest"),
                text(line, "confirmedId"),
                text(line, "threadId"),
                text(line, "conversationId"),
                time(line, "conversationAt"),
                text(line, "endedConversationId"),
                text(line, "participantId"),
                text(line, "guestId"),
                token,
                time(line, "guestTokenExpiresAt"),
                time(line, "openedAt"),
                time(line, "usedAt"));
    }

    private static void demandKnown(String field) {
        if (!FIELDS.contains(field)) {
            throw new IllegalArgumentException(
                    "there is no field '" + shown(field) + "'" + Spelling.hint(field, FIELDS));
        }
    }

    private static void demandText(String field, JsonNode value) {
        if (value.isNull()) {
            return;
        }
        if (!value.isTextual() || value.textValue().isEmpty()) {
            throw new IllegalArgumentException(field + ": is no text, or an empty one");
        }
        String text = value.textValue();
        boolean kept = text.codePoints()
                .noneMatch(c -> c == 0 || c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE);
        if (text.length() > LONGEST || !kept) {
            throw new IllegalArgumentException(
                    field + ": is longer than " + LONGEST + " characters, or holds one that no database keeps");
        }
    }

    private static String required(JsonNode line, String field) {
        String text = text(line, field);
        if (text == null) {
            throw new IllegalArgumentException(field + ": is missing");
        }
        return text;
    }

    private static String text(JsonNode line, String field) {
        return line.path(field).textValue();
    }

    private static Instant time(JsonNode line, String field) {
        String text = text(line, field);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new IllegalArgumentException(
                    field + ": '" + shown(text) + "' is no time with a zone, such as 2026-11-20T12:00:00Z", e);
        }
    }

    private static String shown(String text) {
        return text.length() > 40 ? text.substring(0, 40) + "…" : text;
    }
}
