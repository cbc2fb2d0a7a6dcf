package dev.guestbridge.store;

import dev.guestbridge.message.Letter;
import java.time.Instant;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;

/** Keeps replies that the broker could not take, in the order in which they came; one queue doesn't wait for another. */
public final class Outbox {

    private static final String QUEUES = "SELECT DISTINCT queue FROM outbox ORDER BY queue";
    private static final String ANY = "SELECT 1 FROM outbox WHERE queue = ? LIMIT 1";

    private final Store store;
    private final Map<String, Integer> keeping = new HashMap<>(); // letters on their way into the store, by queue
    private final Set<String> waiting; // queues for which letters lie there
    private long changes;

    /** @throws StoreUnavailable when the store can't be read */
    public Outbox(Store store) {
        this.store = store;
        this.waiting = new HashSet<>(read());
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
            keeping.merge(
                    letter.queue(),
                    1,
                    Integer::sum); // before the commit, so that no later reply takes the short way meanwhile
        }
        CompletableFuture<Void> kept = store.<Void>write(
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
                        nothing -> now(letter.queue(), true))
                .whenComplete((nothing, failure) -> {
                    synchronized (this) {
                        keeping.merge(letter.queue(), -1, (some, one) -> some > 1 ? some - 1 : null);
                    }
                });
        return store.soon(kept);
    }

    /**
     * The queues for which replies wait; also learns of those that another instance keeps.
     *
     * @throws StoreUnavailable when the store can't be read
     */
    public List<String> queues() {
        long before;
        synchronized (this) {
            before = changes;
        }
        List<String> queues = read();
        synchronized (this) {
            if (before == changes) {
                waiting.clear();
                waiting.addAll(queues);
            }
        }
        return queues;
    }

    /**
     * The replies that have waited longest for a queue, in order.
     *
     * @param limit letters, 1 at least
     * @throws StoreUnavailable when the store can't be read
     */
    public List<Letter> oldest(String queue, int limit) {
        return store.read(session -> session.all(
                """
                SELECT sequence, queue, message_group, duplicate_id, body FROM outbox WHERE queue = ?
                ORDER BY sequence LIMIT ?
                """,
                row -> new Letter(
                        row.getLong(1), row.getString(2), row.getString(3), row.getString(4), row.getString(5)),
                queue,
                Math.max(1, limit)));
    }

    /** Forgets a reply that the broker has taken. */
    public CompletableFuture<Void> sent(Letter letter) {
        return store.write(
                        session -> {
                            session.change("DELETE FROM outbox WHERE sequence = ?", letter.sequence());
                            return session.one(ANY, row -> true, letter.queue()) != null;
                        },
                        (Boolean some) -> now(letter.queue(), some))
                .thenApply(some -> null);
    }

    /** True when no reply for this queue waits or is being kept; asks no database. */
    public synchronized boolean isEmpty(String queue) {
        return !waiting.contains(queue) && !keeping.containsKey(queue);
    }

    private List<String> read() {
        return store.read(session -> session.all(QUEUES, row -> row.getString(1)));
    }

    private synchronized void now(String queue, boolean some) {
        changes++;
        if (some) {
            waiting.add(queue);
        } else {
            waiting.remove(queue);
        }
    }
}
