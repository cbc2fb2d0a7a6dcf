package dev.guestbridge.style;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.guestbridge.AllowedValues;
import dev.guestbridge.message.Channels;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** The parts of README.md and docs/ that are written from {@code config/} and {@code routes/}. */
final class Tables {

    private static final Path CATALOGUE = Path.of("config/error-classes.yaml");
    private static final Path KEYS = Path.of("config/application.properties");

    /** What numbers count, by the end of their key. */
    private static final Map<String, String> UNITS = Map.ofEntries(
            Map.entry("-ms", "milliseconds"),
            Map.entry("-minutes", "minutes"),
            Map.entry("-days", "days"),
            Map.entry("-bytes", "bytes"),
            Map.entry("-percent", "percent"),
            Map.entry("requests-per-minute", "requests a minute"),
            Map.entry("refusals-per-minute", "messages a minute"),
            Map.entry("http.connections", "connections"),
            Map.entry("calls-in-flight", "calls"),
            Map.entry("cached-threads", "threads"),
            Map.entry("outbox-letters", "replies"));

    private Tables() {}

    /** What stands between the markers of this name. */
    static String named(String name) {
        return switch (name) {
            case "channels" -> channels();
            case "configuration" -> configuration();
            case "error-classes" -> errorClasses();
            case "errors" -> errors();
            case "keys" -> keys();
            case "channel-parameters" -> channelParameters();
            case "guest-message", "receipt", "reply", "status" -> Fields.of(name);
            default -> throw new IllegalArgumentException("there is no table '" + name + "'");
        };
    }

    private static String channels() {
        StringBuilder table =
                new StringBuilder("| channel | dialect | integration | Genesys queue |\n|---|---|---|---|\n");
        Channels.read(Path.of("routes/channels"))
                .all()
                .forEach(channel -> table.append("| [`%s`](routes/channels/%s.camel.yaml) | `%s` | `%s` | %s |\n"
                        .formatted(
                                channel.name(),
                                channel.name(),
                                channel.dialect(),
                                channel.integration(),
                                channel.queue() == null ? "" : "`" + channel.queue() + "`")));
        return table.toString();
    }

    private static String configuration() {
        StringBuilder table = new StringBuilder("| key | default | meaning |\n|---|---|---|\n");
        List<Keys.Key> keys = Keys.read(KEYS);
        for (int i = 0; i < keys.size(); ) {
            int end = i + 1;
            while (end < keys.size() && !keys.get(end).firstOfItsComment()) {
                end++;
            }
            List<Keys.Key> row = keys.subList(i, end);
            if (i == 0 || !keys.get(i - 1).section().equals(row.get(0).section())) {
                table.append("| **%s** | | |\n".formatted(row.get(0).section()));
            }
            table.append("| %s | %s | %s |\n"
                    .formatted(
                            row.stream().map(Tables::name).collect(Collectors.joining("<br>")),
                            row.stream().map(Tables::value).collect(Collectors.joining("<br>")),
                            escaped(row.get(0).meaning())));
            i = end;
        }
        return table.toString();
    }

    /** The whole reference: a section after the other, a row for each key. */
    private static String keys() {
        List<Keys.Key> keys = Keys.read(KEYS);
        Set<String> names = keys.stream().map(Keys.Key::name).collect(Collectors.toSet());
        StringBuilder page = new StringBuilder();
        String section = "";
        for (Keys.Key key : keys) {
            if (!key.section().equals(section)) {
                section = key.section();
                page.append("\n## %s\n\n"
                                .formatted(section.substring(0, 1).toUpperCase(Locale.ROOT) + section.substring(1)))
                        .append(
                                "| key | environment variable | default | unit, values | meaning |\n|---|---|---|---|---|\n");
            }
            page.append("| %s | `%s` | %s | %s | %s |\n"
                    .formatted(
                            name(key),
                            key.name()
                                    .toUpperCase(Locale.ROOT)
                                    .replace('.', '_')
                                    .replace('-', '_')
                                    .replace("GENESYS_MAIN_", "GENESYS_<ORG>_"),
                            preset(key, names),
                            values(key.name()),
                            key.firstOfItsComment() ? escaped(key.meaning()) : "as above"));
        }
        return page.toString().strip() + "\n";
    }

    private static String preset(Keys.Key key, Set<String> names) {
        String secret = key.name().replaceFirst("-file$", "");
        if (!key.commentedOut() || !key.name().startsWith("genesys.main.")) {
            return value(key);
        }
        if (!secret.equals(key.name())) {
            return "**required**, or the secret itself";
        }
        return "**required**" + (names.contains(secret + "-file") ? ", or its file" : "");
    }

    private static String values(String key) {
        String values = AllowedValues.of(key);
        String unit = UNITS.entrySet().stream()
                .filter(ending -> key.endsWith(ending.getKey()))
                .map(Map.Entry::getValue)
                .findFirst()
                .orElse("");
        return unit.isEmpty() || values.isEmpty() ? unit + values : unit + ", " + values;
    }

    private static String channelParameters() {
        StringBuilder table = new StringBuilder("| parameter | needed | meaning |\n|---|---|---|\n");
        yaml(Path.of("routes/channel.camel.yaml"))
                .path(0)
                .path("routeTemplate")
                .path("parameters")
                .forEach(parameter -> table.append("| `%s` | %s | %s |\n"
                        .formatted(
                                parameter.path("name").asText(),
                                parameter.path("required").asBoolean(true) ? "yes" : "",
                                escaped(parameter.path("description").asText()))));
        return table.toString();
    }

    private static String name(Keys.Key key) {
        return "`" + key.name().replace("genesys.main.", "genesys.<org>.") + "`";
    }

    private static String value(Keys.Key key) {
        if (key.commentedOut()) {
            return key.name().startsWith("genesys.main.") ? "required" : "none";
        }
        return key.value().isEmpty() ? "empty" : "`" + key.value() + "`";
    }

    private static String errorClasses() {
        JsonNode catalogue = catalogue();
        StringBuilder table = new StringBuilder(
                "| class | sign | stops meanwhile | what the bridge does | what you do |\n|---|---|---|---|---|\n");
        catalogue.path("classes").properties().forEach(row -> {
            // signs that differ in nothing but the status stand together
            Map<String, List<String>> signs = new LinkedHashMap<>();
            signsOf(catalogue, row.getKey())
                    .forEach(sign -> signs.computeIfAbsent(conditions(sign), rest -> new ArrayList<>())
                            .add(sign.path("status").asText()));
            table.append("| [`%s`](docs/errors.md#%s) | %s | %s | %s | %s |\n"
                    .formatted(
                            row.getKey(),
                            row.getKey(),
                            signs.entrySet().stream()
                                    .map(sign -> (String.join(", ", sign.getValue()) + " " + sign.getKey()).strip())
                                    .collect(Collectors.joining("; ")),
                            radius(row.getValue()),
                            escaped(action(row.getValue())),
                            escaped(row.getValue().path("advice").asText())));
        });
        return table.toString();
    }

    private static String errors() {
        JsonNode catalogue = catalogue();
        StringBuilder page = new StringBuilder();
        catalogue.path("classes").properties().forEach(row -> {
            JsonNode error = row.getValue();
            page.append("## %s\n\n%s\n\n"
                    .formatted(row.getKey(), escaped(error.path("reason").asText())));
            page.append("- Stops meanwhile: %s.\n".formatted(radius(error)));
            page.append("- What the bridge does: %s.\n".formatted(escaped(action(error))));
            page.append("- What you do: %s\n\n"
                    .formatted(escaped(error.path("advice").asText())));
            page.append("| sign | cause |\n|---|---|\n");
            signsOf(catalogue, row.getKey())
                    .forEach(sign -> page.append("| %s | %s |\n"
                            .formatted(sign(sign), escaped(sign.path("because").asText()))));
            page.append('\n');
        });
        return page.toString().stripTrailing() + "\n";
    }

    private static List<JsonNode> signsOf(JsonNode catalogue, String errorClass) {
        List<JsonNode> signs = new ArrayList<>();
        catalogue.path("signs").forEach(sign -> {
            if (sign.path("class").asText().equals(errorClass)) {
                signs.add(sign);
            }
        });
        return signs;
    }

    private static String sign(JsonNode sign) {
        return (sign.path("status").asText() + " " + conditions(sign)).strip();
    }

    /** All of a sign but its status. */
    private static String conditions(JsonNode sign) {
        List<String> conditions = new ArrayList<>();
        if (sign.has("network")) {
            conditions.add(
                    switch (sign.path("network").asText()) {
                        case "untrusted" -> "a certificate that isn't trusted";
                        case "unreachable" -> "no connection";
                        case "foreign" ->
                            (sign.has("status") ? "" : "any other refusal ") + "in a form that isn't Genesys'";
                        case "lost" -> "no answer after the request was written";
                        case "died" -> "the bridge ended in each sending so far";
                        default -> "a yes that can't be read";
                    });
        }
        if (sign.has("code")) {
            conditions.add("code `" + escaped(sign.path("code").asText()) + "`");
        }
        if (sign.has("text")) {
            conditions.add("with the words `" + escaped(sign.path("text").asText()) + "`");
        }
        if (sign.has("call")) {
            conditions.add(
                    switch (sign.path("call").asText()) {
                        case "token" -> "from the token endpoint";
                        case "open" -> "to an opening";
                        case "receipt" -> "to a receipt";
                        default -> "to a sending";
                    });
        }
        if (sign.has("dialect")) {
            conditions.add("in the dialect " + sign.path("dialect").asText());
        }
        if (sign.has("token")) {
            conditions.add(
                    switch (sign.path("token").asText()) {
                        case "stale" -> "with a token that a newer one may replace";
                        case "fresh" -> "with a fresh token";
                        case "void" -> "with a fresh token that Genesys itself doesn't know";
                        default -> "with the guest's own token";
                    });
        }
        if (sign.has("scopes")) {
            conditions.add(
                    switch (sign.path("scopes").asText()) {
                        case "complete" -> "that has every scope";
                        case "missing" -> "that lacks a scope which wasn't asked for";
                        case "dropped" -> "that lacks a scope which was asked for";
                        default -> "whose scopes nobody tells";
                    });
        }
        if (sign.has("thread-younger-ms")) {
            conditions.add("within " + seconds(sign.path("thread-younger-ms").asLong()) + " of the opening");
        }
        return conditions.isEmpty() && !sign.has("status") ? "anything else" : String.join(" ", conditions);
    }

    private static String radius(JsonNode error) {
        return switch (error.path("radius").asText()) {
            case "message" -> "the message, and with it its guest's later ones";
            case "guest" -> "the guest";
            case "channel" -> "the channel";
            default -> "the organisation";
        };
    }

    private static String action(JsonNode error) {
        String pauses = error.path("pauses").asText(error.path("radius").asText());
        String radius = pauses.equals("org") ? "organisation" : pauses;
        int attempts = error.path("attempts").asInt();
        String limit = (attempts == 0
                        ? ""
                        : ", %s; after that it is dead"
                                .formatted(attempts == 1 ? "once" : "at most %d times".formatted(attempts)))
                + (error.has("within-ms")
                        ? ", for " + seconds(error.path("within-ms").asLong()) + ", then it is dead"
                        : "")
                + (error.has("dead-in") ? "; dead at once in " + error.path("dead-in") : "");
        return switch (error.path("action").asText()) {
            case "renew" -> "asks for a new token, once for all calls that wait, and sends again" + limit;
            case "reopen" ->
                "forgets the thread, opens a new one and sends there" + limit
                        + "; where the dialect can't open, it is dead";
            case "wait" -> "holds the message and sends it again" + waits(error) + limit;
            case "pause" -> {
                int threshold = error.path("threshold").asInt(1);
                String before =
                        threshold == 1 ? "" : "holds the message, and after %d failures in a row ".formatted(threshold);
                yield before + "pauses the " + radius + ", lets one call through as a probe" + waits(error)
                        + ", and resumes by itself" + limit;
            }
            default ->
                "puts the message on `guest.dead`"
                        + (error.has("within-ms")
                                ? " when it failed for %s, and at least %d times, while others of its channel were taken"
                                        .formatted(
                                                seconds(error.path("within-ms").asLong()), attempts)
                                : "");
        };
    }

    private static String waits(JsonNode error) {
        String[] range = error.path("wait-ms").asText().split("\\.\\.");
        if (range.length < 2) {
            return "";
        }
        return " after %s, doubling to %s"
                .formatted(seconds(Long.parseLong(range[0])), seconds(Long.parseLong(range[1])));
    }

    private static String seconds(long ms) {
        return ms % 1000 == 0 ? ms / 1000 + " s" : ms / 1000.0 + " s";
    }

    static String escaped(String text) {
        return text.replace("|", "\\|").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static JsonNode catalogue() {
        return yaml(CATALOGUE);
    }

    private static JsonNode yaml(Path file) {
        try {
            return new YAMLMapper().readTree(file.toFile());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
