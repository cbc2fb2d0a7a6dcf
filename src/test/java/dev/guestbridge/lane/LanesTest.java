package dev.guestbridge.lane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.Outcome;
import dev.guestbridge.message.Replay;
import dev.guestbridge.message.Traces;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the lanes promise, with messages of a real broker on sessions that acknowledge message by message. */
@Timeout(60)
class LanesTest {

    private static final String BROKER = "vm://4711";
    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String LONG_BODY = "x".repeat(30_000);

    private static EmbeddedActiveMQ broker;
    private static ActiveMQConnectionFactory factory;
    private static int queues;

    private final Channel channel = new Channel("lobby" + ++queues, "messaging", "main", "int-lobby", "q");
    private final String queue = channel.inQueue();
    private final AtomicReference<Instant> now = new AtomicReference<>(NOON);
    private final MeterRegistry counted = new SimpleMeterRegistry();
    private final Meters meters = new Meters(counted);
    private final Lanes lanes = lanes();
    private Connection connection;
    private Session session;
    private MessageConsumer consumer;

    /** A window that holds many short messages, but a long one only alone. */
    private Lanes lanes() {
        return new Lanes(clock(), Runnable::run, 200_000, 1_000_000, meters, Traces.uncollected());
    }

    @BeforeAll
    static void startBroker() throws Exception {
        Configuration configuration = new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setSecurityEnabled(false)
                .setJMXManagementEnabled(false)
                .addAcceptorConfiguration("in-vm", BROKER);
        broker = new EmbeddedActiveMQ().setConfiguration(configuration).start();
        factory = new ActiveMQConnectionFactory(BROKER);
    }

    @AfterAll
    static void stopBroker() throws Exception {
        factory.close();
        broker.stop();
    }

    @BeforeEach
    void connect() throws JMSException {
        connection = factory.createConnection();
        connection.start();
        session = connection.createSession(false, LaneContainers.INDIVIDUAL_ACKNOWLEDGE);
        consumer = session.createConsumer(session.createQueue(queue));
    }

    @AfterEach
    void disconnect() throws JMSException {
        connection.close();
    }

    private Clock clock() {
        return new Clock() {
            @Override
            public Instant instant() {
                return now.get();
            }

            @Override
            public ZoneOffset getZone() {
                return ZoneOffset.UTC;
            }

            @Override
            public Clock withZone(ZoneId zone) {
                return this;
            }
        };
    }

    private void send(String... bodies) throws JMSException {
        try (Session own = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            MessageProducer producer = own.createProducer(own.createQueue(queue));
            for (String body : bodies) {
                producer.send(own.createTextMessage(body));
            }
        }
    }

    private Message received() throws JMSException {
        Message message = consumer.receive(LIMIT.toMillis());
        assertThat(message).isNotNull();
        return message;
    }

    private Delivery arrive() throws Exception {
        return lanes.arrive(received(), channel, queue);
    }

    /** The next message, as one of this guest. */
    private Delivery arriveFrom(String guest) throws Exception {
        Delivery delivery = arrive();
        delivery.names(null, guest);
        return delivery;
    }

    private CompletableFuture<Delivery> enter(Delivery delivery) {
        CompletionStage<Delivery> turn = lanes.enter(delivery);
        return turn.toCompletableFuture();
    }

    private static void isReturned(CompletableFuture<Delivery> turn) {
        assertThat(turn).isCompletedExceptionally();
        assertThatThrownBy(turn::join)
                .isInstanceOf(CompletionException.class)
                .hasCauseInstanceOf(MessageReturned.class);
    }

    private void onTheBus(int count) {
        await().atMost(LIMIT)
                .until(() -> broker.getActiveMQServer()
                                .locateQueue(SimpleString.of(queue))
                                .getMessageCount()
                        == count);
    }

    /** What the bus brings to a new consumer, after the old one is gone. */
    private List<String> broughtAgain(int count) throws JMSException {
        session.close();
        session = connection.createSession(false, LaneContainers.INDIVIDUAL_ACKNOWLEDGE);
        consumer = session.createConsumer(session.createQueue(queue));
        List<String> bodies = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            bodies.add(received().getBody(String.class));
        }
        assertThat(consumer.receiveNoWait()).isNull();
        return bodies;
    }

    @Test
    void oneMessageOfAGuestIsLetThroughAtATimeInTheOrderOfTheBus() throws Exception {
        send("a1", "a2", "a3");
        Delivery first = arriveFrom("a");
        Delivery second = arriveFrom("a");
        Delivery third = arriveFrom("a");
        CompletableFuture<Delivery> turnOfFirst = enter(first);
        CompletableFuture<Delivery> turnOfSecond = enter(second);
        CompletableFuture<Delivery> turnOfThird = enter(third);

        assertThat(turnOfFirst).isCompletedWithValue(first);
        assertThat(turnOfSecond).isNotDone();
        lanes.acknowledge(first, null);
        assertThat(turnOfSecond).isCompletedWithValue(second);
        assertThat(turnOfThird).isNotDone();
        lanes.acknowledge(second, null);
        assertThat(turnOfThird).isCompletedWithValue(third);
        lanes.acknowledge(third, null);
        onTheBus(0);
    }

    @Test
    void whatIsHeldIsShownWithItsPlace() throws Exception {
        send("a1", "a2", "b1", "not yet in a lane");
        Delivery first = arriveFrom("a");
        Delivery second = arriveFrom("a");
        Delivery other = arriveFrom("b");
        enter(first);
        enter(second);
        enter(other);
        Delivery early = arrive();

        assertThat(lanes.held(delivery -> "a".equals(delivery.externalId())))
                .containsExactly(new InLane(first, 0, first), new InLane(second, 1, first));
        assertThat(lanes.held(delivery -> true))
                .hasSize(4)
                .contains(new InLane(other, 0, other), new InLane(early, InLane.NONE, early));
        lanes.acknowledge(first, null);
        assertThat(lanes.held(delivery -> "a".equals(delivery.externalId())))
                .containsExactly(new InLane(second, 0, second));
        assertThat(lanes.held(delivery -> false)).isEmpty();
    }

    @Test
    void guestsDoNotWaitForEachOther() throws Exception {
        send("a1", "b1", "c1");
        for (String guest : List.of("a", "b", "c")) {
            assertThat(enter(arriveFrom(guest))).isCompleted();
        }
    }

    @Test
    void aGuestsLaneBeginsAnewWhenItWasEmpty() throws Exception {
        send("a1", "a2");
        Delivery first = arriveFrom("a");
        enter(first);
        lanes.acknowledge(first, null);
        assertThat(enter(arriveFrom("a"))).isCompleted();
    }

    @Test
    void aMessageThatIsNotItsGuestsFirstMayEndFirst() throws Exception {
        send("a1", "a2", "a3");
        Delivery first = arriveFrom("a");
        Delivery second = arriveFrom("a");
        Delivery third = arriveFrom("a");
        enter(first);
        CompletableFuture<Delivery> turnOfSecond = enter(second);
        CompletableFuture<Delivery> turnOfThird = enter(third);
        lanes.letGo(second);
        assertThat(turnOfSecond).isNotDone();
        assertThat(turnOfThird).isNotDone();
        lanes.acknowledge(first, null);
        assertThat(turnOfThird).isCompleted();
    }

    @Test
    void whatIsHeldOfAQueueIsKnown() throws Exception {
        assertThat(lanes.load(queue)).isEqualTo(new Lanes.Load(0, 0, null));
        send("a1", "a2", "b1", "nobody's");
        Delivery first = arriveFrom("a");
        enter(first);
        enter(arriveFrom("a"));
        enter(arriveFrom("b"));
        arrive();
        assertThat(lanes.load(queue)).isEqualTo(new Lanes.Load(4, 2, first.sentAt()));
        lanes.acknowledge(first, null);
        assertThat(lanes.load(queue).messages()).isEqualTo(3);
    }

    @Test
    void whatWasSettledIsCountedOnceByWhatBecameOfIt() throws Exception {
        send("a1", "a2", "a3");
        Delivery first = arriveFrom("a");
        Delivery second = arriveFrom("a");
        Delivery third = arriveFrom("a");
        now.set(NOON.plusSeconds(3));
        lanes.acknowledge(first, Outcome.delivered(first, "g", "c", NOON));
        lanes.acknowledge(first, Outcome.delivered(first, "g", "c", NOON));
        second.failed(new Failure("payload-invalid", "no", "mend it", 400, null, null), 0);
        lanes.acknowledge(second, Outcome.dead(second, NOON));
        lanes.letGo(third);
        assertThat(settled("delivered", "none")).isEqualTo(1);
        assertThat(settled("dead", "payload-invalid")).isEqualTo(1);
        assertThat(counted.get("guestbridge.messages.settled")
                        .tag("outcome", "delivered")
                        .timer()
                        .totalTime(TimeUnit.SECONDS))
                .isEqualTo(3);
        assertThat(counted.find("guestbridge.messages.settled").timers()).hasSize(2);
    }

    private long settled(String outcome, String errorClass) {
        return counted.get("guestbridge.messages.settled")
                .tags(
                        "org",
                        "main",
                        "channel",
                        channel.name(),
                        "kind",
                        "message",
                        "outcome",
                        outcome,
                        "class",
                        errorClass)
                .timer()
                .count();
    }

    @Test
    void aSettledMessageIsAcknowledgedAlone() throws Exception {
        send("a1", "b1", "c1");
        enter(arriveFrom("a"));
        Delivery second = arriveFrom("b");
        enter(second);
        enter(arriveFrom("c"));
        lanes.acknowledge(second, null);
        onTheBus(2);
        assertThat(broughtAgain(2)).containsExactly("a1", "c1");
    }

    @Test
    void aMessageThatIsLetGoStaysOnTheBusAndItsGuestsNextOneIsLetThrough() throws Exception {
        send("a1", "a2");
        Delivery first = arriveFrom("a");
        Delivery second = arriveFrom("a");
        enter(first);
        CompletableFuture<Delivery> turnOfSecond = enter(second);
        lanes.letGo(first);
        assertThat(turnOfSecond).isCompleted();
        lanes.acknowledge(second, null);
        onTheBus(1);
        assertThat(broughtAgain(1)).containsExactly("a1");
    }

    @Test
    void aMessageThatHasLeftChangesNothingAnyMore() throws Exception {
        send("a1", "a2", "a3");
        Delivery first = arriveFrom("a");
        enter(first);
        enter(arriveFrom("a"));
        CompletableFuture<Delivery> turnOfThird = enter(arriveFrom("a"));
        lanes.acknowledge(first, null);
        lanes.letGo(first);
        lanes.acknowledge(first, null);
        assertThat(turnOfThird).isNotDone();
    }

    @Test
    void aMessageThatNeverEnteredMayLeave() throws Exception {
        send("not JSON");
        lanes.acknowledge(arrive(), null);
        onTheBus(0);
    }

    /** The connection broke while the message was on its way, and the bus brings it again. */
    @Test
    void aSecondCopyTakesTheFirstOnesPlaceForTheAcknowledgementAndNeverRuns() throws Exception {
        send("a1");
        Delivery first = arriveFrom("a");
        enter(first);
        session.close();
        session = connection.createSession(false, LaneContainers.INDIVIDUAL_ACKNOWLEDGE);
        consumer = session.createConsumer(session.createQueue(queue));
        Message copy = received();
        assertThat(copy.getBody(String.class)).isEqualTo("a1");
        assertThatThrownBy(() -> lanes.arrive(copy, channel, queue)).isInstanceOf(MessageReturned.class);

        assertThat(lanes.awaitEnd(Duration.ZERO)).isOne();
        lanes.acknowledge(first, null);
        onTheBus(0);
        assertThat(lanes.awaitEnd(Duration.ZERO)).isZero();
    }

    /** What left before its copy came is another delivery; the old one's end is not the new one's. */
    @Test
    void aDeliveryThatWasLetGoDoesNotEndItsSuccessor() throws Exception {
        send("a1");
        Delivery first = arriveFrom("a");
        enter(first);
        lanes.letGo(first);
        session.close();
        session = connection.createSession(false, LaneContainers.INDIVIDUAL_ACKNOWLEDGE);
        consumer = session.createConsumer(session.createQueue(queue));
        Delivery second = arriveFrom("a");
        assertThat(second.busId()).isEqualTo(first.busId());
        enter(second);
        lanes.acknowledge(first, null);
        assertThat(lanes.awaitEnd(Duration.ZERO)).isOne();
        onTheBus(1);
    }

    @Test
    void aMessageWhoseSessionIsGoneLeavesItsLane() throws Exception {
        send("a1", "a2");
        Delivery first = arriveFrom("a");
        enter(first);
        CompletableFuture<Delivery> turnOfSecond = enter(arriveFrom("a"));
        session.close();
        lanes.acknowledge(first, null);
        assertThat(turnOfSecond).isCompleted();
        onTheBus(2);
    }

    private static void isWaiting(Thread thread) {
        await().atMost(LIMIT).until(() -> thread.getState() == Thread.State.WAITING);
    }

    /** Takes the next message in a thread of its own; a MessageReturned fails the future. */
    private CompletableFuture<Delivery> arriving(AtomicReference<Thread> taker) throws JMSException {
        Message message = received();
        CompletableFuture<Delivery> taken = new CompletableFuture<>();
        Thread thread = new Thread(() -> {
            try {
                taken.complete(lanes.arrive(message, channel, queue));
            } catch (MessageReturned returned) {
                taken.completeExceptionally(
                        Thread.currentThread().isInterrupted() ? new InterruptedException() : returned);
            } catch (Exception e) {
                taken.completeExceptionally(e);
            }
        });
        thread.setDaemon(true);
        taker.set(thread);
        thread.start();
        return taken;
    }

    @Test
    void aFullWindowKeepsTheConsumerWaitingUntilAMessageLeaves() throws Exception {
        AtomicReference<Thread> taker = new AtomicReference<>();
        send(LONG_BODY, LONG_BODY + "2");
        Delivery first = arriveFrom("a");
        CompletableFuture<Delivery> second = arriving(taker);
        isWaiting(taker.get());
        assertThat(second).isNotDone();
        lanes.letGo(first);
        assertThat(second).succeedsWithin(LIMIT);
    }

    @Test
    void aMessageLongerThanTheWindowIsTakenAlone() throws Exception {
        send(LONG_BODY.repeat(20));
        assertThat(arrive()).isNotNull();
    }

    @Test
    void shortMessagesShareTheWindow() throws Exception {
        send("a1", "b1", "c1");
        for (int i = 0; i < 3; i++) {
            AtomicReference<Thread> taker = new AtomicReference<>();
            assertThat(arriving(taker)).succeedsWithin(LIMIT);
        }
    }

    @Test
    void whatLeavesMakesRoomForAsMuchAsItTook() throws Exception {
        for (int i = 0; i < 5; i++) {
            send(LONG_BODY);
            lanes.acknowledge(arrive(), null);
        }
        send("a1", "b1");
        for (int i = 0; i < 2; i++) {
            AtomicReference<Thread> taker = new AtomicReference<>();
            assertThat(arriving(taker)).succeedsWithin(LIMIT);
        }
    }

    @Test
    void aBytesMessageCountsInTheWindowToo() throws Exception {
        try (Session own = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            MessageProducer producer = own.createProducer(own.createQueue(queue));
            for (int i = 0; i < 2; i++) {
                BytesMessage bytes = own.createBytesMessage();
                bytes.writeBytes(new byte[60_000]);
                producer.send(bytes);
            }
        }
        Delivery first = arrive();
        AtomicReference<Thread> taker = new AtomicReference<>();
        CompletableFuture<Delivery> second = arriving(taker);
        isWaiting(taker.get());
        lanes.letGo(first);
        assertThat(second).succeedsWithin(LIMIT);
    }

    @Test
    void aConsumerThatIsInterruptedWhileItWaitsReturnsTheMessage() throws Exception {
        AtomicReference<Thread> taker = new AtomicReference<>();
        send(LONG_BODY, LONG_BODY + "2");
        arrive();
        CompletableFuture<Delivery> second = arriving(taker);
        isWaiting(taker.get());
        taker.get().interrupt();
        assertThat(second).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(InterruptedException.class);
    }

    @Test
    void stoppingReturnsWhatWaitsAndLeavesWhatIsInFlight() throws Exception {
        send("a1", "a2", "a3", "b1");
        Delivery first = arriveFrom("a");
        CompletableFuture<Delivery> turnOfFirst = enter(first);
        CompletableFuture<Delivery> turnOfSecond = enter(arriveFrom("a"));
        Delivery third = arriveFrom("a");
        Delivery late = arriveFrom("b");
        lanes.stopTaking();
        assertThat(turnOfFirst).isCompletedWithValue(first);
        isReturned(turnOfSecond);
        isReturned(enter(third));
        isReturned(enter(late));

        lanes.acknowledge(first, null);
        onTheBus(3);
        assertThat(broughtAgain(3)).containsExactly("a2", "a3", "b1");
    }

    @Test
    void whileItStopsAConsumerTakesNothingMoreAndIsSetFreeInTheEnd() throws Exception {
        AtomicReference<Thread> taker = new AtomicReference<>();
        send("a1");
        lanes.stopTaking();
        CompletableFuture<Delivery> late = arriving(taker);
        isWaiting(taker.get());
        assertThat(late).isNotDone();
        lanes.close();
        assertThat(late).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(MessageReturned.class);
    }

    @Test
    void stoppingWakesAConsumerThatWaitsForRoom() throws Exception {
        AtomicReference<Thread> taker = new AtomicReference<>();
        send(LONG_BODY, LONG_BODY + "2");
        Delivery first = arriveFrom("a");
        CompletableFuture<Delivery> second = arriving(taker);
        isWaiting(taker.get());
        lanes.close();
        assertThat(second).failsWithin(LIMIT).withThrowableThat().withCauseInstanceOf(MessageReturned.class);
        lanes.letGo(first);
        assertThat(lanes.awaitEnd(Duration.ZERO)).isZero();
    }

    @Test
    void theEndIsAwaitedUntilTheLastMessageHasLeft() throws Exception {
        send("a1", "b1");
        Delivery first = arriveFrom("a");
        Delivery second = arriveFrom("b");
        lanes.acknowledge(first, null);
        assertThat(lanes.awaitEnd(Duration.ofMillis(1))).isOne();
        AtomicReference<Integer> left = new AtomicReference<>();
        Thread waiting = new Thread(() -> {
            try {
                left.set(lanes.awaitEnd(LIMIT));
            } catch (InterruptedException e) {
                left.set(-1);
            }
        });
        waiting.start();
        await().atMost(LIMIT).until(() -> waiting.getState() == Thread.State.TIMED_WAITING);
        lanes.acknowledge(second, null);
        waiting.join(LIMIT.toMillis());
        assertThat(left.get()).isZero();
    }

    @Test
    void aTextABytesAndAnyOtherMessageAreHandedOnAsTheyCame() throws Exception {
        try (Session own = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            MessageProducer producer = own.createProducer(own.createQueue(queue));
            producer.send(own.createTextMessage("text"));
            producer.send(own.createTextMessage());
            BytesMessage bytes = own.createBytesMessage();
            bytes.writeBytes(new byte[] {1, 2, 3});
            producer.send(bytes);
            producer.send(own.createObjectMessage("a gadget"));
        }
        assertThat(arrive().payload()).isEqualTo("text");
        assertThat(arrive().payload()).isEqualTo("");
        assertThat(arrive().payload()).isEqualTo(new byte[] {1, 2, 3});
        assertThat(arrive().payload()).isInstanceOf(Message.class);
    }

    @Test
    void equalMessagesAreToldApartAndIdAndTimeAreTheProducers() throws Exception {
        send("same", "same");
        Message one = received();
        Delivery first = lanes.arrive(one, channel, queue);
        Delivery second = arrive();
        assertThat(first.busId()).isNotEqualTo(second.busId());
        assertThat(first.spareId()).isEqualTo(one.getJMSMessageID()).isNotEqualTo(second.spareId());
        assertThat(first.sentAt()).isEqualTo(Instant.ofEpochMilli(one.getJMSTimestamp()));
        assertThat(first.takenAt()).isEqualTo(NOON);
        assertThat(first.queue()).isEqualTo(queue);
        assertThat(first.channel()).isEqualTo(channel);
    }

    @Test
    void aMessageWithoutIdAndTimeGetsThoseOfTheBusAndTheClock() throws Exception {
        try (Session own = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            MessageProducer producer = own.createProducer(own.createQueue(queue));
            producer.setDisableMessageID(true);
            producer.setDisableMessageTimestamp(true);
            producer.send(own.createTextMessage("bare"));
            producer.send(own.createTextMessage("bare"));
        }
        Delivery delivery = arrive();
        assertThat(delivery.spareId()).isEqualTo(delivery.busId());
        assertThat(delivery.sentAt()).isEqualTo(NOON);
        assertThat(arrive().busId()).as("the next one like it").isNotEqualTo(delivery.busId());
    }

    @Test
    void anIdOverAmqpIsTheProducersUnlessItIsTooLong() throws Exception {
        String longest = "i".repeat(200);
        for (String id : new String[] {"amqp-1", longest, longest + "i", ""}) {
            try (Session own = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                Message message = own.createTextMessage("x");
                message.setStringProperty("NATIVE_MESSAGE_ID", id);
                own.createProducer(own.createQueue(queue)).send(message);
            }
            Delivery delivery = arrive();
            boolean usable = !id.isEmpty() && id.length() <= 200;
            assertThat(delivery.spareId()).isEqualTo(usable ? id : delivery.busId());
        }
    }

    @Test
    void aMessageThatWasPutBackBearsTheIdAndTimeThatItHadAndAnyOtherMarkIsNone() throws Exception {
        try (Session own = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            MessageProducer producer = own.createProducer(own.createQueue(queue));
            Message marked = own.createTextMessage("x");
            marked.setIntProperty(Replay.TIMES, 2);
            marked.setStringProperty(Replay.ID, "first-id");
            marked.setLongProperty(Replay.SENT_AT, NOON.minusSeconds(60).toEpochMilli());
            producer.send(marked);
            Message bare = own.createTextMessage("x");
            bare.setIntProperty(Replay.TIMES, 1);
            producer.send(bare);
            for (Object notOurs : new Object[] {"2", 2L, 0, -1, new byte[] {1}}) {
                Message message = own.createTextMessage("x");
                message.setObjectProperty(Replay.TIMES, notOurs);
                message.setStringProperty(Replay.ID, "first-id");
                producer.send(message);
            }
        }
        Delivery putBack = arrive();
        assertThat(putBack.replays()).isEqualTo(2);
        assertThat(putBack.spareId()).isEqualTo("first-id");
        assertThat(putBack.sentAt()).isEqualTo(NOON.minusSeconds(60));
        Message second = received();
        Delivery bare = lanes.arrive(second, channel, queue);
        assertThat(bare.replays()).isOne();
        assertThat(bare.spareId()).isEqualTo(second.getJMSMessageID());
        assertThat(bare.sentAt()).isEqualTo(Instant.ofEpochMilli(second.getJMSTimestamp()));
        for (int i = 0; i < 5; i++) {
            Delivery other = arrive();
            assertThat(other.replays()).isZero();
            assertThat(other.spareId()).isNotEqualTo("first-id");
        }
    }

    @Test
    void whatWaitsOfAGuestIsCounted() throws Exception {
        send("a", "b", "c");
        Delivery first = arriveFrom("guest");
        enter(first);
        enter(arriveFrom("guest"));
        enter(arriveFrom("other"));
        assertThat(lanes.waiting(channel, "guest")).isEqualTo(2);
        first.begins();
        assertThat(lanes.waiting(channel, "guest")).isOne();
        assertThat(lanes.waiting(channel, "nobody")).isZero();
    }

    private static GuestMessage from(String guest) {
        return new GuestMessage(
                "m",
                new GuestMessage.Guest(guest, null, null),
                "hi",
                List.of(),
                null,
                null,
                Map.of(),
                NOON,
                false,
                null);
    }

    @Test
    void messagesHeldForMoreThanASecondWaitForWhatHoldsTheirGuestsFirst() throws Exception {
        send("a1", "a2", "unread", "b1");
        Delivery first = arrive();
        first.read(from("a"));
        enter(first);
        Delivery second = arrive();
        second.read(from("a"));
        enter(second);
        arrive();
        Delivery other = arrive();
        other.read(from("b"));

        now.set(NOON.plusSeconds(1));
        assertThat(lanes.heldLong()).isEmpty();
        now.set(NOON.plusSeconds(1).plusMillis(1));
        Failure down = new Failure("unavailable", "It is down.", "Wait.", 503, null, null);
        first.failed(down, System.nanoTime());
        assertThat(lanes.heldLong()).containsExactly(first, second, other);
        assertThat(second.waiting().cause()).isEqualTo(down);
        assertThat(other.waiting().cause()).isNull();
    }

    /** A body as long as it may be is read, and one longer is not, of either kind. */
    @Test
    void aBodyThatIsTooLongIsLeftUnread() throws Exception {
        Lanes strict = new Lanes(clock(), Runnable::run, 200_000, 10, meters, Traces.uncollected());
        for (int length : new int[] {10, 11}) {
            send("x".repeat(length));
            try (Session own = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
                BytesMessage bytes = own.createBytesMessage();
                bytes.writeBytes(new byte[length]);
                own.createProducer(own.createQueue(queue)).send(bytes);
            }
            for (Class<?> kind : List.of(String.class, byte[].class)) {
                Delivery delivery = strict.arrive(received(), channel, queue);
                if (length == 10) {
                    assertThat(delivery.payload()).isInstanceOf(kind);
                    assertThat(delivery.unread()).isNull();
                } else {
                    assertThat(delivery.payload()).isInstanceOf(Message.class);
                    assertThat(delivery.unread()).isEqualTo("the body is longer than message.max-bytes, 10");
                }
            }
        }
    }

    @Test
    void aMessageThatIsNeitherTextNorBytesIsNoLongOne() throws Exception {
        try (Session own = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            own.createProducer(own.createQueue(queue)).send(own.createMapMessage());
        }
        Delivery delivery = arrive();
        assertThat(delivery.payload()).isInstanceOf(Message.class);
        assertThat(delivery.unread()).isNull();
    }

    /** A broker that lost its journal numbers its messages from the beginning. */
    @Test
    void anotherMessageOfTheSameNumberIsNoCopy() throws Exception {
        send("the one", "the other");
        ActiveMQMessage one = (ActiveMQMessage) received();
        ActiveMQMessage other = (ActiveMQMessage) received();
        other.getCoreMessage().setMessageID(one.getCoreMessage().getMessageID());
        Delivery first = lanes.arrive(one, channel, queue);
        assertThat(lanes.arrive(other, channel, queue).busId()).isNotEqualTo(first.busId());
    }

    /** A route that ends without settling its message, however it does, keeps neither its guest nor a place. */
    @Test
    void anExchangeThatIsDoneLetsItsMessageGo() throws Exception {
        Bulkhead bulkhead = new Bulkhead(1, Runnable::run);
        LanePolicy policy = new LanePolicy(lanes, bulkhead);
        send("a1", "a2");
        Delivery first = arriveFrom("a");
        Delivery second = arriveFrom("a");
        enter(first);
        bulkhead.enter(first);
        CompletableFuture<Delivery> turnOfSecond = enter(second);
        CompletionStage<Boolean> placeOfSecond = bulkhead.enter(second);
        try (DefaultCamelContext camel = new DefaultCamelContext()) {
            Exchange exchange = new DefaultExchange(camel);
            policy.onExchangeDone(null, exchange); // it failed before it had a message
            assertThat(turnOfSecond).isNotDone();

            exchange.setVariable("delivery", first);
            policy.onExchangeDone(null, exchange);
            assertThat(turnOfSecond).isCompletedWithValue(second);
            assertThat(placeOfSecond.toCompletableFuture()).isCompletedWithValue(true);
        }
        lanes.acknowledge(second, null);
        onTheBus(1);
        assertThat(broughtAgain(1)).containsExactly("a1");
    }

    /** A consumer that is slow to ask finds its message's turn come already, and must not carry the message itself. */
    @Test
    void theTurnGoesOnOnAWorkerHoweverLateOneAsks() throws Exception {
        ExecutorService worker = Executors.newSingleThreadExecutor(task -> new Thread(task, "the worker"));
        try {
            Lanes own = new Lanes(clock(), worker, 200_000, 1_000_000, meters, Traces.uncollected());
            send("a1", "a2");
            for (String guest : List.of("a", "b")) {
                Delivery delivery = own.arrive(received(), channel, queue);
                delivery.names(null, guest);
                CompletionStage<Delivery> turn = guest.equals("a") ? own.enter(delivery) : own.aside(delivery);
                await().atMost(LIMIT).until(() -> turn.toCompletableFuture().isDone());
                CompletableFuture<String> thread = new CompletableFuture<>();
                turn.whenComplete((done, failure) ->
                        thread.complete(Thread.currentThread().getName()));
                assertThat(thread.get(LIMIT.toMillis(), TimeUnit.MILLISECONDS)).isEqualTo("the worker");
            }
        } finally {
            worker.shutdown();
        }
    }
}
