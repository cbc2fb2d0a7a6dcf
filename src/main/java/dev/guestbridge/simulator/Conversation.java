package dev.guestbridge.simulator;

import java.util.UUID;

/** One guest's conversation. */
final class Conversation {

    private final String id;
    private final String integration;
    private final String externalId;
    private final String participantId;
    private final String guestId;
    private final long openedAtMs;
    private boolean closed;

    /** @param integration the id of the integration that answers the guest; null when the organisation has none */
    Conversation(
            String id, String integration, String externalId, String participantId, String guestId, long openedAtMs) {
        this.id = id;
        this.integration = integration;
        this.externalId = externalId;
        this.participantId = participantId == null ? UUID.randomUUID().toString() : participantId;
        this.guestId = guestId;
        this.openedAtMs = openedAtMs;
    }

    String id() {
        return id;
    }

    String integration() {
        return integration;
    }

    String externalId() {
        return externalId;
    }

    String participantId() {
        return participantId;
    }

    String guestId() {
        return guestId;
    }

    long openedAtMs() {
        return openedAtMs;
    }

    boolean isClosed() {
        return closed;
    }

    void close() {
        closed = true;
    }
}
