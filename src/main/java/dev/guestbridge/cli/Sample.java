package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Channel;

/** One message of the demo on its way: what was said, and what came of it. */
final class Sample {

    final Channel channel;
    final JsonNode message;
    JsonNode status;
    JsonNode reply;
    String deadReason;

    Sample(Channel channel, JsonNode message) {
        this.channel = channel;
        this.message = message;
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
