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
 * @param triesApartMs when only a message that Genesys takes ends it: how long after each other messages that weren't refused
 *     yet are tried, in milliseconds; 0 when any answer ends it that isn't of its own kind
 */
public record Pause(String radius, int threshold, long firstMs, long capMs, long askedMs, long triesApartMs) {

    private static final long SHORTEST_MS = 50;
    private static final long SHORTEST_ASKED_MS = 1000;
    private static final long LONGEST_ASKED_MS = 300_000;
    private static final double PROBES_APART = 0.4;

    /** Whether only a message that Genesys takes ends it; else any answer that isn't of its own kind does. */
    public boolean untilTaken() {
        return triesApartMs > 0;
    }

    /** Whether Genesys said when to go on; else only a probe can tell. */
    public boolean asked() {
        return askedMs >= 0;
    }

    /** The wait of a message before its n-th try, in milliseconds: as asked, else anything up to a doubling limit. */
    public long waitMs(int n) {
        if (asked()) {
            return Math.min(Math.max(askedMs, SHORTEST_ASKED_MS), LONGEST_ASKED_MS);
        }
        return Math.max(
                SHORTEST_MS, Math.round(limitMs(n) * ThreadLocalRandom.current().nextDouble()));
    }

    /**
     * The wait before the n-th probe, in milliseconds: as asked, else doubling, and up to 40 % more, so that several
     * instances don't probe in step. Never less: one probe at a time is what the cause is spared.
     */
    public long probeMs(int n) {
        if (asked()) {
            return waitMs(n);
        }
        double spread = 1 + PROBES_APART * ThreadLocalRandom.current().nextDouble();
        return Math.max(SHORTEST_MS, Math.round(limitMs(n) * spread));
    }

    private double limitMs(int n) {
        return Math.min(capMs, firstMs * Math.pow(2, Math.min(n - 1, 30)));
    }
}
