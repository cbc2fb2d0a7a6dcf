package dev.guestbridge.store;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one thread that writes: it takes every work that waits, runs them in one transaction and commits once, so that a
 * commit's price is shared by all who wait for it. The queue of works has no bound of its own: callers wait for their
 * futures, so the number of messages they hold bounds it.
 */
final class Writer implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Writer.class);

    /** Works in one commit, at most; so that one transaction stays short. */
    private static final int LARGEST_BATCH = 512;

    private static final int CLOSE_MS = 20_000;

    private final Address address;
    private final Connections connections;
    private final Availability availability;
    private final Executor tellers;
    private final BlockingQueue<Task<?>> waiting = new LinkedBlockingQueue<>();
    private final Task<Void> last = new Task<>(session -> null, nothing -> {});
    private final LongAdder works = new LongAdder();
    private final LongAdder commits = new LongAdder();
    private final LongAdder commitNanos = new LongAdder();
    private final LongAdder failures = new LongAdder();
    private final Thread thread;
    private volatile Task<?> oldest; // of those that are being written; null when none is
    private boolean closed; // guarded by waiting

    /** @param tellers complete the futures, so that what hangs on them never runs on this thread */
    Writer(Address address, Connections connections, Availability availability, Executor tellers) {
        this.address = address;
        this.connections = connections;
        this.availability = availability;
        this.tellers = tellers;
        this.thread = new Thread(this::writeUntilClosed, "store-writer");
        this.thread.setDaemon(true);
    }

    void begin() {
        thread.start();
    }

    /**
     * Runs work in a transaction; when the future completes it is durable.
     *
     * @param committed called on the writer, in the order of the commits, before the future completes; must be quick
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

    /** Works done, failed ones not counted. */
    long works() {
        return works.sum();
    }

    /** Commits that these works took. */
    long commits() {
        return commits.sum();
    }

    /** How long all commits together took, with the works in them, in nanoseconds. */
    long commitNanos() {
        return commitNanos.sum();
    }

    /** Works that failed because the database couldn't be used. */
    long failures() {
        return failures.sum();
    }

    /** Works that wait. */
    int waiting() {
        return waiting.size();
    }

    /** How long the oldest work that isn't durable yet has waited for it. */
    Duration lag() {
        Task<?> first = oldest;
        Task<?> next = first == null ? waiting.peek() : first;
        return next == null ? Duration.ZERO : Duration.ofNanos(System.nanoTime() - next.since);
    }

    /** Finishes the works that wait (20 s at most); later ones fail. */
    @Override
    public void close() {
        synchronized (waiting) {
            if (!closed) {
                closed = true;
                waiting.add(last);
            }
        }
        try {
            thread.join(CLOSE_MS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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
            connection = connections.lend();
        } catch (StoreUnavailable e) {
            return failAll(tasks, e);
        } catch (SQLException e) {
            return failAll(tasks, availability.away(e));
        }
        try {
            connection.setAutoCommit(false);
        } catch (SQLException e) {
            boolean broken = connections.undo(connection, e);
            return broken && again ? carryOut(tasks, false) : failAll(tasks, availability.failed(e, broken));
        }
        try (Session session = new Session(connection)) {
            for (Task<?> task : tasks) {
                task.run(session);
            }
        } catch (Throwable e) { // an Error of one work must not stop the writer for all
            boolean broken = connections.undo(connection, e);
            if (broken) {
                return again ? carryOut(tasks, false) : failAll(tasks, availability.failed(e, true));
            }
            boolean concernsAll = e instanceof SQLException refusal && Refusal.concernsAll(refusal);
            if (tasks.size() > 1 && !concernsAll) {
                return oneByOne(tasks);
            }
            if (e instanceof SQLException refusal) {
                StoreUnavailable told = failAll(tasks, availability.refused(refusal));
                return concernsAll || Refusal.waitedInVain(refusal) ? told : null;
            }
            tell(() -> tasks.get(0).future.completeExceptionally(e));
            return null;
        }
        try {
            connection.commit();
        } catch (SQLException e) {
            boolean broken = connections.undo(connection, e);
            // not again: the commit may have reached the database
            return failAll(tasks, availability.failed(e, broken));
        }
        commits.increment();
        commitNanos.add(System.nanoTime() - begun);
        works.add(tasks.size());
        availability.here();
        for (Task<?> task : tasks) {
            task.committed();
            tell(task::complete);
        }
        connections.giveBack(connection);
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
