package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.guestbridge.process.Genesys.Heard;
import dev.guestbridge.process.Installation.Running;
import java.io.BufferedWriter;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The clients of samples/ as processes of their own: a guest types, an agent answers, the line is cut. */
@Timeout(240)
class ClientsIT {

    private static final Path SAMPLES = Path.of("samples/clients").toAbsolutePath();
    private static final Path GUIDE = Path.of("docs/your-own-app.md");
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private static Installation installation;

    @BeforeAll
    static void start() throws IOException {
        installation = new Installation("ClientsIT").with("TYPING_TRUE_FOR_MS", 600_000); // however busy the machine is
        Files.writeString(installation.home().resolve("routes/channels/app.camel.yaml"), channelOfTheGuide());
        installation.simulator();
        installation.bridge();
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @Test
    void the_java_client_carries_a_conversation() throws IOException {
        String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
        converse(
                "whatsapp",
                java,
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-cp",
                System.getProperty("java.class.path"),
                SAMPLES.resolve("java/Guest.java").toString());
    }

    @Test
    void the_node_client_carries_a_conversation_on_the_channel_of_the_guide() throws IOException {
        assumeTrue(isInstalled("node") && isInstalled("npm"), "skipped: this machine has no node or no npm");
        Path folder = Files.createDirectories(installation.home().resolveSibling("node"));
        for (String file : List.of("guest.js", "package.json", "package-lock.json")) {
            Files.copy(SAMPLES.resolve("node").resolve(file), folder.resolve(file));
        }
        Running npm =
                installation.program("npm", "npm", "ci", "--no-audit", "--no-fund", "--prefix", folder.toString());
        assumeTrue(npm.exitWithin(LIMIT) == 0, () -> "skipped: npm has no way to get rhea: " + npm.stderr());

        converse("app", "node", folder.resolve("guest.js").toString());
    }

    /** What a guest of this channel says and sees, from the first word to the end of the input. */
    private static void converse(String channel, String... command) throws IOException {
        String guest = "guest of " + channel;
        Genesys genesys = installation.genesys();
        try (Cable cable = new Cable(installation.port("BROKER_EMBEDDED_PORT"));
                Client client = client(guest, channel, cable, command)) {
            client.types("Is there a shuttle bus?");
            client.shows("delivered: Is there a shuttle bus?", "human → " + guest + ": Echo: Is there a shuttle bus?");
            client.types("/again");
            client.shows("was there already: Is there a shuttle bus?");

            genesys.agent(agent(guest, channel, "typing", Map.of()));
            genesys.agent(agent(
                    guest,
                    channel,
                    "structured",
                    Map.of("text", "Shall we book it?", "content", List.of(choice("Yes, please"), choice("No")))));
            client.shows("human → " + guest + " is typing", "bot → " + guest + ": Shall we book it?", "  2 No");
            client.types("1");
            client.types("/typing");
            client.shows("delivered: Yes, please", "delivered: (is typing)");

            genesys.fault(Map.of("match", Map.of("externalId", guest, "path", "/open/message"), "status", 422));
            client.types("A word too many");
            client.shows("not delivered (payload-invalid): A word too many");
            assertThat(client.running().stderr()).contains("correct the message at its source");
            client.types("/again");
            client.shows("was there already: A word too many");

            cable.cut();
            client.types("Still there?");
            client.shows("delivered: Still there?", "human → " + guest + ": Echo: Still there?");
            genesys.agent(agent(guest, channel, "ended", Map.of()));
            client.shows("the conversation is over; the next message begins another");

            client.keyboard().close();
            assertThat(client.running().exitWithin(LIMIT)).isZero();
        }
        assertThat(genesys.heard())
                .filteredOn(
                        heard -> heard.guest().equals(guest) && !heard.text().isEmpty())
                .extracting(Heard::text)
                .containsExactly("Is there a shuttle bus?", "Yes, please", "Still there?");
    }

    private static Client client(String guest, String channel, Cable cable, String... command) {
        installation
                .with("BUS_URL", "amqp://127.0.0.1:" + cable.port())
                .with("CHANNEL", channel)
                .with("GUEST", guest);
        Running running = installation.program("client-of-" + channel, command);
        return new Client(running, running.process().outputWriter(StandardCharsets.UTF_8));
    }

    private static Map<String, ?> agent(String guest, String channel, String type, Map<String, ?> more) {
        Map<String, Object> message = new HashMap<>(more);
        message.putAll(Map.of("org", "main", "integration", "int-" + channel, "to", guest, "type", type));
        return message;
    }

    private static Map<String, ?> choice(String text) {
        return Map.of(
                "contentType", "QuickReply", "quickReply", Map.of("text", text, "payload", text, "action", "Message"));
    }

    private static String channelOfTheGuide() throws IOException {
        Matcher yaml = Pattern.compile("```yaml\n(- templatedRoute:.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(GUIDE));
        assertThat(yaml.find()).as("a channel's file in " + GUIDE).isTrue();
        return yaml.group(1);
    }

    private static boolean isInstalled(String program) {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
    }

    /** A client that runs, and the keyboard before it. */
    private record Client(Running running, BufferedWriter keyboard) implements AutoCloseable {

        void types(String line) throws IOException {
            keyboard.write(line + "\n");
            keyboard.flush();
        }

        void shows(String... lines) {
            await().atMost(LIMIT)
                    .untilAsserted(() -> assertThat(running.stdout().lines())
                            .as(running::stderr)
                            .contains(lines));
        }

        @Override
        public void close() {
            running.close();
        }
    }
}
