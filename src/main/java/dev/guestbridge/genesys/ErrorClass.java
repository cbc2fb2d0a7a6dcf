package dev.guestbridge.genesys;

import dev.guestbridge.message.Pause;
import java.util.Locale;
import java.util.Set;

/**
 * One class of failure: what stops while it lasts, and what the bridge does about it.
 *
 * @param name as it stands in statuses, dead letters and metrics
 * @param radius what stops while it lasts
 * @param action what the bridge does
 * @param attempts how many cures one message gets before it is dead; 0 = as many as it takes
 * @param withinMs how long one message is cured before it is dead, in milliseconds from its first failure of this
 *     class; 0 = as long as it takes
 * @param firstMs the first wait, in milliseconds; each further one is twice as long
 * @param capMs the longest wait, in milliseconds
 * @param threshold how many failures in a row pause it; before that only the message waits
 * @param pauses what so many in a row pause
 * @param deadIn the dialects in which a message of this class is dead at once
 * @param reason what happened, in words for an operator
 * @param advice what an operator should do
 */
public record ErrorClass(
        String name,
        Radius radius,
        Action action,
        int attempts,
        long withinMs,
        long firstMs,
        long capMs,
        int threshold,
        Radius pauses,
        Set<String> deadIn,
        String reason,
        String advice) {

    /** What stops while a failure lasts; everything outside flows on. */
    public enum Radius {
        MESSAGE,
        GUEST,
        CHANNEL,
        ORG
    }

    /** What the bridge does about a failure. */
    public enum Action {
        /** Drops the token, so that the next call asks for a new one. */
        RENEW,
        /** Forgets the guest's thread, so that the next call opens a new one. */
        REOPEN,
        /** Holds the message, and with it its guest, for a while. */
        WAIT,
        /** Stops what the class pauses until a time that Genesys names, or until a probe gets through. */
        PAUSE,
        /** Gives the message up to the dead letters. */
        DEAD
    }

    /**
     * What a failure of this class asks to stop.
     *
     * @param askedMs the wait that Genesys asked for, in milliseconds; negative when it asked for none
     */
    Pause pause(long askedMs) {
        return new Pause(pauses.name().toLowerCase(Locale.ROOT), threshold, firstMs, capMs, askedMs, 0);
    }
}
