package dev.guestbridge.lane;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Replay;
import dev.guestbridge.message.Trace;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;

/**
 * What the bus brought with one message, read once.
 *
 * @param payload the body, String or byte[]; the message itself where that isn't to be read
 * @param unread why it isn't, a sentence; null when it may be, or is of no kind that we read
 * @param number the broker's own
 * @param producersId the id that the message's producer gave it; null when it gave none, or one too long to be of use
 * @param sentAtMs the bus' time of sending; zero when it tells none
 * @param replay what an operator who put it back said of it; null when nobody did
 * @param belonging the properties that say which trace it belongs to
 */
record BusMessage(
        Object payload,
        String unread,
        String number,
        String producersId,
        long sentAtMs,
        Replay replay,
        Map<String, Object> belonging) {

    private static final int LONGEST_ID = 200;
    // what a held message takes, in bytes: by itself, as measured; for each character or byte of its body, as estimated
    private static final long OF_ITSELF = 6_000;
    private static final long OF_TEXT = 6;
    private static final long OF_BYTES = 3;
    private static final byte[] NONE = {};
    private static final List<String> BELONGING = List.of(Trace.PARENT, Trace.STATE, Trace.ID);

    /** @param longestBody how long a body may be to be read: bytes, or a text's characters */
    static BusMessage read(Message message, int longestBody) throws JMSException {
        Object payload = payload(message, longestBody);
        boolean tooLong = payload == message && (message instanceof TextMessage || message instanceof BytesMessage);
        return new BusMessage(
                payload,
                tooLong ? "the body is longer than message.max-bytes, " + longestBody : null,
                number(message),
                producersId(message),
                message.getJMSTimestamp(),
                replay(message),
                belonging(message));
    }

    // a body is taken from text and bytes only: reading an object message would deserialise it
    private static Object payload(Message message, int longestBody) throws JMSException {
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

    private static String number(Message message) throws JMSException {
        return message instanceof ActiveMQMessage artemis
                ? String.valueOf(artemis.getCoreMessage().getMessageID())
                : message.getJMSMessageID();
    }

    private static String producersId(Message message) throws JMSException {
        Object overAmqp = message.getObjectProperty("NATIVE_MESSAGE_ID");
        String id = overAmqp == null ? message.getJMSMessageID() : overAmqp.toString();
        return id == null || id.isEmpty() || id.length() > LONGEST_ID ? null : id;
    }

    private static Replay replay(Message message) throws JMSException {
        Object times = message.getObjectProperty(Replay.TIMES);
        return times == null // of nearly all messages
                ? null
                : Replay.of(times, message.getObjectProperty(Replay.ID), message.getObjectProperty(Replay.SENT_AT));
    }

    private static Map<String, Object> belonging(Message message) throws JMSException {
        Map<String, Object> belonging = new HashMap<>();
        for (String name : BELONGING) {
            belonging.put(name, message.getObjectProperty(name));
        }
        return belonging;
    }

    /** Begins its way to Genesys. */
    Delivery taken(Channel channel, String queue, Instant now) {
        String busId = busId();
        String givenId = replay == null || replay.id() == null ? producersId : replay.id();
        Instant sentAt = sentAtMs > 0 ? Instant.ofEpochMilli(sentAtMs) : now;
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
        if (unread != null) {
            delivery.unread(unread);
        }
        return delivery;
    }

    // what tells two copies of one message from two messages is the broker's own number: AMQP lets producers leave the
    // message id out or give it twice, and Artemis makes up another JMSMessageID at each delivery of what came by AMQP.
    // The hash is for a broker that begins to count anew
    private String busId() {
        byte[] body =
                payload instanceof byte[] bytes ? bytes : payload instanceof String text ? text.getBytes(UTF_8) : NONE;
        return number + "-" + UUID.nameUUIDFromBytes(body);
    }

    /** How much memory it takes while it is held, in bytes, about. */
    long weight() {
        if (payload instanceof String text) {
            return OF_ITSELF + OF_TEXT * text.length();
        }
        return OF_ITSELF + (payload instanceof byte[] bytes ? OF_BYTES * bytes.length : 0);
    }

    /** Which it is, and nothing of what it says. */
    @Override
    public String toString() {
        return "BusMessage[" + number + "]";
    }
}
