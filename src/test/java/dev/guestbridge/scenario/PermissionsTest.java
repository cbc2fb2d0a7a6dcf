package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.broker.Queues;
import dev.guestbridge.message.Channels;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Set;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** B17: a broker's user who may not use a queue is told so by health, costs no message, and goes on as soon as it may. */
@Timeout(180)
final class PermissionsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final EmbeddedActiveMQ SERVER = new EmbeddedActiveMQ();

    private static BridgeUnderTest bridge;

    private final String run = BridgeUnderTest.unique();

    @BeforeAll
    static void start() throws Exception {
        int port;
        try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = free.getLocalPort();
        }
        ConfigurationImpl configuration = new ConfigurationImpl();
        configuration.setPersistenceEnabled(false).setJMXManagementEnabled(false);
        configuration.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port);
        configuration.addAddressSetting(
                "guest.#",
                new AddressSettings()
                        .setMaxDeliveryAttempts(-1)
                        .setAutoCreateQueues(false)
                        .setAutoCreateAddresses(false));
        for (String queue : Queues.of(Channels.read(Path.of("routes/channels")).all(), "reported")) {
            configuration.addQueueConfiguration(
                    QueueConfiguration.of(queue).setAddress(queue).setRoutingType(RoutingType.ANYCAST));
        }
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser("bridge", "right");
        users.addRole("bridge", "bridge");
        users.addUser("tests", "tests");
        users.addRole("tests", "tests");
        users.setDefaultUser("tests");
        SERVER.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        SERVER.setConfiguration(configuration).start();
        allow("#", true);
        allow("guest.in.whatsapp", false);
        bridge = BridgeUnderTest.start(Path.of("."), settings -> settings.with("broker.url", "tcp://127.0.0.1:" + port)
                .with("broker.embedded.port", port)
                .with("broker.username", "bridge")
                .with("broker.password", "right"));
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
        SERVER.stop();
    }

    /** Lets the bridge use a queue, or not. */
    private static void allow(String queue, boolean yes) {
        SERVER.getActiveMQServer()
                .getSecurityRepository()
                .addMatch(queue, Set.of(role("tests", true), role("bridge", yes)));
    }

    private static Role role(String name, boolean yes) {
        return new Role(name, yes, yes, false, false, false, false, false, yes, false, false, false, false);
    }

    private static void healthNames(String queue) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.management("/observe/health/ready"))
                .contains("the broker refuses its user the queue " + queue + ":"));
    }

    private static void healthForgets(String queue) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.management("/observe/health/ready"))
                .contains("\"broker\"")
                .doesNotContain(queue));
    }

    /** It was so when the bridge started. */
    @Test
    void aQueueThatMayNotBeReadIsNamed() {
        put("whatsapp", "in", "hello");
        put("mobile", "other", "hello");
        healthNames("guest.in.whatsapp");
        await().atMost(PATIENCE).until(() -> fate("mobile", "other") != null);
        assertThat(fate("whatsapp", "in")).isNull();

        allow("guest.in.whatsapp", true);
        await().atMost(PATIENCE).until(() -> fate("whatsapp", "in") != null);
        assertThat(fate("whatsapp", "in").path("state").asText()).isEqualTo("delivered");
        healthForgets("guest.in.whatsapp");
    }

    @Test
    void aDeadLetterThatMayNotBeSentWaits() {
        allow("guest.dead", false);
        bridge.bus().put("mobile", "not JSON " + run);
        healthNames("guest.dead");
        assertThat(bridge.bus().from("guest.dead")).isEmpty();

        allow("guest.dead", true);
        await().atMost(PATIENCE).until(() -> bridge.bus().from("guest.dead").size() == 1);
        assertThat(bridge.bus().from("guest.dead").get(0).path("body").asText()).isEqualTo("not JSON " + run);
        healthForgets("guest.dead");
    }

    @Test
    void aReplyThatMayNotBeSentIsKept() {
        allow("guest.out.mobile", false);
        byte[] webhook =
                """
                {"id":"w-%s","channel":{"id":"int-mobile","to":{"id":"g"}},"type":"Text","text":"hello"}"""
                        .formatted(run)
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(bridge.hooks().post("main", webhook, "right", Map.of()).statusCode())
                .isEqualTo(200);
        healthNames("guest.out.mobile");
        assertThat(bridge.bus().from("guest.out.mobile")).isEmpty();

        allow("guest.out.mobile", true);
        await().atMost(PATIENCE)
                .until(() -> bridge.bus().from("guest.out.mobile").size() == 1);
        healthForgets("guest.out.mobile");
    }

    private void put(String channel, String id, String text) {
        bridge.bus()
                .put(
                        channel,
                        """
                        {"id":"%s-%s","guest":{"externalId":"g-%s"},"text":"%s"}"""
                                .formatted(id, run, run, text));
    }

    /** What became of a message in the end; null when that isn't told yet. */
    private JsonNode fate(String channel, String id) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> status.path("id").asText().equals(id + "-" + run)
                        && !status.path("state").asText().equals("waiting"))
                .findFirst()
                .orElse(null);
    }
}
