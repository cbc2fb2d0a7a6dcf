package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.StreamSupport;

/**
 * One behaviour, told by a file: given what Genesys answers, when this arrives, then that leaves, and nothing else.
 *
 * <p>{@code ${run}} in the file is a part of names that no other run uses, {@code ${guest}} a guest of it,
 * {@code ${bus1}} the JMSMessageID of the first message put, {@code ${in2s}} the HTTP date in two to three seconds. What
 * the file may say is in {@code README.md} beside it.
 */
final class Scenario {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Set<String> FINAL = Set.of("delivered", "dead", "duplicate", "dropped");
    private static final JsonSchema STATUS = schema("status");
    private static final JsonSchema REPLY = schema("reply");

    private final JsonNode file;
    private final BridgeUnderTest bridge;
    private final Map<String, String> names = new LinkedHashMap<>();
    private final Set<String> channelsPut = new LinkedHashSet<>();
    private final List<JsonNode> answers = new ArrayList<>();
    private int put;

    Scenario(Path file, BridgeUnderTest bridge) {
        this.file = Tree.yaml(file);
        this.bridge = bridge;
    }

    /** The sentence that the file begins with. */
    String sentence() {
        return file.path("scenario").asText();
    }

    void run() {
        assertThat(file.properties().stream().map(Map.Entry::getKey))
                .isSubsetOf("scenario", "because", "given", "when", "then");
        names.put("run", BridgeUnderTest.unique());
        names.put("guest", "guest-" + names.get("run"));
        bridge.refresh();
        try {
            known("given", file.path("given")).properties().forEach(this::given);
            filled(file.path("when")).forEach(this::step);
            then();
        } finally {
            bridge.genesys().forgetFaults();
        }
    }

    private static JsonNode known(String part, JsonNode tree) {
        assertThat(tree.properties().stream().map(Map.Entry::getKey))
                .as(part)
                .isSubsetOf("organisation", "faults", "revoked-tokens", "conversations");
        return tree;
    }

    private void given(Map.Entry<String, JsonNode> circumstance) {
        Genesys genesys = bridge.genesys();
        JsonNode value = filled(circumstance.getValue());
        switch (circumstance.getKey()) {
            case "organisation" -> genesys.settings(value);
            case "faults" -> value.forEach(genesys::fault);
            case "revoked-tokens" -> {
                settle("mobile"); // so that there is one
                genesys.revokeTokens();
                bridge.refresh();
            }
            default -> value.forEach(one -> genesys.call("POST", "/conversations", one));
        }
    }

    private void step(JsonNode step) {
        if (step.has("put")) {
            String channel = step.path("put").asText();
            channelsPut.add(channel);
            String id = bridge.bus().put(channel, context -> message(context, step));
            names.put("bus" + ++put, id);
        } else if (step.has("webhook")) {
            byte[] body = body(step);
            Map<String, String> headers = new LinkedHashMap<>();
            step.path("headers")
                    .properties()
                    .forEach(header ->
                            headers.put(header.getKey(), header.getValue().asText()));
            var answer = bridge.hooks()
                    .post(
                            step.path("webhook").asText(),
                            body,
                            step.path("signature").asText("right"),
                            headers);
            answers.add(Tree.JSON
                    .createObjectNode()
                    .put("status", answer.statusCode())
                    .put("body", answer.body()));
        } else if (step.has("until")) {
            until(step.path("until"));
        } else if (step.has("fault")) {
            bridge.genesys().fault(step.path("fault"));
        } else if (step.has("faults")) {
            assertThat(step.path("faults").asText()).isEqualTo("over");
            bridge.genesys().forgetFaults();
        } else if (step.has("organisation")) {
            bridge.genesys().settings(step.path("organisation"));
        } else if (step.has("simulator")) {
            bridge.genesys().call("POST", step.path("simulator").asText(), step.path("body"));
        } else {
            throw new IllegalArgumentException("no such step: " + step);
        }
    }

    private static Message message(JMSContext context, JsonNode step) {
        try {
            Message message =
                    switch (step.path("as").asText("text")) {
                        case "text" -> context.createTextMessage(new String(body(step), StandardCharsets.UTF_8));
                        case "bytes" -> bytes(context, body(step));
                        case "map" -> map(context);
                        case "object" -> context.createObjectMessage("an object");
                        case "stream" -> context.createStreamMessage();
                        case "nothing" -> context.createMessage();
                        default -> throw new IllegalArgumentException("as: " + step.path("as"));
                    };
            for (Map.Entry<String, JsonNode> property : step.path("properties").properties()) {
                message.setStringProperty(property.getKey(), property.getValue().asText());
            }
            return message;
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Message bytes(JMSContext context, byte[] body) throws JMSException {
        BytesMessage message = context.createBytesMessage();
        message.writeBytes(body);
        return message;
    }

    private static Message map(JMSContext context) throws JMSException {
        MapMessage message = context.createMapMessage();
        message.setString("text", "a map");
        return message;
    }

    private static byte[] body(JsonNode step) {
        if (step.has("base64")) {
            return Base64.getDecoder().decode(step.path("base64").asText());
        }
        JsonNode message = step.path("message").deepCopy();
        int textLong = step.path("text-long").asInt();
        if (textLong > 0) {
            String start = message.path("text").asText();
            ((ObjectNode) message).put("text", start + "x".repeat(textLong - start.length()));
        }
        String text = step.has("raw") ? step.path("raw").asText() : message.toString();
        int nested = step.path("nested").asInt();
        if (nested > 0) { // the whole is so deep, its braces counted
            text = text.replaceFirst("\\}$", ",\"deep\":" + "[".repeat(nested - 1) + "]".repeat(nested - 1) + "}");
        }
        int long_ = step.path("bytes-long").asInt();
        if (long_ > 0) {
            String start = text.replaceFirst("\\}$", ",\"long\":\"");
            text = start + "x".repeat(long_ - start.getBytes(StandardCharsets.UTF_8).length - 2) + "\"}";
        }
        return text.getBytes(StandardCharsets.UTF_8);
    }

    private void until(JsonNode condition) {
        String kind = condition.fieldNames().next();
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(
                        switch (kind) {
                            case "status" -> statuses(true);
                            case "request" -> bridge.genesys().requests();
                            case "reply" -> seen("replies");
                            default -> throw new IllegalArgumentException("until: " + kind);
                        })
                .as("until %s", condition)
                .anyMatch(
                        one -> Tree.differences("it", condition.path(kind), one).isEmpty()));
    }

    private void then() {
        JsonNode then = file.path("then");
        assertThat(then.properties().stream().map(Map.Entry::getKey))
                .isSubsetOf(
                        "statuses",
                        "requests",
                        "replies",
                        "dead",
                        "unrouted",
                        "answers",
                        "token-requests",
                        "in-any-order");
        compare("answers");
        await().atMost(PATIENCE).untilAsserted(() -> {
            assertThat(finals()).as("settled").hasSizeGreaterThanOrEqualTo(put);
            for (String part : List.of("replies", "unrouted")) {
                if (then.has(part)) {
                    assertThat(seen(part))
                            .as(part)
                            .hasSizeGreaterThanOrEqualTo(expected(part).size());
                }
            }
        });
        // whatever else is on its way comes before what is sent now
        bridge.genesys().forgetFaults();
        channelsPut.forEach(this::settle);
        if (!answers.isEmpty() || then.has("replies")) {
            replyTo("mobile");
        }
        assertThat(finals()).as("exactly one end for each message").hasSize(put);
        for (String part : List.of("statuses", "requests", "replies", "dead", "unrouted")) {
            compare(part);
        }
        if (then.has("token-requests")) {
            assertThat(bridge.genesys().tokenRequests())
                    .as("token requests")
                    .hasSize(then.path("token-requests").asInt());
        }
        checkSchemas();
    }

    private void compare(String part) {
        if (part.equals("requests") && !file.path("then").has(part)) {
            return; // what was called is not what this file is about
        }
        List<JsonNode> expected = expected(part);
        List<JsonNode> seen = new ArrayList<>(seen(part));
        assertThat(seen).as("%s: %s", part, seen).hasSameSizeAs(expected);
        boolean ordered = StreamSupport.stream(
                        file.path("then").path("in-any-order").spliterator(), false)
                .noneMatch(word -> word.asText().equals(part));
        List<String> differences = new ArrayList<>();
        for (int i = 0; i < expected.size(); i++) {
            if (ordered) {
                differences.addAll(Tree.differences(part + "[" + i + "]", expected.get(i), seen.get(i)));
            } else {
                JsonNode wanted = expected.get(i);
                if (!seen.removeIf(one -> Tree.differences("", wanted, one).isEmpty())) {
                    differences.add(part + ": none like " + wanted);
                }
            }
        }
        assertThat(differences).as("%s: %s", part, seen).isEmpty();
    }

    private List<JsonNode> expected(String part) {
        List<JsonNode> expected = new ArrayList<>();
        for (JsonNode one : filled(file.path("then").path(part))) {
            int times = one.path("times").asInt(1);
            JsonNode plain = one.isInt() ? Tree.of(Map.of("status", one)) : one.deepCopy();
            if (plain instanceof ObjectNode object) {
                object.remove("times");
            }
            for (int i = 0; i < times; i++) {
                expected.add(plain);
            }
        }
        return expected;
    }

    private List<JsonNode> seen(String part) {
        return switch (part) {
            case "answers" -> answers;
            case "statuses" ->
                statuses(expected(part).stream()
                        .anyMatch(status -> status.path("state").asText().equals("waiting")));
            case "requests" -> requests();
            case "replies" ->
                Bus.CHANNELS.stream()
                        .flatMap(channel -> bridge.bus().from("guest.out." + channel).stream()
                                .filter(message -> !isOurs(message))
                                .map(message -> withQueue(message, "guest.out." + channel)))
                        .toList();
            default ->
                bridge.bus().from("guest." + part).stream()
                        .filter(message -> !isOurs(message))
                        .toList();
        };
    }

    private static JsonNode withQueue(JsonNode message, String queue) {
        ObjectNode read = message.deepCopy();
        read.set("reply", Tree.json(message.path("body").asText()));
        return read.put("queue", queue);
    }

    /** Each with the milliseconds since the first of them. */
    private List<JsonNode> requests() {
        List<JsonNode> timed = new ArrayList<>();
        Instant first = null;
        for (JsonNode request : bridge.genesys().requests()) {
            if (isOurs(request)) {
                continue;
            }
            Instant at = Instant.parse(request.path("at").asText());
            ObjectNode one = request.deepCopy();
            one.put(
                    "sinceFirstMs",
                    first == null ? 0 : Duration.between(first, at).toMillis());
            timed.add(one);
            first = first == null ? at : first;
        }
        return timed;
    }

    private List<JsonNode> finals() {
        return statuses(false);
    }

    // a message that is held for longer than a second on a slow machine is no one's fault, so waiting may be left out
    private List<JsonNode> statuses(boolean waitingToo) {
        return Bus.CHANNELS.stream()
                .flatMap(channel -> bridge.bus().statuses(channel).stream())
                .filter(status -> !isOurs(status))
                .filter(status ->
                        waitingToo || FINAL.contains(status.path("state").asText()))
                .toList();
    }

    /** Sends a message of somebody else through a channel, and waits until it is settled. */
    private void settle(String channel) {
        String id = "marker-" + BridgeUnderTest.unique();
        ObjectNode message = Tree.JSON.createObjectNode().put("id", id).put("text", id);
        message.putObject("guest").put("externalId", id);
        if (channel.equals("loadtest")) {
            message.put("conversationId", id);
        }
        bridge.bus().put(channel, message.toString());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.bus().statuses(channel))
                .as("the marker on %s is delivered", channel)
                .anyMatch(status -> status.path("id").asText().equals(id)
                        && status.path("state").asText().equals("delivered")));
    }

    /** Brings a reply to somebody else, and waits until it is on its queue. */
    private void replyTo(String channel) {
        String id = "marker-" + BridgeUnderTest.unique();
        String body =
                """
                {"id":"%s","channel":{"id":"int-%s","to":{"id":"%s"}},"type":"Text","text":"%s"}"""
                        .formatted(id, channel, id, id);
        bridge.hooks().post("main", body.getBytes(StandardCharsets.UTF_8), "right", Map.of());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.bus().from("guest.out." + channel))
                .as("the marker on guest.out.%s", channel)
                .anyMatch(message -> message.toString().contains(id)));
    }

    private static boolean isOurs(JsonNode something) {
        return something.toString().contains("marker-");
    }

    private void checkSchemas() {
        for (String channel : Bus.CHANNELS) {
            for (JsonNode message : bridge.bus().from("guest.status." + channel)) {
                JsonNode status = Tree.json(message.path("body").asText());
                assertFits(STATUS, status);
                assertThat(message.path("correlationId"))
                        .as("JMSCorrelationID of %s", status)
                        .isEqualTo(status.path("id"));
                assertThat(status.path("channel").asText()).isEqualTo(channel);
            }
            for (JsonNode message : bridge.bus().from("guest.out." + channel)) {
                JsonNode reply = Tree.json(message.path("body").asText());
                assertFits(REPLY, reply);
                assertThat(message.path("group"))
                        .as("JMSXGroupID of %s", reply)
                        .isEqualTo(reply.path("guest").path("externalId"));
            }
        }
    }

    private JsonNode filled(JsonNode tree) {
        return Tree.withTexts(tree, text -> {
            String filled = text.contains("${in2s}") ? text.replace("${in2s}", inTwoSeconds()) : text;
            for (Map.Entry<String, String> name : names.entrySet()) {
                filled = filled.replace("${" + name.getKey() + "}", name.getValue());
            }
            return filled;
        });
    }

    private static String inTwoSeconds() {
        return DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().plusSeconds(3).atZone(ZoneOffset.UTC));
    }

    /** Channels must tolerate fields that they don't know, but the schema they are given names all that we write. */
    private static void assertFits(JsonSchema schema, JsonNode letter) {
        assertThat(schema.validate(letter)).as("%s", letter).isEmpty();
        assertThat(letter.fieldNames())
                .toIterable()
                .as("%s", letter)
                .allMatch(schema.getSchemaNode().path("properties")::has);
    }

    private static JsonSchema schema(String name) {
        Path file = Path.of("config/schemas/" + name + ".schema.json");
        return JsonSchemaFactory.getInstance(VersionFlag.V202012).getSchema(Tree.json(text(file)));
    }

    private static String text(Path file) {
        try {
            return java.nio.file.Files.readString(file);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
