package dev.guestbridge.rig;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.process.Genesys;
import dev.guestbridge.rig.History.Sent;
import dev.guestbridge.rig.History.Told;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQMessage;

/** A channel's own program: puts guest messages on the bus, and keeps what comes back, whatever the broker does. */
final class Channel implements AutoCloseable {

    static final String IN = "guest.in.whatsapp";
    private static final Set<String> LAST = Set.of("delivered", "dead", "duplicate");

    private final String url;
    private final ActiveMQConnectionFactory factory;
    private final List<Sent> sent = new ArrayList<>();
    private final Map<String, Told> fates = new ConcurrentHashMap<>();
    private final ConcurrentLinkedQueue<Told> told = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<String> dead = new ConcurrentLinkedQueue<>();
    private final ConcurrentLinkedQueue<JsonNode> replies = new ConcurrentLinkedQueue<>();
    private final AtomicInteger ends = new AtomicInteger();
    private final AtomicInteger failedSends = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean closed;

    /** @param remembers whether it keeps what comes back; if not it counts what became of messages */
    Channel(String url, boolean remembers) {
        this.url = url;
        factory = new ActiveMQConnectionFactory(url);
        factory.setReconnectAttempts(0);
        factory.setInitialConnectAttempts(1);
        factory.setRetryInterval(50);
        if (!remembers) {
            listen("guest.status.whatsapp", message -> {
                if (LAST.contains(json(message).path("state").asText())) {
                    ends.incrementAndGet();
                }
            });
            return;
        }
        listen("guest.status.whatsapp", message -> {
            JsonNode json = json(message);
            Told fate = new Told(
                    json.path("id").asText(),
                    json.path("externalId").asText(),
                    json.path("state").asText(),
                    json.path("possibleRepeat").asBoolean());
            told.add(fate);
            if (LAST.contains(fate.state())) {
                fates.putIfAbsent(fate.id(), fate);
            }
        });
        listen(
                "guest.dead",
                message -> dead.add(property(message, "deadClass") + ": " + property(message, "deadReason")));
        listen("guest.out.whatsapp", message -> replies.add(json(message)));
    }

    /** Of how many messages it was told what became of them, when it only counts that. */
    int ends() {
        return ends.get();
    }

    /** Messages of a run: each guest in turn says one thing after the other. */
    static List<Sent> messages(String run, int messages, int guests) {
        List<Sent> all = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            all.add(new Sent(run + "-" + i, run + "-guest-" + i % guests, i));
        }
        return all;
    }

    static String body(Sent message) {
        return "{\"id\":\"%s\",\"guest\":{\"externalId\":\"%s\"},\"text\":\"says %d\"}"
                .formatted(message.id(), message.guest(), message.number());
    }

    /** Puts messages on the bus, 200 in a transaction; one that the broker may have taken is put there again. */
    void say(List<Sent> messages) {
        say(messages, 0);
    }

    /** @param perSecond how many a second; 0: as many as go */
    void say(List<Sent> messages, int perSecond) {
        int step = perSecond == 0 ? 200 : Math.max(1, perSecond / 10);
        long start = System.nanoTime();
        for (int from = 0; from < messages.size() && !closed; from += step) {
            List<Sent> some = messages.subList(from, Math.min(messages.size(), from + step));
            if (perSecond > 0) {
                long due = start + from * 1_000_000_000L / perSecond;
                sleep(Math.max(0, due - System.nanoTime()) / 1_000_000);
            }
            put(IN, some.stream().map(Channel::body).toList());
            synchronized (sent) {
                sent.addAll(some);
            }
        }
    }

    /** The same with each guest's name as the message's group, for a queue that several bridges read. */
    void sayInGroups(List<Sent> messages, int perSecond) {
        long start = System.nanoTime();
        int step = Math.max(1, perSecond / 10);
        for (int from = 0; from < messages.size() && !closed; from += step) {
            List<Sent> some = messages.subList(from, Math.min(messages.size(), from + step));
            sleep(Math.max(0, start + from * 1_000_000_000L / perSecond - System.nanoTime()) / 1_000_000);
            put(IN, (session, producer) -> {
                for (Sent one : some) {
                    Message message = session.createTextMessage(body(one));
                    message.setStringProperty("JMSXGroupID", one.guest());
                    producer.send(message);
                }
            });
            synchronized (sent) {
                sent.addAll(some);
            }
        }
    }

    private Connection producing;

    /** Puts text messages on a queue, all or none, until the broker has said yes. */
    synchronized void put(String queue, List<String> bodies) {
        put(queue, (session, producer) -> {
            for (String body : bodies) {
                producer.send(session.createTextMessage(body));
            }
        });
    }

    interface Filling {
        void fill(Session session, MessageProducer producer) throws JMSException;
    }

    synchronized void put(String queue, Filling filling) {
        while (!closed) {
            try {
                if (producing == null) {
                    producing = factory.createConnection();
                }
                try (Session session = producing.createSession(true, Session.SESSION_TRANSACTED);
                        MessageProducer producer = session.createProducer(session.createQueue(queue))) {
                    filling.fill(session, producer);
                    session.commit();
                    return;
                }
            } catch (JMSException brokerGone) {
                failedSends.incrementAndGet();
                close(producing);
                producing = null;
                sleep(100);
            }
        }
    }

    private void listen(String queue, Consumer<Message> listener) {
        Thread thread = new Thread(() -> keepListening(queue, listener), "rig-" + queue);
        thread.setDaemon(true);
        threads.add(thread);
        thread.start();
    }

    private void keepListening(String queue, Consumer<Message> listener) {
        Set<Long> known = new HashSet<>(); // what a broker that was killed brings again is one message all the same
        while (!closed) {
            try (Connection connection = factory.createConnection();
                    Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                    MessageConsumer consumer = session.createConsumer(session.createQueue(queue))) {
                connection.start();
                while (!closed) {
                    Message message = consumer.receive(500);
                    if (message == null) {
                        connection.getMetaData();
                        continue;
                    }
                    if (known.add(((ActiveMQMessage) message).getCoreMessage().getMessageID())) {
                        listener.accept(message);
                    }
                }
            } catch (JMSException | RuntimeException brokerGone) {
                sleep(100);
            }
        }
    }

    private static JsonNode json(Message message) {
        try {
            return Genesys.JSON.readTree(((TextMessage) message).getText());
        } catch (IOException | JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String property(Message message, String name) {
        try {
            return message.getStringProperty(name);
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    static void sleep(long millis) {
        try {
            TimeUnit.MILLISECONDS.sleep(millis);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    List<Sent> sent() {
        synchronized (sent) {
            return List.copyOf(sent);
        }
    }

    /** Puts messages on the bus with a long text, all of them or none; false when the bus doesn't take them. */
    synchronized boolean trySay(List<Sent> messages, String text) {
        ActiveMQConnectionFactory impatient = new ActiveMQConnectionFactory();
        try {
            impatient.setBrokerURL(url);
            impatient.setCallTimeout(5_000);
            impatient.setBlockOnDurableSend(true);
            impatient.setReconnectAttempts(0);
            try (Connection connection = impatient.createConnection();
                    Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                    MessageProducer producer = session.createProducer(session.createQueue(IN))) {
                for (Sent message : messages) {
                    producer.send(session.createTextMessage(body(message).replace("says", text)));
                }
                session.commit();
            }
            synchronized (sent) {
                sent.addAll(messages);
            }
            return true;
        } catch (JMSException full) {
            return false;
        } finally {
            impatient.close();
        }
    }

    /** How many messages have come to an end. */
    int ended() {
        return fates.size();
    }

    boolean hasEnded(String id) {
        return fates.containsKey(id);
    }

    List<Told> told() {
        return List.copyOf(told);
    }

    List<String> dead() {
        return List.copyOf(dead);
    }

    List<JsonNode> replies() {
        return List.copyOf(replies);
    }

    int failedSends() {
        return failedSends.get();
    }

    private static void close(Connection connection) {
        try {
            if (connection != null) {
                connection.close();
            }
        } catch (JMSException gone) {
            // it is closed
        }
    }

    @Override
    public void close() {
        closed = true;
        for (Thread thread : threads) {
            try {
                thread.join(5_000);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
        close(producing);
        factory.close();
    }
}
