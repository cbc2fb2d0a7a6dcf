package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * What a call is answered.
 *
 * @param status the HTTP status
 * @param headers beside those that every answer bears
 * @param body empty: no body
 */
record Answer(int status, Map<String, String> headers, byte[] body) {

    static Answer json(int status, JsonNode body) {
        return new Answer(status, Map.of("Content-Type", "application/json"), Json.bytes(body));
    }

    static Answer empty(int status) {
        return new Answer(status, Map.of(), new byte[0]);
    }
}
