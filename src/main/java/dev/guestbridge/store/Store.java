package dev.guestbridge.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.guestbridge.message.Absence;
import dev.guestbridge.message.Seldom;
import dev.guestbridge.message.SteadyClock;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps what must survive a crash, in SQLite or PostgreSQL: what a future confirmed is still there after kill -9.
 *
 * <p>One thread writes. It takes every work that waits, runs them in one transaction and commits once, so that a
 * commit's price is shared by all who wait for it. The queue of works has no bound of its own: callers wait for their
 * futures, so the number of messages they hold bounds it.
 */
public final class Store implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Store.class);

    /** Works in one commit, at most; so that one transaction stays short. */
    private static final int LARGEST_BATCH = 512;

    /** How long one waits for a connection of the pool. */
    private static final int CONNECTION_MS = 1_500;

    private static final int VALIDATION_MS = 1_000;
    private static final int PROBE_MS = 2_000;
    private static final int SOON_MS = 2_000;
    private static final int AT_ONCE_MS = 1_500;
    /** For so long one who found the database away spares the others the same wait. */
    private static final long KNOWN_AWAY_NANOS = 1_000_000_000;

    private static final int CLOSE_MS = 20_000;
    private static final Duration TELLS_EVERY = Duration.ofMinutes(1);
    private static final String MEANWHILE = "Until it can be used guests' messages wait on the bus, and replies flow as"
            + " long as the broker takes them; the bridge tries again each second and goes on by itself";

    private final Address address;
    private final StoreLimits limits;
    private final BlockingQueue<Task<?>> waiting = new LinkedBlockingQueue<>();
    private final Task<Void> last = new Task<>(session -> null, nothing -> {});
    private final LongAdder works = new LongAdder();
    private final LongAdder commits = new LongAdder();
    private final LongAdder commitNanos = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread writer;

    private final Executor tellers;
    private final Presence presence = new Presence(this);
    private volatile Task<?> oldest; // of those that are being written; null when none is
    private final Absence absence;
    private final Seldom refusals = new Seldom(TELLS_EVERY, new SteadyClock());
    private volatile Away away; // null while it is there
    private volatile HikariDataSource pool; // null until the tables are known to be right
    private volatile StoreUnavailable notYet; // why they aren't known; looked at while there is no pool
    private volatile boolean prepared;

    private boolean closed; // guarded by waiting
    private CompletableFuture<Void> probe = CompletableFuture.completedFuture(null); // guarded by this

    private Store(Address address, StoreLimits limits, Executor tellers, Supplier<String> held) {
        this.address = address;
        this.limits = limits;
        this.tellers = tellers;
        this.absence = new Absence(LOG, "The store " + address, MEANWHILE, held, this::look);
        this.writer = new Thread(this::writeUntilClosed, "store-writer");
        this.writer.setDaemon(true);
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
                absence.close();
                closePool();
                throw why;
            }
            isNotYet(why);
        }
        writer.start();
    }

    private void isNotYet(StoreUnavailable why) {
        notYet = why;
        absence.away(why.getMessage());
    }

    private void prepare() throws SQLException, IOException {
        if (pool == null) {
            DataSource database = address.dataSource(limits);
            // by no pool: loading SQLite, or changing a long table, takes longer than a pool waits
            address.demandSound(database);
            new Tables(address, limits).bringUpToDate();
            pool = pooled(database);
        }
        if (isShared()) {
            presence.begin();
        }
        prepared = true;
    }

    private HikariDataSource pooled(DataSource database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("store");
        config.setDataSource(database);
        config.setMaximumPoolSize(limits.connections());
        config.setConnectionTimeout(CONNECTION_MS);
        config.setValidationTimeout(VALIDATION_MS);
        config.setInitializationFailTimeout(-1); // the tables have been looked at
        if (isShared()) {
            config.setConnectionInitSql(limits.said());
        }
        return new HikariDataSource(config);
    }

    /** Finds out whether what was away is back. */
    private void look() {
        if (prepared) {
            String trouble = trouble();
            if (trouble != null) {
                absence.away(trouble);
            }
            return;
        }
        try {
            prepare();
            absence.here();
        } catch (Exception e) {
            isNotYet(address.unavailable(e));
        }
    }

    private Connection connection() throws SQLException {
        HikariDataSource opened = pool;
        if (opened == null) {
            throw notYet;
        }
        return opened.getConnection();
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
        Task<T> task = new Task<>(work, committed);
        synchronized (waiting) {
            if (closed) {
                return CompletableFuture.failedFuture(address.unavailable("it is closed"));
            }
            waiting.add(task);
        }
        return task.future;
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
        return read(work, 0);
    }

    /**
     * The same for those who can be answered without: when the database says nothing for a second and a half, they needn't
     * wait for it any longer.
     */
    <T> T readAtOnce(Work<T> work) {
        Away known = away;
        if (known != null && System.nanoTime() - known.sinceNanos() < KNOWN_AWAY_NANOS) {
            throw known.why();
        }
        return read(work, isShared() ? AT_ONCE_MS : 0);
    }

    /** @param answerMs how long the database has for its answer; 0: as the store's limits say */
    private <T> T read(Work<T> work, int answerMs) {
        for (boolean again = answerMs == 0; ; again = false) {
            Connection connection;
            try {
                connection = connection();
            } catch (SQLException e) {
                throw isAway(e);
            }
            try (Session session = new Session(connection)) {
                if (answerMs > 0) {
                    connection.setNetworkTimeout(Runnable::run, answerMs); // the pool takes it back
                }
                T result = work.in(session);
                release(connection);
                away = null;
                return result;
            } catch (SQLException e) {
                boolean broken = undo(connection, e);
                if (!broken) {
                    throw refused(e);
                }
                if (!again) {
                    throw isAway(e);
                } // it broke while it lay in the pool: once more, on another
            } catch (RuntimeException | Error e) {
                undo(connection, e);
                throw e;
            }
        }
    }

    private record Away(StoreUnavailable why, long sinceNanos) {}

    private StoreUnavailable isAway(SQLException cause) {
        StoreUnavailable why = address.unavailable(cause);
        away = new Away(why, System.nanoTime());
        absence.away(why.getMessage());
        return why;
    }

    /** The database is there, and doesn't do this: it would do nothing for anybody, or this work alone is in its way. */
    private StoreUnavailable refused(SQLException refusal) {
        StoreUnavailable why = address.unavailable(refusal);
        if (Refusal.concernsAll(refusal)) {
            absence.away(why.getMessage());
            return why;
        }
        long refused = refusals.toTell(refusal.getSQLState() + refusal.getErrorCode());
        if (refused > 0) {
            LOG.warn(
                    "{} ({} times since this was last told; what needs it waits and is tried again)",
                    why.getMessage(),
                    refused);
        }
        return why;
    }

    /**
     * Runs work of a single statement on the caller's thread, in no transaction with other works: it locks its row for no
     * longer than the database needs, also when this process stands still meanwhile. It may have been done twice when the
     * connection broke.
     *
     * @throws StoreUnavailable when the database can't be used
     */
    <T> T alone(Work<T> work) {
        return read(work); // outside of a transaction each statement is committed by itself
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
        return works.sum();
    }

    /** Commits that these works took. */
    public long commits() {
        return commits.sum();
    }

    /** How long all commits together took, with the works in them, in nanoseconds. */
    public long commitNanos() {
        return commitNanos.sum();
    }

    /** Works that failed because the database couldn't be used. */
    public long failures() {
        return failures.sum();
    }

    /** Works that wait for the writer. */
    public int waiting() {
        return waiting.size();
    }

    /** How long the oldest work that isn't durable yet has waited for it. */
    public Duration lag() {
        Task<?> first = oldest;
        Task<?> next = first == null ? waiting.peek() : first;
        return next == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - next.since);
    }

    /** True where other instances may write to the same store. */
    public boolean isShared() {
        return address.isShared();
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
        absence.close();
        synchronized (waiting) {
            if (!closed) {
                closed = true;
                waiting.add(last);
            }
        }
        try {
            writer.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (isShared()) {
            presence.close();
        }
        closePool();
    }

    private void closePool() {
        HikariDataSource opened = pool;
        if (opened != null) {
            opened.close();
        }
    }

    private void writeUntilClosed() {
        List<Task<?>> batch = new ArrayList<>();
        boolean open = true;
        while (open) {
            try {
                batch.add(waiting.take());
                waiting.drainTo(batch, LARGEST_BATCH - 1);
            } catch (InterruptedException e) {
                LOG.warn("The store's writer was interrupted; it goes on until the store is closed");
            }
            open = !batch.remove(last);
            if (!batch.isEmpty()) {
                oldest = batch.get(0);
                try {
                    carryOut(batch, true);
                } catch (Throwable e) { // a fault of ours; the writer goes on
                    LOG.error("The store's writer failed", e);
                    failAll(batch, address.unavailable(e));
                }
                oldest = null;
            }
            batch = new ArrayList<>(); // the old one may still be told of its fate
        }
    }

    /**
     * Runs the tasks in one transaction, or one by one when one of them fails.
     *
     * @param again whether to try once more on another connection when this one turns out to be broken
     * @return null, or why the database refused the last one
     */
    private StoreUnavailable carryOut(List<Task<?>> tasks, boolean again) {
        long begun = System.nanoTime();
        Connection connection;
        try {
            connection = connection();
        } catch (StoreUnavailable e) {
            return failAll(tasks, e);
        } catch (SQLException e) {
            return failAll(tasks, isAway(e));
        }
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            boolean broken = undo(connection, e);
            return broken && again ? carryOut(tasks, false) : failAll(tasks, told(e, broken));
        }
        try (Session session = new Session(connection)) {
            for (Task<?> task : tasks) {
                task.run(session);
            }
        } catch (Throwable e) { // an Error of one work must not stop the writer for all
            boolean broken = undo(connection, e);
            if (broken) {
                return again ? carryOut(tasks, false) : failAll(tasks, told(e, true));
            }
            boolean concernsAll = e instanceof SQLException refusal && Refusal.concernsAll(refusal);
            if (tasks.size() > 1 && !concernsAll) {
                return oneByOne(tasks);
            }
            if (e instanceof SQLException refusal) {
                StoreUnavailable told = failAll(tasks, refused(refusal));
                return concernsAll || Refusal.waitedInVain(refusal) ? told : null;
            }
            tell(() -> tasks.get(0).future.completeExceptionally(e));
            return null;
        }
        try {
            connection.commit();
        } catch (SQLException e) {
            boolean broken = undo(connection, e);
            return failAll(tasks, told(e, broken)); // not again: the commit may have reached the database
        }
        commits.increment();
        commitNanos.add(System.nanoTime() - begun);
        works.add(tasks.size());
        away = null;
        absence.here();
        for (Task<?> task : tasks) {
            task.committed();
            tell(task::complete);
        }
        release(connection);
        return null;
    }

    private StoreUnavailable oneByOne(List<Task<?>> tasks) {
        boolean waitedInVain = false;
        for (int i = 0; i < tasks.size(); i++) {
            StoreUnavailable refusal = carryOut(List.of(tasks.get(i)), true);
            if (refusal != null) {
                boolean ofItsRow = refusal.getCause() instanceof SQLException cause
                        && Refusal.waitedInVain(cause)
                        && !waitedInVain;
                if (!ofItsRow) { // each of the others would wait for the same answer
                    return failAll(tasks.subList(i + 1, tasks.size()), refusal);
                }
                waitedInVain = true;
            }
        }
        return null;
    }

    private StoreUnavailable told(Throwable cause, boolean broken) {
        if (!(cause instanceof SQLException refusal)) {
            return address.unavailable(cause);
        }
        return broken ? isAway(refusal) : refused(refusal);
    }

    private StoreUnavailable failAll(List<Task<?>> tasks, StoreUnavailable unavailable) {
        failures.add(tasks.size());
        for (Task<?> task : tasks) {
            tell(() -> task.future.completeExceptionally(unavailable));
        }
        return unavailable;
    }

    private void tell(Runnable fate) {
        try {
            tellers.execute(fate);
        } catch (RejectedExecutionException e) { // closed, while the database took longer than closing waits
            fate.run();
        }
    }

    /** Undoes what was done and gives the connection back, or to nobody when it is of no use; tells whether it is of none. */
    private boolean undo(Connection connection, Throwable cause) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            if (connection.isValid(VALIDATION_MS / 1000) && !Refusal.leadsElsewhere(cause)) {
                release(connection);
                return false;
            }
        } catch (SQLException e) {
            LOG.debug("A connection broke", e);
        }
        HikariDataSource theirs = pool;
        theirs.evictConnection(connection); // and it must not be closed too: the pool would hand it out again
        theirs.getHikariPoolMXBean().softEvictConnections(); // what broke this one has broken the others
        return true;
    }

    private static void release(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection could not be given back; the pool replaces it", e);
        }
    }

    private static final class Task<T> {

        private final Work<T> work;
        private final Consumer<? super T> committed;
        private final CompletableFuture<T> future = new CompletableFuture<>();
        private final long since = System.nanoTime();
        private T result;

        Task(Work<T> work, Consumer<? super T> committed) {
            this.work = work;
            this.committed = committed;
        }

        void run(Session session) throws SQLException {
            result = work.in(session);
        }

        void committed() {
            try {
                committed.accept(result);
            } catch (RuntimeException e) {
                LOG.error("What follows a commit failed; the commit stands", e);
            }
        }

        void complete() {
            future.complete(result);
        }
    }
}
