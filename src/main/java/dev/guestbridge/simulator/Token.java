package dev.guestbridge.simulator;

import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.Set;

/** A bearer token: an organisation's, or one guest's. */
final class Token {

    private static final int WINDOW_MS = 60_000;
    private static final int NO_LIMIT = 1_000_000;

    private final String value;
    private final Organisation organisation;
    private final Set<String> granted;
    private final long expiresAtMs;
    private final Conversation guestOf;
    private long windowStartMs;
    private int count;

    /** @param guestOf the one conversation that a guest's token is for; null for an organisation's token */
    Token(String value, Organisation organisation, Collection<String> granted, long expiresAtMs, Conversation guestOf) {
        this.value = value;
        this.organisation = organisation;
        this.granted = new LinkedHashSet<>(granted);
        this.expiresAtMs = expiresAtMs;
        this.guestOf = guestOf;
    }

    String value() {
        return value;
    }

    Organisation organisation() {
        return organisation;
    }

    Conversation guestOf() {
        return guestOf;
    }

    /** What was granted and is still allowed: a scope taken from the client is gone at once. */
    Set<String> scopes() {
        Set<String> scopes = new LinkedHashSet<>(granted);
        scopes.retainAll(organisation.settings().allowedScopes());
        return scopes;
    }

    long secondsLeft(long nowMs) {
        return Math.max(0, (expiresAtMs - nowMs + 999) / 1000);
    }

    boolean isExpired(long nowMs) {
        return nowMs >= expiresAtMs;
    }

    /** Counts one request; false when it is over the limit of this minute. */
    boolean count(long nowMs) {
        if (nowMs - windowStartMs >= WINDOW_MS) {
            windowStartMs = nowMs;
            count = 0;
        }
        count++;
        return count <= allowed();
    }

    int counted() {
        return count;
    }

    int allowed() {
        int limit = organisation.settings().requestsPerMinute();
        return limit == 0 ? NO_LIMIT : limit;
    }

    /** Seconds, at least 1, until the minute is over. */
    long secondsToReset(long nowMs) {
        return Math.max(1, (windowStartMs + WINDOW_MS - nowMs + 999) / 1000);
    }
}
