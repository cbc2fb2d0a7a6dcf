package dev.guestbridge.lane;

import dev.guestbridge.message.Failure;
import java.time.Instant;

/**
 * Something wider than a message that stands still.
 *
 * @param name such as {@code channel webchat} or {@code organisation main}
 * @param cause the failure that stopped it
 * @param nextProbe when the next call is let through; that of the past while nobody is there to make it
 * @param waiting how many messages wait for it
 * @param newcomers how many of these Genesys hasn't refused yet, where only refusals stopped it: one by one they are tried
 * @param probes how many calls found out that the cause isn't gone
 * @param probing whether one is under way that finds out
 * @param resuming whether the cause is gone, and what waited passes step by step
 * @param trickling whether only those wait any more that were refused before, and are tried once more one by one
 */
public record Standstill(
        String name,
        Failure cause,
        Instant since,
        Instant nextProbe,
        int waiting,
        int newcomers,
        int probes,
        boolean probing,
        boolean resuming,
        boolean trickling) {

    /** Whether it goes on by a probe whose time is known. */
    public boolean isTimed() {
        return !resuming && !probing && newcomers == 0;
    }
}
