package dev.guestbridge.store;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Keeps what must survive a crash, in SQLite or PostgreSQL: what a future confirmed is still there after kill -9. */
public final class Store implements AutoCloseable {

    private static final int PROBE_MS = 2_000;
    private static final int SOON_MS = 2_000;
    private static final int AT_ONCE_MS = 1_500;

    private final Address address;
    private final Executor tellers;
    private final Connections connections;
    private final Availability availability;
    private final Reader reader;
    private final Writer writer;
    private final Presence presence = new Presence(this);
    private volatile boolean prepared;

    private CompletableFuture<Void> probe = CompletableFuture.completedFuture(null); // guarded by this

    private Store(Address address, StoreLimits limits, Executor tellers, Supplier<String> held) {
        this.address = address;
        this.tellers = tellers;
        this.connections = new Connections(address, limits);
        this.availability = new Availability(address, held, this::look);
        this.reader = new Reader(connections, availability);
        this.writer = new Writer(address, connections, availability, tellers);
    }

    /**
     * Opens the store, creating the folder, the file and the tables that are missing.
     *
     * @param jdbcUrl {@code jdbc:sqlite:<file>} or {@code jdbc:postgresql://<host>/<database>}; the driver's parameters
     *     may follow
     * @param username null or empty where none is needed
     * @param password null or empty where none is needed
     * @param tellers complete the futures, so that what hangs on them never runs on the writer
     * @throws StoreUnavailable when that fails
     */
    public static Store open(String jdbcUrl, String username, String password, Executor tellers) {
        return open(jdbcUrl, username, password, StoreLimits.USUAL, tellers);
    }

    /** The same, within other limits than the usual ones. */
    public static Store open(String jdbcUrl, String username, String password, StoreLimits limits, Executor tellers) {
        Store store = new Store(Address.of(jdbcUrl, username, password), limits, tellers, () -> "");
        store.open(false);
        return store;
    }

    /**
     * The same, but a PostgreSQL that is away is waited for: until it is there all that needs it fails, as it does when it
     * goes away later. What needs a change here, such as a wrong password, still fails at once.
     *
     * @param held what waits for it, in a few words for the log
     * @throws StoreUnavailable when somebody must do something about it
     */
    public static Store openOrAwait(
            String jdbcUrl,
            String username,
            String password,
            StoreLimits limits,
            Executor tellers,
            Supplier<String> held) {
        Store store = new Store(Address.of(jdbcUrl, username, password), limits, tellers, held);
        store.open(true);
        return store;
    }

    private void open(boolean waits) {
        try {
            prepare();
        } catch (Exception e) {
            StoreUnavailable why = address.unavailable(e);
            if (!waits || !isShared() || !Refusal.mayPass(e, address.seeksServer())) {
                availability.close();
                connections.close();
                throw why;
            }
            isNotYet(why);
        }
        writer.begin();
    }

    private void isNotYet(StoreUnavailable why) {
        connections.notYet(why);
        availability.away(why.getMessage());
    }

    private void prepare() throws SQLException, IOException {
        connections.open();
        if (isShared()) {
            presence.begin();
        }
        prepared = true;
    }

    /** Finds out whether what was away is back. */
    private void look() {
        if (prepared) {
            String trouble = trouble();
            if (trouble != null) {
                availability.away(trouble);
            }
            return;
        }
        try {
            prepare();
            availability.here();
        } catch (Exception e) {
            isNotYet(address.unavailable(e));
        }
    }

    /**
     * Runs work in a transaction; when the future completes it is durable.
     *
     * <p>The future completes on one of the tellers. It fails with {@link StoreUnavailable} when the database can't be used, and with what the
     * work itself threw otherwise; a failed future's work is undone, unless the connection broke in the commit, when
     * nobody can know.
     */
    <T> CompletableFuture<T> write(Work<T> work) {
        return write(work, result -> {});
    }

    /**
     * The same, and then calls {@code committed} before the future completes.
     *
     * @param committed called on the writer, in the order of the commits; must be quick
     */
    <T> CompletableFuture<T> write(Work<T> work, Consumer<? super T> committed) {
        return writer.write(work, committed);
    }

    /** The same future, but it fails after two seconds, for those who can be answered without; the work may still be done. */
    <T> CompletableFuture<T> soon(CompletableFuture<T> written) {
        return written.copy()
                .orTimeout(SOON_MS, TimeUnit.MILLISECONDS)
                .handleAsync(
                        (result, failure) -> {
                            if (failure instanceof TimeoutException) {
                                throw address.unavailable("it has not answered within " + SOON_MS / 1000 + " s");
                            }
                            if (failure != null) {
                                throw failure instanceof CompletionException wrapped
                                        ? wrapped
                                        : new CompletionException(failure);
                            }
                            return result;
                        },
                        tellers);
    }

    /**
     * Runs work that only reads, on the caller's thread.
     *
     * @throws StoreUnavailable when the database can't be used
     */
    <T> T read(Work<T> work) {
        return reader.read(work, 0);
    }

    /**
     * The same for those who can be answered without: when the database says nothing for a second and a half, they needn't
     * wait for it any longer.
     */
    <T> T readAtOnce(Work<T> work) {
        availability.demandPresence();
        return reader.read(work, isShared() ? AT_ONCE_MS : 0);
    }

    /**
     * Runs work of a single statement on the caller's thread, in no transaction with other works: it locks its row for no
     * longer than the database needs, also when this process stands still meanwhile. It may have been done twice when the
     * connection broke.
     *
     * @throws StoreUnavailable when the database can't be used
     */
    <T> T alone(Work<T> work) {
        return reader.read(work, 0); // outside of a transaction each statement is committed by itself
    }

    /**
     * Ends SQLite's write-ahead log, in which what was deleted still stands; in PostgreSQL it is the server's own.
     *
     * @return null when nothing is left to be done, else a sentence for an operator
     * @throws StoreUnavailable when the database can't be used
     */
    String endLog() {
        boolean busy = !isShared()
                && read(session -> session.one("PRAGMA wal_checkpoint(TRUNCATE)", row -> row.getInt(1) == 1));
        return busy
                ? "the store's log can't be emptied now, for it is being read; it still holds what was deleted"
                : null;
    }

    /** Null when the store can be written, else a sentence for an operator; answers within about two seconds. */
    public String trouble() {
        CompletableFuture<Void> current;
        synchronized (this) {
            if (probe.isDone()) {
                String now = Columns.time(Instant.now());
                probe = write(session -> {
                    session.change("UPDATE probe SET probed_at = ?", now);
                    return null;
                });
            }
            current = probe;
        }
        try {
            current.get(PROBE_MS, TimeUnit.MILLISECONDS);
            return null;
        } catch (TimeoutException e) {
            return address.sentence("it has not answered within " + PROBE_MS / 1000 + " s");
        } catch (ExecutionException e) {
            return e.getCause().getMessage();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return address.sentence("the question was interrupted");
        }
    }

    /** Works done since the store was opened, failed ones not counted. */
    public long works() {
        return writer.works();
    }

    /** Commits that these works took. */
    public long commits() {
        return writer.commits();
    }

    /** How long all commits together took, with the works in them, in nanoseconds. */
    public long commitNanos() {
        return writer.commitNanos();
    }

    /** Works that failed because the database couldn't be used. */
    public long failures() {
        return writer.failures();
    }

    /** Works that wait for the writer. */
    public int waiting() {
        return writer.waiting();
    }

    /** How long the oldest work that isn't durable yet has waited for it. */
    public Duration lag() {
        return writer.lag();
    }

    /** True where other instances may write to the same store. */
    public boolean isShared() {
        return address.isShared();
    }

    /** Tells those that share the store where operators find this instance. */
    void introduce(String name) {
        presence.introduce(name);
    }

    /** This instance among those that share the store; another one after each opening. */
    String instance() {
        return presence.instance();
    }

    /** Within a work: what follows is done by an instance that the others know to live. */
    void beSeen(Session session) throws SQLException {
        if (isShared()) {
            presence.tellIfOverdue(session);
        }
    }

    /** Within a work: whether another instance was seen of late; a store that nobody shares has no others. */
    boolean isSeen(Session session, String other) throws SQLException {
        return isShared() && Presence.isSeen(session, other);
    }

    /** Finishes the works that wait (20 s at most), then closes; later ones fail. */
    @Override
    public void close() {
        availability.close();
        writer.close();
        if (isShared()) {
            presence.close();
        }
        connections.close();
    }
}
