package dev.guestbridge.genesys;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.genesys.ErrorCatalogue.BadCatalogue;
import dev.guestbridge.genesys.ErrorClass.Action;
import dev.guestbridge.genesys.ErrorClass.Radius;
import dev.guestbridge.message.Spelling;
import dev.guestbridge.message.YamlFile;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/**
 * A part of the catalogue's file, and what may stand there; all else is refused in a sentence that names the place.
 *
 * @param name what sentences call it
 * @param at where it stands
 */
record CatalogueRow(YamlFile file, String name, JsonPointer at) {

    private static final Set<String> CLASS_KEYS = Set.of(
            "radius",
            "action",
            "attempts",
            "within-ms",
            "wait-ms",
            "threshold",
            "pauses",
            "dead-in",
            "reason",
            "advice");
    private static final Set<String> SIGN_KEYS = Set.of(
            "status",
            "code",
            "text",
            "dialect",
            "call",
            "network",
            "token",
            "scopes",
            "thread-younger-ms",
            "class",
            "because");

    JsonNode node() {
        return file.tree().at(at);
    }

    BadCatalogue wrong(String reason) {
        return new BadCatalogue(file.place(at), name, reason);
    }

    private BadCatalogue wrong(String key, String reason) {
        return new BadCatalogue(file.place(at.appendProperty(key)), name, reason);
    }

    /** The class of that name, as the row describes it. */
    ErrorClass errorClass(String name) {
        demandKeys(CLASS_KEYS);
        long[] waits = waits();
        Radius radius = word("radius", Radius.class);
        return new ErrorClass(
                name,
                radius,
                word("action", Action.class),
                (int) number("attempts"),
                number("within-ms"),
                waits[0],
                waits[1],
                (int) Math.max(1, number("threshold")),
                node().has("pauses") ? word("pauses", Radius.class) : radius,
                words("dead-in"),
                sentence("reason"),
                sentence("advice"));
    }

    private Set<String> words(String key) {
        JsonNode list = node().path(key);
        if (!list.isMissingNode() && !list.isArray()) {
            throw wrong(key, "'" + key + "' must be a list, as in [messaging]");
        }
        Set<String> words = new TreeSet<>();
        list.forEach(word -> words.add(word.asText()));
        return words;
    }

    /**
     * The sign that the row is.
     *
     * @param classes that there are
     */
    Sign sign(List<String> classes) {
        demandKeys(SIGN_KEYS);
        String name = sentence("class");
        if (!classes.contains(name)) {
            throw wrong("class", "there is no class '" + name + "'; known: " + classes + Spelling.hint(name, classes));
        }
        int[] status = status();
        return new Sign(
                status[0],
                status[1],
                pattern("code"),
                pattern("text"),
                text("dialect"),
                oneOf("call", "open", "send", "receipt", "token"),
                oneOf("network", "untrusted", "unreachable", "lost", "unreadable", "foreign", "died"),
                oneOf("token", "stale", "fresh", "void", "guest"),
                oneOf("scopes", "complete", "missing", "dropped", "unknown"),
                number("thread-younger-ms"),
                name,
                sentence("because"));
    }

    /** Refuses all keys but these. */
    void demandKeys(Set<String> known) {
        node().fieldNames().forEachRemaining(key -> {
            if (!known.contains(key)) {
                throw wrong(
                        key, "unknown key '" + key + "'; known: " + new TreeSet<>(known) + Spelling.hint(key, known));
            }
        });
    }

    private String sentence(String key) {
        JsonNode value = node().path(key);
        if (value.isMissingNode()) {
            throw wrong("'" + key + "' is missing");
        }
        if (!value.isTextual() || value.asText().isBlank()) {
            throw wrong(key, "'" + key + "' must be a text");
        }
        return value.asText().strip();
    }

    /** A condition's text; null when there is no such condition. */
    private String text(String key) {
        return node().has(key) ? sentence(key) : null;
    }

    private long number(String key) {
        JsonNode value = node().path(key);
        if (value.isMissingNode()) {
            return 0;
        }
        if (!value.isIntegralNumber() || !value.canConvertToInt() || value.asInt() < 1) {
            throw wrong(key, "'" + key + "' must be a whole number above zero");
        }
        return value.asLong();
    }

    private <E extends Enum<E>> E word(String key, Class<E> words) {
        String[] known = Arrays.stream(words.getEnumConstants())
                .map(word -> word.name().toLowerCase(Locale.ROOT))
                .toArray(String[]::new);
        sentence(key);
        return Enum.valueOf(words, oneOf(key, known).toUpperCase(Locale.ROOT));
    }

    private String oneOf(String key, String... known) {
        String word = text(key);
        if (word != null && !List.of(known).contains(word)) {
            throw wrong(
                    key,
                    "'" + key + "' is '" + word + "'; known: " + List.of(known) + Spelling.hint(word, List.of(known)));
        }
        return word;
    }

    private Pattern pattern(String key) {
        String regex = text(key);
        try {
            return regex == null ? null : Pattern.compile(regex);
        } catch (PatternSyntaxException e) {
            throw wrong(key, "'" + key + "' is no regular expression: " + e.getDescription());
        }
    }

    private long[] waits() {
        JsonNode range = node().path("wait-ms");
        if (range.isMissingNode()) {
            return new long[] {0, 0};
        }
        String[] parts = range.asText().split("\\.\\.", -1);
        try {
            long first = Long.parseLong(parts[0].strip());
            long cap = parts.length == 1 ? first : Long.parseLong(parts[1].strip());
            if (parts.length <= 2 && first >= 0 && cap >= first) {
                return new long[] {first, cap};
            }
        } catch (NumberFormatException notANumber) {
            // told below
        }
        throw wrong("wait-ms", "'wait-ms' must be like 200..5000, the first wait and the longest");
    }

    private int[] status() {
        JsonNode status = node().path("status");
        if (status.isMissingNode()) {
            return new int[] {0, 0};
        }
        String text = status.asText();
        if (text.matches("[1-5]xx")) {
            int hundred = (text.charAt(0) - '0') * 100;
            return new int[] {hundred, hundred + 99};
        }
        if (text.matches("[1-5]\\d\\d")) {
            return new int[] {Integer.parseInt(text), Integer.parseInt(text)};
        }
        throw wrong("status", "'status' is '" + text + "'; it must be like 404 or 5xx");
    }
}
