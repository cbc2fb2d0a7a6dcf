package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Json;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Puts messages on a channel's queue, and follows them by their statuses; of these it takes its own alone. */
final class Sending implements AutoCloseable {

    private static final int AT_ONCE = 500;
    private static final int IDS_OF_A_SELECTOR = 100;

    private final Connection connection;
    private final Channel channel;
    private final BlockingQueue<String> statuses = new LinkedBlockingQueue<>();

    /** @param connection that isn't started; this closes it */
    Sending(Connection connection, Channel channel) {
        this.connection = connection;
        this.channel = channel;
    }

    /** How many read the channel's queue: none means that no bridge does. */
    int readers() throws JMSException {
        return readers(channel.inQueue());
    }

    /**
     * Refuses to follow messages where somebody else would take what is told of them, or where something is told of others
     * by their ids.
     */
    void demandOwnStatuses(List<String> ids) throws JMSException {
        if (readers(channel.statusQueue()) > 0) {
            throw new Refused("--watch: somebody reads " + channel.statusQueue() + " and takes what is told there;"
                    + " send without it, and ask 'guestbridge status <id>'");
        }
        List<String> known = ids.stream().filter(Objects::nonNull).toList();
        try (Session session = connection.createSession()) {
            for (String selector : selectors(known)) {
                try (QueueBrowser browser =
                        session.createBrowser(session.createQueue(channel.statusQueue()), selector)) {
                    if (browser.getEnumeration().hasMoreElements()) {
                        throw new Refused("--watch: " + channel.statusQueue()
                                + " holds the status of an earlier message with one of these ids; give another id");
                    }
                }
            }
        }
    }

    private int readers(String queue) throws JMSException {
        try (Session session = connection.createSession()) {
            return Bus.readers(session, queue);
        }
    }

    /**
     * Puts them on the queue in their order, many at a time.
     *
     * @param sent is told how many the broker has, each time that it has more
     * @return their ids, by which they are known
     */
    List<String> send(List<Drafts.Draft> drafts, Consumer<Integer> sent) throws JMSException {
        List<String> ids = new ArrayList<>();
        try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(channel.inQueue()))) {
            for (Drafts.Draft draft : drafts) {
                TextMessage message = session.createTextMessage(draft.body());
                message.setStringProperty("JMSXGroupID", draft.guest());
                producer.send(message);
                ids.add(draft.id() == null ? message.getJMSMessageID() : draft.id());
                if (ids.size() % AT_ONCE == 0 || ids.size() == drafts.size()) {
                    session.commit();
                    sent.accept(ids.size());
                }
            }
        }
        return ids;
    }

    /**
     * Waits for what becomes of them.
     *
     * @param told is handed each status
     * @return how many came to no end in that time
     */
    int watch(List<String> ids, Duration grace, Consumer<JsonNode> told) throws JMSException, InterruptedException {
        Map<String, Integer> open = new HashMap<>();
        ids.forEach(id -> open.merge(id, 1, Integer::sum));
        int left = ids.size();
        long end = System.nanoTime() + grace.toNanos();
        try (Session session = connection.createSession()) {
            for (String selector : selectors(List.copyOf(open.keySet()))) {
                session.createConsumer(session.createQueue(channel.statusQueue()), selector)
                        .setMessageListener(this::keep);
            }
            connection.start();
            for (String body; left > 0 && (body = next(end)) != null; ) {
                JsonNode status = Json.read(body);
                told.accept(status);
                if (!status.path("state").asText().equals("waiting")) {
                    left--;
                }
            }
            return left;
        } catch (Json.Unreadable e) {
            throw new JMSException(e.getMessage());
        }
    }

    private String next(long end) throws InterruptedException {
        return statuses.poll(end - System.nanoTime(), TimeUnit.NANOSECONDS);
    }

    private void keep(Message status) {
        try {
            statuses.add(status.getBody(String.class));
        } catch (JMSException e) {
            statuses.add("");
        }
    }

    private static List<String> selectors(List<String> ids) {
        return IntStream.range(0, (ids.size() + IDS_OF_A_SELECTOR - 1) / IDS_OF_A_SELECTOR)
                .mapToObj(
                        part -> ids
                                .subList(part * IDS_OF_A_SELECTOR, Math.min(ids.size(), (part + 1) * IDS_OF_A_SELECTOR))
                                .stream()
                                .map(id -> "'" + id.replace("'", "''") + "'")
                                .collect(Collectors.joining(", ", "JMSCorrelationID IN (", ")")))
                .toList();
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
