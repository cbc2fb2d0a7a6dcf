package dev.guestbridge.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.UnaryOperator;

/** JSON and YAML as the tests read, write and compare them. */
final class Tree {

    static final ObjectMapper JSON = new ObjectMapper();
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

    private Tree() {}

    static JsonNode json(String text) {
        try {
            return JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(text, e);
        }
    }

    static JsonNode yaml(Path file) {
        try {
            return YAML.readTree(Files.readString(file));
        } catch (IOException e) {
            throw new UncheckedIOException(file.toString(), e);
        }
    }

    static JsonNode of(Object value) {
        return JSON.valueToTree(value);
    }

    /** The same tree with every text changed. */
    static JsonNode withTexts(JsonNode tree, UnaryOperator<String> change) {
        if (tree.isTextual()) {
            return TextNode.valueOf(change.apply(tree.textValue()));
        }
        if (tree.isArray()) {
            ArrayNode changed = JSON.createArrayNode();
            tree.forEach(item -> changed.add(withTexts(item, change)));
            return changed;
        }
        if (tree.isObject()) {
            ObjectNode changed = JSON.createObjectNode();
            tree.properties().forEach(field -> changed.set(field.getKey(), withTexts(field.getValue(), change)));
            return changed;
        }
        return tree;
    }

    /**
     * What is not as expected, a line each; fields that aren't expected don't matter.
     *
     * @param expected values as they must be, {@code <present>}, {@code <absent>}, {@code >=} and a number, or {@code ~} and a regular
     *     expression for the whole text
     */
    static List<String> differences(String place, JsonNode expected, JsonNode actual) {
        List<String> differences = new ArrayList<>();
        compare(place, expected, actual, differences);
        return differences;
    }

    private static void compare(String place, JsonNode expected, JsonNode actual, List<String> differences) {
        String word = expected.isTextual() ? expected.textValue() : "";
        if (word.equals("<absent>")) {
            demand(actual.isMissingNode(), place, "nothing", actual, differences);
        } else if (word.equals("<present>")) {
            demand(!actual.isMissingNode() && !actual.isNull(), place, "something", actual, differences);
        } else if (word.startsWith(">=")) {
            demand(actual.asLong(-1) >= Long.parseLong(word.substring(2)), place, word, actual, differences);
        } else if (word.startsWith("~")) {
            demand(actual.asText().matches("(?s)" + word.substring(1)), place, word, actual, differences);
        } else if (expected.isObject()) {
            expected.properties()
                    .forEach(field -> compare(
                            place + "." + field.getKey(), field.getValue(), actual.path(field.getKey()), differences));
        } else if (expected.isArray()) {
            demand(actual.size() == expected.size(), place, expected.size() + " items", actual, differences);
            for (int i = 0; i < expected.size(); i++) {
                compare(place + "[" + i + "]", expected.get(i), actual.path(i), differences);
            }
        } else {
            boolean same = expected.isNumber() && actual.isNumber()
                    ? expected.decimalValue().compareTo(actual.decimalValue()) == 0
                    : expected.equals(actual);
            demand(same, place, expected.toString(), actual, differences);
        }
    }

    private static void demand(
            boolean right, String place, String expected, JsonNode actual, List<String> differences) {
        if (!right) {
            differences.add(place + ": expected " + expected + ", was " + actual);
        }
    }
}
