package dev.guestbridge.check;

import dev.guestbridge.message.Spelling;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The addresses in the routes, and the options given to them. */
final class Endpoints {

    private static final Pattern ADDRESS = Pattern.compile("([a-zA-Z][\\w+-]*):([^?]*)(?:\\?(.*))?", Pattern.DOTALL);
    private static final Pattern SCHEME = Pattern.compile("[a-zA-Z][\\w+-]*");
    private static final Set<String> SHORTHANDS = Set.of("to", "toD", "from", "wireTap");

    private final Components components;
    private final Values values;
    private final Beans beans;

    Endpoints(Components components, Values values, Beans beans) {
        this.components = components;
        this.values = values;
        this.beans = beans;
    }

    Stream<Finding> findings(Spot spot) {
        if (!isAddress(spot)) {
            return Stream.empty();
        }
        Matcher address = ADDRESS.matcher(spot.node().asText());
        if (!address.matches()) {
            if (spot.node().asText().matches("(\\{\\{|\\$\\{).*")) {
                return Stream.empty();
            }
            // designers write the component alone, and what would follow its colon among the parameters
            return components
                    .named(spot.node().asText())
                    .filter(component -> spot.key().equals("uri")
                            && SCHEME.matcher(spot.node().asText()).matches())
                    .map(component -> parameters(spot, component))
                    .orElseGet(() -> Stream.of(spot.error("'" + spot.node().asText()
                            + "' is no address; it begins with a component and a colon, such as direct:")));
        }
        Optional<Component> component = components.named(address.group(1));
        if (component.isEmpty()) {
            return beans.isKnown(address.group(1))
                    ? Stream.empty()
                    : Stream.of(spot.error("there is no component '" + address.group(1) + "' in lib/"
                            + Spelling.hint(address.group(1), components.schemes())));
        }
        return Stream.concat(inAddress(spot, component.get(), address.group(3)), parameters(spot, component.get()));
    }

    private static boolean isAddress(Spot spot) {
        return spot.node().isTextual()
                && !spot.isUnder("parameters")
                && !spot.isUnder("beans")
                && (spot.key().equals("uri") || SHORTHANDS.contains(spot.key()));
    }

    private Stream<Finding> inAddress(Spot spot, Component component, String query) {
        return query == null
                ? Stream.empty()
                : Stream.of(query.split("&")).filter(pair -> !pair.isBlank()).flatMap(pair -> {
                    String[] parts = pair.split("=", 2);
                    return option(spot, component, parts[0], parts.length == 2 ? parts[1] : "");
                });
    }

    private Stream<Finding> parameters(Spot spot, Component component) {
        if (!spot.key().equals("uri")) {
            return Stream.empty();
        }
        Spot parameters = new Spot(
                        spot.file(),
                        spot.at().head(),
                        spot.keys().subList(0, spot.keys().size() - 1),
                        spot.file().tree().at(spot.at().head()))
                .child("parameters");
        return parameters.node().properties().stream()
                .flatMap(entry -> option(
                        parameters.child(entry.getKey()),
                        component,
                        entry.getKey(),
                        entry.getValue().asText()));
    }

    private Stream<Finding> option(Spot spot, Component component, String name, String value) {
        if (name.contains("{{") || name.contains("${")) {
            return Stream.empty();
        }
        Optional<String> unknown = component.unknown(name);
        if (unknown.isPresent()) {
            return Stream.of(unknown(spot, component, unknown.get()));
        }
        return values
                .filledIn(value)
                .filter(text ->
                        !text.isEmpty() && !text.startsWith("#") && !text.contains("${") && !text.startsWith("RAW"))
                .flatMap(text -> component.wrong(name, text))
                .map(spot::error)
                .stream();
    }

    private static Finding unknown(Spot spot, Component component, String sentence) {
        if (!component.passesOn()) {
            return spot.error(sentence);
        }
        return sentence.endsWith("?")
                ? spot.error(sentence)
                : spot.warning(sentence + "; it becomes a part of the address that is called");
    }
}
