package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Channel;

/** One message of the demo on its way: what was said, and what came of it. */
final class Sample {

    private final Channel channel;
    private final JsonNode message;
    private JsonNode status;
    private JsonNode reply;
    private String deadReason;

    Sample(Channel channel, JsonNode message) {
        this.channel = channel;
        this.message = message;
    }

    Channel channel() {
        return channel;
    }

    JsonNode message() {
        return message;
    }

    /** What it came to; null until that is known. */
    JsonNode status() {
        return status;
    }

    void comesTo(JsonNode itsStatus) {
        status = itsStatus;
    }

    /** What an agent answered; null until somebody did. */
    JsonNode reply() {
        return reply;
    }

    void isAnswered(JsonNode itsReply) {
        reply = itsReply;
    }

    /** Why it is on guest.dead; null when it isn't. */
    String deadReason() {
        return deadReason;
    }

    void isDead(String why) {
        deadReason = why;
    }

    String id() {
        return message.path("id").asText();
    }

    String guest() {
        return message.path("guest").path("externalId").asText();
    }

    boolean typing() {
        return message.path("type").asText().equals("typing");
    }

    /** Whether an agent answers it: nobody answers typing. */
    boolean expectsReply() {
        return is("delivered") && !typing();
    }

    boolean is(String state) {
        return status != null && status.path("state").asText().equals(state);
    }
}
