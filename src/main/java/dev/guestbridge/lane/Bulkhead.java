package dev.guestbridge.lane;

import dev.guestbridge.message.Delivery;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Comparator;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;

/**
 * Bounds what a kill can leave in doubt: a message has one of so many places from before its sending is written down as begun
 * until its end is known. What is left then is to tell its channel; a channel of which as many can't be told, for the broker
 * is away or a queue is full, gets no more places, and holds up no other. Waiting holds no thread.
 *
 * <p>Of those that were under way when the process died twice or oftener, only one is inside at a time: so the one of which it
 * dies is told from those that were only near.
 */
public final class Bulkhead implements AutoCloseable {

    private static final int SUSPICIOUS = 2;

    /** @param number grows with each that waits */
    private record Waiting(long number, Delivery delivery, CompletableFuture<Boolean> turn) {}

    /** What one queue's messages have of the places. */
    private static final class Share {
        private final Queue<Waiting> waiting = new ArrayDeque<>();
        private int inside;
        private int telling;

        int inside() {
            return inside;
        }

        long firstWaiting() {
            return waiting.element().number();
        }
    }

    private final int places;
    private final Executor workers;
    private final Set<Delivery> inside = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Set<Delivery> telling = Collections.newSetFromMap(new IdentityHashMap<>());
    private final Map<String, Share> shares = new LinkedHashMap<>(); // by queue
    private final Queue<Waiting> suspects = new ArrayDeque<>();
    private Delivery suspectInside;
    private long numbers;
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
     * Waits for a place: it goes to the channel that has the fewest, there first come, first served.
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
        if (inside.size() < places && mayHaveMore(delivery) && !(suspect && suspectInside != null)) {
            admit(delivery);
            return CompletableFuture.completedFuture(true);
        }
        Waiting mine = new Waiting(numbers++, delivery, new CompletableFuture<>());
        (suspect ? suspects : shareOf(delivery).waiting).add(mine);
        return mine.turn();
    }

    /** Gives the place back of a message whose end is known, but not told; does nothing for one that has none. */
    public synchronized void tells(Delivery delivery) {
        if (takeOut(delivery)) {
            telling.add(delivery);
            shareOf(delivery).telling++;
            letIn();
        }
    }

    /** Gives a place back, or ends the telling; does nothing for a message that has none. */
    public synchronized void leave(Delivery delivery) {
        if (telling.remove(delivery)) {
            shareOf(delivery).telling--;
            letIn();
        } else if (takeOut(delivery)) {
            letIn();
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
        return suspects.size()
                + shares.values().stream()
                        .mapToInt(share -> share.waiting.size())
                        .sum();
    }

    private void admit(Delivery delivery) {
        inside.add(delivery);
        shareOf(delivery).inside++;
        if (isSuspect(delivery)) {
            suspectInside = delivery;
        }
    }

    private boolean takeOut(Delivery delivery) {
        boolean was = inside.remove(delivery);
        if (was) {
            shareOf(delivery).inside--;
            suspectInside = suspectInside == delivery ? null : suspectInside;
        }
        return was;
    }

    private void letIn() {
        for (Waiting next; inside.size() < places && (next = next()) != null; ) {
            admit(next.delivery());
            next.turn().completeAsync(() -> true, workers);
        }
    }

    /** Takes off the list who is to have the next place; null when nobody may. */
    private Waiting next() {
        for (Iterator<Waiting> some = suspects.iterator(); suspectInside == null && some.hasNext(); ) {
            Waiting suspect = some.next();
            if (mayHaveMore(suspect.delivery())) {
                some.remove();
                return suspect;
            }
        }
        return shares.values().stream()
                .filter(share -> !share.waiting.isEmpty() && share.telling < places)
                .min(Comparator.comparingInt(Share::inside).thenComparingLong(Share::firstWaiting))
                .map(share -> share.waiting.remove())
                .orElse(null);
    }

    private boolean mayHaveMore(Delivery delivery) {
        return shareOf(delivery).telling < places;
    }

    private Share shareOf(Delivery delivery) {
        return shares.computeIfAbsent(delivery.queue(), queue -> new Share());
    }

    private static boolean isSuspect(Delivery delivery) {
        return delivery.unfinished() >= SUSPICIOUS;
    }

    /** Sends back to the bus all that waits here. */
    @Override
    public synchronized void close() {
        closed = true;
        giveBack(suspects);
        shares.values().forEach(share -> giveBack(share.waiting));
    }

    private static void giveBack(Queue<Waiting> queue) {
        queue.forEach(one -> one.turn().completeExceptionally(new MessageReturned("the bridge is stopping")));
        queue.clear();
    }
}
