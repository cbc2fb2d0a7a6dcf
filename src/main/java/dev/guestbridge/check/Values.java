package dev.guestbridge.check;

import dev.guestbridge.message.Spelling;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What stands in double braces in the routes: keys of the configuration, or parameters of the template around. */
final class Values {

    private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{([?!]?)([^{}:]+)(:[^{}]*)?}}");

    private final Map<String, String> values;

    Values(Map<String, String> values) {
        this.values = values;
    }

    Stream<Finding> findings(Spot spot) {
        if (!spot.node().isValueNode() || spot.key().equals("description")) {
            return Stream.empty();
        }
        Set<String> parameters = parameters(spot);
        return PLACEHOLDER
                .matcher(spot.node().asText())
                .results()
                .filter(found -> found.group(1).isEmpty() && found.group(3) == null)
                .map(found -> found.group(2).strip())
                .filter(key -> !values.containsKey(key) && !parameters.contains(key))
                .map(key -> spot.error(unknown(key, parameters)));
    }

    private String unknown(String key, Set<String> parameters) {
        Set<String> known = new TreeSet<>(values.keySet());
        known.addAll(parameters);
        return "{{" + key + "}}: there is no such key in config/application.properties"
                + (parameters.isEmpty() ? "" : ", and no such parameter of this template")
                + Spelling.hint(key, known);
    }

    /** The text with its keys' values; empty when it isn't known before a template is used. */
    Optional<String> filledIn(String text) {
        Matcher placeholders = PLACEHOLDER.matcher(text);
        boolean known = placeholders.results().allMatch(found -> values.containsKey(found.group(2)));
        return known
                ? Optional.of(placeholders.replaceAll(found -> Matcher.quoteReplacement(values.get(found.group(2)))))
                : Optional.empty();
    }

    private static Set<String> parameters(Spot spot) {
        Set<String> names = new TreeSet<>();
        if (spot.isUnder("routeTemplate")) {
            spot.file()
                    .tree()
                    .path(spot.at().getMatchingIndex())
                    .path("routeTemplate")
                    .path("parameters")
                    .forEach(parameter -> names.add(parameter.path("name").asText()));
        }
        return names;
    }
}
