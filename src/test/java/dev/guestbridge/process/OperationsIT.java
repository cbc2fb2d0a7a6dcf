package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.process.Installation.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The operators' commands beside a running bridge. */
@Timeout(240)
class OperationsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Installation installation;
    private static Running bridge;
    private static Path user;

    @BeforeAll
    static void start() throws IOException {
        installation = new Installation("OperationsIT");
        // a pause ends when a test says so, not by itself meanwhile
        var catalogue = installation.home().resolve("config/error-classes.yaml");
        Files.writeString(catalogue, Files.readString(catalogue).replace("5000..60000", "300000..300000"));
        installation.simulator();
        installation.genesys().change("main", Map.of("agent", "silent"));
        user = installation.home().resolveSibling("user");
        bridge = installation
                .with("MANAGEMENT_JMX", "on")
                .with("GUESTBRIDGE_JAVA_OPTS", "-Xmx512m -Duser.home=" + user)
                .bridge();
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    /** What a command says on stdout, when it ends with this status. */
    private static String said(int status, String command, String... arguments) {
        Running running = installation.start(command, arguments);
        assertThat(running.exitWithin(LIMIT))
                .as(running.stdout() + running.stderr())
                .isEqualTo(status);
        return running.stdout();
    }

    private static JsonNode json(int status, String command, String... arguments) throws IOException {
        return Genesys.JSON.readTree(said(status, command, arguments));
    }

    @Test
    void what_is_stuck_is_shown_explained_and_let_go() throws IOException {
        assertThat(said(0, "pauses")).isEqualTo("Nothing stands still.\n");
        assertThat(said(0, "queues")).contains("QUEUE", "guest.in.webchat", "guest.dead");
        assertThat(said(1, "status", "ada")).contains("Nothing is known of 'ada'");

        installation.genesys().change("main", Map.of("allowedScopes", List.of("messaging")));
        installation.genesys().revokeTokens("main");
        String sent = said(0, "send", "--channel", "webchat", "--guest", "ada", "--text", "Hello", "--id", "m-1");
        assertThat(sent).isEqualTo("m-1 is on guest.in.webchat\n");
        await().atMost(LIMIT)
                .until(() -> json(installation.get("/ops/api/pauses").body()).size() == 1);

        assertThat(said(1, "pauses"))
                .contains("channel webchat", "scope-missing", "→ In Genesys, give the OAuth client");
        await().atMost(LIMIT)
                .until(() -> json(installation.get("/ops/api/pauses").body())
                                .at("/0/waiting")
                                .asInt()
                        == 1);
        assertThat(said(1, "why", "m-1"))
                .startsWith("Channel webchat is paused since ")
                .contains("scope-missing", "guestbridge resume \"channel webchat\"");
        assertThat(json(1, "why", "webchat", "--json").path("class").asText()).isEqualTo("scope-missing");
        assertThat(said(0, "status", "ada")).contains("webchat", "m-1", "waiting", "scope-missing");
        assertThat(said(1, "resume", "channel", "kiosk")).isEmpty();

        installation
                .genesys()
                .change(
                        "main",
                        Map.of("allowedScopes", List.of("messaging:guest", "messaging:web", "guest:messages:send")));
        assertThat(said(0, "resume", "channel", "webchat")).startsWith("channel webchat: ");
        await().atMost(LIMIT).untilAsserted(() -> assertThat(
                        json(installation.get("/ops/api/messages?of=m-1").body())
                                .at("/messages/0/state")
                                .asText())
                .isEqualTo("delivered"));
        assertThat(said(0, "why", "m-1")).startsWith("Nothing is the matter: Genesys took message m-1");
        assertThat(json(0, "status", "m-1", "--json").at("/messages/0/state").asText())
                .isEqualTo("delivered");
    }

    @Test
    void jmx_clients_see_routes_and_developers_tools_nothing() throws Exception {
        try (JmxClient client = new JmxClient(bridge.process().pid())) {
            assertThat(client.ofRoute("whatsapp-in", "State")).isEqualTo("Started");
            assertThat(client.camels("routes")).contains("mobile-in", "genesys-call", "webhook");
            assertThat(client.camels("processors")).isEmpty();
        }
        assertThat(installation.get("/q/dev").statusCode()).isEqualTo(404);
        assertThat(user.resolve(".camel")).doesNotExist();
    }

    @Test
    void the_lines_of_a_file_are_sent_and_watched_to_their_ends() throws IOException {
        String dies =
                installation.genesys().fault(Map.of("match", Map.of("externalId", "bob"), "status", 422, "times", 0));
        var file = installation.home().resolve("messages.jsonl");
        Files.writeString(
                file,
                """
                {"id":"f-1","guest":{"externalId":"cleo"},"text":"one"}

                {"guest":{"externalId":"cleo"},"text":"without an id"}
                {"id":"f'3","guest":{"externalId":"bob"},"text":"dies"}
                """);
        List<JsonNode> statuses = said(1, "send", "--channel", "whatsapp", "--watch", "--json", file.toString())
                .lines()
                .map(OperationsIT::json)
                .toList();
        installation.genesys().endFault(dies);

        assertThat(statuses)
                .extracting(status -> status.path("state").asText())
                .containsExactlyInAnyOrder("delivered", "delivered", "dead");
        assertThat(statuses)
                .filteredOn(status -> status.path("state").asText().equals("dead"))
                .extracting(status -> status.path("id").asText())
                .containsExactly("f'3");
        assertThat(installation.genesys().heard())
                .extracting(Genesys.Heard::text)
                .contains("one", "without an id")
                .doesNotContain("dies");
    }

    private static JsonNode json(String text) {
        try {
            return Genesys.JSON.readTree(text);
        } catch (IOException e) {
            throw new AssertionError(text, e);
        }
    }
}
