package dev.guestbridge.broker;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessageReader;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.ReceiptReader;
import dev.guestbridge.message.Replay;
import dev.guestbridge.message.Trace;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Clock;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.BooleanSupplier;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.jms.client.ActiveMQDestination;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;

/**
 * The letters on guest.dead, in their order: looked at one by one without being taken, and moved in transactions of the
 * bus, so that whatever ends this process each letter lies in exactly one place.
 */
public final class DeadLetters {

    private static final String QUEUE = "guest.dead";
    private static final String EXPIRED_AT = "_AMQ_ACTUAL_EXPIRY";
    private static final String EXPIRED_ON = "_AMQ_ORIG_QUEUE";
    private static final String NUMBER = "deadNumber";
    private static final String IN = "guest.in.";
    private static final String RECEIPTS = "guest.receipt.";
    private static final int COMES_WITHIN_MS = 2_000;
    private static final int PASSED_AT_ONCE = 200;
    private static final long PASSED_BYTES = 1 << 20;
    private static final int FOUND = -1;

    private final ConnectionFactory connecting;
    private final Channels channels;
    private final GuestMessageReader messages;
    private final ReceiptReader receipts;
    private final int longestBody;
    private final Clock clock;
    private final ReadWriteLock places = new ReentrantReadWriteLock(true);

    /**
     * @param longestBody how long a body may be to be read: bytes, or a text's characters
     */
    DeadLetters(
            ConnectionFactory connecting,
            Channels channels,
            GuestMessageReader messages,
            ReceiptReader receipts,
            int longestBody,
            Clock clock) {
        this.connecting = connecting;
        this.channels = channels;
        this.messages = messages;
        this.receipts = receipts;
        this.longestBody = longestBody;
        this.clock = clock;
    }

    /** The broker can't be used, or keeps guest.dead from the bridge's user; the sentence says which. */
    public static final class Unreachable extends Exception {
        Unreachable(JMSException cause) {
            super(
                    cause instanceof JMSSecurityException
                            ? "the broker refuses its user to browse and consume guest.dead: " + cause.getMessage()
                            : "the broker can't be used: " + cause.getMessage(),
                    cause);
        }
    }

    /** Looks at letters in turn. */
    @FunctionalInterface
    public interface Looking {
        /** @return false when it has seen enough */
        boolean goesOn(DeadLetter letter);
    }

    /** What must be done before a move counts. */
    @FunctionalInterface
    public interface Before {
        /** @throws Exception when it can't be done: none of these letters moves */
        void moving(List<DeadLetter> letters) throws Exception;
    }

    /** Shows the letters, the first one first; nothing of them is kept here. */
    public void look(Looking looking) throws Unreachable {
        places.readLock().lock(); // whoever looks misses none that is just put behind the others
        try {
            browse(looking);
        } finally {
            places.readLock().unlock();
        }
    }

    private void browse(Looking looking) throws Unreachable {
        try (Connection connection = connecting.createConnection();
                Session session = connection.createSession();
                QueueBrowser browser = session.createBrowser(session.createQueue(QUEUE))) {
            connection.start();
            long there = count(session);
            long seen = 0;
            Enumeration<?> letters = browser.getEnumeration();
            while (hasMore(letters, seen, there)) {
                seen++;
                if (!looking.goesOn(letter((Message) letters.nextElement()))) {
                    return;
                }
            }
            count(session); // a browser ends in silence when the broker does: whoever asks then hears of it
        } catch (JMSException e) {
            throw new Unreachable(e);
        }
    }

    // a browser also says that there is no more while its word that it can take more is still on its way to the broker
    private static boolean hasMore(Enumeration<?> letters, long seen, long there) {
        long end = System.nanoTime() + COMES_WITHIN_MS * 1_000_000L;
        boolean more;
        do {
            more = letters.hasMoreElements();
        } while (!more && seen < there && System.nanoTime() < end);
        return more;
    }

    private static long count(Session session) throws JMSException {
        try {
            return ((ActiveMQSession) session)
                    .getCoreSession()
                    .queueQuery(SimpleString.of(QUEUE))
                    .getMessageCount();
        } catch (ActiveMQException e) {
            JMSException failure = new JMSException(e.getMessage());
            failure.initCause(e);
            throw failure;
        }
    }

    /**
     * Brings a letter within reach: of what the broker keeps on its disk it gives none that lies behind some megabytes of
     * others. So those that lie before it are put behind all others, untouched. Each keeps its id, its times and its
     * {@link DeadLetter#number}.
     *
     * @param goesOn asked before each step
     * @return false when it wasn't found, or it wasn't to go on
     */
    public boolean bringForward(String id, BooleanSupplier goesOn) throws Unreachable {
        try (Connection connection = connecting.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer behind = session.createProducer(session.createQueue(QUEUE))) {
            behind.setDisableMessageID(true); // they have theirs
            connection.start();
            long left = count(session);
            while (left > 0 && goesOn.getAsBoolean()) {
                int passed = pass(id, session, behind);
                if (passed <= 0) {
                    return passed == FOUND;
                }
                left -= passed;
            }
            return false;
        } catch (JMSException e) {
            throw new Unreachable(e);
        }
    }

    /**
     * Puts some letters behind all others, in one transaction.
     *
     * @return how many; {@value #FOUND} when the one that is wanted is among them, and near enough: then all stay
     */
    private int pass(String wanted, Session session, MessageProducer behind) throws JMSException {
        places.writeLock().lock();
        try (MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE))) {
            long bytes = 0;
            int passed = 0;
            for (Message message;
                    passed < PASSED_AT_ONCE
                            && bytes < PASSED_BYTES
                            && (message = consumer.receive(COMES_WITHIN_MS)) != null;
                    passed++) {
                if (wanted.equals(id(message))) {
                    session.rollback();
                    return FOUND;
                }
                bytes += ((ActiveMQMessage) message).getCoreMessage().getBodySize();
                putBehind(message, behind);
            }
            session.commit();
            return passed;
        } finally {
            places.writeLock().unlock();
        }
    }

    // what its place and its time of sending tell of it is told by properties from then on
    private static void putBehind(Message message, MessageProducer behind) throws JMSException {
        String laid = Instant.ofEpochMilli(message.getJMSTimestamp()).toString();
        ClientMessage letter = ((ActiveMQMessage) message).getCoreMessage();
        letter.putLongProperty(NUMBER, number(message));
        for (String time : List.of("deadAt", "deadSentAt")) {
            if (!message.propertyExists(time)) {
                letter.putStringProperty(time, laid);
            }
        }
        letter.removeProperty("_AMQ_DUPL_ID"); // by which the broker would drop it, as one that it has already
        behind.send(message, DeliveryMode.PERSISTENT, message.getJMSPriority(), Message.DEFAULT_TIME_TO_LIVE);
    }

    /**
     * Puts letters back on the queues that they came from, marked as replayed, their bodies untouched.
     *
     * @param ids of letters, in their order on guest.dead
     * @return those that were moved; the others are no longer there
     */
    public List<DeadLetter> replay(Collection<String> ids, Before before) throws Exception {
        return move(ids, true, before);
    }

    /** Forgets letters for good; otherwise as {@link #replay}. */
    public List<DeadLetter> discard(Collection<String> ids, Before before) throws Exception {
        return move(ids, false, before);
    }

    private List<DeadLetter> move(Collection<String> ids, boolean back, Before before) throws Exception {
        String these =
                ids.stream().map(DeadLetters::quoted).collect(Collectors.joining(", ", "JMSMessageID IN (", ")"));
        try (Connection connection = connecting.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(QUEUE), these);
                MessageProducer producer = session.createProducer(null)) {
            connection.start();
            List<DeadLetter> moved = new ArrayList<>();
            for (Message message;
                    moved.size() < ids.size() && (message = consumer.receive(COMES_WITHIN_MS)) != null; ) {
                DeadLetter letter = letter(message);
                // at once: a long body can be read only until the consumer takes the next message
                if (back) {
                    mark(message, letter.delivery());
                    producer.send(ActiveMQDestination.createQueue(letter.queue()), message);
                }
                moved.add(letter);
            }
            before.moving(moved);
            session.commit(); // what isn't committed goes back to its place when the session ends
            return moved;
        } catch (JMSException e) {
            throw new Unreachable(e);
        }
    }

    private static String quoted(String id) {
        return "'ID:" + id.replace("'", "''") + "'";
    }

    private static void mark(Message message, Delivery delivery) throws JMSException {
        String parent = text(message, Trace.PARENT);
        String state = text(message, Trace.STATE);
        message.clearProperties();
        set(message, Trace.ID, delivery.trace().id());
        set(message, Trace.PARENT, parent);
        set(message, Trace.STATE, state);
        message.setJMSCorrelationID(null);
        message.setIntProperty(Replay.TIMES, delivery.replays() + 1);
        message.setStringProperty(Replay.ID, delivery.id());
        message.setLongProperty(Replay.SENT_AT, delivery.sentAt().toEpochMilli());
        set(message, "JMSXGroupID", delivery.externalId());
    }

    private static void set(Message message, String property, String value) throws JMSException {
        if (value != null) {
            message.setStringProperty(property, value);
        }
    }

    private DeadLetter letter(Message message) throws JMSException {
        boolean expired = message.propertyExists(EXPIRED_AT);
        String errorClass = text(message, "deadClass");
        String otherwise = expired ? DeadLetter.EXPIRED : DeadLetter.FOREIGN;
        Instant laid = Instant.ofEpochMilli(message.getJMSTimestamp());
        return new DeadLetter(
                id(message),
                number(message),
                errorClass == null ? otherwise : errorClass,
                expired ? "Its producer let it expire before it was taken." : text(message, "deadReason"),
                text(message, "deadAdvice"),
                number(message, "deadStatus"),
                text(message, "deadCorrelationId"),
                time(message, "deadAt", laid),
                or(number(message, "deadAttempts"), 0),
                delivery(message, laid));
    }

    private static String id(Message message) throws JMSException {
        String messageId = message.getJMSMessageID();
        return messageId == null ? String.valueOf(number(message)) : messageId.replaceFirst("^ID:", "");
    }

    private static long number(Message message) throws JMSException {
        return message.propertyExists(NUMBER)
                ? message.getLongProperty(NUMBER)
                : ((ActiveMQMessage) message).getCoreMessage().getMessageID();
    }

    private Delivery delivery(Message message, Instant laid) throws JMSException {
        String queue = text(message, "deadQueue") == null ? text(message, EXPIRED_ON) : text(message, "deadQueue");
        String channel = text(message, "deadChannel");
        Channel known = channels.named(channel == null ? channelOf(queue) : channel);
        String told = message.propertyExists("deadClass") ? message.getJMSCorrelationID() : null;
        Delivery delivery = new Delivery(
                known == null ? new Channel(String.valueOf(channel), "", "", "", null) : known,
                queue == null ? "" : queue,
                message.getJMSMessageID(),
                told == null ? message.getJMSMessageID() : told,
                time(message, "deadSentAt", laid),
                clock.instant(),
                payload(message));
        delivery.replayed(or(number(message, "deadReplays"), 0));
        delivery.belongsTo(Trace.of(text(message, "deadTraceId")));
        try {
            if (delivery.carriesReceipt()) {
                receipts.read(delivery);
            } else {
                messages.read(delivery);
            }
        } catch (MessageRefused unusable) {
            // it was refused for that, or will be
        }
        return delivery;
    }

    private static String channelOf(String queue) {
        if (queue == null) {
            return "";
        }
        return queue.startsWith(IN) ? queue.substring(IN.length()) : queue.replaceFirst("^" + RECEIPTS, "");
    }

    // of another kind, or longer, it isn't read: it moves as it is
    private Object payload(Message message) throws JMSException {
        if (message instanceof TextMessage text
                && text.getText() != null
                && text.getText().length() <= longestBody) {
            return text.getText();
        }
        if (message instanceof BytesMessage bytes && bytes.getBodyLength() <= longestBody) {
            byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
            bytes.readBytes(body);
            bytes.reset();
            return body;
        }
        return null;
    }

    private static String text(Message message, String property) throws JMSException {
        Object value = message.getObjectProperty(property);
        return value == null ? null : value.toString();
    }

    private static Integer number(Message message, String property) throws JMSException {
        String value = text(message, property);
        return value == null || !value.matches("\\d{1,9}") ? null : Integer.valueOf(value);
    }

    private static int or(Integer value, int otherwise) {
        return value == null ? otherwise : value;
    }

    private static Instant time(Message message, String property, Instant otherwise) throws JMSException {
        try {
            String value = text(message, property);
            return value == null ? otherwise : Instant.parse(value);
        } catch (DateTimeParseException notOurs) {
            return otherwise;
        }
    }
}
