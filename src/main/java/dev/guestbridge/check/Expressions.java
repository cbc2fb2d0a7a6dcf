package dev.guestbridge.check;

import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.language.simple.SimpleLanguage;

/** What the routes say in Camel's language Simple, read as Camel reads it. */
final class Expressions {

    private static final Set<String> CONDITIONS =
            Set.of("filter", "when", "validate", "onWhen", "retryWhile", "handled", "continued");

    // without the key within, as many write them and Camel takes them
    private static final Set<String> SHORT = Set.of("simple", "log");

    private final SimpleLanguage simple = new SimpleLanguage();
    private final Values values;

    Expressions(Values values) {
        this.values = values;
        simple.setCamelContext(new DefaultCamelContext()); // never started: it only knows the language
        simple.init();
    }

    Stream<Finding> findings(Spot spot) {
        return isSimple(spot)
                ? values
                        .filledIn(spot.node().asText())
                        .flatMap(text -> wrong(text, isCondition(spot)))
                        .map(spot::error)
                        .stream()
                : Stream.empty();
    }

    private static boolean isSimple(Spot spot) {
        return spot.node().isTextual()
                && (spot.key().equals("expression") && spot.key(1).equals("simple")
                        || spot.key().equals("message") && spot.key(1).equals("log")
                        || spot.key().equals("method")
                        || SHORT.contains(spot.key()));
    }

    private static boolean isCondition(Spot spot) {
        int up = spot.key().equals("simple") ? 0 : 1;
        String around = spot.key(up + 1).equals("expression") ? spot.key(up + 2) : spot.key(up + 1);
        return spot.key(up).equals("simple") && CONDITIONS.contains(around);
    }

    private Optional<String> wrong(String text, boolean condition) {
        try {
            if (condition) {
                simple.createPredicate(text);
            } else {
                simple.createExpression(text);
            }
            return Optional.empty();
        } catch (RuntimeException e) { // of many kinds: some are of what the text names
            String reason = String.valueOf(e.getMessage())
                    .lines()
                    .findFirst()
                    .orElse("")
                    .replaceFirst(" at location \\d+$", "");
            return Optional.of("'" + text + "' isn't Simple, Camel's language: " + reason);
        }
    }
}
