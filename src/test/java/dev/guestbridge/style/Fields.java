package dev.guestbridge.style;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** The fields of a message on the bus, as its schema in {@code config/schemas/} has them. */
final class Fields {

    private static final ObjectMapper JSON = new ObjectMapper();

    private Fields() {}

    /** A table of them, in the schema's order. */
    static String of(String schema) {
        StringBuilder table = new StringBuilder("| field | needed | type | meaning |\n|---|---|---|---|\n");
        rows(read(Path.of("config/schemas/" + schema + ".schema.json")), "", table);
        return table.toString();
    }

    private static void rows(JsonNode object, String prefix, StringBuilder table) {
        List<String> needed = texts(object.path("required"));
        object.path("properties").properties().forEach(property -> {
            JsonNode field = property.getValue();
            String name = prefix + property.getKey();
            table.append("| `%s` | %s | %s | %s |\n"
                    .formatted(name, needed.contains(property.getKey()) ? "yes" : "", type(field), meaning(field)));
            rows(field, name + ".", table);
            rows(field.path("items"), name + "[].", table);
        });
    }

    private static String type(JsonNode field) {
        if (field.has("enum")) {
            return texts(field.path("enum")).stream()
                    .map(word -> "`" + word + "`")
                    .collect(Collectors.joining(", "));
        }
        String type = field.path("type").isArray()
                ? texts(field.path("type")).get(0)
                : field.path("type").asText();
        if (type.equals("array")) {
            return "list of " + field.path("items").path("type").asText() + "s";
        }
        return field.has("maxLength")
                ? "%s of %d to %d"
                        .formatted(
                                type,
                                field.path("minLength").asInt(),
                                field.path("maxLength").asInt())
                : type;
    }

    private static String meaning(JsonNode field) {
        JsonNode example = field.path("examples").path(0);
        String such = example.isTextual() ? " Such as `" + example.asText() + "`." : "";
        return Tables.escaped(field.path("description").asText()) + such;
    }

    /** The texts of a list that aren't empty; null, which stands for absent, isn't one. */
    private static List<String> texts(JsonNode list) {
        List<String> texts = new ArrayList<>();
        list.forEach(item -> {
            if (item.isTextual() && !item.asText().isEmpty()) {
                texts.add(item.asText());
            }
        });
        return texts;
    }

    private static JsonNode read(Path file) {
        try {
            return JSON.readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
