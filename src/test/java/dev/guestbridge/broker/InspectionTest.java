package dev.guestbridge.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.SelfSigned;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressFullMessagePolicy;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real Artemis, set up badly in every way that loses messages or their order, is found out. */
class InspectionTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final List<String> queues = new ArrayList<>();
    private final ConfigurationImpl configuration = new ConfigurationImpl();
    private final EmbeddedActiveMQ server = new EmbeddedActiveMQ();
    private int port;

    @BeforeEach
    void configure() throws Exception {
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        configuration.setPersistenceEnabled(false).setSecurityEnabled(false).setJMXManagementEnabled(false);
        configuration.setBrokerInstance(folder.toFile());
    }

    @AfterEach
    void stop() throws Exception {
        server.stop();
    }

    @Test
    void aBrokerAsItShouldBeHasNoFaults() throws Exception {
        queue("q.good", new AddressSettings());
        Inspection found = inspect("");

        assertThat(found.faults()).isEmpty();
        assertThat(found.warnings()).isEmpty();
    }

    @Test
    void everySettingThatLosesMessagesIsNamed() throws Exception {
        queue("q.drop", new AddressSettings().setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP));
        queue("q.deletes", new AddressSettings().setMaxDeliveryAttempts(10));
        queue("q.aside", new AddressSettings().setMaxDeliveryAttempts(10).setDeadLetterAddress(SimpleString.of("dlq")));
        queue("q.delays", new AddressSettings().setRedeliveryDelay(500));
        queue("q.expires", new AddressSettings().setExpiryDelay(60_000L));
        queue("q.fails", new AddressSettings().setAddressFullMessagePolicy(AddressFullMessagePolicy.FAIL));
        queue("q.blocks", new AddressSettings().setAddressFullMessagePolicy(AddressFullMessagePolicy.BLOCK));
        queues.add("q.lacks");
        settings("q.lacks", new AddressSettings());
        queues.add("q.creates");
        settings("q.creates", new AddressSettings().setAutoCreateQueues(true).setAutoCreateAddresses(true));
        queue("q.forgets", new AddressSettings(), queue -> queue.setDurable(false));
        queue("q.multicast", new AddressSettings(), queue -> queue.setRoutingType(RoutingType.MULTICAST));
        queue("q.ring", new AddressSettings(), queue -> queue.setRingSize(10L));
        queue("q.purges", new AddressSettings(), queue -> queue.setPurgeOnNoConsumers(true));
        queue("q.newest", new AddressSettings(), queue -> queue.setLastValue(true));
        queue("q.filters", new AddressSettings(), queue -> queue.setFilterString("colour = 'red'"));

        Inspection found = inspect("");
        assertThat(String.join("\n", found.faults()).lines().map(line -> line.replaceAll(".*: ", "")))
                .containsExactlyInAnyOrder(
                        "q.drop",
                        "q.deletes",
                        "q.delays",
                        "q.expires",
                        "q.lacks",
                        "q.forgets",
                        "q.multicast",
                        "q.ring",
                        "q.purges",
                        "q.newest",
                        "q.filters");
        assertThat(String.join("\n", found.warnings())).contains("q.aside", "q.fails", "q.blocks", "q.creates");
        assertThat(connections("").trouble()).isEqualTo("the broker lacks the queue q.lacks");
    }

    @Test
    void aUserWithoutTheRightToManageSeesQueuesAlone() throws Exception {
        secure();
        queue("q.drop", new AddressSettings().setAddressFullMessagePolicy(AddressFullMessagePolicy.DROP));
        queues.add("q.lacks");
        settings("q.lacks", new AddressSettings());
        Inspection found = inspect("");

        assertThat(found.faults()).containsExactly("the broker lacks a queue, anycast and durable: q.lacks");
        assertThat(found.warnings()).singleElement().asString().contains("doesn't show its address settings");
    }

    @Test
    void aWrongPasswordIsToldApartFromABrokerThatIsDown() throws Exception {
        secure();
        start("");
        try (Connections wrong = new Connections(url(""), "bridge", "wrong", queues)) {
            assertThatThrownBy(() -> wrong.inspect(LIMIT)).isInstanceOf(Connections.UserRefused.class);
            assertThat(wrong.trouble()).startsWith("the broker refuses the user");
        }
        server.stop();
        try (Connections down = connections("")) {
            assertThat(down.inspect(LIMIT)).isNull();
            assertThat(down.trouble()).startsWith("the broker can't be reached");
        }
    }

    @Test
    void tlsWorksWithTheRightCertificateAlone() throws Exception {
        Path right = SelfSigned.store(folder.resolve("right.p12"), "right");
        Path other = SelfSigned.store(folder.resolve("other.p12"), "other");
        String acceptor = "?sslEnabled=true;keyStorePath=" + right + ";keyStorePassword=changeit;keyStoreType=PKCS12";
        queue("q.good", new AddressSettings());
        start(acceptor);
        String client = "?sslEnabled=true&trustStorePassword=changeit&trustStoreType=PKCS12&trustStorePath=";

        try (Connections trusting = new Connections(url(client + right), "", "", queues);
                Connections distrusting = new Connections(url(client + other), "", "", queues);
                Connections plain = new Connections(url(""), "", "", queues)) {
            assertThat(trusting.trouble()).isNull();
            assertThat(trusting.inspect(LIMIT).faults()).isEmpty();
            assertThat(distrusting.trouble())
                    .startsWith("the broker can't be reached")
                    .contains("certificate")
                    .doesNotContain("changeit");
            assertThat(plain.trouble()).startsWith("the broker can't be reached");
        }
    }

    private interface Making {
        QueueConfiguration of(QueueConfiguration queue);
    }

    private void queue(String name, AddressSettings settings) {
        queue(name, settings, queue -> queue);
    }

    private void queue(String name, AddressSettings settings, Making making) {
        queues.add(name);
        settings(name, settings);
        configuration.addQueueConfiguration(making.of(
                QueueConfiguration.of(name).setAddress(name).setDurable(true).setRoutingType(RoutingType.ANYCAST)));
    }

    private void settings(String name, AddressSettings settings) {
        if (settings.getMaxDeliveryAttempts() == AddressSettings.DEFAULT_MAX_DELIVERY_ATTEMPTS
                && !name.equals("q.deletes")
                && !name.equals("q.aside")) {
            settings.setMaxDeliveryAttempts(-1);
        }
        if (!name.equals("q.creates")) {
            settings.setAutoCreateQueues(false).setAutoCreateAddresses(false);
        }
        configuration.addAddressSetting(name, settings);
    }

    private void secure() {
        configuration.setSecurityEnabled(true);
        configuration.putSecurityRoles(
                "q.#",
                Set.of(new Role(
                        "user", true, true, false, false, false, false, false, true, false, false, false, false)));
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser("bridge", "right");
        users.addRole("bridge", "user");
        server.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
    }

    private Inspection inspect(String options) throws Exception {
        start(options);
        try (Connections connections = connections(options)) {
            return connections.inspect(LIMIT);
        }
    }

    private void start(String options) throws Exception {
        configuration.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port + options);
        server.setConfiguration(configuration);
        server.start();
    }

    private Connections connections(String options) {
        return new Connections(url(options), "bridge", "right", queues);
    }

    private String url(String options) {
        return "tcp://localhost:" + port + options;
    }
}
