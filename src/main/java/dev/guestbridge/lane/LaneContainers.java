package dev.guestbridge.lane;

import jakarta.jms.Session;
import org.apache.camel.component.jms.DefaultJmsMessageListenerContainer;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.component.jms.MessageListenerContainerFactory;
import org.springframework.jms.listener.AbstractMessageListenerContainer;

/**
 * Makes consumers that never acknowledge by themselves: only the lanes do, message by message. With camel-jms' own
 * containers a message is acknowledged before its route has run, and a crash loses it.
 */
public final class LaneContainers implements MessageListenerContainerFactory {

    /** Acknowledges one message alone; Artemis and Qpid JMS agree on the number, JMS itself has none. */
    public static final int INDIVIDUAL_ACKNOWLEDGE = 101;

    @Override
    public AbstractMessageListenerContainer createMessageListenerContainer(JmsEndpoint endpoint) {
        return new LaneContainer(endpoint);
    }

    private static final class LaneContainer extends DefaultJmsMessageListenerContainer {

        LaneContainer(JmsEndpoint endpoint) {
            super(endpoint);
        }

        @Override
        public void afterPropertiesSet() {
            setSessionTransacted(false);
            setSessionAcknowledgeMode(INDIVIDUAL_ACKNOWLEDGE);
            setCacheLevel(CACHE_CONSUMER);
            setConcurrentConsumers(1);
            super.afterPropertiesSet();
        }

        @Override
        protected boolean isClientAcknowledge(Session session) {
            return false;
        }
    }
}
