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
 * @param probes how many calls found out that the cause isn't gone
 * @param probing whether one is under way that finds out
 * @param resuming whether the cause is gone, and what waited passes step by step
 */
public record Standstill(
        String name,
        Failure cause,
        Instant since,
        Instant nextProbe,
        int waiting,
        int probes,
        boolean probing,
        boolean resuming) {}
