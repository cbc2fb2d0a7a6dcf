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
                        || spot.key().equals("method"));
    }

    private static boolean isCondition(Spot spot) {
        String around = spot.key(2).equals("expression") ? spot.key(3) : spot.key(2);
        return spot.key(1).equals("simple") && CONDITIONS.contains(around);
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
