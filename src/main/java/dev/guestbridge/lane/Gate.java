package dev.guestbridge.lane;

import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Pause;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/**
 * Stands before a channel or an organisation: open, everything passes; shut, everything waits in order while one probe
 * at a time finds out whether the cause is gone.
 */
final class Gate {

    /** What was told of a gate that changed. */
    interface Watcher {
        void shut(String name, Failure cause, Instant since);

        void opened(String name, Failure cause, Instant since);
    }

    private static final long PROBE_LOST_MS = 60_000;
    private static final long AGAIN_MS = 100;

    private final String name;
    private final ScheduledExecutorService clock;
    private final Executor workers;
    private final Watcher watcher;
    private final Queue<CompletableFuture<Long>> waiting = new ArrayDeque<>();

    private Failure cause;
    private Instant since;
    private Instant nextProbe;
    private boolean probeDue;
    private int probes;
    private int failuresInARow;
    private long shutCount;
    private boolean closed;
    private ScheduledFuture<?> alarm;

    Gate(String name, ScheduledExecutorService clock, Executor workers, Watcher watcher) {
        this.name = name;
        this.clock = clock;
        this.workers = workers;
        this.watcher = watcher;
    }

    /** What a gate shows of itself. */
    record State(String name, Failure cause, Instant since, Instant nextProbe, int waiting, int probes) {}

    /** Why it is shut; null when it is open. */
    synchronized Failure cause() {
        return cause;
    }

    synchronized State state() {
        return cause == null ? null : new State(name, cause, since, nextProbe, waiting.size(), probes);
    }

    /** Completes when one may pass, with how often the gate had been shut by then. */
    synchronized CompletionStage<Long> pass() {
        if (closed) {
            return CompletableFuture.failedFuture(new MessageReturned("the bridge is stopping"));
        }
        if (cause == null) {
            return CompletableFuture.completedFuture(shutCount);
        }
        CompletableFuture<Long> turn = new CompletableFuture<>();
        waiting.add(turn);
        if (probeDue) {
            sendProbe();
        }
        return turn;
    }

    /**
     * Counts a failure of the gate's own kind, and shuts when there were enough in a row.
     *
     * @param passed what {@link #pass()} told: news from before the gate was last shut changes nothing
     * @param pause how many are enough, and how long the gate is shut: it opens when Genesys said how long, else only
     *     lets a probe through
     * @return whether the gate is shut
     */
    synchronized boolean failed(long passed, Failure newCause, Pause pause) {
        if (passed < shutCount) {
            return cause != null;
        }
        if (!pause.asked()) {
            failuresInARow++;
        }
        if (cause == null && failuresInARow < pause.threshold() && !pause.asked()) {
            return false;
        }
        shutCount++;
        if (cause == null) {
            since = Instant.now();
            watcher.shut(name, newCause, since);
        } else {
            probes++;
        }
        cause = newCause;
        schedule(pause.waitMs(probes + 1), pause.asked());
        return true;
    }

    /** Genesys answered in a way that shows the gate's cause to be gone. */
    synchronized void answered(long passed) {
        if (passed < shutCount) {
            return;
        }
        failuresInARow = 0;
        open();
    }

    /** The probe came to no end that tells anything of the cause: another one is due. */
    synchronized void inconclusive(long passed) {
        if (cause != null && passed == shutCount) {
            schedule(AGAIN_MS, false);
        }
    }

    private void schedule(long waitMs, boolean thenOpen) {
        if (alarm != null) {
            alarm.cancel(false);
        }
        probeDue = false;
        nextProbe = Instant.now().plusMillis(waitMs);
        alarm = clock.schedule(thenOpen ? this::open : this::sendProbe, waitMs, TimeUnit.MILLISECONDS);
    }

    private synchronized void sendProbe() {
        if (cause == null) {
            return;
        }
        CompletableFuture<Long> probe = waiting.poll();
        if (probe == null) {
            probeDue = true;
            return;
        }
        schedule(PROBE_LOST_MS, false);
        long passed = shutCount;
        probe.completeAsync(() -> passed, workers);
    }

    synchronized void open() {
        if (cause == null) {
            return;
        }
        if (alarm != null) {
            alarm.cancel(false);
        }
        watcher.opened(name, cause, since);
        cause = null;
        probeDue = false;
        probes = 0;
        long passed = shutCount;
        for (CompletableFuture<Long> turn; (turn = waiting.poll()) != null; ) {
            turn.completeAsync(() -> passed, workers);
        }
    }

    /** Sends all that waits back to the bus. */
    synchronized void close() {
        closed = true;
        for (CompletableFuture<Long> turn; (turn = waiting.poll()) != null; ) {
            turn.completeExceptionally(new MessageReturned("the bridge is stopping"));
        }
    }
}
