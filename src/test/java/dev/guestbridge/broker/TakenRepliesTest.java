package dev.guestbridge.broker;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Json;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Queue;
import jakarta.jms.Session;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The embedded broker's own receipts, seen by a channel that takes replies in every way there is. */
class TakenRepliesTest {

    private static final Channel WHATSAPP = new Channel("whatsapp", "open-messaging", "main", "int-whatsapp", null);
    private static final Channel MOBILE = new Channel("mobile", "external-threads", "main", "int-mobile", null);

    @TempDir
    static Path data;

    private static Broker broker;
    private static ActiveMQConnectionFactory core;
    private static JmsConnectionFactory amqp;
    private JMSContext bus;
    private int number;

    @BeforeAll
    static void start() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        broker = Broker.start(
                Path.of("config/broker.xml"), data, port, List.of(WHATSAPP, MOBILE), "acknowledged", "", "");
        core = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port);
        amqp = new JmsConnectionFactory("amqp://127.0.0.1:" + port);
    }

    @AfterAll
    static void stop() {
        core.close();
        broker.close();
    }

    @BeforeEach
    void connect() {
        bus = core.createContext();
    }

    @AfterEach
    void disconnect() {
        bus.close();
    }

    /** The ids that receipts came for, up to that of one more reply, which is taken to know the end. */
    private List<String> told() throws Exception {
        String last = put("last-" + System.nanoTime(), "text");
        take(core, Session.AUTO_ACKNOWLEDGE, 1);
        List<String> ids = new ArrayList<>();
        try (JMSConsumer receipts = bus.createConsumer(bus.createQueue(WHATSAPP.receiptQueue()))) {
            while (!ids.contains(last)) {
                JsonNode receipt = Json.read(receipts.receiveBody(String.class, 20_000));
                assertThat(receipt.path("guest").path("externalId").asText()).isEqualTo("guest-42");
                assertThat(receipt.path("status").asText()).isEqualTo("delivered");
                ids.add(receipt.path("id").asText());
            }
        }
        ids.remove(last);
        return ids;
    }

    private String put(String id, String type) {
        return put(WHATSAPP, id, type, "hi");
    }

    private String put(Channel channel, String id, String type, String text) {
        bus.createProducer()
                .send(
                        bus.createQueue(channel.outQueue()),
                        "{\"id\":\"%s\",\"type\":\"%s\",\"guest\":{\"externalId\":\"guest-42\"},\"text\":\"%s\"}"
                                .formatted(id, type, text));
        return id;
    }

    private String id() {
        return "r-" + ++number;
    }

    private static void take(ConnectionFactory channel, int mode, int count) throws JMSException {
        take(channel, WHATSAPP, mode, count);
    }

    private static void take(ConnectionFactory channel, Channel of, int mode, int count) throws JMSException {
        try (Connection connection = channel.createConnection();
                Session session = connection.createSession(mode);
                MessageConsumer replies = session.createConsumer(session.createQueue(of.outQueue()))) {
            connection.start();
            for (int i = 0; i < count; i++) {
                var reply = replies.receive(20_000);
                if (mode == Session.CLIENT_ACKNOWLEDGE) {
                    reply.acknowledge();
                }
            }
            if (mode == Session.SESSION_TRANSACTED) {
                session.commit();
            }
        }
    }

    @ParameterizedTest
    @ValueSource(ints = {Session.AUTO_ACKNOWLEDGE, Session.CLIENT_ACKNOWLEDGE, Session.DUPS_OK_ACKNOWLEDGE, 0})
    void tellsOfEachReplyThatIsTaken(int mode) throws Exception {
        for (ConnectionFactory channel : List.of(core, amqp)) {
            List<String> ids = List.of("a" + mode + channel.hashCode(), "b" + mode + channel.hashCode());
            ids.forEach(id -> put(id, "structured"));
            take(channel, mode, 2);
            assertThat(told()).containsExactlyElementsOf(ids);
        }
    }

    @Test
    void tellsNothingOfAReplyThatIsGivenBackOrOnlyLookedAt() throws Exception {
        String id = put(id(), "text");
        for (ConnectionFactory channel : List.of(core, amqp)) {
            try (Connection connection = channel.createConnection();
                    Session session = connection.createSession(Session.SESSION_TRANSACTED)) {
                Queue queue = session.createQueue(WHATSAPP.outQueue());
                connection.start();
                assertThat(session.createBrowser(queue).getEnumeration().hasMoreElements())
                        .isTrue();
                try (MessageConsumer replies = session.createConsumer(queue)) {
                    assertThat(replies.receive(20_000)).isNotNull();
                    session.rollback();
                }
            }
        }
        try (JMSConsumer receipts = bus.createConsumer(bus.createQueue(WHATSAPP.receiptQueue()))) {
            assertThat(receipts.receiveNoWait()).isNull();
        }
        take(core, Session.AUTO_ACKNOWLEDGE, 1);
        assertThat(told()).containsExactly(id);
    }

    @Test
    void tellsOnceOfAReplyThatIsTakenTwice() throws Exception {
        String id = put(id() + "twice", "text");
        put(id, "text");
        take(core, Session.AUTO_ACKNOWLEDGE, 2);
        assertThat(told()).containsExactly(id);
    }

    @Test
    void tellsOfRepliesThatGuestsSeeAlone() throws Exception {
        put(id() + "typing", "typing");
        put(id() + "receipt", "receipt");
        put(id() + "ended", "ended");
        put("sha256 made up", "text");
        bus.createProducer().send(bus.createQueue(WHATSAPP.outQueue()), "no JSON");
        bus.createProducer().send(bus.createQueue(WHATSAPP.outQueue()), new byte[] {1});
        bus.createProducer().send(bus.createQueue(WHATSAPP.outQueue()), bus.createMessage());
        put(MOBILE, id() + "mobile", "text", "hi");
        take(core, Session.AUTO_ACKNOWLEDGE, 7);
        take(core, MOBILE, Session.AUTO_ACKNOWLEDGE, 1);
        assertThat(told()).isEmpty();
    }

    @Test
    void tellsOfALongReplyToo() throws Exception {
        String id = put(WHATSAPP, id() + "long", "text", "x".repeat(900_000));
        take(amqp, Session.AUTO_ACKNOWLEDGE, 1);
        assertThat(told()).containsExactly(id);
    }
}
