package dev.guestbridge.broker;

import dev.guestbridge.message.Seldom;
import dev.guestbridge.message.SteadyClock;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.IllegalStateException;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQAddressFullException;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ActiveMQInterruptedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.connection.DelegatingConnectionFactory;
import org.springframework.util.ClassUtils;

/**
 * Which queues the broker keeps from its user, lacks, or takes no more on: nobody can ask it beforehand, so each is known from
 * a refusal until it is used with success, and the log is told of both.
 */
final class QueueTrouble {

    private static final Logger LOG = LoggerFactory.getLogger(QueueTrouble.class);
    private static final Duration TELLS_EVERY = Duration.ofMinutes(1);

    /** What isn't the queue's matter but the connection's. */
    private static final Set<ActiveMQExceptionType> CUT_OFF = Set.of(
            ActiveMQExceptionType.NOT_CONNECTED,
            ActiveMQExceptionType.CONNECTION_TIMEDOUT,
            ActiveMQExceptionType.DISCONNECTED,
            ActiveMQExceptionType.REMOTE_DISCONNECT,
            ActiveMQExceptionType.UNBLOCKED);

    private final Map<String, String> refused = new ConcurrentSkipListMap<>();
    private final Seldom others = new Seldom(TELLS_EVERY, new SteadyClock());
    private final Consumer<JMSException> cutOff;

    /** @param cutOff is told of connections that can't be made, or break */
    QueueTrouble(Consumer<JMSException> cutOff) {
        this.cutOff = cutOff;
    }

    /** What is the matter with each, in sentences; null when there is none. */
    String sentences() {
        return refused.isEmpty() ? null : String.join("; ", refused.values());
    }

    /** What is the matter with each, by its name; those with which nothing is are left out. */
    Map<String, String> byQueue() {
        return new TreeMap<>(refused);
    }

    /** The same connections; their refusals are seen here. */
    ConnectionFactory seen(ConnectionFactory target) {
        DelegatingConnectionFactory seen = new DelegatingConnectionFactory() {
            @Override
            public Connection createConnection() throws JMSException {
                try {
                    return seen(super.createConnection(), null);
                } catch (JMSException e) {
                    cutOff.accept(e);
                    throw e;
                }
            }
        };
        seen.setTargetConnectionFactory(target);
        return seen;
    }

    /** @param queue that all of the target's work is about; null when each call names its own */
    private <T> T seen(T target, String queue) {
        @SuppressWarnings("unchecked")
        T seen = (T) Proxy.newProxyInstance(
                getClass().getClassLoader(), ClassUtils.getAllInterfaces(target), (proxy, method, arguments) -> {
                    String used = arguments != null && arguments.length > 0 && arguments[0] instanceof Queue named
                            ? named.getQueueName()
                            : queue;
                    try {
                        Object made = method.invoke(target, arguments);
                        if (used != null
                                && (made instanceof MessageConsumer
                                        || method.getName().equals("send"))) {
                            isUsed(used);
                        }
                        return made instanceof Session || made instanceof MessageProducer ? seen(made, used) : made;
                    } catch (InvocationTargetException e) {
                        if (used != null && e.getCause() instanceof JMSException failure) {
                            note(used, failure);
                        }
                        throw e.getCause();
                    }
                });
        return seen;
    }

    private void isUsed(String queue) {
        if (!refused.isEmpty() && refused.remove(queue) != null) {
            LOG.info("the queue {} can be used again", queue);
        }
    }

    private void note(String queue, JMSException failure) {
        String why = refusal(queue, failure);
        if (why != null) {
            if (refused.put(queue, why) == null) {
                LOG.warn("{}; what needs the queue waits and is tried again", why);
            }
        } else if (isCutOff(failure)) {
            cutOff.accept(failure);
        } else if (!isGivenUp(failure)) {
            long times = others.toTell(queue);
            if (times > 0) {
                LOG.warn("the queue {} couldn't be used, {} times since this was last told: {}", queue, times, failure);
            }
        }
    }

    /** Null when it is another failure than a refusal of this queue. */
    private static String refusal(String queue, JMSException failure) {
        if (failure instanceof JMSSecurityException) {
            return "the broker refuses its user the queue " + queue + ": " + failure.getMessage();
        }
        if (failure instanceof InvalidDestinationException) {
            return "the broker lacks the queue " + queue;
        }
        return failure.getCause() instanceof ActiveMQAddressFullException
                ? "the broker takes no more on the queue " + queue + ", which is full until it is read"
                : null;
    }

    // the session was closed, whose end was told, or whoever waited didn't any more and says so
    private static boolean isGivenUp(JMSException failure) {
        return failure instanceof IllegalStateException || failure.getCause() instanceof ActiveMQInterruptedException;
    }

    private static boolean isCutOff(JMSException failure) {
        return failure.getCause() instanceof ActiveMQException cause && CUT_OFF.contains(cause.getType());
    }
}
