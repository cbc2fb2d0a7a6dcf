package dev.guestbridge.broker;

import jakarta.jms.Queue;
import jakarta.jms.Session;
import org.apache.activemq.artemis.jms.client.ActiveMQDestination;
import org.springframework.jms.support.destination.DestinationResolver;

/**
 * Names queues without asking the broker: a session's own way asks whether the queue is there each time, which costs each
 * message a round trip, and the broker refuses one that isn't there all the same when it is used.
 */
public final class QueuesByName implements DestinationResolver {

    @Override
    public Queue resolveDestinationName(Session session, String name, boolean topic) {
        return ActiveMQDestination.createQueue(name);
    }
}
