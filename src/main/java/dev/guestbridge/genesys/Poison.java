package dev.guestbridge.genesys;

import dev.guestbridge.message.Delivery;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Map;

/**
 * Tells a message that Genesys fails on for its own sake from those that meet a fault of Genesys: between its failures Genesys
 * takes others of its queue, again and again, and hardly any of the others is in trouble for as long as it.
 */
final class Poison {

    /** More of them than this are a fault of Genesys that not all meet. */
    private static final int FEW = 3;

    private static final Duration PASSING = Duration.ofMinutes(1);
    /** Longer than a message waits between two tries; what it met before a longer silence proves nothing any more. */
    private static final Duration SILENCE = Duration.ofMinutes(5);

    private final Clock clock;
    private final Map<String, Queue> queues = new HashMap<>();

    private static final class Queue {
        private final Map<Delivery, Trouble> troubles = new IdentityHashMap<>();
        private long taken;
    }

    private static final class Trouble {
        private final Instant since;
        private Instant failedAt;
        private Instant countedAt;
        private long takenBefore;
        private int alone;

        private Trouble(Instant now, long taken) {
            this.since = now;
            this.failedAt = now;
            this.countedAt = now;
            this.takenBefore = taken;
        }
    }

    Poison(Clock clock) {
        this.clock = clock;
    }

    /** Genesys took a message. */
    synchronized void taken(Delivery delivery) {
        Queue queue = queues.computeIfAbsent(delivery.queue(), name -> new Queue());
        queue.taken++;
        queue.troubles.remove(delivery);
    }

    /**
     * Counts a failure of a message that may be its own.
     *
     * @param failures how many it may have while others are taken; spread over the time, so that a run of them is one
     * @param withinMs how long it may go on with that, in milliseconds; 0 of either: for ever
     * @return whether it is to be dead of them
     */
    synchronized boolean kills(Delivery delivery, int failures, long withinMs) {
        if (failures == 0) {
            return false;
        }
        Instant now = clock.instant();
        Queue queue = queues.computeIfAbsent(delivery.queue(), name -> new Queue());
        queue.troubles.values().removeIf(one -> one.failedAt.plus(SILENCE).isBefore(now));
        Trouble mine = queue.troubles.computeIfAbsent(delivery, first -> new Trouble(now, queue.taken));
        boolean othersTaken = queue.taken > mine.takenBefore;
        mine.takenBefore = queue.taken;
        mine.failedAt = now;
        if (!othersTaken
                || isWidespread(queue.troubles.values(), now)
                || now.isBefore(mine.countedAt.plusMillis(withinMs / failures))) {
            return false;
        }
        mine.countedAt = now;
        mine.alone++;
        if (mine.alone < failures) {
            return false;
        }
        queue.troubles.remove(delivery);
        return true;
    }

    private static boolean isWidespread(Collection<Trouble> troubles, Instant now) {
        return troubles.stream()
                        .filter(one -> !one.since.plus(PASSING).isAfter(now))
                        .count()
                > FEW;
    }
}
