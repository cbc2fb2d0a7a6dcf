package dev.guestbridge.lane;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.Outcome;
import dev.guestbridge.message.Traces;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.function.Predicate;

/**
 * Takes messages off the bus and lets one per guest through at a time, in the bus' order; each is acknowledged alone,
 * when its fate is settled, and stays on the bus until then.
 */
public final class Lanes implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(1);

    private final Map<String, QueueLanes> queues = new ConcurrentHashMap<>();
    private final Clock clock;
    private final Executor workers;
    private final long windowBytes;
    private final int longestBody;
    private final Settlements settlements;
    private final Traces traces;
    private volatile boolean stopping;
    private volatile boolean closed;

    /**
     * @param workers run what a message let through does
     * @param windowBytes how much memory the messages of one queue take at most, about
     * @param longestBody how long a body may be to be read: bytes, or a text's characters
     * @param meters count what was settled
     * @param traces tell of each message's way
     */
    public Lanes(Clock clock, Executor workers, long windowBytes, int longestBody, Meters meters, Traces traces) {
        this.clock = clock;
        this.workers = workers;
        this.windowBytes = windowBytes;
        this.longestBody = longestBody;
        this.settlements = new Settlements(meters);
        this.traces = traces;
    }

    /**
     * Takes a message over from the bus; waits while the queue's window is full.
     *
     * @throws MessageReturned when an earlier copy of it is still on its way, which then acknowledges this one, or when
     *     the bridge is stopping
     */
    public Delivery arrive(Message message, Channel channel, String queue) throws MessageReturned, JMSException {
        BusMessage read = BusMessage.read(message, longestBody);
        Delivery delivery = read.taken(channel, queue, clock.instant());
        lanesOf(queue).hold(message, delivery, read.weight());
        delivery.belongsTo(traces.taken(delivery, read.number(), read.belonging()));
        return delivery;
    }

    /**
     * Waits for the message's turn in its guest's lane.
     *
     * @return completes on a worker, with {@link MessageReturned} when the bridge stops before
     */
    public CompletionStage<Delivery> enter(Delivery delivery) {
        return lanesOf(delivery.queue()).enter(delivery);
    }

    /**
     * Completes on a worker: what is done with a message that can't be delivered must not hold up the consumer. One whose
     * body wasn't read stays where it is, for a long body can be read only until the consumer takes the next message.
     */
    public CompletionStage<Delivery> aside(Delivery delivery) {
        return delivery.busType() == null
                ? CompletableFuture.completedFuture(delivery)
                : OnWorker.completed(delivery, workers);
    }

    /**
     * Acknowledges a settled message, and lets its guest's next one through.
     *
     * @param outcome null when Genesys took it, and nobody keeps account of that
     */
    public void acknowledge(Delivery delivery, Outcome outcome) {
        String state = outcome == null ? "delivered" : outcome.state();
        String errorClass = outcome == null ? null : outcome.errorClass();
        if (lanesOf(delivery.queue()).leave(delivery, true)) {
            delivery.trace().settled(state, errorClass, delivery.attempts());
            settlements.count(delivery, state, errorClass, Duration.between(delivery.takenAt(), clock.instant()));
        }
    }

    /** Lets go of a message that isn't settled; the bus brings it again when this session ends. Does nothing else. */
    void letGo(Delivery delivery) {
        if (lanesOf(delivery.queue()).leave(delivery, false)) {
            delivery.trace().settled("returned", null, delivery.attempts());
        }
    }

    /** How many messages of a guest are held of which no sending is under way. */
    public long waiting(Channel channel, String guest) {
        return lanesOf(channel.inQueue()).waiting(guest);
    }

    /** The messages that have been held for longer than a second; those behind another wait for what holds that one. */
    List<Delivery> heldLong() {
        Instant before = clock.instant().minus(LONG);
        return queues.values().stream()
                .flatMap(lanes -> lanes.deliveries().stream())
                .filter(delivery ->
                        delivery.message() != null && delivery.takenAt().isBefore(before))
                .toList();
    }

    /**
     * What is held of one queue's messages.
     *
     * @param messages taken from the bus and not settled yet
     * @param guests whose messages they are; one whose sender isn't known yet counts for none
     * @param oldestSentAt when the one that is held longest was put on the bus; null when none is held
     */
    public record Load(int messages, int guests, Instant oldestSentAt) {}

    /** What is held of one queue's messages now. */
    public Load load(String queue) {
        return lanesOf(queue).load();
    }

    /**
     * The messages held that are wanted, each with its place; those of one guest in their order.
     *
     * @param wanted is quick: no message comes or goes meanwhile
     */
    public List<InLane> held(Predicate<Delivery> wanted) {
        List<InLane> found = new ArrayList<>();
        queues.values().forEach(lanes -> lanes.find(wanted, found));
        return found;
    }

    /** Lets nothing through any more; what waits for its turn goes back to the bus untouched when its consumer ends. */
    public void stopTaking() {
        stopping = true;
        queues.values().forEach(QueueLanes::turnBack);
    }

    /**
     * Waits for the messages that are in flight, while their consumers still live and they can be acknowledged.
     *
     * @return how many were left in flight when the time was over
     */
    public int awaitEnd(Duration limit) throws InterruptedException {
        long end = System.nanoTime() + limit.toNanos();
        int left = 0;
        for (QueueLanes lanes : queues.values()) {
            left += lanes.awaitEmpty(end);
        }
        return left;
    }

    /** Stops taking, and keeps no consumer waiting any more. */
    @Override
    public void close() {
        closed = true;
        stopTaking();
    }

    private QueueLanes lanesOf(String queue) {
        return queues.computeIfAbsent(
                queue, name -> new QueueLanes(windowBytes, workers, () -> stopping, () -> closed));
    }
}
