package dev.guestbridge.store;

import dev.guestbridge.message.Webhook;
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

    /** What is known of a webhook. */
    public enum Known {
        NEW,
        /** The same came before. */
        REPEAT,
        /** Another came before by the same id and time. */
        ALTERED
    }

    /**
     * Whether this webhook was remembered. Two at the very same time may both be new: the broker's duplicate detection is
     * the second net.
     *
     * @return NEW also when the store can't tell now: the broker drops a repeat
     */
    public Known look(Webhook webhook) {
        return look(webhook.org(), webhook.id(), webhook.time(), webhook.digest());
    }

    Known look(String org, String id, String time, String digest) {
        try {
            return store.readAtOnce(session -> {
                Known known = session.one(
                        "SELECT digest FROM webhook_repeat WHERE org = ? AND id = ? AND time = ?",
                        row -> row.getString(1) == null || row.getString(1).equals(digest)
                                ? Known.REPEAT
                                : Known.ALTERED,
                        org,
                        Columns.keyOrDigest(id),
                        Columns.keyOrDigest(time));
                return known == null ? Known.NEW : known;
            });
        } catch (StoreUnavailable unknown) {
            return Known.NEW;
        }
    }

    /** Remembers that this webhook was taken. */
    CompletableFuture<Void> remember(Webhook webhook) {
        return remember(webhook.org(), webhook.id(), webhook.time(), webhook.digest());
    }

    CompletableFuture<Void> remember(String org, String id, String time, String digest) {
        String now = Columns.time(clock.instant());
        return store.soon(store.write(session -> {
            session.change(
                    """
                    INSERT INTO webhook_repeat (org, id, time, digest, taken_at) VALUES (?, ?, ?, ?, ?)
                    ON CONFLICT DO NOTHING
                    """,
                    org,
                    Columns.keyOrDigest(id),
                    Columns.keyOrDigest(time),
                    digest,
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
