package dev.guestbridge.style;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** The route files as trees, and every place in them. */
final class Routes {

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Map<String, JsonNode> files = new TreeMap<>();

    /**
     * A place in a file.
     *
     * @param file from {@code routes/} on
     * @param route the id of the route around it; the file's name where there is none
     * @param keys the keys from the file's top down to it, list positions left out
     */
    record Place(String file, String route, List<String> keys, JsonNode node) {

        /** The innermost key. */
        String key() {
            return keys.isEmpty() ? "" : keys.get(keys.size() - 1);
        }

        /** The n-th key from the inside; 0 is the innermost. */
        String key(int fromInside) {
            return keys.size() <= fromInside ? "" : keys.get(keys.size() - 1 - fromInside);
        }

        boolean isIn(String fileName) {
            return file.equals("routes/" + fileName);
        }

        /** Whether it is in a file that an operator copied there to join another bus. */
        boolean isOfABus() {
            return file.startsWith("routes/buses/");
        }

        @Override
        public String toString() {
            return file + ", " + route + ", " + key() + (node.isValueNode() ? ": " + node.asText() : "");
        }
    }

    static Routes read(Path folder) {
        Routes routes = new Routes();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.filter(name -> name.toString().endsWith(".camel.yaml"))
                    .toList()) {
                routes.with("routes/" + folder.relativize(file).toString().replace('\\', '/'), Files.readString(file));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return routes;
    }

    static Routes none() {
        return new Routes();
    }

    Routes with(String file, String yaml) {
        try {
            files.put(file, YAML.readTree(yaml));
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(file, e);
        }
    }

    Routes with(Routes others) {
        files.putAll(others.files);
        return this;
    }

    Map<String, JsonNode> files() {
        return files;
    }

    /** Every place of every file. */
    Stream<Place> places() {
        List<Place> places = new ArrayList<>();
        files.forEach((file, tree) -> tree.forEach(item -> walk(file, idOf(item, file), List.of(), item, places)));
        return places.stream();
    }

    /** Every value under this key. */
    Stream<Place> under(String key) {
        return places().filter(place -> place.key().equals(key));
    }

    /** Every single text, number or truth value. */
    Stream<Place> values() {
        return places().filter(place -> place.node().isValueNode());
    }

    /** Every step: one element of a list under {@code steps}. */
    Stream<Place> steps() {
        return places().filter(
                        place -> place.key().equals("steps") && place.node().isArray())
                .flatMap(place -> stream(place.node())
                        .map(step ->
                                new Place(place.file(), place.route(), List.copyOf(plus(place.keys(), "step")), step)));
    }

    /** Every step of this kind: what stands under its name. */
    Stream<Place> steps(String kind) {
        return steps().filter(step -> step.node().has(kind))
                .map(step -> new Place(
                        step.file(),
                        step.route(),
                        plus(step.keys(), kind),
                        step.node().get(kind)));
    }

    /** Every route, plain or a template's. */
    Stream<Place> routes() {
        return under("route").filter(place -> place.node().isObject());
    }

    private static void walk(String file, String route, List<String> keys, JsonNode node, List<Place> places) {
        places.add(new Place(file, route, keys, node));
        if (node.isArray()) {
            // the list itself and its elements share their keys; only the elements' own content is walked
            node.forEach(element -> {
                if (element.isValueNode()) {
                    places.add(new Place(file, route, keys, element));
                } else {
                    element.properties()
                            .forEach(entry -> walk(file, route, plus(keys, entry.getKey()), entry.getValue(), places));
                }
            });
            return;
        }
        node.properties().forEach(entry -> walk(file, route, plus(keys, entry.getKey()), entry.getValue(), places));
    }

    private static String idOf(JsonNode item, String file) {
        for (String key : List.of("route", "routeTemplate", "routeConfiguration")) {
            if (item.path(key).has("id")) {
                return item.path(key).path("id").asText();
            }
        }
        String id = item.path("templatedRoute").path("routeId").asText();
        return id.isEmpty() ? file : id;
    }

    private static List<String> plus(List<String> keys, String key) {
        List<String> longer = new ArrayList<>(keys);
        longer.add(key);
        return longer;
    }

    static Stream<JsonNode> stream(JsonNode list) {
        List<JsonNode> elements = new ArrayList<>();
        list.forEach(elements::add);
        return elements.stream();
    }

    static List<String> offenders(Stream<Place> places, Predicate<Place> rule) {
        return places.filter(rule.negate()).map(Place::toString).toList();
    }
}
