package dev.guestbridge.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Spelling;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.util.TimeUtils;

/** One of Camel's components, and what its options may be. */
final class Component {

    private final String scheme;
    private final JsonNode described;

    /** @param described its description; missing when its jar holds none */
    Component(String scheme, JsonNode described) {
        this.scheme = scheme;
        this.described = described;
    }

    /** Whether an endpoint's option that it doesn't know becomes a part of the address. */
    boolean passesOn() {
        return described.path("component").path("lenientProperties").asBoolean();
    }

    /** What is wrong with the name of an endpoint's option; empty when nothing is. */
    Optional<String> unknown(String option) {
        if (described.isMissingNode() || !option(option).isMissingNode()) {
            return Optional.empty();
        }
        return Optional.of(scheme + " has no option '" + option + "'" + Spelling.hint(option, options("properties")));
    }

    /** What is wrong with the name of the component's own option; empty when nothing is. */
    Optional<String> unknownOfItself(String option) {
        Set<String> known = options("componentProperties");
        if (described.isMissingNode()
                || known.stream().anyMatch(name -> flat(name).equals(flat(option)))) {
            return Optional.empty();
        }
        return Optional.of(
                "the component " + scheme + " has no option '" + option + "'" + Spelling.hint(option, known));
    }

    /** What is wrong with the value of an endpoint's option; empty when nothing is. */
    Optional<String> wrong(String option, String value) {
        JsonNode its = option(option);
        String otherwise =
                switch (its.path("type").asText()) {
                    case "boolean" -> value.matches("(?i)true|false") ? "" : "neither true nor false";
                    case "integer" -> value.matches("[-+]?\\d+") ? "" : "not a whole number";
                    case "number" -> value.matches("[-+]?\\d+(\\.\\d+)?") ? "" : "not a number";
                    case "duration" -> isDuration(value) ? "" : "not a time in milliseconds, or such as 5s or 1m30s";
                    case "enum" -> notOneOf(its.path("enum"), value);
                    default -> "";
                };
        return otherwise.isEmpty()
                ? Optional.empty()
                : Optional.of(scheme + "'s option '" + option + "' is '" + value + "', " + otherwise);
    }

    private static String notOneOf(JsonNode words, String value) {
        List<String> known = new ArrayList<>();
        words.forEach(word -> known.add(word.asText()));
        return known.stream().anyMatch(word -> flat(word).equals(flat(value)))
                ? ""
                : "not one of " + String.join(", ", known) + Spelling.hint(value, known);
    }

    // of what it doesn't understand Camel makes 0
    private static boolean isDuration(String value) {
        try {
            return TimeUtils.toMilliSeconds(value) != 0 || value.matches("0+\\w*");
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private JsonNode option(String name) {
        JsonNode properties = described.path("properties");
        if (properties.has(name)) {
            return properties.path(name);
        }
        for (JsonNode property : properties) {
            String prefix = property.path("prefix").asText();
            if (!prefix.isEmpty() && name.startsWith(prefix)) {
                return property;
            }
        }
        return properties.path(name.replaceFirst("^consumer\\.", ""));
    }

    private Set<String> options(String group) {
        Set<String> names = new TreeSet<>();
        described.path(group).fieldNames().forEachRemaining(names::add);
        return names;
    }

    /** As Camel compares names: connect-timeout is connectTimeout. */
    static String flat(String name) {
        return name.replaceAll("[-_]", "").toLowerCase(Locale.ROOT);
    }
}
