package dev.guestbridge.simulator;

import java.util.Set;

/**
 * One messaging integration of an organisation: what a webhook's {@code channel.id} names.
 *
 * @param id the integration's id
 * @param dialect the call shape whose guests it answers
 * @param queueId the queue that its calls must name; null where the dialect names none, or any queue will do
 */
public record IntegrationSettings(String id, String dialect, String queueId) {

    private static final Set<String> DIALECTS = Set.of(
            ExternalThreads.NAME,
            ConversationMessages.NAME,
            GuestConversations.NAME,
            Messaging.NAME,
            OpenMessaging.NAME);

    /** @throws IllegalArgumentException when the id is missing or the dialect unknown */
    public IntegrationSettings {
        if (id == null || id.isEmpty()) {
            throw new IllegalArgumentException("integrations: id is missing");
        }
        if (dialect == null || !DIALECTS.contains(dialect)) {
            throw new IllegalArgumentException("integrations: dialect of " + id + " must be one of "
                    + DIALECTS.stream().sorted().toList());
        }
    }
}
