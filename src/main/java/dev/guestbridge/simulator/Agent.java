package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.UUID;

/** The human, or bot, at Genesys' end: answers what guests write, and sends what a control call tells it to. */
final class Agent {

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final Webhooks webhooks;

    Agent(Webhooks webhooks) {
        this.webhooks = webhooks;
    }

    /** Answers a guest's message, when the organisation's agent is one who does. */
    void hear(Organisation organisation, Conversation conversation, String text) {
        OrganisationSettings settings = organisation.settings();
        if (!settings.agent().equals("echo") || settings.webhookUrl() == null || conversation.integration() == null) {
            return;
        }
        String id = UUID.randomUUID().toString();
        Instant now = Instant.now();
        ObjectNode body = frame(id, conversation.integration(), conversation.externalId(), TIME.format(now));
        body.put("conversationId", conversation.id());
        body.put("direction", "Outbound").put("originatingEntity", "Human");
        body.put("type", "Text").put("text", "Echo: " + text);
        lists(body);
        webhooks.send(new Delivery(
                organisation,
                conversation.integration(),
                conversation.externalId(),
                id,
                Json.bytes(body),
                Signature.RIGHT,
                now.toEpochMilli() + settings.agentDelayMs()));
    }

    /** Sends one webhook as told, a forged or broken one too; gives the id it bears, or null. */
    String send(Organisation organisation, ControlBody form) throws ControlRefusal {
        if (organisation.settings().webhookUrl() == null) {
            throw new ControlRefusal(400, "org has no webhookUrl");
        }
        String signature = form.oneOf("signature", List.of("right", "wrong", "none", "hex"));
        byte[] raw = form.bytes("rawBody");
        String integration = raw == null ? form.required("integration") : form.text("integration");
        String to = raw == null ? form.required("to") : form.text("to");
        String id = form.text("id");
        byte[] bytes = raw;
        if (raw == null) {
            id = id == null ? UUID.randomUUID().toString() : id;
            bytes = Json.bytes(body(organisation, form, integration, to, id));
        }
        form.end();
        webhooks.send(new Delivery(
                organisation,
                integration,
                to,
                id,
                bytes,
                signature == null ? Signature.RIGHT : Signature.valueOf(signature.toUpperCase(Locale.ROOT)),
                0));
        return id;
    }

    private static ObjectNode body(
            Organisation organisation, ControlBody form, String integration, String to, String id)
            throws ControlRefusal {
        String time = form.text("time");
        String conversationId = form.text("conversationId");
        String text = form.text("text");
        String from = form.oneOf("from", List.of("Human", "Bot"));
        JsonNode content = form.array("content");
        String type = form.oneOf("type", List.of("text", "structured", "typing", "receipt", "ended"));
        ObjectNode body = frame(id, integration, to, time == null ? TIME.format(Instant.now()) : time);
        if (conversationId == null) {
            Conversation newest = organisation.newest(integration, to);
            conversationId = newest == null ? UUID.randomUUID().toString() : newest.id();
        }
        body.put("conversationId", conversationId);
        body.put("direction", "receipt".equals(type) ? "Inbound" : "Outbound");
        body.put("originatingEntity", from != null ? from : "structured".equals(type) ? "Bot" : "Human");
        switch (type == null ? "text" : type) {
            case "text" -> body.put("type", "Text");
            case "structured" -> body.put("type", "Structured");
            case "receipt" -> {
                String status = form.oneOf("status", List.of("Published", "Failed"));
                body.put("type", "Receipt").put("status", status == null ? "Published" : status);
            }
            case "typing" -> {
                ObjectNode event = body.put("type", "Event").putArray("events").addObject();
                event.put("eventType", "Typing")
                        .putObject("typing")
                        .put("type", "On")
                        .put("duration", 5000);
            }
            default -> {
                ObjectNode event = body.put("type", "Event").putArray("events").addObject();
                event.put("eventType", "Presence").putObject("presence").put("type", "Disconnect");
            }
        }
        if (text != null) {
            body.put("text", text);
        }
        lists(body);
        if (content != null) {
            body.set("content", content);
        }
        return body;
    }

    private static ObjectNode frame(String id, String integration, String to, String time) {
        ObjectNode body = Json.object().put("id", id);
        ObjectNode channel = body.putObject("channel")
                .put("id", integration)
                .put("platform", "Open")
                .put("type", "Private")
                .put("messageId", id);
        channel.putObject("to").put("id", to).put("idType", "Opaque");
        channel.putObject("from")
                .put("nickname", "Open Messaging Integration")
                .put("id", integration)
                .put("idType", "Opaque");
        channel.put("time", time);
        return body;
    }

    private static void lists(ObjectNode body) {
        body.putArray("content");
        body.putArray("reasons");
        body.putArray("relatedMessages");
    }
}
