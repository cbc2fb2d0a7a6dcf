package dev.guestbridge.message;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/** One file of {@code routes/channels}, as a channel. */
final class ChannelFile {

    private static final List<String> REQUIRED = List.of("channel", "dialect", "org", "integration");
    private static final List<String> KNOWN = List.of("channel", "dialect", "org", "integration", "queue");
    private static final List<String> KEYS = List.of("routeTemplateRef", "routeId", "parameters");
    private static final JsonPointer ROUTE = JsonPointer.compile("/0/templatedRoute");
    private static final Pattern NAME = Pattern.compile("[a-z0-9][a-z0-9-]{0,62}");
    private static final Pattern ID = Pattern.compile("[^\\p{Cntrl}\\p{Cs}]{1,200}");

    private ChannelFile() {}

    /** @throws Channels.BadChannel naming the key and the reason */
    static Channel read(Path path, Consumer<Channel> check) {
        YamlFile file;
        try {
            file = YamlFile.read(path);
        } catch (YamlFile.Unreadable e) {
            throw new Channels.BadChannel(new Place(path, e.line(), 0), e.getMessage());
        }
        try {
            Channel channel = channel(file.tree());
            check.accept(channel);
            return channel;
        } catch (BadPart bad) {
            throw new Channels.BadChannel(file.place(pointer(file.tree(), bad)), bad.getMessage());
        } catch (IllegalArgumentException e) {
            throw new Channels.BadChannel(file.place(JsonPointer.empty()), e.getMessage());
        }
    }

    private static Channel channel(JsonNode yaml) {
        JsonNode route = yaml.at(ROUTE);
        if (yaml.size() != 1 || !route.isObject()) {
            throw new IllegalArgumentException("must be a list with one item, key 'templatedRoute'");
        }
        if (!route.path("routeTemplateRef").asText().equals("guest-in")) {
            throw BadPart.key("routeTemplateRef", "must be guest-in");
        }
        for (String key : (Iterable<String>) route::fieldNames) {
            if (!KEYS.contains(key)) {
                throw BadPart.key(key, "is unknown" + Spelling.hint(key, KEYS));
            }
        }
        if (route.path("routeId").asText().isBlank()) {
            throw BadPart.key("routeId", "is missing, such as kiosk-in for the channel kiosk");
        }
        Map<String, String> parameters = parameters(route.path("parameters"));
        for (String name : REQUIRED) {
            if (!parameters.containsKey(name)) {
                throw BadPart.parameter(name, "is missing");
            }
        }
        return new Channel(
                name(parameters, "channel"),
                name(parameters, "dialect"),
                name(parameters, "org"),
                id(parameters, "integration"),
                id(parameters, "queue"));
    }

    /** Where the part stands; the last one of its name, and the list of them when there is none. */
    private static JsonPointer pointer(JsonNode yaml, BadPart part) {
        if (!part.isParameter()) {
            return ROUTE.appendProperty(part.name());
        }
        JsonPointer list = ROUTE.appendProperty("parameters");
        JsonPointer found = list;
        for (int i = 0; i < yaml.at(list).size(); i++) {
            if (yaml.at(list).path(i).path("name").asText().equals(part.name())) {
                found = list.appendIndex(i);
            }
        }
        return found;
    }

    private static Map<String, String> parameters(JsonNode items) {
        if (!items.isArray()) {
            throw BadPart.key("parameters", "must be a list of items with name and value");
        }
        Map<String, String> parameters = new LinkedHashMap<>();
        for (JsonNode item : items) {
            String name = item.path("name").asText();
            if (!KNOWN.contains(name)) {
                throw BadPart.parameter(
                        name, "is unknown; known are " + String.join(", ", KNOWN) + Spelling.hint(name, KNOWN));
            }
            // unquoted 0123 or 12e4 would reach us as another number
            if (!item.path("value").isTextual()) {
                throw BadPart.parameter(name, "must have a text as value; put it in quotes");
            }
            if (parameters.put(name, item.get("value").textValue()) != null) {
                throw BadPart.parameter(name, "is given twice");
            }
        }
        return parameters;
    }

    private static String name(Map<String, String> parameters, String parameter) {
        String name = parameters.get(parameter);
        if (!NAME.matcher(name).matches()) {
            throw BadPart.parameter(
                    parameter,
                    "must consist of 1 to 63 small letters, digits and hyphens, and not begin with a hyphen");
        }
        return name;
    }

    private static String id(Map<String, String> parameters, String parameter) {
        String id = parameters.get(parameter);
        if (id == null) {
            return null;
        }
        if (id.isBlank() || !ID.matcher(id).matches()) {
            throw BadPart.parameter(parameter, "must be an id of 1 to 200 characters on one line");
        }
        if (id.contains("{{")) {
            throw BadPart.parameter(
                    parameter, "is a placeholder; webhooks are matched by the id itself, so write it here");
        }
        return id;
    }
}
