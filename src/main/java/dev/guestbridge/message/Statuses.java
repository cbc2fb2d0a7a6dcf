package dev.guestbridge.message;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.CompletionStage;

/** Writes what the channel is told of its messages, as {@code config/schemas/status.schema.json} describes it. */
public final class Statuses {

    private final Clock clock;

    public Statuses(Clock clock) {
        this.clock = clock;
    }

    /** The time, as statuses and dead letters tell it. */
    public String now() {
        return clock.instant().toString();
    }

    /** When its channel sent a message, as dead letters tell it. */
    public String sentAt(Delivery delivery) {
        return delivery.sentAt().toString();
    }

    /** What became of a message, as JSON; null for a receipt, of which nobody is told. */
    public String settled(Delivery delivery, Outcome outcome) {
        if (delivery.carriesReceipt()) {
            return null;
        }
        ObjectNode status = about(delivery, outcome.state(), outcome.attempts(), outcome.at());
        put(status, "class", outcome.errorClass());
        put(status, "reason", outcome.reason());
        put(status, "advice", outcome.advice());
        if (outcome.status() != null) {
            status.put("status", outcome.status());
        }
        put(status, "code", outcome.code());
        put(status, "correlationId", outcome.correlationId());
        put(status, "genesysId", outcome.genesysId());
        put(status, "conversationId", outcome.conversationId());
        if (outcome.possibleRepeat()) {
            status.put("possibleRepeat", true);
        }
        return Json.write(status);
    }

    /**
     * Addresses what became of a message to its channel.
     *
     * @param headers of the Camel message that is to become the status
     */
    public void addressSettled(Map<String, Object> headers, Delivery delivery, Outcome outcome) {
        address(headers, delivery);
        // a second status of the same fate, after a crash, is dropped by the broker
        headers.put(
                "_AMQ_DUPL_ID", "status " + delivery.channel().name() + " " + delivery.busId() + " " + outcome.state());
    }

    /**
     * Addresses a status to its channel, correlated with the message's id.
     *
     * @param headers of the Camel message that is to become the status
     */
    public void address(Map<String, Object> headers, Delivery delivery) {
        headers.put("CamelJmsDestinationName", delivery.channel().statusQueue());
        headers.put("JMSCorrelationID", delivery.id());
        headers.putAll(delivery.trace().headers());
        if (delivery.externalId() != null) {
            headers.put("JMSXGroupID", delivery.externalId());
        }
    }

    /** That a message waits, and what for as far as is known, as JSON. */
    public String waiting(Delivery delivery) {
        ObjectNode status = about(delivery, "waiting", delivery.attempts(), clock.instant());
        Failure why = delivery.waiting().cause();
        if (why != null) {
            put(status, "class", why.errorClass());
            put(status, "reason", why.reason());
            put(status, "advice", why.advice());
            if (why.status() != null) {
                status.put("status", why.status());
            }
            put(status, "code", why.code());
            put(status, "correlationId", why.correlationId());
        }
        return Json.write(status);
    }

    /** Whether the channel may still be told that the message waits: what became of it is the last word. */
    public boolean mayTell(Delivery delivery) {
        return delivery.waiting().startsTelling();
    }

    /** Completes when nobody is told any more that the message waits. */
    public CompletionStage<Void> lastWord(Delivery delivery) {
        return delivery.waiting().lastWord();
    }

    /** The channel knows now that the message waits. */
    public void told(Delivery delivery) {
        delivery.waiting().told();
    }

    private static ObjectNode about(Delivery delivery, String state, int attempts, Instant at) {
        ObjectNode status = JsonNodeFactory.instance.objectNode();
        put(status, "id", delivery.id());
        put(status, "channel", delivery.channel().name());
        put(status, "externalId", delivery.externalId());
        put(status, "state", state);
        status.put("attempts", attempts);
        if (delivery.replays() > 0) {
            status.put("replayed", delivery.replays());
        }
        put(status, "at", at.toString());
        put(status, "traceId", delivery.trace().id());
        return status;
    }

    private static void put(ObjectNode node, String field, String value) {
        if (value != null) {
            node.put(field, value);
        }
    }
}
