package dev.guestbridge.cli;

import dev.guestbridge.Settings;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Spelling;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Session;
import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientSession.QueueQuery;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;

/** The broker that the configuration names, as a channel's own program reaches it; the embedded one by its port. */
final class Bus {

    private static final int UNCONFIRMED_BYTES = 1_048_576;

    private final Settings settings;

    Bus(Settings settings) {
        this.settings = settings;
    }

    /**
     * The installed channel of that name.
     *
     * @throws Refused when there is none
     */
    Channel channel(String name) {
        Channels channels = Channels.read(settings.home().resolve("routes/channels"));
        Channel named = channels.named(name);
        if (named == null) {
            List<String> names = channels.all().stream().map(Channel::name).toList();
            throw new Refused("--channel " + name + ": there is no such channel in routes/channels/"
                    + Spelling.hint(name, names) + " (" + String.join(", ", names) + ")");
        }
        return named;
    }

    /** @throws IllegalArgumentException when the configuration names none */
    ActiveMQConnectionFactory factory() {
        String url = isEmbedded()
                ? "tcp://127.0.0.1:" + settings.number("broker.embedded.port")
                : settings.get("broker.url");
        try {
            ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url);
            factory.setDeserializationDenyList("*");
            // without it the broker's word for each message sent isn't heard
            factory.setConfirmationWindowSize(UNCONFIRMED_BYTES);
            // to the host that was looked at, and no other that it names
            factory.setUseTopologyForLoadBalancing(false);
            return factory;
        } catch (RuntimeException e) {
            throw settings.wrong("broker.url", "is no Artemis address");
        }
    }

    /**
     * A connection that isn't started.
     *
     * @param orElse the end of the sentence that tells to start a bridge; may be empty
     * @throws IllegalArgumentException when there is none to be had; names the key and the reason
     */
    Connection connect(ActiveMQConnectionFactory factory, String orElse) {
        try {
            return settings.get("broker.username").isEmpty()
                    ? factory.createConnection()
                    : factory.createConnection(settings.get("broker.username"), settings.secret("broker.password"));
        } catch (JMSSecurityException e) {
            throw settings.wrong("broker.username", "the broker refuses it: " + e.getMessage());
        } catch (JMSException e) {
            if (isEmbedded()) {
                throw settings.wrong(
                        "broker.embedded.port",
                        "no bridge listens on 127.0.0.1:" + settings.get("broker.embedded.port")
                                + "; start one with 'bin/guestbridge run'" + orElse);
            }
            throw settings.wrong("broker.url", "the broker can't be reached: " + e.getMessage());
        }
    }

    /**
     * How many read a queue.
     *
     * @throws Refused when the broker lacks it
     */
    static int readers(Session session, String queue) throws JMSException {
        try {
            QueueQuery answer = ((ActiveMQSession) session).getCoreSession().queueQuery(SimpleString.of(queue));
            if (!answer.isExists()) {
                throw new Refused("the broker lacks the queue " + queue);
            }
            return answer.getConsumerCount();
        } catch (ActiveMQException e) {
            throw new JMSException(e.getMessage());
        }
    }

    private boolean isEmbedded() {
        return settings.get("broker.url").equals("embedded");
    }
}
