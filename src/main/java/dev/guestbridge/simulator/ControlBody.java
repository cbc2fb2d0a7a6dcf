package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.regex.PatternSyntaxException;

/** A control call's JSON, read field by field; a wrong, missing or unknown field is refused by name. */
final class ControlBody {

    private final String prefix;
    private final ObjectNode node;
    private final Set<String> read = new HashSet<>();

    private ControlBody(String prefix, ObjectNode node) {
        this.prefix = prefix;
        this.node = node;
    }

    static ControlBody of(byte[] bytes) throws ControlRefusal {
        if (bytes.length == 0) {
            return new ControlBody("", Json.object());
        }
        try {
            return new ControlBody("", Json.object(bytes));
        } catch (IOException e) {
            throw new ControlRefusal(400, "the body must be a JSON object");
        }
    }

    ObjectNode node() {
        return node;
    }

    /** Null when it is absent. */
    String text(String field) throws ControlRefusal {
        JsonNode value = get(field);
        if (value == null || value.isTextual()) {
            return value == null ? null : value.textValue();
        }
        throw wrong(field, "must be a text");
    }

    String required(String field) throws ControlRefusal {
        String text = text(field);
        if (text == null) {
            throw wrong(field, "is missing");
        }
        return text;
    }

    /** Null when it is absent. */
    String oneOf(String field, List<String> allowed) throws ControlRefusal {
        String text = text(field);
        if (text == null || allowed.contains(text)) {
            return text;
        }
        throw wrong(field, "must be one of " + String.join(", ", allowed));
    }

    int number(String field, int absent, int least, int most) throws ControlRefusal {
        JsonNode value = get(field);
        if (value == null) {
            return absent;
        }
        if (value.isInt() && value.intValue() >= least && value.intValue() <= most) {
            return value.intValue();
        }
        throw wrong(field, "must be a whole number from " + least + " to " + most);
    }

    boolean isOn(String field) throws ControlRefusal {
        JsonNode value = get(field);
        if (value == null || value.isBoolean()) {
            return value != null && value.booleanValue();
        }
        throw wrong(field, "must be true or false");
    }

    /** Null when it is absent. */
    Pattern pattern(String field) throws ControlRefusal {
        String text = text(field);
        try {
            return text == null ? null : Pattern.compile(text);
        } catch (PatternSyntaxException e) {
            throw wrong(field, "must be a regular expression: " + e.getDescription());
        }
    }

    /** Empty when it is absent. */
    ControlBody object(String field) throws ControlRefusal {
        JsonNode value = get(field);
        if (value == null || value.isObject()) {
            return new ControlBody(prefix + field + ".", value == null ? Json.object() : (ObjectNode) value);
        }
        throw wrong(field, "must be an object");
    }

    /** Empty when it is absent; numbers become texts. */
    Map<String, String> texts(String field) throws ControlRefusal {
        ControlBody object = object(field);
        Map<String, String> texts = new LinkedHashMap<>();
        for (Map.Entry<String, JsonNode> entry : object.node.properties()) {
            if (!entry.getValue().isValueNode() || entry.getValue().isNull()) {
                throw object.wrong(entry.getKey(), "must be a text");
            }
            texts.put(entry.getKey(), entry.getValue().asText());
        }
        return texts;
    }

    /** A text as it is, anything else as JSON; null when it is absent. */
    byte[] bytes(String field) throws ControlRefusal {
        JsonNode value = get(field);
        if (value == null) {
            return null;
        }
        return value.isTextual() ? value.textValue().getBytes(StandardCharsets.UTF_8) : Json.bytes(value);
    }

    /** Null when it is absent. */
    JsonNode array(String field) throws ControlRefusal {
        JsonNode value = get(field);
        if (value == null || value.isArray()) {
            return value;
        }
        throw wrong(field, "must be a list");
    }

    /** Refuses fields that nobody asked for. */
    void end() throws ControlRefusal {
        for (String field : (Iterable<String>) node::fieldNames) {
            if (!read.contains(field)) {
                throw wrong(field, "is unknown");
            }
        }
    }

    ControlRefusal wrong(String field, String sentence) {
        return new ControlRefusal(400, prefix + field + " " + sentence);
    }

    private JsonNode get(String field) {
        read.add(field);
        JsonNode value = node.get(field);
        return value == null || value.isNull() ? null : value;
    }
}
