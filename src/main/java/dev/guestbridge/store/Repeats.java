package dev.guestbridge.store;

import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Remembers the webhooks that were taken, so that one that Genesys sends again is recognised. */
public final class Repeats {

    private static final int PURGED_AT_ONCE = 1_000;

    private final Store store;
    private final Clock clock;

    public Repeats(Store store) {
        this(store, Clock.systemUTC());
    }

    Repeats(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * True when this webhook was remembered. Two at the very same time may both be new: the broker's duplicate
     * detection is the second net.
     *
     * @param id Genesys' id of the message, of any length
     * @param time as the webhook writes it; may be null
     * @throws StoreUnavailable when the store can't be read
     */
    public boolean seen(String org, String id, String time) {
        return store.read(session -> session.one(
                        "SELECT 1 FROM webhook_repeat WHERE org = ? AND id = ? AND time = ?",
                        row -> true,
                        org,
                        Columns.keyOrDigest(id),
                        Columns.keyOrDigest(time)))
                != null;
    }

    /** Whether this webhook wasn't remembered; one that the store can't tell of now counts as new. */
    public boolean isNew(String org, String id, String time) {
        try {
            return !seen(org, id, time);
        } catch (StoreUnavailable unknown) {
            return true; // the broker drops a repeat
        }
    }

    /** Remembers that this webhook was taken. */
    public CompletableFuture<Void> remember(String org, String id, String time) {
        String now = Columns.time(clock.instant());
        return store.soon(store.write(session -> {
            session.change(
                    "INSERT INTO webhook_repeat (org, id, time, taken_at) VALUES (?, ?, ?, ?) ON CONFLICT DO NOTHING",
                    org,
                    Columns.keyOrDigest(id),
                    Columns.keyOrDigest(time),
                    now);
            return null;
        }));
    }

    /**
     * Forgets webhooks taken longer ago than this.
     *
     * @return how many
     */
    public CompletableFuture<Integer> purge(Duration olderThan) {
        return purge(Columns.time(clock.instant().minus(olderThan)), 0);
    }

    private CompletableFuture<Integer> purge(String before, int already) {
        return store.write(session -> session.change(
                        """
                        DELETE FROM webhook_repeat WHERE (org, id, time) IN (
                          SELECT org, id, time FROM webhook_repeat WHERE taken_at < ? LIMIT ?)
                        """,
                        before,
                        PURGED_AT_ONCE))
                .thenCompose(gone -> gone < PURGED_AT_ONCE
                        ? CompletableFuture.completedFuture(already + gone)
                        : purge(before, already + gone));
    }
}
