package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import jakarta.jms.Connection;
import jakarta.jms.Session;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each of these ends a load before its first message, with status 2 and one line that says why. */
class LoadRefusalsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FILE = "config/application.properties: ";
    private static final AtomicReference<String> BROKER = new AtomicReference<>();

    private static EmbeddedActiveMQ broker;
    private static ActiveMQConnectionFactory factory;
    private static Connection others;

    /** A load that can't be meant; {@code <broker>} stands for a broker on this machine. */
    record Case(String name, Map<String, String> environment, String arguments, List<String> words) {

        static Case of(String name, String arguments, String... words) {
            return new Case(name, new TreeMap<>(), arguments, List.of(words));
        }

        Case with(String variable, String value) {
            environment.put(variable, value);
            return this;
        }

        @Override
        public String toString() {
            return name;
        }
    }

    static Stream<Case> all() {
        return Stream.of(
                Case.of(
                                "an organisation elsewhere",
                                "",
                                FILE + "genesys.main.api-url: api.mypurecloud.de is not this machine; --yes-really")
                        .with("GENESYS_MAIN_API_URL", "https://api.mypurecloud.de"),
                Case.of(
                                "a token endpoint elsewhere",
                                "",
                                "genesys.main.token-url: login.mypurecloud.de is not",
                                "really")
                        .with("GENESYS_MAIN_TOKEN_URL", "https://login.mypurecloud.de/oauth/token"),
                Case.of("an organisation that isn't known here", "", FILE + "genesys.main.api-url: is missing")
                        .with("GENESYS_MAIN_API_URL", ""),
                Case.of("a name that only begins as this machine's", "", "127.0.0.1.example.com is not this machine")
                        .with("GENESYS_MAIN_API_URL", "https://127.0.0.1.example.com"),
                elsewhere("tcp://bus.example.com:61616", "bus.example.com is not this machine; --yes-really"),
                elsewhere("(tcp://127.0.0.1:1,tcp://bus.example.com:61616)", "bus.example.com is not this machine"),
                elsewhere("tcp://127.0.0.1:1?host=bus.example.com", "bus.example.com is not this machine"),
                elsewhere("udp://231.7.7.7:9876", "names no host"),
                elsewhere("vm://0", "names no host"),
                elsewhere("nonsense", "is no Artemis address"),
                Case.of(
                                "a broker elsewhere, really, that isn't there",
                                "--yes-really",
                                "broker.url: the broker can't be")
                        .with("BROKER_URL", "tcp://broker.invalid:61616"),
                Case.of(
                        "no bridge runs",
                        "",
                        FILE + "broker.embedded.port: no bridge listens on 127.0.0.1:",
                        "bin/guestbridge run",
                        "--simulate"),
                Case.of(
                        "no such channel",
                        "--channel kisok",
                        "--channel kisok: there is no such",
                        "did you mean kiosk?"),
                onTheBroker("a user that isn't taken", "", "broker.username: the broker refuses it")
                        .with("BROKER_PASSWORD", "wrong"),
                onTheBroker("a queue that isn't there", "--channel webchat", "lacks the queue guest.in.webchat"),
                onTheBroker(
                        "a queue that no bridge reads", "--channel kiosk", "nobody reads guest.in.kiosk: no bridge"),
                onTheBroker(
                        "statuses that the channel reads itself",
                        "--channel mobile",
                        "somebody reads guest.status.mobile and would take",
                        "--yes-really"),
                onTheBroker(
                        "replies that the channel reads itself",
                        "--channel whatsapp",
                        "somebody reads guest.out.whatsapp and would take",
                        "--yes-really"));
    }

    private static Case elsewhere(String url, String words) {
        return Case.of(url, "", FILE + "broker.url: ", words).with("BROKER_URL", url);
    }

    private static Case onTheBroker(String name, String arguments, String... words) {
        return Case.of(name, arguments, words)
                .with("BROKER_URL", "<broker>")
                .with("BROKER_USERNAME", "bridge")
                .with("BROKER_PASSWORD", "right");
    }

    /** A broker with some of the queues, some of which have readers. */
    @BeforeAll
    static void startABroker() throws Exception {
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser("bridge", "right");
        users.addRole("bridge", "user");
        BROKER.set("tcp://127.0.0.1:" + freePort());
        broker = new EmbeddedActiveMQ();
        broker.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false).setJMXManagementEnabled(false);
        configuration.addAddressSetting("#", new AddressSettings().setAutoCreateQueues(false));
        configuration.addAcceptorConfiguration("tcp", BROKER.get());
        configuration.putSecurityRoles("#", Set.of(consumer("user")));
        for (String channel : List.of("kiosk", "mobile", "whatsapp")) {
            for (String direction : List.of("in", "status", "out")) {
                configuration.addQueueConfiguration(QueueConfiguration.of("guest." + direction + "." + channel)
                        .setRoutingType(RoutingType.ANYCAST));
            }
        }
        broker.setConfiguration(configuration);
        broker.start();
        factory = new ActiveMQConnectionFactory(BROKER.get());
        others = factory.createConnection("bridge", "right");
        Session session = others.createSession();
        for (String queue :
                List.of("guest.in.mobile", "guest.in.whatsapp", "guest.status.mobile", "guest.out.whatsapp")) {
            session.createConsumer(session.createQueue(queue));
        }
    }

    private static Role consumer(String name) {
        return new Role(name, true, true, true, true, true, true, true, true, true, true, true, true);
    }

    @AfterAll
    static void stopTheBroker() throws Exception {
        others.close();
        factory.close();
        broker.stop();
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void isRefusedInOneLine(Case wrong) throws Exception {
        Map<String, String> environment = new TreeMap<>();
        environment.put("GUESTBRIDGE_HOME", ".");
        environment.put("GENESYS_MAIN_API_URL", "http://127.0.0.1:1");
        environment.put("GENESYS_MAIN_TOKEN_URL", "http://localhost:1/oauth/token");
        environment.put("BROKER_EMBEDDED_PORT", String.valueOf(freePort()));
        wrong.environment()
                .forEach((variable, value) -> environment.put(variable, value.replace("<broker>", BROKER.get())));
        String[] arguments =
                ("load --json --duration 1s " + wrong.arguments()).strip().split(" ");

        Ended ended = assertTimeoutPreemptively(LIMIT, () -> Ended.of(environment, arguments));

        assertThat(ended.status()).as(ended.err()).isEqualTo(2);
        assertThat(ended.err().lines())
                .singleElement()
                .asString()
                .startsWith("guestbridge: ")
                .contains(wrong.words())
                .doesNotContain("Exception");
        assertThat(ended.out()).isEmpty();
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
