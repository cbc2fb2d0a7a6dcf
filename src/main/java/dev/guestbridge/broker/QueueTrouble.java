package dev.guestbridge.broker;

import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentSkipListMap;
import org.apache.activemq.artemis.api.core.ActiveMQAddressFullException;
import org.springframework.jms.connection.DelegatingConnectionFactory;
import org.springframework.util.ClassUtils;

/**
 * Which queues the broker keeps from its user, and which are full: nobody can ask it beforehand, so each is known from a
 * refusal until it is used with success.
 */
final class QueueTrouble {

    private final Map<String, String> refused = new ConcurrentSkipListMap<>();

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
                return seen(super.createConnection(), null);
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
                            refused.remove(used);
                        }
                        return made instanceof Session || made instanceof MessageProducer ? seen(made, used) : made;
                    } catch (InvocationTargetException e) {
                        if (used != null) {
                            note(used, e.getCause());
                        }
                        throw e.getCause();
                    }
                });
        return seen;
    }

    private void note(String queue, Throwable failure) {
        if (failure instanceof JMSSecurityException) {
            refused.put(queue, "the broker refuses its user the queue " + queue + ": " + failure.getMessage());
        } else if (failure.getCause() instanceof ActiveMQAddressFullException) {
            refused.put(queue, "the broker takes no more on the queue " + queue + ", which is full until it is read");
        }
    }
}
