package dev.guestbridge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.util.DefaultIndenter;
import com.fasterxml.jackson.core.util.DefaultPrettyPrinter;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestMessageReader;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Json;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.ReceiptReader;
import dev.guestbridge.message.Request;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What each dialect writes for the message of a case, through the shipped channel of that dialect.
 *
 * <p>A case is a folder {@code golden/<dialect>/<case>}: {@code message.json} arrives, the store knows {@code
 * thread.json} if it is there, {@code open.http} leaves, Genesys answers {@code answer.json}, and {@code send.http}
 * leaves. {@code mvn test -Dgolden.write=true} writes the two anew, for review.
 */
class GoldenTest {

    private static final Path GOLDEN = Path.of("src/test/resources/golden");
    private static final Instant NOW = Instant.parse("2026-11-20T12:00:00Z");
    private static final Instant BUS_TIME = Instant.parse("2026-11-20T11:59:59.007Z");

    private static final Channels CHANNELS = Channels.read(Path.of("routes/channels"));
    private static final Dialects DIALECTS = ShippedDialects.all(Clock.fixed(NOW, ZoneOffset.UTC));
    private static final GuestMessageReader READER =
            new GuestMessageReader(Path.of("config/schemas/guest-message.schema.json"));

    static List<Path> cases() throws IOException {
        try (Stream<Path> files = Files.walk(GOLDEN)) {
            return files.filter(file -> file.endsWith("message.json"))
                    .map(file -> GOLDEN.relativize(file.getParent()))
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("cases")
    void writesWhatTheGoldenFileSays(Path name) throws Exception {
        Path folder = GOLDEN.resolve(name);
        String dialect = name.getName(0).toString();
        Channel channel = CHANNELS.all().stream()
                .filter(candidate -> candidate.dialect().equals(dialect))
                .findFirst()
                .orElseThrow();
        Delivery delivery = new Delivery(
                channel,
                channel.inQueue(),
                "1",
                "ID:bus-1",
                BUS_TIME,
                NOW,
                Files.readAllBytes(folder.resolve("message.json")));
        GuestMessage message = READER.read(delivery);
        GuestThread known = known(folder.resolve("thread.json"));

        Request opening = DIALECTS.open(delivery, known);
        compare(folder.resolve("open.http"), opening == null ? "nothing to open\n" : written(opening));

        GuestThread thread = known == null ? GuestThread.of(message.guest().externalId()) : known;
        if (opening != null) {
            thread = DIALECTS.opened(delivery, Json.read(Files.readAllBytes(folder.resolve("answer.json"))));
        }
        compare(folder.resolve("send.http"), sent(delivery, thread));
    }

    @ParameterizedTest
    @ValueSource(strings = {"delivered", "failed", "failed-without-a-word"})
    void writesReceiptsAsTheGoldenFileSays(String name) throws Exception {
        Path folder = GOLDEN.resolve("open-messaging/receipts").resolve(name);
        Channel channel = CHANNELS.named("whatsapp");
        Delivery delivery = new Delivery(
                channel,
                channel.receiptQueue(),
                "1",
                "ID:bus-1",
                BUS_TIME,
                NOW,
                Files.readAllBytes(folder.resolve("receipt.json")));
        new ReceiptReader(Path.of("config/schemas/receipt.schema.json")).read(delivery);
        compare(folder.resolve("receipt.http"), written(DIALECTS.receipt(delivery)));
    }

    @ParameterizedTest
    @MethodSource("dialects")
    void everyDialectHasFiveCasesAtLeast(String dialect) throws IOException {
        assertThat(cases()).filteredOn(name -> name.startsWith(dialect)).hasSizeGreaterThanOrEqualTo(5);
    }

    static Stream<String> dialects() {
        return CHANNELS.all().stream().map(Channel::dialect);
    }

    private static String sent(Delivery delivery, GuestThread thread) throws Exception {
        try {
            return written(DIALECTS.send(delivery, thread));
        } catch (MessageRefused e) {
            return "refused: " + e.getMessage() + "\n";
        }
    }

    private static String written(Request request) throws Exception {
        assertThat(Json.read(Json.write(request.body()))).isEqualTo(request.body());
        StringBuilder http = new StringBuilder("POST " + request.path() + "\n");
        if (request.guestToken() != null) {
            http.append("Authorization: Bearer " + request.guestToken() + "\n");
        }
        new TreeMap<>(request.headers()).forEach((name, value) -> http.append(name + ": " + value + "\n"));
        DefaultIndenter indenter = new DefaultIndenter("  ", "\n");
        String body = new JsonMapper()
                .writer(new DefaultPrettyPrinter().withObjectIndenter(indenter).withArrayIndenter(indenter))
                .writeValueAsString(Json.read(Json.write(request.body())));
        return http + "\n" + body.replaceAll("\\p{Cs}", "(lone surrogate)") + "\n";
    }

    private static void compare(Path file, String actual) throws IOException {
        if (Boolean.getBoolean("golden.write")) {
            Files.writeString(file, actual);
        }
        assertThat(actual).as(file.toString()).isEqualTo(Files.readString(file));
    }

    private static GuestThread known(Path file) throws Exception {
        if (!Files.exists(file)) {
            return null;
        }
        JsonNode thread = Json.read(Files.readAllBytes(file));
        return new GuestThread(
                thread.path("externalId").textValue(),
                thread.path("threadId").textValue(),
                thread.path("conversationId").textValue(),
                thread.path("participantId").textValue(),
                thread.path("guestId").textValue(),
                thread.path("guestToken").textValue(),
                instant(thread, "guestTokenExpiresAt"),
                instant(thread, "openedAt"));
    }

    private static Instant instant(JsonNode thread, String field) {
        return thread.has(field) ? Instant.parse(thread.get(field).textValue()) : null;
    }
}
