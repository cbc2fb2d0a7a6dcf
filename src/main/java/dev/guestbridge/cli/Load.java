package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guestbridge.message.Channel;
import jakarta.jms.CompletionListener;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Puts a plan's messages on a channel's queue, each when it is due whatever became of those before, and follows them by
 * their statuses. What it takes off the channel's queues is its own alone: a selector leaves all else there.
 */
final class Load implements AutoCloseable {

    private static final Duration LAST_REPLY = Duration.ofSeconds(2);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Connection connection;
    private final Channel channel;
    private final LoadPlan plan;
    private final CountDownLatch stop;
    private final Fates fates;
    private final AtomicReference<String> lost = new AtomicReference<>();
    private volatile long start;

    /**
     * @param connection that isn't started; this closes it
     * @param stop ends the load early
     */
    Load(Connection connection, Channel channel, LoadPlan plan, CountDownLatch stop) {
        this.connection = connection;
        this.channel = channel;
        this.plan = plan;
        this.stop = stop;
        this.fates = new Fates(plan.messages());
    }

    /**
     * Refuses a bus on which nobody would take the messages, or on which somebody else would take what is told of them.
     *
     * @param sharing whether others may read the queues that tell of them
     */
    void demand(boolean sharing) throws JMSException {
        try (Session session = connection.createSession()) {
            if (Bus.readers(session, channel.inQueue()) == 0) {
                throw new Refused("nobody reads " + channel.inQueue() + ": no bridge with the channel '"
                        + channel.name() + "' runs on this broker");
            }
            for (String queue : new String[] {channel.statusQueue(), channel.outQueue()}) {
                if (Bus.readers(session, queue) > 0 && !sharing) {
                    throw new Refused("somebody reads " + queue + " and would take what belongs to this load: stop the"
                            + " channel's own program, load another channel, or say --yes-really");
                }
            }
        }
    }

    /** How things stand, on one line. */
    String told() {
        return fates.told();
    }

    /** How much of the plan's time is over, from 0 to 1. */
    double done() {
        return start == 0
                ? 0
                : Math.max(0, Math.min(1, (double) now() / plan.duration().toNanos()));
    }

    /**
     * Does it, until all messages have come to their end.
     *
     * @param grace how long it waits for those that haven't when the last one is sent
     */
    LoadReport run(Duration grace) throws JMSException, InterruptedException {
        connection.setExceptionListener(this::lose);
        follow(channel.statusQueue(), "JMSCorrelationID", this::status);
        follow(channel.outQueue(), "JMSXGroupID", reply -> fates.replied());
        connection.start();
        start = System.nanoTime();
        send();
        long sending = Math.min(now(), plan.duration().toNanos());
        fates.awaitEnds(grace.toNanos());
        fates.awaitReplies(LAST_REPLY.toNanos());
        return fates.report(plan, sending, stop.getCount() == 0 && lost.get() == null, lost.get());
    }

    /** Ends what waits, now. */
    void over() {
        stop.countDown();
        fates.over();
    }

    private interface Taking {
        void take(Message message) throws JMSException;
    }

    // a session for each: one that is slow holds up no other
    private void follow(String queue, String property, Taking taking) throws JMSException {
        Session session = connection.createSession(Session.DUPS_OK_ACKNOWLEDGE);
        session.createConsumer(session.createQueue(queue), property + " LIKE '" + plan.run() + "-%'")
                .setMessageListener(message -> {
                    try {
                        taking.take(message);
                    } catch (JMSException e) {
                        lose(e);
                    }
                });
    }

    private void status(Message message) throws JMSException {
        long at = now();
        int number = plan.number(message.getJMSCorrelationID());
        if (number >= 0) {
            try {
                fates.told(number, JSON.readTree(message.getBody(String.class)), at, plan.due(number));
            } catch (IOException e) {
                throw new JMSException(e.getMessage());
            }
        }
    }

    private void send() throws JMSException, InterruptedException {
        Session session = connection.createSession();
        MessageProducer producer = session.createProducer(session.createQueue(channel.inQueue()));
        for (int i = 0; i < plan.messages(); i++) {
            TextMessage message = session.createTextMessage(plan.message(i));
            message.setStringProperty("JMSXGroupID", plan.guest(i));
            if (stop.await(plan.due(i) - now(), TimeUnit.NANOSECONDS)) {
                return;
            }
            fates.handedOver(i, now() - plan.due(i));
            try {
                producer.send(message, new Sent(i));
            } catch (JMSException e) {
                fates.failed(i);
                lose(e);
                return;
            }
        }
        stop.await(plan.duration().toNanos() - now(), TimeUnit.NANOSECONDS);
    }

    private final class Sent implements CompletionListener {
        private final int number;

        private Sent(int number) {
            this.number = number;
        }

        @Override
        public void onCompletion(Message message) {
            fates.sent(number, now());
        }

        @Override
        public void onException(Message message, Exception exception) {
            fates.failed(number);
        }
    }

    private void lose(JMSException e) {
        lost.compareAndSet(null, String.valueOf(e.getMessage()));
        over();
    }

    private long now() {
        return System.nanoTime() - start;
    }

    @Override
    public void close() throws JMSException {
        connection.close();
    }
}
