package dev.guestbridge.message;

import java.time.Instant;
import java.util.Objects;

/**
 * What Genesys gave us for one guest of one channel; every part but the first may be null, as the dialect has no use
 * for it or Genesys has not told it yet.
 *
 * @param externalId the guest's identity as Genesys confirmed it
 * @param threadId the thread that messages are sent to
 * @param conversationId the newest conversation known; it may change from reply to reply
 * @param participantId the guest's participant in the conversation
 * @param guestId the identity that Genesys gave the guest
 * @param guestToken the bearer token that belongs to this guest alone; secret
 * @param guestTokenExpiresAt when that token ends
 * @param openedAt when Genesys opened the thread; null when nothing was opened
 */
public record GuestThread(
        String externalId,
        String threadId,
        String conversationId,
        String participantId,
        String guestId,
        String guestToken,
        Instant guestTokenExpiresAt,
        Instant openedAt) {

    /** A guest of whom Genesys has told us nothing yet. */
    public static GuestThread of(String externalId) {
        return new GuestThread(externalId, null, null, null, null, null, null, null);
    }

    /** The same thread in another conversation, in which the guest is another participant, not yet known. */
    public GuestThread inConversation(String newConversationId) {
        return new GuestThread(
                externalId,
                threadId,
                newConversationId,
                Objects.equals(newConversationId, conversationId) ? participantId : null,
                guestId,
                guestToken,
                guestTokenExpiresAt,
                openedAt);
    }

    /** Everything but the guest's token, which is secret. */
    @Override
    public String toString() {
        return "GuestThread[externalId=%s, threadId=%s, conversationId=%s, participantId=%s, guestId=%s, openedAt=%s]"
                .formatted(externalId, threadId, conversationId, participantId, guestId, openedAt);
    }
}
