package dev.guestbridge.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.guestbridge.message.Json;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** What lies on the bus of one guest; of the queues no more than a message at a time is in memory. */
public final class GuestLetters {

    private static final String DEAD = "guest.dead";
    private static final int TAKEN_AT_ONCE = 100;
    private static final int COMES_WITHIN_MS = 2_000;

    private final ConnectionFactory connecting;

    GuestLetters(ConnectionFactory connecting) {
        this.connecting = connecting;
    }

    /** The broker can't be used, or keeps a queue from the bridge's user; the sentence says which. */
    public static final class Unreachable extends Exception {
        Unreachable(String queue, JMSException cause) {
            super(
                    cause instanceof JMSSecurityException
                            ? "the broker refuses its user to browse and consume " + queue + ": " + cause.getMessage()
                            : "the broker can't be used: " + cause.getMessage(),
                    cause);
        }
    }

    /**
     * The dead letters of a guest.
     *
     * @param ids by which they are {@link #take taken}
     * @param unreadable letters of which nobody can tell whose they are
     */
    public record Dead(List<String> ids, int unreadable) {}

    /**
     * The guest's letters on guest.dead.
     *
     * @param channel null: of whichever channel
     */
    public Dead dead(String guest, String channel) throws Unreachable {
        List<String> ids = new ArrayList<>();
        int[] unreadable = {0};
        browse(DEAD, null, letter -> {
            if (channel != null && !channel.equals(letter.getStringProperty("deadChannel"))) {
                return;
            }
            String whose = guest(letter);
            if (whose == null) {
                unreadable[0]++;
            } else if (whose.equals(guest)) {
                ids.add(letter.getJMSMessageID());
            }
        });
        return new Dead(ids, unreadable[0]);
    }

    /**
     * Takes letters off guest.dead for good.
     *
     * @return how many were still there
     */
    public int take(List<String> ids) throws Unreachable {
        int taken = 0;
        for (int from = 0; from < ids.size(); from += TAKEN_AT_ONCE) {
            taken += takeSome(ids.subList(from, Math.min(ids.size(), from + TAKEN_AT_ONCE)));
        }
        return taken;
    }

    private int takeSome(List<String> ids) throws Unreachable {
        String these =
                ids.stream().map(GuestLetters::quoted).collect(Collectors.joining(", ", "JMSMessageID IN (", ")"));
        try (Connection connection = connecting.createConnection();
                Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageConsumer consumer = session.createConsumer(session.createQueue(DEAD), these)) {
            connection.start();
            int taken = 0;
            while (taken < ids.size() && consumer.receive(COMES_WITHIN_MS) != null) {
                taken++;
            }
            session.commit();
            return taken;
        } catch (JMSException e) {
            throw new Unreachable(DEAD, e);
        }
    }

    /** How many messages for the guest lie unread on each of these queues; those where none does are left out. */
    public Map<String, Integer> unread(String guest, Collection<String> queues) throws Unreachable {
        Map<String, Integer> unread = new TreeMap<>();
        for (String queue : queues) {
            browse(queue, "JMSXGroupID = " + quoted(guest), letter -> unread.merge(queue, 1, Integer::sum));
        }
        return unread;
    }

    private interface Looking {
        void at(Message letter) throws JMSException;
    }

    private void browse(String queue, String selector, Looking looking) throws Unreachable {
        try (Connection connection = connecting.createConnection();
                Session session = connection.createSession();
                QueueBrowser browser = session.createBrowser(session.createQueue(queue), selector)) {
            connection.start();
            for (Enumeration<?> letters = browser.getEnumeration(); letters.hasMoreElements(); ) {
                looking.at((Message) letters.nextElement());
            }
        } catch (JMSException e) {
            throw new Unreachable(queue, e);
        }
    }

    private static String quoted(String text) {
        return "'" + text.replace("'", "''") + "'";
    }

    /** Null when the body doesn't say. */
    private static String guest(Message letter) throws JMSException {
        try {
            return json(letter).path("guest").path("externalId").textValue();
        } catch (Json.Unreadable e) {
            return null;
        }
    }

    private static JsonNode json(Message letter) throws JMSException, Json.Unreadable {
        if (letter instanceof TextMessage text && text.getText() != null) {
            return Json.read(text.getText(), Integer.MAX_VALUE);
        }
        if (letter instanceof BytesMessage bytes) {
            byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
            bytes.readBytes(body);
            return Json.read(body, Integer.MAX_VALUE);
        }
        return MissingNode.getInstance();
    }
}
