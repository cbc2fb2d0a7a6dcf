package dev.guestbridge.lane;

import jakarta.jms.JMSException;
import jakarta.jms.Session;
import org.apache.camel.component.jms.DefaultJmsMessageListenerContainer;
import org.apache.camel.component.jms.JmsEndpoint;
import org.apache.camel.component.jms.MessageListenerContainerFactory;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.listener.AbstractMessageListenerContainer;
import org.springframework.util.backoff.BackOffExecution;
import org.springframework.util.backoff.FixedBackOff;

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

    /** Leaves it to the connections to tell of broker and queues: Spring would at each try, for each queue. */
    private static final class LaneContainer extends DefaultJmsMessageListenerContainer {

        private static final Logger LOG = LoggerFactory.getLogger(LaneContainers.class);

        private FixedBackOff pace = new FixedBackOff();

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
        public void setRecoveryInterval(long millis) {
            super.setRecoveryInterval(millis);
            pace = new FixedBackOff(millis, FixedBackOff.UNLIMITED_ATTEMPTS);
        }

        @Override
        protected void handleListenerException(Throwable failure) {
            if (failure instanceof JMSException told) { // the session broke; LanePolicy tells what a route couldn't do
                LOG.debug("{}: {}", getDestinationDescription(), told.toString());
            } else {
                super.handleListenerException(failure);
            }
        }

        @Override
        protected void handleListenerSetupFailure(Throwable failure, boolean alreadyRecovered) {
            if (failure instanceof JMSException told) {
                LOG.debug("{}: {}", getDestinationDescription(), told.toString());
            } else {
                super.handleListenerSetupFailure(failure, alreadyRecovered);
            }
        }

        @Override
        protected void refreshConnectionUntilSuccessful() {
            BackOffExecution waits = pace.start();
            while (isRunning()) {
                try {
                    refreshSharedConnection();
                    return;
                } catch (JMSException told) {
                    LOG.debug("{}: {}", getDestinationDescription(), told.toString());
                } catch (RuntimeException e) {
                    LOG.error("{}: its connection can't be made anew", getDestinationDescription(), e);
                }
                if (!applyBackOffTime(waits)) { // interrupted
                    stop();
                }
            }
        }

        @Override
        protected boolean isClientAcknowledge(Session session) {
            return false;
        }
    }
}
