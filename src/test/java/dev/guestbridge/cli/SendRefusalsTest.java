package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import jakarta.jms.Connection;
import jakarta.jms.Session;
import jakarta.jms.TextMessage;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What can't be sent or asked ends with status 2 and a line that says why, before anything is sent. */
class SendRefusalsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final AtomicReference<String> BROKER = new AtomicReference<>();

    private static EmbeddedActiveMQ broker;
    private static ActiveMQConnectionFactory factory;
    private static Connection others;

    /** A command line that can't be meant; {@code <broker>} stands for a broker on this machine. */
    record Case(String arguments, List<String> words) {
        @Override
        public String toString() {
            return arguments;
        }
    }

    private static Case of(String arguments, String... words) {
        return new Case(arguments, List.of(words));
    }

    static Stream<Case> all() {
        return Stream.of(
                of("send --guest a --text b", "Missing required option: '--channel=<name>'"),
                of("send --channel kiosk --guest a", "what is to be sent?"),
                of("send --channel kiosk --guest a x.jsonl", "--guest, --text and --id are of one message"),
                of("send --channel kisok --guest a --text b", "did you mean kiosk?"),
                of("send --channel kiosk nowhere.jsonl", "nowhere.jsonl: can't be read"),
                of("send --channel kiosk pom.xml", "pom.xml: line 1: ", "nothing was sent"),
                of("send --channel webchat --guest a --text b", "the broker lacks the queue guest.in.webchat"),
                of(
                        "send --channel mobile --guest a --text b --watch",
                        "somebody reads guest.status.mobile",
                        "guestbridge status"),
                of(
                        "send --channel kiosk --guest a --text b --id told --watch",
                        "guest.status.kiosk holds the status of an earlier message"),
                of("status ada", "no bridge answers at http://127.0.0.1:", "guestbridge run"),
                of("why ada", "no bridge answers at "),
                of("pauses", "no bridge answers at "),
                of("queues", "no bridge answers at "),
                of("resume channel kiosk", "no bridge answers at "));
    }

    @BeforeAll
    static void startABroker() throws Exception {
        BROKER.set("tcp://127.0.0.1:" + freePort());
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false).setSecurityEnabled(false).setJMXManagementEnabled(false);
        configuration.addAddressSetting("#", new AddressSettings().setAutoCreateQueues(false));
        configuration.addAcceptorConfiguration("tcp", BROKER.get());
        for (String channel : List.of("kiosk", "mobile")) {
            for (String direction : List.of("in", "status")) {
                configuration.addQueueConfiguration(QueueConfiguration.of("guest." + direction + "." + channel)
                        .setRoutingType(RoutingType.ANYCAST));
            }
        }
        broker = new EmbeddedActiveMQ();
        broker.setConfiguration(configuration);
        broker.start();
        factory = new ActiveMQConnectionFactory(BROKER.get());
        others = factory.createConnection();
        Session session = others.createSession();
        session.createConsumer(session.createQueue("guest.status.mobile"));
        TextMessage told = session.createTextMessage("{}");
        told.setJMSCorrelationID("told");
        session.createProducer(session.createQueue("guest.status.kiosk")).send(told);
    }

    @AfterAll
    static void stopTheBroker() throws Exception {
        others.close();
        factory.close();
        broker.stop();
    }

    private static Ended run(String... arguments) throws Exception {
        Map<String, String> environment = new TreeMap<>();
        environment.put("GUESTBRIDGE_HOME", ".");
        environment.put("BROKER_URL", BROKER.get());
        environment.put("MANAGEMENT_PORT", String.valueOf(freePort()));
        return assertTimeoutPreemptively(LIMIT, () -> Ended.of(environment, arguments));
    }

    private static long onTheBus(String queue) {
        return broker.getActiveMQServer().locateQueue(SimpleString.of(queue)).getMessageCount();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void isRefused(Case wrong) throws Exception {
        long before = onTheBus("guest.in.kiosk") + onTheBus("guest.in.mobile");
        Ended ended = run(wrong.arguments().split(" "));
        assertThat(ended.status()).as(ended.err()).isEqualTo(2);
        assertThat(ended.err()).contains(wrong.words()).doesNotContain("Exception");
        assertThat(ended.out()).isEmpty();
        assertThat(onTheBus("guest.in.kiosk") + onTheBus("guest.in.mobile")).isEqualTo(before);
    }

    @Test
    void whatNobodyReadsIsSentWithAWord() throws Exception {
        long before = onTheBus("guest.in.kiosk");
        Ended ended = run("send", "--channel", "kiosk", "--guest", "ada", "--text", "Hello", "--id", "m-1");
        assertThat(ended.status()).as(ended.err()).isZero();
        assertThat(ended.out()).isEqualTo("m-1 is on guest.in.kiosk\n");
        assertThat(ended.err()).contains("nobody reads guest.in.kiosk: what is sent lies there until");
        assertThat(onTheBus("guest.in.kiosk")).isEqualTo(before + 1);
    }

    @Test
    void whatComesToNoEndInTimeIsTold() throws Exception {
        Ended ended =
                run("send", "--channel", "kiosk", "--guest", "ada", "--text", "Hello", "--watch", "--grace", "1s");
        assertThat(ended.status()).as(ended.err()).isOne();
        assertThat(ended.err()).contains("1 of 1 came to no end within 1 s");
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
