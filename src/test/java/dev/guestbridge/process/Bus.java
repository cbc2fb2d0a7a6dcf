package dev.guestbridge.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import org.apache.qpid.jms.JmsConnectionFactory;

/** The bus as a channel's own program sees it, over AMQP 1.0. */
public final class Bus implements AutoCloseable {

    private final Connection connection;

    Bus(int port) {
        try {
            connection = new JmsConnectionFactory("amqp://127.0.0.1:" + port).createConnection();
            connection.start();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    interface Fill {
        Message message(Session session, MessageProducer producer) throws JMSException;
    }

    static String guestMessage(String id, String guest, String text) {
        ObjectNode message = Genesys.JSON.createObjectNode();
        if (id != null) {
            message.put("id", id);
        }
        message.putObject("guest").put("externalId", guest);
        return message.put("text", text).toString();
    }

    /** Puts one message on a queue. */
    void put(String queue, Fill fill) {
        try (Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.send(fill.message(session, producer));
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Puts text messages on a queue, all of them or none. */
    void putAll(String queue, List<String> bodies) {
        try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (String body : bodies) {
                producer.send(session.createTextMessage(body));
            }
            session.commit();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The same with the guest of each, so that all that one says goes to one consumer. */
    void putAll(String queue, List<String> bodies, List<String> guests) {
        try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (int i = 0; i < bodies.size(); i++) {
                Message message = session.createTextMessage(bodies.get(i));
                message.setStringProperty("JMSXGroupID", guests.get(i));
                producer.send(message);
            }
            session.commit();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What lies on a queue: the body as JSON, and the message that brought it. */
    record Taken(Message message, JsonNode json) {
        /** All that tells it from another, for people. */
        String told() {
            try {
                return message.getJMSMessageID() + ", redelivered " + message.getJMSRedelivered() + ": " + json;
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        }

        String text(String field) {
            return json.path(field).asText(null);
        }
    }

    /** Takes messages off a queue until so many of them match; fails when that takes too long. */
    List<Taken> take(String queue, int wanted, Duration limit, Predicate<Taken> matching) {
        List<Taken> found = new ArrayList<>();
        long end = System.nanoTime() + limit.toNanos();
        try (Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            while (found.size() < wanted) {
                Message message = consumer.receive(Math.max(1, (end - System.nanoTime()) / 1_000_000));
                if (message == null) {
                    throw new AssertionError(
                            queue + ": only " + found.size() + " of " + wanted + " came within " + limit);
                }
                Taken taken = read(message);
                if (matching.test(taken)) {
                    found.add(taken);
                }
            }
            return found;
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The final statuses of a channel, so many of them. */
    List<Taken> fates(String channel, int wanted, Duration limit) {
        return take("guest.status." + channel, wanted, limit, status -> !"waiting".equals(status.text("state")));
    }

    /** What else lies on a queue now. */
    List<Taken> rest(String queue) {
        List<Taken> found = new ArrayList<>();
        try (Session session = connection.createSession();
                MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
            for (Message message; (message = consumer.receive(500)) != null; ) {
                found.add(read(message));
            }
            return found;
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Taken read(Message message) throws JMSException {
        try {
            return new Taken(message, Genesys.JSON.readTree(((TextMessage) message).getText()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        try {
            connection.close();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
