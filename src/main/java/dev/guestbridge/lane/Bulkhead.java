package dev.guestbridge.lane;

import dev.guestbridge.message.Delivery;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Bounds what a kill can leave in doubt, and what a broker that is down can keep waiting: a message has one of so many
 * places from before its sending is written down as begun until its end is, and its channel told. Waiting holds no thread.
 *
 * <p>Of those that were under way when the process died twice or oftener, only one is inside at a time: so the one of which it
 * dies is told from those that were only near.
 */
public final class Bulkhead implements AutoCloseable {

    private static final int SUSPICIOUS = 2;

    private record Waiting(Delivery delivery, CompletableFuture<Boolean> turn) {}

    private final int places;
    private final Executor workers;
    private final Set<Delivery> inside = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Queue<Waiting> waiting = new ArrayDeque<>();
    private final Queue<Waiting> suspects = new ArrayDeque<>();
    private Delivery suspectInside;
    private boolean closed;

    /**
     * @param places how many messages may be in flight at the same time
     * @param workers run what comes after a wait
     */
    public Bulkhead(int places, Executor workers) {
        this.places = places;
        this.workers = workers;
    }

    /**
     * Waits for a place, first come, first served.
     *
     * @return completes with {@link MessageReturned} when the bridge stops before
     */
    public synchronized CompletionStage<Boolean> enter(Delivery delivery) {
        if (closed) {
            return CompletableFuture.failedFuture(new MessageReturned("the bridge is stopping"));
        }
        delivery.comesTo(Delivery.Step.PLACE);
        if (inside.contains(delivery)) {
            return CompletableFuture.completedFuture(true);
        }
        boolean suspect = isSuspect(delivery);
        if (inside.size() < places && !(suspect && suspectInside != null)) {
            admit(delivery);
            return CompletableFuture.completedFuture(true);
        }
        Waiting mine = new Waiting(delivery, new CompletableFuture<>());
        (suspect ? suspects : waiting).add(mine);
        return mine.turn();
    }

    /** Gives a place back; does nothing for a message that has none. */
    public synchronized void leave(Delivery delivery) {
        if (!inside.remove(delivery)) {
            return;
        }
        if (suspectInside == delivery) {
            suspectInside = null;
        }
        // at most one of each kind: a suspect's place may be taken by anybody, anybody's by a suspect
        letIn(suspectInside == null ? suspects.poll() : null);
        if (inside.size() < places) {
            letIn(waiting.poll());
        }
    }

    /** How many places there are. */
    public int places() {
        return places;
    }

    /** How many messages have one. */
    public synchronized int taken() {
        return inside.size();
    }

    /** How many messages wait for one. */
    public synchronized int waiting() {
        return waiting.size() + suspects.size();
    }

    private void letIn(Waiting next) {
        if (next != null) {
            admit(next.delivery());
            next.turn().completeAsync(() -> true, workers);
        }
    }

    private void admit(Delivery delivery) {
        inside.add(delivery);
        if (isSuspect(delivery)) {
            suspectInside = delivery;
        }
    }

    private static boolean isSuspect(Delivery delivery) {
        return delivery.unfinished() >= SUSPICIOUS;
    }

    /** Sends back to the bus all that waits here. */
    @Override
    public synchronized void close() {
        closed = true;
        for (Queue<Waiting> queue : List.of(waiting, suspects)) {
            queue.forEach(one -> one.turn().completeExceptionally(new MessageReturned("the bridge is stopping")));
            queue.clear();
        }
    }
}
