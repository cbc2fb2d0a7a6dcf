package dev.guestbridge.lane;

import dev.guestbridge.lane.Crowd.Place;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Pause;
import java.time.Clock;
import java.time.Instant;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
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
 *
 * <p>Shut because messages are refused for their own sake, it lets newcomers through besides, no more a minute than may be
 * refused at any time: one good guest among a thousand bad ones is found by being tried. The next comes from the end of their
 * line that got through last, else from the other one, for whether the cause was mended at Genesys or where messages are
 * written tells the oldest or the newest. What gets through frees its like: newcomers the newcomers, while those that were
 * refused are tried again at that same pace; one of these frees all.
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
     * @param shutCount how often the gate had been shut when it was given; {@value #TRIED} for a newcomer that it is tried with
     * @param probe whether it was given to find out whether the cause is gone
     * @param from where among those who waited it was given
     */
    record Turn(long shutCount, boolean probe, Place from) {}

    private static final long PROBE_LOST_MS = 60_000;
    private static final long AGAIN_MS = 100;
    private static final long STEP_MS = 250;
    private static final long TRIED = -1; // good as long as it is remembered, however often the gate is shut meanwhile
    private static final int MOST_TRIED = 8;
    private static final long TRIED_LOST_MS = 600_000; // a long wait for the budget is none

    private final String name;
    private final ScheduledExecutorService alarms;
    private final Executor workers;
    private final Clock clock;
    private final Watcher watcher;
    private final Crowd waiting = new Crowd();
    private final Map<Turn, ScheduledFuture<?>> tried = new IdentityHashMap<>();

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

    private long paceMs; // between two that are tried; 0: none is
    private boolean paceDue;
    private ScheduledFuture<?> paceAlarm;
    private Place luck = Place.OLDEST;
    private boolean refusedFreed;
    private boolean trickling;

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
                : new Standstill(
                        name,
                        cause,
                        since,
                        nextProbe,
                        waiting.size(),
                        paceMs > 0 ? waiting.newcomers() : 0,
                        probes,
                        probe != null,
                        resuming,
                        trickling);
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
     * @param refusedBefore whether Genesys has refused it for its own sake already
     * @param tells whether what becomes of it tells of others; if not, it is tried after those that do
     */
    synchronized CompletionStage<Turn> pass(Turn held, boolean refusedBefore, boolean tells) {
        if (closed) {
            return CompletableFuture.failedFuture(new MessageReturned("the bridge is stopping"));
        }
        if (cause == null || (trickling && !refusedBefore)) {
            return CompletableFuture.completedFuture(new Turn(shutCount, false, Place.NEWEST));
        }
        if (held != null && (held == probe || tried.containsKey(held) || (resuming && isNew(held)))) {
            return CompletableFuture.completedFuture(held);
        }
        CompletableFuture<Turn> turn = waiting.add(refusedBefore, tells);
        if (probeDue) {
            sendProbe();
        }
        tryOneIfDue();
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
        return turn.shutCount() == shutCount || tried.containsKey(turn);
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
        boolean wasTried = forget(turn);
        if (wasTried && untilTaken && pause.untilTaken() && !resuming) {
            probes++;
            cause = newCause;
            luck = turn.from().other();
            tryOneIfDue();
            return true;
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
        luck = turn.from().other();
        untilTaken = pause.untilTaken();
        resuming = false;
        trickling = false;
        refusedFreed = false;
        schedule(pause.probeMs(probes + 1), pause.asked());
        keepPace(untilTaken ? pause.triesApartMs() : 0);
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
        forget(turn);
        if (untilTaken && !taken) {
            luck = turn.from().other();
            refusedForItsOwnSake(turn);
            return;
        }
        failuresInARow = 0;
        boolean refusedBefore = turn.from() == Place.REFUSED;
        luck = turn.from().isOfNewcomers() ? turn.from() : luck;
        refusedFreed |= refusedBefore;
        if (trickling && refusedBefore) {
            trickling = false;
            step = 1;
            goOn();
        } else if (resuming) {
            stepTaken++;
            stepHeard++;
            heard();
        } else if (cause != null) {
            resume();
        }
    }

    // it tells nothing of the pause, but of the step: one in which most are refused isn't followed by a longer one
    private void refusedForItsOwnSake(Turn turn) {
        if (resuming) {
            stepFailed += turn == stepTurn ? 1 : 0;
            stepHeard += turn == stepTurn ? 1 : 0;
            heard();
        } else {
            tryOneIfDue();
        }
    }

    /** The call came to no end that tells anything of the cause: if it was the probe, another one is due. */
    synchronized void inconclusive(Turn turn) {
        if (cause == null || !isNew(turn)) {
            return;
        }
        boolean wasTried = forget(turn);
        if (resuming) {
            stepHeard++;
            heard();
        } else if (wasTried) {
            tryOneIfDue();
        } else {
            schedule(AGAIN_MS, false);
        }
    }

    private boolean forget(Turn turn) {
        ScheduledFuture<?> lost = tried.remove(turn);
        if (lost != null) {
            lost.cancel(false);
        }
        return lost != null;
    }

    private void keepPace(long apartMs) {
        if (paceAlarm != null) {
            paceAlarm.cancel(false);
        }
        paceMs = apartMs;
        paceDue = false;
        paceAlarm = apartMs == 0 || closed ? null : alarms.schedule(this::pace, apartMs, TimeUnit.MILLISECONDS);
        if (apartMs == 0) {
            List.copyOf(tried.keySet()).forEach(this::forget);
        }
    }

    private synchronized void pace() {
        paceDue = true;
        if (trickling) {
            openIfNoneWaits();
        }
        tryOneIfDue();
    }

    private void tryOneIfDue() {
        boolean mayTry = trickling || (!resuming && tried.size() < MOST_TRIED);
        CompletableFuture<Turn> one = paceDue && mayTry ? waiting.next(trickling ? Place.REFUSED : luck) : null;
        if (one == null) {
            return;
        }
        keepPace(paceMs);
        Turn turn = new Turn(trickling ? shutCount : TRIED, false, trickling ? Place.REFUSED : luck);
        if (!trickling) {
            tried.put(turn, alarms.schedule(() -> lost(turn), TRIED_LOST_MS, TimeUnit.MILLISECONDS));
        }
        one.completeAsync(() -> turn, workers);
    }

    private synchronized void lost(Turn turn) {
        if (forget(turn)) {
            tryOneIfDue();
        }
    }

    // calls that were under way together are refused one after the other, and each refusal's time counts
    private void lengthen(long waitMs) {
        if (alarm == null || alarm.getDelay(TimeUnit.MILLISECONDS) < waitMs) { // the machine's clock may have been set
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
        Place from = waiting.first(untilTaken ? luck : Place.OLDEST, Place.SILENT, Place.REFUSED);
        if (from == null) {
            probeDue = true;
            return;
        }
        schedule(PROBE_LOST_MS, false);
        Turn turn = new Turn(shutCount, true, from);
        probe = turn;
        waiting.next(from).completeAsync(() -> turn, workers);
    }

    private synchronized void resume() {
        if (cause == null || resuming) {
            return;
        }
        probeDue = false;
        probe = null;
        resuming = true;
        step = 1;
        goOn();
    }

    private void goOn() {
        if (waiting.isEmpty()) {
            open();
        } else if (freed() == 0) {
            silence();
            trickling = true;
            keepPace(paceMs);
        } else {
            pass(step);
        }
    }

    /** How many wait that nothing holds back any more but the steps. */
    private int freed() {
        return untilTaken && !refusedFreed ? waiting.notRefused() : waiting.size();
    }

    // the next step waits until the last one got something through, or has wholly come to its end: a cause that is back
    // must not find all that waited under way
    private synchronized void takeStep() {
        if (!resuming) {
            return;
        }
        if (stepHeard == 0 || (stepTaken == 0 && stepHeard < stepSize && freed() > 0)) {
            stepDue = true;
            alarm(PROBE_LOST_MS, this::forgetStep);
            return;
        }
        if (stepTaken >= stepFailed) {
            step = Math.min(step * 2, 1 << 20);
        }
        goOn();
    }

    private synchronized void forgetStep() {
        stepHeard = stepSize;
        takeStep();
    }

    private void pass(int count) {
        stepSize = Math.min(count, freed());
        Place newcomers = untilTaken ? luck : Place.OLDEST;
        Place from = waiting.first(newcomers, Place.SILENT, Place.REFUSED);
        stepTurn = new Turn(shutCount, false, from);
        stepHeard = 0;
        stepTaken = 0;
        stepFailed = 0;
        stepDue = false;
        Turn turn = stepTurn;
        for (int i = 0; i < stepSize; i++) {
            waiting.next(waiting.first(newcomers, Place.SILENT, Place.REFUSED)).completeAsync(() -> turn, workers);
        }
        nextProbe = clock.instant().plusMillis(STEP_MS);
        alarm(STEP_MS, this::takeStep);
    }

    private void heard() {
        if (trickling) {
            openIfNoneWaits();
        } else if (resuming && (stepDue || freed() == 0)) {
            takeStep();
        }
    }

    private void openIfNoneWaits() {
        if (waiting.isEmpty()) {
            open();
        }
    }

    private void open() {
        silence();
        watcher.opened(name, cause, since);
        keepPace(0);
        cause = null;
        untilTaken = false;
        resuming = false;
        trickling = false;
        refusedFreed = false;
        probes = 0;
    }

    /** Sends all that waits back to the bus. */
    synchronized void close() {
        closed = true;
        silence();
        keepPace(0);
        for (Place place : Place.values()) {
            for (CompletableFuture<Turn> turn; (turn = waiting.next(place)) != null; ) {
                turn.completeExceptionally(new MessageReturned("the bridge is stopping"));
            }
        }
    }
}
