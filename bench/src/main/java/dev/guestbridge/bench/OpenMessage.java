package dev.guestbridge.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/** A guest message, and what open messaging wants to hear of it: the same body that the bridge writes. */
record OpenMessage(String id, String guest, String text, Instant at) {

    static final String INTEGRATION = "int-whatsapp";
    static final String PATH =
            "/api/v2/conversations/messages/" + INTEGRATION + "/inbound/open/message?prefetchConversationId=true";
    private static final ObjectMapper JSON = new ObjectMapper();

    static OpenMessage read(String guestMessage, long timestamp) throws JsonProcessingException {
        JsonNode json = JSON.readTree(guestMessage);
        return new OpenMessage(
                json.path("id").asText(),
                json.path("guest").path("externalId").asText(),
                json.path("text").asText(),
                Instant.ofEpochMilli(timestamp));
    }

    String body() {
        ObjectNode body = JSON.createObjectNode();
        ObjectNode channel = body.putObject("channel").put("messageId", id);
        channel.putObject("from").put("id", guest).put("idType", "Opaque");
        channel.put("time", at.toString());
        return body.put("text", text).toString();
    }
}
