package dev.guestbridge.store;

import dev.guestbridge.message.Letter;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Keeps replies that the broker could not take, in the order in which they came. */
public final class Outbox {

    private static final String ANY = "SELECT 1 FROM outbox LIMIT 1";

    private final Store store;
    private int keeping; // letters on their way into the store
    private boolean empty;
    private long changes;

    /** @throws StoreUnavailable when the store can't be read */
    public Outbox(Store store) {
        this.store = store;
        this.empty = store.read(session -> session.one(ANY, row -> true)) == null;
    }

    /**
     * Keeps a reply behind those already here; one that is here by the same duplicateId is not kept again.
     *
     * @param letter its duplicateId has 1 to 512 characters
     */
    public CompletableFuture<Void> keep(Letter letter) {
        String duplicateId = Columns.key("duplicateId", letter.duplicateId());
        String now = Columns.time(Instant.now());
        synchronized (this) {
            keeping++; // before the commit, so that no later reply takes the short way meanwhile
        }
        return store.<Void>write(
                        session -> {
                            if (session.one("SELECT 1 FROM outbox WHERE duplicate_id = ?", row -> true, duplicateId)
                                    != null) {
                                return null;
                            }
                            long sequence = session.one(
                                    "UPDATE outbox_sequence SET last = last + 1 RETURNING last", row -> row.getLong(1));
                            session.change(
                                    """
                                    INSERT INTO outbox (sequence, queue, message_group, duplicate_id, body, kept_at)
                                    VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (duplicate_id) DO NOTHING
                                    """,
                                    sequence,
                                    Columns.text(letter.queue()),
                                    Columns.text(letter.group()),
                                    duplicateId,
                                    Columns.text(letter.body()),
                                    now);
                            return null;
                        },
                        nothing -> nowEmpty(false))
                .whenComplete((nothing, failure) -> {
                    synchronized (this) {
                        keeping--;
                    }
                });
    }

    /**
     * The replies that have waited longest, in order.
     *
     * @param limit letters, 1 at least
     * @throws StoreUnavailable when the store can't be read
     */
    public List<Letter> oldest(int limit) {
        long before;
        synchronized (this) {
            before = changes;
        }
        List<Letter> letters = store.read(session -> session.all(
                "SELECT sequence, queue, message_group, duplicate_id, body FROM outbox ORDER BY sequence LIMIT ?",
                row -> new Letter(
                        row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5)),
                Math.max(1, limit)));
        synchronized (this) {
            if (before == changes) { // also learns what another instance kept or sent
                empty = letters.isEmpty();
            }
        }
        return letters;
    }

    /** Forgets a reply that the broker has taken. */
    public CompletableFuture<Void> sent(long sequence) {
        return store.write(
                        session -> {
                            session.change("DELETE FROM outbox WHERE sequence = ?", sequence);
                            return session.one(ANY, row -> true) == null;
                        },
                        (Boolean none) -> nowEmpty(none))
                .thenApply(none -> null);
    }

    /** True when no reply waits or is being kept; asks no database. Another instance's are seen by {@link #oldest}. */
    public synchronized boolean isEmpty() {
        return empty && keeping == 0;
    }

    private synchronized void nowEmpty(boolean none) {
        changes++;
        empty = none;
    }
}
