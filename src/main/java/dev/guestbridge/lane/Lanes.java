package dev.guestbridge.lane;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.Outcome;
import dev.guestbridge.message.Replay;
import dev.guestbridge.message.Trace;
import dev.guestbridge.message.Traces;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes messages off the bus and lets one per guest through at a time, in the bus' order; each is acknowledged alone,
 * when its fate is settled, and stays on the bus until then.
 */
public final class Lanes implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Lanes.class);

    private static final int LONGEST_ID = 200;
    // what a held message takes, in bytes: by itself, as measured; for each character or byte of its body, as estimated
    private static final long OF_ITSELF = 6_000;
    private static final long OF_TEXT = 6;
    private static final long OF_BYTES = 3;
    private static final byte[] NONE = {};
    private static final List<String> BELONGING = List.of(Trace.PARENT, Trace.STATE, Trace.ID);
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
        Object payload = payload(message);
        String busId = busId(message, payload);
        Replay replay = replay(message);
        String givenId = replay == null || replay.id() == null ? producersId(message) : replay.id();
        long busTime = message.getJMSTimestamp();
        Instant now = clock.instant();
        Instant sentAt = busTime > 0 ? Instant.ofEpochMilli(busTime) : now;
        Delivery delivery = new Delivery(
                channel,
                queue,
                busId,
                givenId == null ? busId : givenId,
                replay == null || replay.sentAt() == null ? sentAt : replay.sentAt(),
                now,
                payload);
        if (replay != null) {
            delivery.replayed(replay.times());
        }
        if (payload == message && (message instanceof TextMessage || message instanceof BytesMessage)) {
            delivery.unread("the body is longer than message.max-bytes, " + longestBody);
        }
        Map<String, Object> belonging = belonging(message);
        lanesOf(queue).hold(message, delivery, weight(payload));
        delivery.belongsTo(traces.taken(delivery, number(message), belonging));
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

    /** Acknowledges a message that Genesys took, and lets its guest's next one through. */
    public void acknowledge(Delivery delivery) {
        settle(delivery, "delivered", null);
    }

    /** Acknowledges a settled message, and lets its guest's next one through. */
    public void acknowledge(Delivery delivery, Outcome outcome) {
        settle(delivery, outcome.state(), outcome.errorClass());
    }

    private void settle(Delivery delivery, String state, String errorClass) {
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
        return queues.computeIfAbsent(queue, name -> new QueueLanes());
    }

    // a body is taken from text and bytes only: reading an object message would deserialise it
    private Object payload(Message message) throws JMSException {
        if (message instanceof TextMessage text) {
            String body = text.getText() == null ? "" : text.getText();
            return body.length() > longestBody ? message : body;
        }
        if (message instanceof BytesMessage bytes && bytes.getBodyLength() <= longestBody) {
            byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
            bytes.readBytes(body);
            return body;
        }
        return message;
    }

    // what tells two copies of one message from two messages is the broker's own number: AMQP lets producers leave the
    // message id out or give it twice, and Artemis makes up another JMSMessageID at each delivery of what came by AMQP.
    // The hash is for a broker that begins to count anew
    private static String busId(Message message, Object payload) throws JMSException {
        byte[] body =
                payload instanceof byte[] bytes ? bytes : payload instanceof String text ? text.getBytes(UTF_8) : NONE;
        return number(message) + "-" + UUID.nameUUIDFromBytes(body);
    }

    private static String number(Message message) throws JMSException {
        return message instanceof ActiveMQMessage artemis
                ? String.valueOf(artemis.getCoreMessage().getMessageID())
                : message.getJMSMessageID();
    }

    private static Map<String, Object> belonging(Message message) throws JMSException {
        Map<String, Object> belonging = new HashMap<>();
        for (String name : BELONGING) {
            belonging.put(name, message.getObjectProperty(name));
        }
        return belonging;
    }

    private static Replay replay(Message message) throws JMSException {
        Object times = message.getObjectProperty(Replay.TIMES);
        return times == null // of nearly all messages
                ? null
                : Replay.of(times, message.getObjectProperty(Replay.ID), message.getObjectProperty(Replay.SENT_AT));
    }

    /** The id that the message's producer gave it; null when it gave none, or one too long to be of use. */
    private static String producersId(Message message) throws JMSException {
        Object overAmqp = message.getObjectProperty("NATIVE_MESSAGE_ID");
        String id = overAmqp == null ? message.getJMSMessageID() : overAmqp.toString();
        return id == null || id.isEmpty() || id.length() > LONGEST_ID ? null : id;
    }

    private static long weight(Object payload) {
        if (payload instanceof String text) {
            return OF_ITSELF + OF_TEXT * text.length();
        }
        return OF_ITSELF + (payload instanceof byte[] bytes ? OF_BYTES * bytes.length : 0);
    }

    /** One message held: the newest copy that the bus brought, and where it stands. */
    private static final class Held {
        final Delivery delivery;
        final long weight;
        final CompletableFuture<Delivery> turn;
        Message newestCopy;
        String guest;

        Held(Message message, Delivery delivery, long weight, Executor workers) {
            this.newestCopy = message;
            this.delivery = delivery;
            this.weight = weight;
            this.turn = new OnWorker<>(workers);
        }
    }

    /** The lanes of one queue; its lock also guards the one session that all its messages are acknowledged on. */
    private final class QueueLanes {
        private final Map<String, Held> held = new LinkedHashMap<>();
        private final Map<String, Queue<Held>> guests = new HashMap<>();
        private long bytes;

        synchronized void hold(Message message, Delivery delivery, long weight) throws MessageReturned {
            Held earlier = held.get(delivery.busId());
            if (earlier != null) {
                earlier.newestCopy = message;
                throw new MessageReturned("an earlier copy of the message is on its way");
            }
            while (!stopping && !held.isEmpty() && bytes + weight > windowBytes) {
                awaitRoom();
            }
            if (stopping) {
                while (!closed) { // or the consumer would run through the whole backlog
                    awaitRoom();
                }
                throw new MessageReturned("the bridge is stopping");
            }
            held.put(delivery.busId(), new Held(message, delivery, weight, workers));
            bytes += weight;
        }

        synchronized int awaitEmpty(long endNanos) throws InterruptedException {
            for (long nanos; !held.isEmpty() && (nanos = endNanos - System.nanoTime()) > 0; ) {
                TimeUnit.NANOSECONDS.timedWait(this, nanos);
            }
            return held.size();
        }

        private void awaitRoom() throws MessageReturned {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new MessageReturned("the consumer was interrupted");
            }
        }

        synchronized CompletionStage<Delivery> enter(Delivery delivery) {
            Held mine = held.get(delivery.busId());
            mine.guest = delivery.externalId();
            Queue<Held> lane = guests.computeIfAbsent(mine.guest, guest -> new ArrayDeque<>());
            lane.add(mine);
            if (stopping) {
                mine.turn.completeExceptionally(new MessageReturned("the bridge is stopping"));
            } else if (lane.peek() == mine) {
                letThrough(mine);
            } else {
                delivery.trace().waits("guest", null);
            }
            return mine.turn;
        }

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
                } else if (!stopping) {
                    letThrough(lane.peek());
                }
            }
            return true;
        }

        synchronized Load load() {
            Instant oldest = held.isEmpty()
                    ? null
                    : held.values().iterator().next().delivery.sentAt();
            return new Load(held.size(), guests.size(), oldest);
        }

        private void acknowledge(Held mine) {
            try {
                mine.newestCopy.acknowledge();
            } catch (JMSException sessionGone) {
                // the bus brings it again; the ledger then knows that it is settled
                mine.delivery
                        .trace()
                        .logging(() -> LOG.debug(
                                "{}: a message isn't acknowledged: {}",
                                mine.delivery.queue(),
                                sessionGone.getMessage()));
            }
        }

        private void letThrough(Held next) {
            next.delivery.trace().goesOn();
            next.turn.complete(next.delivery);
        }

        synchronized void turnBack() {
            notifyAll();
            for (Held waiting : List.copyOf(held.values())) {
                waiting.turn.completeExceptionally(new MessageReturned("the bridge is stopping"));
            }
        }

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

        synchronized long waiting(String guest) {
            return guests.getOrDefault(guest, new ArrayDeque<>()).stream()
                    .filter(one -> !one.delivery.begun())
                    .count();
        }

        synchronized Collection<Delivery> deliveries() {
            return held.values().stream()
                    .map(one -> {
                        Held head =
                                one.guest == null ? one : guests.get(one.guest).peek();
                        one.delivery.waitsFor(head.delivery.failure());
                        return one.delivery;
                    })
                    .toList();
        }
    }
}
