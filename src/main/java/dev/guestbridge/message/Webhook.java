package dev.guestbridge.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * A genuine message from Genesys.
 *
 * @param org the organisation that signed it
 * @param channel the channel that it belongs to; null when none does
 * @param id Genesys' id of it; with {@code time} and {@code digest} it tells a repeat
 * @param time Genesys' {@code channel.time} as it stands
 * @param at the same as an instant; when it was received if it can't be read
 * @param externalId the guest it is for; null when it names none
 * @param conversationId the conversation it comes from; null when it names none
 * @param type the reply's type: text, structured, typing, receipt, ended; null when it is none that we know
 * @param digest of the raw bytes
 * @param body the whole
 * @param trace by which all that tells of it names it
 */
public record Webhook(
        String org,
        Channel channel,
        String id,
        String time,
        Instant at,
        String externalId,
        String conversationId,
        String type,
        String digest,
        JsonNode body,
        Trace trace) {

    public static final String UNROUTED = "guest.unrouted";

    /** Whether it can be carried to a channel; else it is kept apart, untouched. */
    public boolean isRouted() {
        return channel != null && externalId != null && type != null;
    }

    /** What is the matter with one that isn't routed; the integration is the organisation's, and no guest's. */
    String whyUnrouted() {
        if (channel == null) {
            String integration = body.path("channel").path("id").asText();
            return integration.isEmpty()
                    ? "names no integration (channel.id)"
                    : "is of the integration '" + integration + "', which no file in routes/channels/ has";
        }
        return externalId == null ? "names no guest (channel.to.id)" : "is of a type that no reply has";
    }

    /** The queue it belongs on. */
    public String getQueue() {
        return isRouted() ? channel.outQueue() : UNROUTED;
    }

    /** The key by which the broker drops a second copy. */
    public String getDuplicateId() {
        return "webhook " + org + " " + digest;
    }

    /** The digest that such a key ends with. */
    public static String digestOf(String duplicateId) {
        return duplicateId.substring(duplicateId.lastIndexOf(' ') + 1);
    }

    public boolean isEnded() {
        return "ended".equals(type);
    }

    @Override
    public String toString() {
        return "Webhook[" + org + ", " + id + ", " + type + "]";
    }
}
