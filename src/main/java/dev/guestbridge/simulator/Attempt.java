package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;

/**
 * One attempt to deliver a webhook.
 *
 * @param id the id that the webhook bears, or null
 * @param org the organisation's name
 * @param lane whose webhook it is
 * @param atMs when it began, in milliseconds since 1970
 * @param number 1 for the first
 * @param tookMs milliseconds until it ended
 * @param status what was answered; null when nothing was
 * @param error what went wrong; null when something was answered
 * @param isLast whether it is not repeated
 */
record Attempt(
        String id,
        String org,
        Delivery.Lane lane,
        long atMs,
        int number,
        long tookMs,
        Integer status,
        String error,
        boolean isLast)
        implements Row {

    @Override
    public ObjectNode written() {
        ObjectNode written = Json.object()
                .put("id", id)
                .put("org", org)
                .put("integration", lane.integration())
                .put("to", lane.to())
                .put("at", Instant.ofEpochMilli(atMs).toString())
                .put("attempt", number)
                .put("tookMs", tookMs);
        if (status != null) {
            written.put("status", status);
        } else {
            written.put("error", error);
        }
        return written.put("last", isLast);
    }
}
