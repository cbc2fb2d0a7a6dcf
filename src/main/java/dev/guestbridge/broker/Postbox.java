package dev.guestbridge.broker;

import dev.guestbridge.message.Letter;
import dev.guestbridge.message.Trace;
import dev.guestbridge.message.Traces;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import org.apache.activemq.artemis.jms.client.ActiveMQDestination;
import org.springframework.jms.connection.CachingConnectionFactory;

/**
 * Puts replies durably on their queues; a broker that doesn't take one in time is given up, so that the reply can be kept
 * elsewhere. The client itself waits without end for a queue that is full.
 */
public final class Postbox implements AutoCloseable {

    private final Supplier<CachingConnectionFactory> connecting;
    private final long patienceMs;
    private final ExecutorService carriers = Executors.newCachedThreadPool(task -> {
        Thread thread = new Thread(task, "postbox");
        thread.setDaemon(true);
        return thread;
    });
    private final Map<String, Future<Void>> underWay = new ConcurrentHashMap<>(); // by duplicateId
    // given up, so the broker may still come to a copy; true since it has answered again
    private final Map<String, Boolean> doubted = new ConcurrentHashMap<>();
    private final Map<String, LongAdder> posted = new ConcurrentHashMap<>(); // by queue
    private final Traces traces;
    private CachingConnectionFactory connected;

    /**
     * @param connecting makes a connection of its own
     * @param patienceMs the longest that a letter may take, in milliseconds
     * @param traces tell of each letter's sending
     */
    Postbox(Supplier<CachingConnectionFactory> connecting, long patienceMs, Traces traces) {
        this.connecting = connecting;
        this.patienceMs = patienceMs;
        this.traces = traces;
        this.connected = connecting.get();
    }

    /**
     * Puts a letter on its queue; when it returns the broker has it.
     *
     * @throws JMSException when the broker can't take it now; it may have it nevertheless, and drops a second copy
     */
    public void put(Letter letter) throws JMSException {
        Trace sending = traces.sends(letter);
        try {
            put(letter, sending);
            sending.ends(null);
        } catch (JMSException e) {
            if (letter.sequence() == 0) { // of those from the store only the try that succeeds is worth telling
                sending.ends("not-taken");
            }
            throw e;
        }
    }

    private void put(Letter letter, Trace sending) throws JMSException {
        CachingConnectionFactory connection = connected();
        // the broker looks for a first copy before it writes one down: two at the same time would both be new to it
        Future<Void> carried = underWay.computeIfAbsent(
                letter.duplicateId(),
                id -> carriers.submit(() -> {
                    try {
                        carry(letter, sending, connection);
                        return null;
                    } finally {
                        underWay.remove(id);
                    }
                }));
        try {
            carried.get(patienceMs, TimeUnit.MILLISECONDS);
        } catch (TimeoutException | CancellationException e) {
            doubted.put(letter.duplicateId(), false);
            carried.cancel(true);
            giveUp(connection);
            throw new JMSException(
                    "the broker didn't take a message for " + letter.queue() + " within " + patienceMs + " ms");
        } catch (ExecutionException e) {
            giveUp(connection);
            JMSException failure = new JMSException(String.valueOf(e.getCause().getMessage()));
            failure.initCause(e.getCause());
            throw failure;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JMSException("interrupted");
        }
    }

    private void carry(Letter letter, Trace sending, CachingConnectionFactory connected) throws JMSException {
        try (Connection connection = connected.createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(ActiveMQDestination.createQueue(letter.queue()))) {
            if (doubted.replace(letter.duplicateId(), false, true)) {
                throw new JMSException("the broker answers again, and comes to the first copy before the next");
            }
            Message message = session.createTextMessage(letter.body());
            if (letter.group() != null) {
                message.setStringProperty("JMSXGroupID", letter.group());
            }
            message.setStringProperty("_AMQ_DUPL_ID", letter.duplicateId());
            if (letter.traceId() != null) {
                message.setStringProperty(Trace.ID, letter.traceId());
            }
            for (Map.Entry<String, String> header : sending.headers().entrySet()) {
                message.setStringProperty(header.getKey(), header.getValue());
            }
            producer.send(message);
            doubted.remove(letter.duplicateId());
            posted.computeIfAbsent(letter.queue(), queue -> new LongAdder()).increment();
        }
    }

    /** How many letters for a queue the broker took since the start. */
    public long posted(String queue) {
        LongAdder count = posted.get(queue);
        return count == null ? 0 : count.sum();
    }

    private synchronized CachingConnectionFactory connected() {
        return connected;
    }

    // an answer that comes too late would be taken for that to the next question: what was given up isn't used again
    private synchronized void giveUp(CachingConnectionFactory connection) {
        if (connected == connection) {
            connected = connecting.get();
            carriers.execute(connection::destroy); // waits for a broker that is silent
        }
    }

    @Override
    public void close() {
        carriers.shutdownNow();
        connected().destroy();
    }
}
