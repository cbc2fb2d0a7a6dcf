package dev.guestbridge.lane;

import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Pause;
import java.time.Clock;
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
 * at a time finds out whether the cause is gone; then what waits passes in steps of 1, 2, 4 and so on, until none is left.
 * Single failures in between slow it down, they don't shut it again: a Genesys that fails some of its calls is used.
 */
final class Gate {

    /** Is told when a gate shuts, and when all that waited before it has passed. */
    interface Watcher {
        void shut(String name, Failure cause, Instant since);

        void opened(String name, Failure cause, Instant since);
    }

    /**
     * The right to pass once.
     *
     * @param shutCount how often the gate had been shut when it was given
     * @param probe whether it was given to find out whether the cause is gone
     */
    record Turn(long shutCount, boolean probe) {}

    private static final long PROBE_LOST_MS = 60_000;
    private static final long AGAIN_MS = 100;
    private static final long STEP_MS = 250;

    private final String name;
    private final ScheduledExecutorService alarms;
    private final Executor workers;
    private final Clock clock;
    private final Watcher watcher;
    private final Queue<CompletableFuture<Turn>> waiting = new ArrayDeque<>();

    private Failure cause;
    private Instant since;
    private Instant nextProbe;
    private boolean untilTaken;
    private boolean probeDue;
    private Turn probe;
    private int probes;
    private boolean resuming;
    private int step;
    private boolean stepDue;
    private Turn stepTurn;
    private int stepSize;
    private int stepHeard;
    private int stepTaken;
    private int stepFailed;
    private int failuresInARow;
    private long shutCount;
    private boolean closed;
    private ScheduledFuture<?> alarm;

    Gate(String name, ScheduledExecutorService alarms, Executor workers, Clock clock, Watcher watcher) {
        this.name = name;
        this.alarms = alarms;
        this.workers = workers;
        this.clock = clock;
        this.watcher = watcher;
    }

    /** Why it isn't open; null when it is. */
    synchronized Failure cause() {
        return cause;
    }

    /** How many calls wait before it. */
    synchronized int queued() {
        return waiting.size();
    }

    /** Null when it is open. */
    synchronized Standstill state() {
        return cause == null
                ? null
                : new Standstill(name, cause, since, nextProbe, waiting.size(), probes, probe != null, resuming);
    }

    /**
     * Lets the next probe go now instead of when it is due: still one at a time, and what it tells decides as ever. Does
     * nothing while one is under way, or when the gate resumes already.
     *
     * @return how things stand then; null when it is open
     */
    synchronized Standstill probeNow() {
        if (cause != null && !resuming && probe == null && !closed) {
            nextProbe = clock.instant();
            sendProbe();
        }
        return state();
    }

    /**
     * Completes when one may pass.
     *
     * @param held a turn given before: it is good for a whole attempt, an opening and a sending. May be null
     */
    synchronized CompletionStage<Turn> pass(Turn held) {
        if (closed) {
            return CompletableFuture.failedFuture(new MessageReturned("the bridge is stopping"));
        }
        if (cause == null) {
            return CompletableFuture.completedFuture(new Turn(shutCount, false));
        }
        if (held != null && (held == probe || (resuming && isNew(held)))) {
            return CompletableFuture.completedFuture(held);
        }
        CompletableFuture<Turn> turn = new CompletableFuture<>();
        waiting.add(turn);
        if (probeDue) {
            sendProbe();
        }
        return turn;
    }

    /** Lets one that waits wait no more, and fails its turn; does nothing when it has come already. */
    synchronized void withdraw(CompletionStage<Turn> turn) {
        if (waiting.remove(turn)) {
            workers.execute(() -> turn.toCompletableFuture().completeExceptionally(new GivenUp()));
        }
    }

    /** Whether a turn may still be used: the gate hasn't been shut since it was given, or is open again. */
    synchronized boolean allows(Turn turn) {
        return cause == null || isNew(turn);
    }

    // news of a turn that was given before the gate was last shut changes nothing
    private boolean isNew(Turn turn) {
        return turn.shutCount() == shutCount;
    }

    /**
     * Counts a failure of the gate's own kind, and shuts when there were enough in a row, or at once if it was the probe's.
     *
     * @param turn that the failed call was made with
     * @param pause how many are enough, and how long the gate is shut: when Genesys said how long, the time is all that
     *     it takes, else a probe has to get through
     * @return whether the gate is shut
     */
    synchronized boolean failed(Turn turn, Failure newCause, Pause pause) {
        if (!isNew(turn)) {
            if (cause != null && pause.asked()) {
                lengthen(pause.probeMs(1));
            }
            return cause != null;
        }
        if (!pause.asked()) {
            failuresInARow++;
        }
        boolean enough = failuresInARow >= pause.threshold();
        if (resuming) {
            stepFailed += turn == stepTurn ? 1 : 0;
            stepHeard += turn == stepTurn ? 1 : 0;
            // failures are often told sooner than successes: those of a step count when all of it has come to nothing
            enough &= pause.threshold() == 1 || (stepTaken == 0 && stepHeard >= stepSize);
        }
        if ((cause == null || resuming) && !enough && !pause.asked()) {
            heard();
            return false;
        }
        shutCount++;
        if (cause == null) {
            since = clock.instant();
            watcher.shut(name, newCause, since);
        } else {
            probes++;
        }
        cause = newCause;
        untilTaken = pause.untilTaken();
        resuming = false;
        schedule(pause.probeMs(probes + 1), pause.asked());
        return true;
    }

    /**
     * Genesys answered.
     *
     * @param taken whether it took what it was sent; else it refused it for its own sake, which shows all causes to be
     *     gone but those that only a yes ends
     */
    synchronized void answered(Turn turn, boolean taken) {
        if (!isNew(turn)) {
            return;
        }
        if (untilTaken && !taken) {
            return;
        }
        failuresInARow = 0;
        if (resuming) {
            stepTaken++;
            stepHeard++;
            heard();
        } else if (cause != null) {
            resume();
        }
    }

    /** The call came to no end that tells anything of the cause: if it was the probe, another one is due. */
    synchronized void inconclusive(Turn turn) {
        if (cause == null || !isNew(turn)) {
            return;
        }
        if (resuming) {
            stepHeard++;
            heard();
        } else {
            schedule(AGAIN_MS, false);
        }
    }

    // calls that were under way together are refused one after the other, and each refusal's time counts
    private void lengthen(long waitMs) {
        if (nextProbe.isBefore(clock.instant().plusMillis(waitMs))) {
            resuming = false;
            schedule(waitMs, true);
        }
    }

    private void schedule(long waitMs, boolean thenResume) {
        probeDue = false;
        probe = null;
        nextProbe = clock.instant().plusMillis(waitMs);
        alarm(waitMs, thenResume ? this::resume : this::sendProbe);
    }

    private void alarm(long waitMs, Runnable task) {
        silence();
        if (!closed) { // a call that was under way may still end, and has nobody to wake
            alarm = alarms.schedule(task, waitMs, TimeUnit.MILLISECONDS);
        }
    }

    private void silence() {
        if (alarm != null) {
            alarm.cancel(false);
        }
    }

    private synchronized void sendProbe() {
        if (cause == null || resuming) {
            return;
        }
        CompletableFuture<Turn> first = waiting.poll();
        if (first == null) {
            probeDue = true;
            return;
        }
        schedule(PROBE_LOST_MS, false);
        Turn turn = new Turn(shutCount, true);
        probe = turn;
        first.completeAsync(() -> turn, workers);
    }

    private synchronized void resume() {
        if (cause == null || resuming) {
            return;
        }
        probeDue = false;
        probe = null;
        if (waiting.isEmpty()) {
            open();
            return;
        }
        resuming = true;
        step = 1;
        pass(step);
    }

    // the next step waits until the last one got something through, or has wholly come to its end: a cause that is back
    // must not find all that waited under way
    private synchronized void takeStep() {
        if (!resuming) {
            return;
        }
        if (stepHeard == 0 || (stepTaken == 0 && stepHeard < stepSize && !waiting.isEmpty())) {
            stepDue = true;
            alarm(PROBE_LOST_MS, this::forgetStep);
            return;
        }
        if (waiting.isEmpty()) {
            open();
            return;
        }
        if (stepTaken >= stepFailed) {
            step = Math.min(step * 2, 1 << 20);
        }
        pass(step);
    }

    private synchronized void forgetStep() {
        stepHeard = stepSize;
        takeStep();
    }

    private void pass(int count) {
        stepTurn = new Turn(shutCount, false);
        stepSize = Math.min(count, waiting.size());
        stepHeard = 0;
        stepTaken = 0;
        stepFailed = 0;
        stepDue = false;
        Turn turn = stepTurn;
        for (int i = 0; i < stepSize; i++) {
            waiting.remove().completeAsync(() -> turn, workers);
        }
        nextProbe = clock.instant().plusMillis(STEP_MS);
        alarm(STEP_MS, this::takeStep);
    }

    private void heard() {
        if (resuming && (stepDue || waiting.isEmpty())) {
            takeStep();
        }
    }

    private void open() {
        silence();
        watcher.opened(name, cause, since);
        cause = null;
        untilTaken = false;
        resuming = false;
        probes = 0;
    }

    /** Sends all that waits back to the bus. */
    synchronized void close() {
        closed = true;
        silence();
        for (CompletableFuture<Turn> turn; (turn = waiting.poll()) != null; ) {
            turn.completeExceptionally(new MessageReturned("the bridge is stopping"));
        }
    }
}
