package dev.guestbridge.store;

import dev.guestbridge.message.Letter;
import dev.guestbridge.message.Webhook;
import java.time.Instant;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/**
 * Keeps replies that the broker could not take, in the order in which they came; one queue doesn't wait for another. It
 * has room for so many, so that a broker that is away for long doesn't fill the disk.
 */
public final class Outbox {

    private static final String QUEUES = "SELECT queue, COUNT(*) FROM outbox GROUP BY queue ORDER BY queue";
    private static final String ANY = "SELECT 1 FROM outbox WHERE queue = ? LIMIT 1";

    private static final String OF_GROUP = " FROM outbox WHERE message_group = ?";
    private static final Session.Row<String> QUEUE = row -> row.getString(1);

    private final Store store;
    private final long room;
    private final Map<String, Integer> keeping = new HashMap<>(); // letters on their way into the store, by queue
    private final Map<String, Long> waiting; // letters that lie there, by queue
    private long changes;

    /** @param room how many letters it keeps */
    public Outbox(Store store, long room) {
        this.store = store;
        this.room = room;
        this.waiting = new LinkedHashMap<>();
        try {
            waiting.putAll(read());
        } catch (StoreUnavailable awaited) {
            // the next round learns of them; until then replies go out rather than be lost
        }
    }

    /** No more letters are kept. */
    public static final class Full extends RuntimeException {

        private static final long serialVersionUID = 1;

        Full(long room) {
            super("the store keeps " + room + " replies already that the broker can't take (reply.outbox-letters)");
        }
    }

    /**
     * Keeps a reply behind those already here; one that is here by the same duplicateId is not kept again.
     *
     * @param letter its duplicateId has 1 to 512 characters
     * @throws Full when there is no room for it
     */
    public CompletableFuture<Void> keep(Letter letter) {
        String duplicateId = Columns.key("duplicateId", letter.duplicateId());
        String now = Columns.time(Instant.now());
        synchronized (this) {
            if (letters() >= room) {
                throw new Full(room);
            }
            // before the commit, so that no later reply takes the short way meanwhile
            keeping.merge(letter.queue(), 1, Integer::sum);
        }
        CompletableFuture<Void> kept = store.write(
                        session -> {
                            if (session.one("SELECT 1 FROM outbox WHERE duplicate_id = ?", row -> true, duplicateId)
                                    != null) {
                                return new Change(0, true);
                            }
                            long sequence = session.one(
                                    "UPDATE outbox_sequence SET last = last + 1 RETURNING last", row -> row.getLong(1));
                            session.change(
                                    """
                                    INSERT INTO outbox (sequence, queue, message_group, duplicate_id, body, kept_at, trace_id,
                                      traceparent)
                                    VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (duplicate_id) DO NOTHING
                                    """,
                                    sequence,
                                    Columns.text(letter.queue()),
                                    Columns.text(letter.group()),
                                    duplicateId,
                                    Columns.text(letter.body()),
                                    now,
                                    letter.traceId(),
                                    letter.traceparent());
                            return new Change(1, true);
                        },
                        (Change change) -> changed(letter.queue(), change))
                .whenComplete((change, failure) -> {
                    synchronized (this) {
                        keeping.merge(letter.queue(), -1, (some, one) -> some > 1 ? some - 1 : null);
                    }
                })
                .thenApply(change -> null);
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
        Map<String, Long> read = read();
        synchronized (this) {
            if (before == changes) {
                waiting.clear();
                waiting.putAll(read);
            }
        }
        return List.copyOf(read.keySet());
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
                SELECT sequence, queue, message_group, duplicate_id, body, trace_id, traceparent FROM outbox
                WHERE queue = ? ORDER BY sequence LIMIT ?
                """,
                row -> new Letter(
                        row.getLong(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getString(5),
                        row.getString(6),
                        row.getString(7)),
                queue,
                Math.max(1, limit)));
    }

    /** Forgets a reply that the broker has taken. */
    public CompletableFuture<Void> sent(Letter letter) {
        String now = Columns.time(Instant.now());
        return store.write(
                        session -> {
                            int gone = session.change("DELETE FROM outbox WHERE sequence = ?", letter.sequence());
                            session.change(
                                    "UPDATE webhook_repeat SET kept = 0, queued_at = ? WHERE kept = 1 AND digest = ?",
                                    now,
                                    Webhook.digestOf(letter.duplicateId()));
                            return new Change(-gone, session.one(ANY, row -> true, letter.queue()) != null);
                        },
                        (Change change) -> changed(letter.queue(), change))
                .thenApply(change -> null);
    }

    /** How many replies to a guest wait; {@code queue} null: for whichever queue. */
    int waitingFor(String group, String queue) {
        return store.read(session -> queue == null
                ? session.one("SELECT COUNT(*)" + OF_GROUP, row -> row.getInt(1), group)
                : session.one("SELECT COUNT(*)" + OF_GROUP + " AND queue = ?", row -> row.getInt(1), group, queue));
    }

    /**
     * Forgets the replies to a guest, unsent.
     *
     * @param queue null: for whichever queue
     * @return how many
     */
    CompletableFuture<Integer> forget(String group, String queue) {
        return store.write(
                        session -> {
                            List<String> gone = queue == null
                                    ? session.all("DELETE" + OF_GROUP + " RETURNING queue", QUEUE, group)
                                    : session.all(
                                            "DELETE" + OF_GROUP + " AND queue = ? RETURNING queue",
                                            QUEUE,
                                            group,
                                            queue);
                            Map<String, Change> changes = new HashMap<>();
                            for (String one : gone) {
                                changes.merge(
                                        one, new Change(-1, true), (some, more) -> new Change(some.by() - 1, true));
                            }
                            for (Map.Entry<String, Change> change : changes.entrySet()) {
                                boolean some = session.one(ANY, row -> true, change.getKey()) != null;
                                change.setValue(new Change(change.getValue().by(), some));
                            }
                            return changes;
                        },
                        (Map<String, Change> changes) -> changes.forEach(this::changed))
                .thenApply(changes -> changes.values().stream()
                        .mapToInt(change -> (int) -change.by())
                        .sum());
    }

    /** Learns that replies wait for a queue, which another instance may have kept a moment ago. */
    synchronized void waits(String queue) {
        changes++; // what is being read of all queues may be older
        waiting.putIfAbsent(queue, 1L);
    }

    /** Whether a letter may go to its queue itself: no other waits for that one. */
    public boolean mayPass(Letter letter) {
        return isEmpty(letter.queue());
    }

    /** True when no reply for this queue waits or is being kept; asks no database. */
    synchronized boolean isEmpty(String queue) {
        return !waiting.containsKey(queue) && !keeping.containsKey(queue);
    }

    /** How many replies wait or are being kept, as far as this instance knows; asks no database. */
    public synchronized long letters() {
        return waiting.values().stream().mapToLong(Long::longValue).sum()
                + keeping.values().stream().mapToLong(Integer::longValue).sum();
    }

    private Map<String, Long> read() {
        return store.read(session -> {
            Map<String, Long> letters = new LinkedHashMap<>();
            session.all(QUEUES, row -> letters.put(row.getString(1), row.getLong(2)));
            return letters;
        });
    }

    /**
     * What a transaction changed.
     *
     * @param by so many letters more
     * @param some whether letters for the queue are left, those of other instances too
     */
    private record Change(long by, boolean some) {}

    private synchronized void changed(String queue, Change change) {
        changes++;
        long now = Math.max(waiting.getOrDefault(queue, 0L) + change.by(), 1);
        if (change.some()) {
            waiting.put(queue, now);
        } else {
            waiting.remove(queue);
        }
    }
}
