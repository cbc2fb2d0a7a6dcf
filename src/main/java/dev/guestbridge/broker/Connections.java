package dev.guestbridge.broker;

import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.springframework.jms.connection.CachingConnectionFactory;

/** The connections to the bus, embedded or not: one for each consumer, a shared one for all that is sent. */
public final class Connections implements AutoCloseable {

    private static final int CALL_TIMEOUT_MS = 5_000;
    private static final int SENDING_SESSIONS = 64;

    private final ActiveMQConnectionFactory factory;
    private final CachingConnectionFactory sending;

    /**
     * @param url an Artemis URL
     * @param username empty when the broker asks for none
     */
    public Connections(String url, String username, String password) {
        factory = new ActiveMQConnectionFactory(url);
        if (!username.isEmpty()) {
            factory.setUser(username);
            factory.setPassword(password);
        }
        // whoever sends must hear soon that the broker can't take it, to keep the reply elsewhere
        factory.setCallTimeout(CALL_TIMEOUT_MS);
        factory.setDeserializationDenyList("*");
        sending = new CachingConnectionFactory(factory);
        sending.setSessionCacheSize(SENDING_SESSIONS);
        sending.setCacheConsumers(false);
    }

    /** For consumers: each opens a connection of its own. */
    public ActiveMQConnectionFactory consuming() {
        return factory;
    }

    /** For senders: one connection, its sessions kept. */
    public CachingConnectionFactory sending() {
        return sending;
    }

    /** Why the broker can't be used; null when it can. */
    public String trouble() {
        try (Connection connection = factory.createConnection()) {
            connection.createSession().close();
            return null;
        } catch (JMSException | RuntimeException e) {
            return "the broker can't be reached: " + e.getMessage();
        }
    }

    @Override
    public void close() {
        sending.destroy();
        factory.close();
    }
}
