package dev.guestbridge.message;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/** One file of {@code routes/channels}, as a channel. */
final class ChannelFile {

    private static final List<String> REQUIRED = List.of("channel", "dialect", "org", "integration");
    private static final List<String> KNOWN = List.of("channel", "dialect", "org", "integration", "queue");
    private static final List<String> KEYS = List.of("routeTemplateRef", "routeId", "parameters");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern ID = Pattern.compile("[^\\p{Cntrl}\\p{Cs}]{1,200}");

    private static final YAMLMapper YAML = YAMLMapper.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private ChannelFile() {}

    /** @throws IllegalArgumentException with the key and the reason */
    static Channel read(Path file) {
        JsonNode route = route(file);
        if (!route.path("routeTemplateRef").asText().equals("guest-in")) {
            throw new IllegalArgumentException("key 'routeTemplateRef' must be guest-in");
        }
        for (String key : (Iterable<String>) route::fieldNames) {
            if (!KEYS.contains(key)) {
                throw new IllegalArgumentException("key '" + key + "' is unknown" + Spelling.hint(key, KEYS));
            }
        }
        if (route.path("routeId").asText().isBlank()) {
            throw new IllegalArgumentException("key 'routeId' is missing, such as kiosk-in for the channel kiosk");
        }
        Map<String, String> parameters = parameters(route.path("parameters"));
        for (String name : REQUIRED) {
            if (!parameters.containsKey(name)) {
                throw new IllegalArgumentException("parameter '" + name + "' is missing");
            }
        }
        return new Channel(
                name(parameters, "channel"),
                name(parameters, "dialect"),
                name(parameters, "org"),
                id(parameters, "integration"),
                id(parameters, "queue"));
    }

    private static JsonNode route(Path file) {
        JsonNode yaml;
        try {
            yaml = YAML.readTree(Files.readString(file));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 0 : e.getLocation().getLineNr();
            throw new IllegalArgumentException("not YAML" + (line > 0 ? ", see line " + line : ""));
        } catch (IOException e) {
            throw new IllegalArgumentException("can't be read as a text file in UTF-8");
        }
        JsonNode route = yaml.path(0).path("templatedRoute");
        if (yaml.size() != 1 || !route.isObject()) {
            throw new IllegalArgumentException("must be a list with one item, key 'templatedRoute'");
        }
        return route;
    }

    private static Map<String, String> parameters(JsonNode items) {
        if (!items.isArray()) {
            throw new IllegalArgumentException("key 'parameters' must be a list of items with name and value");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (JsonNode item : items) {
            String name = item.path("name").asText();
            if (!KNOWN.contains(name)) {
                throw new IllegalArgumentException("parameter '" + name + "' is unknown; known are "
                        + String.join(", ", KNOWN) + Spelling.hint(name, KNOWN));
            }
            // unquoted 0123 or 12e4 would reach us as another number
            if (!item.path("value").isTextual()) {
                throw new IllegalArgumentException(
                        "parameter '" + name + "' must have a text as value; put it in quotes");
            }
            if (parameters.put(name, item.get("value").textValue()) != null) {
                throw new IllegalArgumentException("parameter '" + name + "' is given twice");
            }
        }
        return parameters;
    }

    private static String name(Map<String, String> parameters, String parameter) {
        String name = parameters.get(parameter);
        if (!NAME.matcher(name).matches()) {
            throw new IllegalArgumentException("parameter '" + parameter
                    + "' must consist of 1 to 63 small letters, digits and hyphens, and not begin with a hyphen");
        }
        return name;
    }

    private static String id(Map<String, String> parameters, String parameter) {
        String id = parameters.get(parameter);
        if (id == null) {
            return null;
        }
        if (id.isBlank() || !ID.matcher(id).matches()) {
            throw new IllegalArgumentException(
                    "parameter '" + parameter + "' must be an id of 1 to 200 characters on one line");
        }
        if (id.contains("{{")) {
            throw new IllegalArgumentException("parameter '" + parameter
                    + "' is a placeholder; webhooks are matched by the id itself, so write it here");
        }
        return id;
    }
}
