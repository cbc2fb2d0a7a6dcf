package dev.guestbridge.webhook;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Json;
import dev.guestbridge.message.Letter;
import dev.guestbridge.message.Trace;
import dev.guestbridge.message.Traces;
import dev.guestbridge.message.Webhook;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.HexFormat;

/** Reads webhooks in the open messaging outbound form, tolerantly, and writes them as replies for channels. */
public final class Webhooks {

    private final Channels channels;
    private final Clock clock;
    private final Traces traces;

    public Webhooks(Channels channels, Clock clock, Traces traces) {
        this.channels = channels;
        this.clock = clock;
        this.traces = traces;
    }

    /**
     * A verified webhook's meaning.
     *
     * @throws Json.Unreadable when it is not JSON, or too deep
     */
    public Webhook read(String org, byte[] raw) throws Json.Unreadable {
        JsonNode body = Json.read(raw);
        JsonNode channel = body.path("channel");
        String id = text(body.path("id"));
        String time = text(channel.path("time"));
        String digest = hash(raw);
        String type = type(body);
        Channel known = channels.ofIntegration(org, integration(channel));
        return new Webhook(
                org,
                known,
                id == null ? "sha256 " + digest : id,
                time == null ? "" : time,
                instant(time),
                text(channel.path("to").path("id")),
                text(body.path("conversationId")),
                type,
                digest,
                body,
                traces.webhook(org, known, type));
    }

    /**
     * A webhook gets its answer.
     *
     * @param webhook null when it isn't genuine, or can't be read
     */
    public void answered(Webhook webhook, int status) {
        if (webhook != null) {
            webhook.trace().answered(status);
        }
    }

    /**
     * What goes on a queue for it: a reply, or, when no channel is to have it, the body untouched.
     *
     * @param thread what is known of the guest's thread, or null
     */
    public Letter letter(Webhook webhook, byte[] raw, GuestThread thread) {
        return webhook.isRouted()
                ? letter(webhook, webhook.getQueue(), reply(webhook, thread))
                : unrouted(webhook, raw);
    }

    /** The body untouched, kept apart. */
    public Letter unrouted(Webhook webhook, byte[] raw) {
        return letter(webhook, Webhook.UNROUTED, new String(raw, StandardCharsets.UTF_8));
    }

    private static Letter letter(Webhook webhook, String queue, String body) {
        Trace trace = webhook.trace();
        return new Letter(0, queue, webhook.externalId(), webhook.getDuplicateId(), body, trace.id(), trace.parent());
    }

    /**
     * The reply for the channel's queue, as {@code config/schemas/reply.schema.json} describes it.
     *
     * @param thread what is known of the guest's thread, or null
     */
    String reply(Webhook webhook, GuestThread thread) {
        ObjectNode reply = JsonNodeFactory.instance.objectNode();
        JsonNode body = webhook.body();
        reply.put("id", webhook.id());
        reply.put("channel", webhook.channel().name());
        reply.put("org", webhook.org());
        reply.putObject("guest").put("externalId", webhook.externalId());
        String known = thread == null ? null : thread.conversationId();
        put(reply, "conversationId", webhook.conversationId() == null ? known : webhook.conversationId());
        put(reply, "threadId", thread == null ? null : thread.threadId());
        reply.put("type", webhook.type());
        put(reply, "text", text(body.path("text")));
        if (body.path("content").isArray() && !body.path("content").isEmpty()) {
            reply.set("content", body.path("content"));
        }
        if (webhook.type().equals("receipt")) {
            put(reply, "status", text(body.path("status")));
            put(reply, "messageId", text(body.path("channel").path("messageId")));
            if (body.path("reasons").isArray() && !body.path("reasons").isEmpty()) {
                reply.set("reasons", body.path("reasons"));
            }
        }
        reply.put("from", from(body));
        put(reply, "sentAt", webhook.time().isEmpty() ? null : webhook.time());
        reply.put("receivedAt", clock.instant().toString());
        return Json.write(reply);
    }

    private static String integration(JsonNode channel) {
        String id = text(channel.path("id"));
        return id == null ? text(channel.path("from").path("id")) : id;
    }

    private static String type(JsonNode body) {
        return switch (body.path("type").asText("")) {
            case "Text" -> "text";
            case "Structured" -> "structured";
            case "Receipt" -> "receipt";
            case "Event" -> event(body.path("events").path(0));
            default -> null;
        };
    }

    private static String event(JsonNode event) {
        return switch (event.path("eventType").asText("")) {
            case "Typing" -> "typing";
            case "Presence" ->
                "Disconnect".equals(event.path("presence").path("type").asText()) ? "ended" : null;
            default -> null;
        };
    }

    private static String from(JsonNode body) {
        return switch (body.path("originatingEntity").asText("")) {
            case "Human" -> "human";
            case "Bot" -> "bot";
            default -> "system";
        };
    }

    private Instant instant(String time) {
        try {
            return time == null ? clock.instant() : OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException notATime) {
            return clock.instant();
        }
    }

    private static String text(JsonNode node) {
        return node.isTextual() && !node.asText().isEmpty() ? node.asText() : null;
    }

    private static void put(ObjectNode node, String field, String value) {
        if (value != null) {
            node.put(field, value);
        }
    }

    private static String hash(byte[] raw) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(raw));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
