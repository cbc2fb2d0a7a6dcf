package dev.guestbridge.message;

import java.time.Instant;

/**
 * What became of a guest message.
 *
 * @param state delivered, dead, dropped when it was no longer true, or duplicate when it repeats one that was settled
 *     before
 * @param errorClass why it is dead; null when it isn't
 * @param status Genesys' HTTP status; null when none came
 * @param code Genesys' error code, or null
 * @param reason what happened, a sentence; null when it was delivered
 * @param advice what to do about it, a sentence; null when it was delivered
 * @param correlationId Genesys' correlation id, or null
 * @param genesysId Genesys' id of the message; null when it gave none
 * @param conversationId the conversation it went to; null when unknown
 * @param attempts how often sending was attempted
 * @param possibleRepeat whether Genesys may have it twice, because an attempt's outcome stayed unknown
 * @param at when it was settled
 */
public record Outcome(
        String state,
        String errorClass,
        Integer status,
        String code,
        String reason,
        String advice,
        String correlationId,
        String genesysId,
        String conversationId,
        int attempts,
        boolean possibleRepeat,
        Instant at) {

    /** Genesys took the message. */
    public static Outcome delivered(Delivery delivery, String genesysId, String conversationId, Instant at) {
        return new Outcome(
                "delivered",
                null,
                null,
                null,
                null,
                null,
                null,
                genesysId,
                conversationId,
                delivery.attempts(),
                delivery.possibleRepeat(),
                at);
    }

    /** Nobody can deliver the message as it is, for the reason of its last failure. */
    public static Outcome dead(Delivery delivery, Instant at) {
        Failure why = delivery.failure();
        return new Outcome(
                "dead",
                why.errorClass(),
                why.status(),
                why.code(),
                why.reason(),
                why.advice(),
                why.correlationId(),
                null,
                null,
                delivery.attempts(),
                delivery.possibleRepeat(),
                at);
    }

    /** What the message said was no longer true before it could be sent; that is nobody's fault and nothing to mend. */
    public static Outcome dropped(Delivery delivery, Instant at) {
        return new Outcome(
                "dropped",
                null,
                null,
                null,
                "It came too late to be true, so it wasn't sent.",
                null,
                null,
                null,
                null,
                delivery.attempts(),
                delivery.possibleRepeat(),
                at);
    }

    /** The same for a message that repeats this one. */
    public Outcome repeated(Instant now) {
        return with("duplicate", possibleRepeat, now);
    }

    /** The same of a message that Genesys may have twice. */
    public Outcome inDoubt() {
        return possibleRepeat ? this : with(state, true, at);
    }

    private Outcome with(String newState, boolean maybeTwice, Instant then) {
        return new Outcome(
                newState,
                errorClass,
                status,
                code,
                reason,
                advice,
                correlationId,
                genesysId,
                conversationId,
                attempts,
                maybeTwice,
                then);
    }
}
