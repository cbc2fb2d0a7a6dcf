package dev.guestbridge.bench;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import org.apache.activemq.artemis.api.jms.ActiveMQJMSConstants;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Hands on the messages of a queue, one at a time per guest, and acknowledges each alone when it was taken. */
final class OrderedIntake {

    private final Map<String, CompletableFuture<Void>> newest = new HashMap<>();
    private final Semaphore places;
    private final Function<OpenMessage, CompletionStage<Boolean>> send;
    private final Connection connection;
    private final Session session;

    /**
     * @param inFlight how many messages are taken and not yet acknowledged at most
     * @param send hands one message on; its result tells whether it was taken
     */
    @SuppressWarnings("resource") // it lives as long as the process
    OrderedIntake(String broker, int inFlight, Function<OpenMessage, CompletionStage<Boolean>> send)
            throws JMSException {
        places = new Semaphore(inFlight);
        this.send = send;
        connection = new ActiveMQConnectionFactory(broker).createConnection();
        session = connection.createSession(false, ActiveMQJMSConstants.INDIVIDUAL_ACKNOWLEDGE);
    }

    void start() throws JMSException {
        session.createConsumer(session.createQueue(Load.QUEUE)).setMessageListener(this::arrive);
        connection.start();
    }

    private void arrive(Message message) {
        places.acquireUninterruptibly();
        try {
            OpenMessage open = OpenMessage.read(((TextMessage) message).getText(), message.getJMSTimestamp());
            synchronized (newest) {
                CompletableFuture<Void> before =
                        newest.getOrDefault(open.guest(), CompletableFuture.completedFuture(null));
                CompletableFuture<Void> mine = before.thenCompose(free -> untilTaken(open));
                newest.put(open.guest(), mine);
                mine.thenRun(() -> settle(message, open.guest(), mine));
            }
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private CompletableFuture<Void> untilTaken(OpenMessage message) {
        return send.apply(message)
                .exceptionally(gone -> false)
                .thenCompose(taken -> taken
                        ? CompletableFuture.<Void>completedFuture(null)
                        : CompletableFuture.supplyAsync(
                                        () -> message, CompletableFuture.delayedExecutor(1, TimeUnit.SECONDS))
                                .thenCompose(this::untilTaken))
                .toCompletableFuture();
    }

    private void settle(Message message, String guest, CompletableFuture<Void> mine) {
        synchronized (newest) {
            newest.remove(guest, mine);
        }
        try {
            synchronized (session) {
                message.acknowledge();
            }
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        } finally {
            places.release();
        }
    }
}
