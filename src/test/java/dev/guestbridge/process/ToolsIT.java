package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.process.Installation.Running;
import java.io.IOException;
import java.io.InvalidClassException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashMap;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/** What tools of others see of a bridge in the profile dev: the camel command, Camel's console, JMX clients. */
@Timeout(240)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class ToolsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Installation installation;
    private static Running bridge;
    private static Path cli;

    @BeforeAll
    static void start() {
        installation = new Installation("ToolsIT");
        Path user = installation.home().resolveSibling("user");
        cli = user.resolve(".camel");
        installation.simulator();
        bridge = installation
                .with("GUESTBRIDGE_PROFILE", "dev")
                .with("GUESTBRIDGE_JAVA_OPTS", "-Xmx512m -Duser.home=" + user)
                .bridge();
        try (Bus bus = installation.bus()) {
            bus.put(
                    "guest.in.whatsapp",
                    (session, producer) -> session.createTextMessage(Bus.guestMessage("t-1", "ada", "Hello")));
            assertThat(bus.take("guest.status.whatsapp", 1, LIMIT, status -> "delivered".equals(status.text("state"))))
                    .hasSize(1);
        }
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    /** What {@code camel ps} and {@code camel get} read. */
    @Test
    void the_camel_command_sees_the_process() throws IOException {
        Path file = cli.resolve(bridge.process().pid() + "-status.json");
        assertThat(Files.getPosixFilePermissions(cli)).isEqualTo(PosixFilePermissions.fromString("rwx------"));
        await().atMost(LIMIT).untilAsserted(() -> {
            JsonNode status = Genesys.JSON.readTree(Files.readString(file));
            assertThat(status.at("/context/name").asText()).isEqualTo("guestbridge");
            JsonNode route = null;
            for (JsonNode each : status.path("routes")) {
                route = each.path("routeId").asText().equals("whatsapp-in") ? each : route;
            }
            assertThat(route).isNotNull();
            assertThat(route.path("state").asText()).isEqualTo("Started");
            assertThat(route.at("/statistics/exchangesTotal").asLong()).isEqualTo(1);
        });
    }

    @Test
    void camels_console_answers_this_machine_alone() throws IOException {
        assertThat(console("Host: 127.0.0.1\r\n")).startsWith("HTTP/1.1 200 ").contains("whatsapp-in");
        assertThat(console("Host: evil.example\r\n")).startsWith("HTTP/1.1 403 ");
        assertThat(console("Host: 127.0.0.1\r\nSec-Fetch-Site: cross-site\r\n")).startsWith("HTTP/1.1 403 ");
    }

    @Test
    void jmx_clients_see_every_step_and_can_send_no_object_of_another_kind() throws Exception {
        try (JmxClient client = new JmxClient(bridge.process().pid())) {
            assertThat(client.ofRoute("whatsapp-in", "ExchangesTotal")).isEqualTo(1L);
            assertThat(client.camels("processors")).isNotEmpty();
            assertThat(client.invoke("whatsapp-in", "dumpStatsAsXml", true, "boolean"))
                    .asString()
                    .contains("exchangesTotal=\"1\"");
            assertThatThrownBy(() -> client.invoke("whatsapp-in", "setState", new HashMap<>(), "java.util.Map"))
                    .isInstanceOf(InvalidClassException.class)
                    .hasMessageContaining("REJECTED");
        }
    }

    /** {@code camel stop} takes this file away. */
    @Test
    @Order(Integer.MAX_VALUE)
    void the_camel_command_ends_the_process_and_not_camel_alone() throws IOException {
        Files.delete(cli.resolve(String.valueOf(bridge.process().pid())));
        assertThat(bridge.exitWithin(LIMIT)).isZero();
        assertThat(bridge.stderr()).contains("stopped").contains("GUESTBRIDGE_PROFILE: is dev");
    }

    private static String console(String headers) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", installation.port("MANAGEMENT_PORT"))) {
            socket.getOutputStream()
                    .write(("GET /q/dev/route HTTP/1.1\r\n" + headers + "Accept: application/json\r\n"
                                    + "Connection: close\r\n\r\n")
                            .getBytes(StandardCharsets.US_ASCII));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }
}
