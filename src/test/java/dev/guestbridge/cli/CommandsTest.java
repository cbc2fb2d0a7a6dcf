package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.Settings;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Json;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * What the commands that ask the running bridge print, to the letter: on stdout, on stderr after {@code !}, and the exit
 * status after {@code =} where it isn't 0. {@code mvn test -Dtest=CommandsTest -Dgolden.write=true} writes the transcripts in
 * {@code src/test/resources/commands} anew, for review.
 */
@Timeout(400)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CommandsTest {

    private static final Path GOLDEN = Path.of("src/test/resources/commands");
    private static final Duration LIMIT = Duration.ofSeconds(100);

    @TempDir
    static Path home;

    private static Embedded embedded;
    private static Map<String, String> environment;
    private final StringBuilder transcript = new StringBuilder();

    @BeforeAll
    static void start() throws Exception {
        Installed installed = Installed.in(home);
        // a pause ends when a test says so, not by itself meanwhile
        installed.replace("config/error-classes.yaml", "5000..60000", "300000..300000");
        // another bus is joined, and an organisation named: both are real, and what is embedded leaves them alone
        Path bus = home.resolve("routes/buses/kafka.camel.yaml");
        Files.createDirectories(bus.getParent());
        Files.copy(Path.of("samples/buses/kafka.camel.yaml"), bus);
        Settings settings = Settings.read(home, Map.of("GENESYS_MAIN_API_URL", "https://api.mypurecloud.de"));
        embedded = Embedded.start(settings, Channels.read(home.resolve("routes/channels")), 60_000);
        environment = installed.environment();
        for (String key : List.of("management.port", "broker.embedded.port")) {
            environment.put(
                    key.toUpperCase(Locale.ROOT).replaceAll("[.-]", "_"),
                    embedded.settings().get(key));
        }
        control("PATCH", "/organisations/main", "{\"agent\": \"silent\"}");
    }

    @AfterAll
    static void stop() {
        embedded.close();
    }

    @Test
    @Order(1)
    void whereThereIsNothing() throws IOException {
        await().atMost(LIMIT).until(() -> asked("/queues").findValue("trouble") == null);
        for (String command : List.of(
                "queues",
                "pauses",
                "pauses --json",
                "status nobody",
                "status nobody --json --channel kiosk",
                "why nobody",
                "why nobody --json",
                "resume channel kiosk",
                "give-up nobody",
                "give-up nobody --yes --json",
                "audit --guest nobody",
                "audit --guest nobody --json",
                "threads list",
                "threads list --json",
                "threads list --limit 501",
                "threads get nobody",
                "threads get nobody --json",
                "threads forget nobody",
                "threads forget nobody --json",
                "threads erase nobody",
                "threads erase nobody --yes",
                "threads export",
                "dead list",
                "dead list --json",
                "dead list --since soon",
                "dead show 12345678",
                "dead show 12345678 --json",
                "dead replay",
                "dead replay --json",
                "dead replay --yes",
                "dead discard --yes --json",
                "dead export")) {
            run(command.split(" "));
        }
        compare("nothing");
    }

    @Test
    @Order(2)
    void threads() throws IOException {
        Path file = home.resolve("threads.jsonl");
        Files.writeString(
                file,
                """
                {"channel":"kiosk","guest":"+49","conversationId":"c-1","guestId":"g-1","guestToken":"secret"}
                {"channel":"mobile","guest":"+49","threadId":"t-1"}
                {"channel":"mobile","guest":"Zoë\\u202e","threadId":"t-2","openedAt":"2026-11-20T10:00:00Z"}
                """);
        Path wrong = Files.writeString(
                home.resolve("wrong.jsonl"),
                """
                {"channel":"mobil","guest":"+49","threadId":"t-1"}
                nothing
                """);
        String out = home.resolve("out.jsonl").toString();
        run("threads", "import", wrong.toString());
        run("threads", "import", home.resolve("none.jsonl").toString());
        run("threads", "import", file.toString());
        run("threads", "import", file.toString(), "--json");
        run("threads", "import", file.toString(), "--yes");
        run("threads", "import", file.toString(), "--yes", "--json");
        run("threads", "import", file.toString(), "--replace");
        run("threads", "list");
        run("threads", "list", "--channel", "mobile", "--json");
        run("threads", "list", "--limit", "1", "--opened-since", "2h");
        run("threads", "get", "+49");
        run("threads", "get", "+49", "--channel", "mobile", "--json");
        run("threads", "export");
        run("threads", "export", "--with-secrets");
        run("threads", "export", "--with-secrets", out);
        run("threads", "export", out);
        run("threads", "forget", "+49", "--channel", "mobile");
        run("threads", "forget", "+49", "--channel", "mobile", "--yes");
        run("threads", "forget", "+49", "--yes", "--json");
        run("threads", "erase", "Zoë\u202e");
        run("threads", "erase", "Zoë\u202e", "--json", "--unsettled");
        run("threads", "erase", "Zoë\u202e", "--yes");
        run("audit", "--guest", "Zoë\u202e");
        run("audit", "--guest", "Zoë\u202e", "--json", "--limit", "5");
        compare("threads");
    }

    @Test
    @Order(3)
    void deadLetters() throws IOException {
        for (int i = 1; i <= 3; i++) {
            int dead = i;
            run("send", "--channel", "loadtest", "--guest", "g" + i / 3, "--text", "nowhere", "--id", "d-" + i);
            await().atMost(LIMIT).until(() -> asked("/dead").path("letters").size() == dead);
        }
        String letter = asked("/dead").at("/letters/0/letter").asText();
        String out = home.resolve("dead.jsonl").toString();
        run("dead", "list");
        run("dead", "list", "--limit", "1");
        run("dead", "list", "--guest", "g1", "--json");
        run("dead", "show", letter);
        run("dead", "show", letter, "--body", "--json");
        run("dead", "export", "--id", "d-1");
        run("dead", "export", "--body", "--out", out);
        run("dead", "replay", "--guest", "g0", "--limit", "1");
        run("dead", "replay", "--json");
        run("dead", "replay", letter, "--yes", "--rate", "1000");
        await().atMost(LIMIT)
                .until(() -> asked("/dead").at("/letters/2/replays").asInt() == 1);
        run("dead", "list", "--id", "d-1");
        run("dead", "discard", "--guest", "g0");
        run("dead", "discard", "--guest", "g0", "--yes");
        run("dead", "discard", "--yes", "--json");
        run("dead", "list");
        compare("dead");
    }

    @Test
    @Order(5)
    void whatIsStuck() throws IOException {
        control("PATCH", "/organisations/main", "{\"allowedScopes\": [\"messaging\"]}");
        control("POST", "/tokens/revoke", "{\"org\": \"main\"}");
        run("send", "--channel", "webchat", "--guest", "ada", "--text", "Hello", "--id", "m-1");
        await().atMost(LIMIT).until(() -> asked("/pauses").at("/0/waiting").asInt() == 1);
        run("pauses");
        run("why", "ada");
        run("status", "ada");
        run("threads", "erase", "ada", "--yes");
        run("resume", "organisation", "main");
        run("give-up", "ada");
        run("give-up", "m-1", "--json");
        run("give-up", "ada", "--channel", "webchat", "--yes");
        await().atMost(LIMIT).until(() -> asked("/dead").path("letters").size() == 1);
        await().atMost(LIMIT)
                .until(() -> asked("/why?of=ada").path("answer").asText().contains("is dead"));
        run("why", "ada");
        run("dead", "list");
        run("audit", "--guest", "ada");
        compare("stuck");
    }

    /** The store is held by another meanwhile: so nothing can be erased before this was told that it takes its time. */
    @Test
    @Order(4)
    void whatTakesLongIsWaitedFor() throws Exception {
        Management bridge = new Management(embedded.settings());
        try (Connection outside = DriverManager.getConnection(
                        "jdbc:sqlite:" + embedded.settings().data().resolve("store.db"));
                Statement statement = outside.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            JsonNode erased = bridge.actAtLength(
                    Question.at("/threads/erase").about("guest", "+49"),
                    Duration.ofMillis(50),
                    passed -> letGo(statement, passed));
            assertThat(erased.path("threads").isNumber()).isTrue();
        }
    }

    private static void letGo(Statement statement, Duration passed) {
        try {
            if (passed.toMillis() == 50) {
                statement.execute("COMMIT");
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Adds to the transcript what a command prints. */
    private void run(String... arguments) {
        Ended ended = Ended.of(environment, arguments);
        transcript.append("$ guestbridge ").append(String.join(" ", arguments)).append('\n');
        transcript.append(ended.out());
        ended.err().lines().forEach(said -> transcript.append("! ").append(said).append('\n'));
        transcript.append(ended.status() == 0 ? "" : "= " + ended.status() + "\n");
    }

    /** But for what is different each time: times, ids, tokens, folders. */
    private void compare(String name) throws IOException {
        String said = transcript
                .toString()
                .replace(home.toString(), "<home>")
                .replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:<port>")
                .replaceAll("20\\d\\d-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d(\\.\\d+)?Z", "2026-11-21T12:00:00Z")
                .replaceAll("\"job\":\"[0-9a-f]{8}\"", "\"job\":\"01234567\"")
                .replaceAll("\\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\\b", "01234567-89ab-cdef-0123-456789abcdef")
                .replaceAll("\\b[0-9a-f]{8}-[0-9a-f]{4}\\b(?!-)", "01234567-89ab")
                .replaceAll("(?<!sha256:)\\b[0-9a-f]{32}\\b", "0123456789abcdef0123456789abcdef")
                .replace("\u202e", "<U+202E>")
                .replaceAll("(--after) \\S+", "$1 <place>");
        Path file = GOLDEN.resolve(name + ".txt");
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, said);
        }
        assertThat(said).as(file.toString()).isEqualTo(Files.readString(file));
    }

    private static JsonNode asked(String path) {
        return sent("GET", "http://127.0.0.1:" + embedded.settings().get("management.port") + "/ops/api" + path, "");
    }

    private static void control(String method, String path, String body) {
        sent(method, embedded.simulatorUrl() + "/_simulator" + path, body);
    }

    private static JsonNode sent(String method, String address, String body) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(address))
                                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
            return Json.read(answer.body().isEmpty() ? "{}" : answer.body());
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
