package dev.guestbridge.lane;

import dev.guestbridge.message.Delivery;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The lanes of one queue, a guest's each, and the window of messages that stand in them; its lock also guards the one
 * session that all its messages are acknowledged on.
 */
final class QueueLanes {

    private static final Logger LOG = LoggerFactory.getLogger(QueueLanes.class);

    private final long windowBytes;
    private final Executor workers;
    private final BooleanSupplier stopping;
    private final BooleanSupplier closed;
    private final Map<String, Held> held = new LinkedHashMap<>();
    private final Map<String, Queue<Held>> guests = new HashMap<>();
    private long bytes;

    /**
     * @param windowBytes how much memory its messages take at most, about
     * @param workers run what a message let through does
     * @param stopping whether nothing is let through any more; {@link #turnBack} is called when that begins
     * @param closed whether no consumer is to be kept waiting any more, likewise
     */
    QueueLanes(long windowBytes, Executor workers, BooleanSupplier stopping, BooleanSupplier closed) {
        this.windowBytes = windowBytes;
        this.workers = workers;
        this.stopping = stopping;
        this.closed = closed;
    }

    /** One message held: the newest copy that the bus brought, and where it stands. */
    private static final class Held {
        final Delivery delivery;
        final long weight;
        final CompletableFuture<Delivery> turn;
        Message newestCopy;
        String guest; // null until it has a lane

        Held(Message message, Delivery delivery, long weight, Executor workers) {
            this.newestCopy = message;
            this.delivery = delivery;
            this.weight = weight;
            this.turn = new OnWorker<>(workers);
        }
    }

    /**
     * Takes a message in; waits while the window is full.
     *
     * @param weight how much memory it takes, in bytes, about
     * @throws MessageReturned when an earlier copy of it is held, which then acknowledges this one, or when the bridge is
     *     stopping
     */
    synchronized void hold(Message message, Delivery delivery, long weight) throws MessageReturned {
        Held earlier = held.get(delivery.busId());
        if (earlier != null) {
            earlier.newestCopy = message;
            throw new MessageReturned("an earlier copy of the message is on its way");
        }
        while (!stopping.getAsBoolean() && !held.isEmpty() && bytes + weight > windowBytes) {
            awaitRoom();
        }
        if (stopping.getAsBoolean()) {
            while (!closed.getAsBoolean()) { // or the consumer would run through the whole backlog
                awaitRoom();
            }
            throw new MessageReturned("the bridge is stopping");
        }
        held.put(delivery.busId(), new Held(message, delivery, weight, workers));
        bytes += weight;
    }

    private void awaitRoom() throws MessageReturned {
        try {
            wait();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new MessageReturned("the consumer was interrupted");
        }
    }

    /** Puts a message that is held at the end of its guest's lane; completes on a worker when it is its turn. */
    synchronized CompletionStage<Delivery> enter(Delivery delivery) {
        Held mine = held.get(delivery.busId());
        mine.guest = delivery.externalId();
        Queue<Held> lane = guests.computeIfAbsent(mine.guest, guest -> new ArrayDeque<>());
        lane.add(mine);
        if (stopping.getAsBoolean()) {
            mine.turn.completeExceptionally(new MessageReturned("the bridge is stopping"));
        } else if (lane.peek() == mine) {
            letThrough(mine);
        } else {
            delivery.trace().waits("guest", null);
        }
        return mine.turn;
    }

    private static void letThrough(Held next) {
        next.delivery.trace().goesOn();
        next.turn.complete(next.delivery);
    }

    /**
     * Holds a message no longer, and lets its guest's next one through.
     *
     * @param settled whether it is acknowledged; else the bus brings it again
     * @return false when it isn't held any more
     */
    synchronized boolean leave(Delivery delivery, boolean settled) {
        Held mine = held.get(delivery.busId());
        if (mine == null || mine.delivery != delivery) {
            return false;
        }
        if (settled) {
            acknowledge(mine);
        }
        held.remove(delivery.busId());
        bytes -= mine.weight;
        notifyAll();
        if (mine.guest != null) {
            Queue<Held> lane = guests.get(mine.guest);
            lane.remove(mine);
            if (lane.isEmpty()) {
                guests.remove(mine.guest);
            } else if (!stopping.getAsBoolean()) {
                letThrough(lane.peek());
            }
        }
        return true;
    }

    private static void acknowledge(Held mine) {
        try {
            mine.newestCopy.acknowledge();
        } catch (JMSException sessionGone) {
            // the bus brings it again; the ledger then knows that it is settled
            LOG.debug("{} not acknowledged: {}", mine.delivery.busId(), sessionGone.getMessage());
        }
    }

    /** Wakes who waits for room, and gives back what waits for its turn. */
    synchronized void turnBack() {
        notifyAll();
        for (Held waiting : List.copyOf(held.values())) {
            waiting.turn.completeExceptionally(new MessageReturned("the bridge is stopping"));
        }
    }

    /**
     * Waits until none is held.
     *
     * @return how many are held all the same at that time
     */
    synchronized int awaitEmpty(long endNanos) throws InterruptedException {
        for (long nanos; !held.isEmpty() && (nanos = endNanos - System.nanoTime()) > 0; ) {
            TimeUnit.NANOSECONDS.timedWait(this, nanos);
        }
        return held.size();
    }

    synchronized Lanes.Load load() {
        Instant oldest =
                held.isEmpty() ? null : held.values().iterator().next().delivery.sentAt();
        return new Lanes.Load(held.size(), guests.size(), oldest);
    }

    /** Adds the wanted ones, each with its place; those of one guest in their order. */
    synchronized void find(Predicate<Delivery> wanted, List<InLane> found) {
        for (Held one : held.values()) {
            if (one.guest == null && wanted.test(one.delivery)) {
                found.add(new InLane(one.delivery, InLane.NONE, one.delivery));
            }
        }
        for (Queue<Held> lane : guests.values()) {
            int place = 0;
            for (Held one : lane) {
                if (wanted.test(one.delivery)) {
                    found.add(new InLane(one.delivery, place, lane.peek().delivery));
                }
                place++;
            }
        }
    }

    /** How many of a guest's are held of which no sending is under way. */
    synchronized long waiting(String guest) {
        return guests.getOrDefault(guest, new ArrayDeque<>()).stream()
                .filter(one -> !one.delivery.begun())
                .count();
    }

    /** All that are held; each is told what it waits for: the failure that the first of its lane met. */
    synchronized Collection<Delivery> deliveries() {
        return held.values().stream()
                .map(one -> {
                    Held head = one.guest == null ? one : guests.get(one.guest).peek();
                    one.delivery.waiting().causedBy(head.delivery.failure());
                    return one.delivery;
                })
                .toList();
    }
}
