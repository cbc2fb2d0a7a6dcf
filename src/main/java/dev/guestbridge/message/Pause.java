package dev.guestbridge.message;

import java.util.concurrent.ThreadLocalRandom;

/**
 * What a failure asks to stop, and for how long.
 *
 * @param radius message, guest, channel or org
 * @param threshold how many failures in a row stop more than the message itself
 * @param firstMs the first wait, in milliseconds; each further one is twice as long
 * @param capMs the longest wait, in milliseconds
 * @param askedMs the wait that Genesys asked for, in milliseconds; negative when it asked for none
 */
public record Pause(String radius, int threshold, long firstMs, long capMs, long askedMs) {

    /** Whether Genesys said when to go on; else only a probe can tell. */
    public boolean asked() {
        return askedMs >= 0;
    }

    /** The wait before the n-th try, in milliseconds: as asked, else doubling with half of it left to chance. */
    public long waitMs(int n) {
        if (asked()) {
            return Math.min(askedMs, capMs);
        }
        double full = Math.min(capMs, firstMs * Math.pow(2, Math.min(n - 1, 30)));
        return Math.round(full * (0.5 + ThreadLocalRandom.current().nextDouble() / 2));
    }
}
