package dev.guestbridge.store;

import java.sql.SQLException;
import java.time.Duration;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Tells the other instances on a shared store that this one lives; one that is dead, or stands still, can't. */
final class Presence implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Presence.class);

    static final String NOW = "(extract(epoch from clock_timestamp()) * 1000000000)::bigint";

    /** Whether a row is of one that was seen of late; its one value is {@link #BELIEVED_NANOS}. */
    static final String SEEN = "seen_at > " + NOW + " - ?";

    private static final int TOLD_EVERY_MS = 1_500;
    static final long BELIEVED_NANOS = Duration.ofSeconds(5).toNanos();
    private static final long OVERDUE_NANOS = Duration.ofSeconds(3).toNanos();
    private static final long FORGOTTEN_NANOS = Duration.ofHours(1).toNanos();

    private final Store store;
    private final String instance = UUID.randomUUID().toString();
    private volatile String name; // null until it is told
    private volatile long toldNanos = System.nanoTime() - OVERDUE_NANOS; // a work that is first tells it too
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "store-presence");
        thread.setDaemon(true);
        return thread;
    });

    Presence(Store store) {
        this.store = store;
    }

    /** @throws StoreUnavailable when the store can't be used */
    void begin() {
        tell();
        timer.scheduleWithFixedDelay(this::tellIfPossible, TOLD_EVERY_MS, TOLD_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    /** From now on the others are told where operators find this one. */
    void introduce(String where) {
        name = where;
    }

    /** This instance, as no other is called, nor itself after its next start. */
    String instance() {
        return instance;
    }

    /** Within a work: whether another instance was seen of late. */
    static boolean isSeen(Session session, String other) throws SQLException {
        return session.one("SELECT 1 FROM instance WHERE id = ? AND " + SEEN, row -> true, other, BELIEVED_NANOS)
                != null;
    }

    private void tellIfPossible() {
        try {
            tell();
        } catch (RuntimeException e) { // the next beat must follow, whatever it was
            LOG.debug("The others take this instance for dead until it can tell them again: {}", e.getMessage());
        }
    }

    private void tell() {
        store.alone(session -> tell(session));
        store.alone(session -> session.change("DELETE FROM instance WHERE seen_at < " + NOW + " - ?", FORGOTTEN_NANOS));
    }

    private int tell(Session session) throws SQLException {
        toldNanos = System.nanoTime();
        return session.change(
                "INSERT INTO instance (id, seen_at, name) VALUES (?, " + NOW
                        + ", ?) ON CONFLICT (id) DO UPDATE SET seen_at = excluded.seen_at, name = excluded.name",
                instance,
                name);
    }

    /** Within a work: tells it when that is overdue, as it is of one that stood still and goes on. */
    void tellIfOverdue(Session session) throws SQLException {
        if (System.nanoTime() - toldNanos > OVERDUE_NANOS) {
            tell(session);
        }
    }

    @Override
    public void close() {
        timer.shutdownNow();
        try {
            store.alone(session -> session.change("DELETE FROM instance WHERE id = ?", instance));
        } catch (StoreUnavailable e) {
            // then it is taken for dead a little later
        }
    }
}
