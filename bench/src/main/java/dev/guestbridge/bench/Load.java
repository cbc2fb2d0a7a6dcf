package dev.guestbridge.bench;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import jakarta.jms.TemporaryQueue;
import jakarta.jms.TextMessage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.apache.activemq.artemis.api.core.management.ResourceNames;
import org.apache.activemq.artemis.api.jms.management.JMSManagementHelper;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQQueue;

/** What stands at the other end of the bus: it fills queues, takes statuses and replies, and holds a queue back. */
final class Load implements AutoCloseable {

    static final String QUEUE = "guest.in.whatsapp";
    static final String THREADS_QUEUE = "guest.in.mobile";
    static final String REPLIES = "guest.out.whatsapp";
    static final int GUESTS = 1_000;
    private static final int PER_TRANSACTION = 500;

    private final String broker;
    private final Connection connection;
    private final Session management;
    private final MessageProducer questions;
    private final TemporaryQueue answerQueue;
    private final MessageConsumer answers;
    private final AtomicLong delivered = new AtomicLong();
    private final AtomicLong replies = new AtomicLong();
    private long ids;

    Load(String broker) {
        this.broker = broker;
        try {
            connection = new ActiveMQConnectionFactory(broker).createConnection();
            management = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
            questions = management.createProducer(new ActiveMQQueue("activemq.management"));
            answerQueue = management.createTemporaryQueue();
            answers = management.createConsumer(answerQueue);
            take("guest.status.whatsapp", delivered, "\"state\":\"delivered\"");
            take("guest.status.mobile", delivered, "\"state\":\"delivered\"");
            take(REPLIES, replies, "");
            connection.start();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private void take(String queue, AtomicLong counter, String holding) throws JMSException {
        Session session = connection.createSession(false, Session.DUPS_OK_ACKNOWLEDGE);
        session.createConsumer(session.createQueue(queue)).setMessageListener(message -> {
            try {
                if (((TextMessage) message).getText().contains(holding)) {
                    counter.incrementAndGet();
                }
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
    }

    /** @param planned when it was to be sent, by the machine's monotonic clock; 0: no matter */
    private static String text(long number, long planned) {
        return "no " + number + " at " + planned + " my flight is late, can you keep the room until midnight please?";
    }

    private String guestMessage(long number, long planned, int guests, int apart) {
        return "{\"id\":\"m-%d\",\"guest\":{\"externalId\":\"guest-%d\"},\"text\":\"%s\"}"
                .formatted(++ids, guest(number, guests) * apart, text(number, planned));
    }

    // every twentieth message is the second one in a row of its guest: only these tell who keeps the order
    private static long guest(long number, int guests) {
        boolean second = (number + number / guests) % 20 == 19;
        return (second ? number - 1 : number) % guests;
    }

    /** Puts so many persistent messages on a queue, the guests one after the other. */
    void fill(String queue, int messages, int guests) {
        fill(queue, messages, guests, 1);
    }

    /** @param apart the difference between two guests' numbers */
    void fill(String queue, int messages, int guests, int apart) {
        try (Session session = connection.createSession(true, Session.SESSION_TRANSACTED);
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            for (int number = 0; number < messages; number++) {
                producer.send(session.createTextMessage(guestMessage(number, 0, guests, apart)));
                if ((number + 1) % PER_TRANSACTION == 0) {
                    session.commit();
                }
            }
            session.commit();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends persistent messages at times that are fixed beforehand, whatever became of those before. */
    int sendEvenly(double perSecond, int seconds) {
        int messages = (int) Math.max(1, perSecond * seconds);
        // not waiting for the broker's word, else a slow answer would put off the next message
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(broker + "?blockOnDurableSend=false");
                Connection sending = factory.createConnection();
                Session session = sending.createSession(false, Session.AUTO_ACKNOWLEDGE);
                MessageProducer producer = session.createProducer(session.createQueue(QUEUE))) {
            long start = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
            for (int number = 0; number < messages; number++) {
                long planned = start + (long) (number * 1e9 / perSecond);
                for (long left; (left = planned - System.nanoTime()) > 0; ) {
                    LockSupport.parkNanos(left);
                }
                producer.send(session.createTextMessage(guestMessage(number, planned, GUESTS, 1)));
            }
            return messages;
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The broker keeps what is on the queue to itself until {@link #release}. */
    void hold(String queue) {
        manage(queue, true, "pause");
    }

    void release(String queue) {
        manage(queue, true, "resume");
    }

    /** Messages on the queue that aren't acknowledged. */
    long left(String queue) {
        return ((Number) manage(queue, false, "messageCount")).longValue();
    }

    private synchronized Object manage(String queue, boolean operation, String name) {
        try {
            Message question = management.createMessage();
            if (operation) {
                JMSManagementHelper.putOperationInvocation(question, ResourceNames.QUEUE + queue, name);
            } else {
                JMSManagementHelper.putAttribute(question, ResourceNames.QUEUE + queue, name);
            }
            question.setJMSReplyTo(answerQueue);
            questions.send(question);
            Message answer = answers.receive(20_000);
            if (answer == null || !JMSManagementHelper.hasOperationSucceeded(answer)) {
                throw new IllegalStateException("the broker didn't " + name + " " + queue);
            }
            return JMSManagementHelper.getResult(answer);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** Statuses that said delivered, since the last time that this was called. */
    long takeDelivered() {
        return delivered.getAndSet(0);
    }

    long delivered() {
        return delivered.get();
    }

    long replies() {
        return replies.get();
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
