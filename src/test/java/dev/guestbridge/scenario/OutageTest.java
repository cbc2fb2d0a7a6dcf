package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A fault of the system, whichever it is, is no message's end. Pauses are shorter than shipped. */
@Tag(BridgeUnderTest.OVER_BOTH_TRANSPORTS)
final class OutageTest {

    private static final String API = "^/api/v2/conversations/";
    private static final String TOKEN = "^/oauth/token";
    private static final String PAGE = "<html><h1>not here</h1></html>";
    private static final String REFUSAL =
            "{\"message\":\"no\",\"code\":\"not.authorized\",\"status\":0,\"contextId\":\"\",\"details\":[],\"errors\":[]}";

    private static final Map<String, String> BODIES = Map.of(
            "page",
            PAGE,
            "refusal",
            REFUSAL,
            "evil",
            "{\"access_token\":\"t\\r\\nX-Evil: 1\",\"expires_in\":3600}",
            "endless",
            "{\"access_token\":\"" + "t".repeat(200_000) + "\",\"expires_in\":3600}");

    @TempDir
    static Path home;

    private static BridgeUnderTest bridge;

    private final String run = BridgeUnderTest.unique();

    @BeforeAll
    static void start() throws Exception {
        Home shorter = Home.in(home)
                .withShortPauses()
                .with(Home.CATALOGUE, "wait-ms: 200..1200", "wait-ms: 100..300")
                .with(Home.CATALOGUE, "wait-ms: 600..1600", "wait-ms: 200..300");
        bridge = BridgeUnderTest.start(shorter.folder(), settings -> settings);
    }

    @AfterAll
    static void stop() throws IOException {
        bridge.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @ParameterizedTest(name = "{0}: {1} {2} {3} pauses for {4}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            api   | 302 | -                                    | -       | redirected
            api   | 301 | text/html                            | page    | redirected
            api   | 400 | text/html                            | page    | not-genesys
            api   | 404 | text/html                            | page    | not-genesys
            api   | 404 | application/json                     | refusal | address-unknown
            api   | 405 | application/json                     | refusal | not-genesys
            api   | 407 | -                                    | -       | not-genesys
            api   | 511 | text/html                            | page    | not-genesys
            api   | 401 | application/json                     | refusal | scope-missing
            api   | 403 | application/json                     | refusal | scope-missing
            api   | 403 | text/html                            | page    | scope-missing
            api   | 408 | application/json                     | refusal | unavailable
            api   | 502 | text/html                            | page    | unavailable
            api   | 503 | text/html; charset=no-such-charset   | page    | unavailable
            api   | 503 | no media type at all;;=              | page    | unavailable
            token | 200 | text/html                            | page    | unavailable
            token | 200 | application/json                     | refusal | unavailable
            token | 200 | application/json                     | evil    | unavailable
            token | 200 | application/json                     | endless | unavailable
            token | 302 | -                                    | -       | redirected
            token | 400 | application/json                     | refusal | credentials-invalid
            token | 404 | text/html                            | page    | credentials-invalid
            token | 407 | text/html                            | page    | not-genesys
            token | 503 | text/html                            | page    | unavailable
            """)
    void a_fault_of_the_system_pauses_and_kills_nothing(
            String where, int status, String contentType, String body, String errorClass) throws Exception {
        Map<String, Object> fault = new HashMap<>();
        fault.put("match", Map.of("path", where.equals("api") ? API : TOKEN));
        fault.put("times", 0);
        fault.put("status", status);
        fault.put("body", BODIES.getOrDefault(body == null ? "-" : body, ""));
        if (contentType != null) {
            fault.put("headers", Map.of("Content-Type", contentType));
        }
        if (where.equals("token")) {
            bridge.genesys().revokeTokens();
        }
        bridge.genesys().fault(fault);
        put("whatsapp", 0);
        put("mobile", 1);
        await().until(() -> bridge.management("/observe/health").contains(": " + errorClass + ";"));
        int calls = bridge.genesys().requests().size()
                + bridge.genesys().tokenRequests().size();
        await().until(() -> bridge.genesys().requests().size()
                        + bridge.genesys().tokenRequests().size()
                >= calls + 3);
        assertThat(ends("whatsapp")).isEmpty();
        assertThat(ends("mobile")).isEmpty();
        assertThat(bridge.bus().from("guest.dead")).isEmpty();
        assertThat(bridge.genesys().requests().toString()).doesNotContainIgnoringCase("x-evil");

        bridge.genesys().forgetFaults();
        await().until(() -> ends("whatsapp").size() + ends("mobile").size() == 2);
        assertThat(ends("whatsapp")).allMatch(OutageTest::isDelivered);
        assertThat(ends("mobile")).allMatch(OutageTest::isDelivered);
        assertThat(bridge.bus().from("guest.dead")).isEmpty();
    }

    @Test
    void a_redirect_is_never_followed_and_told_by_its_host() throws Exception {
        AtomicInteger elsewhere = new AtomicInteger();
        HttpServer other = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        other.createContext("/", exchange -> {
            elsewhere.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        other.start();
        try {
            String location = "http://localhost:" + other.getAddress().getPort() + "/api/v2/";
            for (int status : new int[] {301, 302, 303, 307, 308}) {
                for (String path : List.of(API, TOKEN)) {
                    bridge.genesys()
                            .fault(Map.of(
                                    "match", Map.of("path", path),
                                    "status", status,
                                    "headers", Map.of("Location", location)));
                }
            }
            bridge.genesys().revokeTokens();
            put("whatsapp", 0);
            await().untilAsserted(() -> assertThat(bridge.management("/observe/health"))
                    .contains("redirected", "organisation main answers with a redirect to localhost"));
            await().until(() -> ends("whatsapp").size() == 1);
            assertThat(ends("whatsapp")).allMatch(OutageTest::isDelivered);
            assertThat(bridge.bus().statuses("whatsapp"))
                    .anyMatch(status -> status.path("advice").asText().contains("redirect to localhost"));
            assertThat(elsewhere).hasValue(0);
        } finally {
            other.stop(0);
        }
    }

    @Test
    void a_channel_whose_every_message_is_refused_stops_at_fifty() throws Exception {
        int many = 150;
        String path = "/inbound/open/message";
        bridge.genesys().fault(Map.of("match", Map.of("path", path), "times", 0, "status", 400));
        for (int i = 0; i < many; i++) {
            putOf("whatsapp", i % 15, i);
        }
        await().until(() -> bridge.management("/observe/health").contains("channel whatsapp paused"));
        int before = refusedAt(path).size();
        await().until(() -> refusedAt(path).size() >= before + 5);
        assertThat(ends("whatsapp"))
                .hasSize(50)
                .allMatch(status -> status.path("class").asText().equals("payload-invalid"));
        await().until(() -> bridge.bus().from("guest.dead").size() == 50);
        List<String> probes = refusedAt(path).stream()
                .skip(before)
                .map(request -> request.path("externalId").asText())
                .toList();
        assertThat(probes).as("no message is the probe for ever").doesNotHaveDuplicates();
        assertThat(bridge.bus().statuses("whatsapp"))
                .anyMatch(status -> status.path("class").asText().equals("mass-refusal")
                        && status.path("state").asText().equals("waiting")
                        && status.path("reason").asText().contains("More than 50 messages of channel whatsapp"));
        assertThat(bridge.management("/observe/metrics"))
                .contains("guestbridge_paused{what=\"channel whatsapp\"} 1.0")
                .containsPattern("send_error_total\\{[^}]*class=\"mass-refusal\"");
        put("mobile", 0);
        await().until(() -> ends("mobile").size() == 1);
        assertThat(ends("mobile")).as("other channels flow on").allMatch(OutageTest::isDelivered);

        bridge.genesys().forgetFaults();
        await().until(() -> ends("whatsapp").size() == many);
        assertThat(ends("whatsapp").subList(50, many)).allMatch(OutageTest::isDelivered);
        for (int guest = 0; guest < 15; guest++) {
            String externalId = guest(guest);
            assertThat(bridge.genesys().requests().stream()
                            .filter(request ->
                                    request.path("externalId").asText().equals(externalId)
                                            && request.path("path").asText().contains(path)
                                            && request.path("outcome").asText().equals("accepted"))
                            .map(request -> Integer.valueOf(
                                    request.path("text").asText().replace("text ", ""))))
                    .isSorted();
        }
        await().until(() -> !bridge.management("/observe/health").contains("channel whatsapp"));
    }

    @Test
    void nothing_is_sent_before_retry_after_is_over_not_even_what_had_passed_the_gate() throws Exception {
        AtomicInteger sent = new AtomicInteger();
        try (BridgeUnderTest slow = BridgeUnderTest.start(
                Path.of("."), settings -> settings.with("genesys.main.requests-per-minute", 1200))) {
            slow.genesys()
                    .fault(Map.of(
                            "match",
                            Map.of("path", "/inbound/open/message"),
                            "status",
                            503,
                            "headers",
                            Map.of("Retry-After", "3")));
            IntStream.range(0, 60).forEach(i -> slow.bus().put("whatsapp", message(i, i)));
            await().until(() -> {
                sent.set((int) slow.bus().statuses("whatsapp").stream()
                        .filter(OutageTest::isDelivered)
                        .count());
                return sent.get() == 60;
            });
            List<Instant> at = slow.genesys().requests().stream()
                    .filter(request -> request.path("path").asText().contains("/open/message"))
                    .map(request -> Instant.parse(request.path("at").asText()))
                    .toList();
            Instant over = at.get(0).plusMillis(2900);
            assertThat(at.stream().skip(1).filter(over::isAfter))
                    .as("60 messages wait for their turn at 20 a second; only what was on its way comes earlier")
                    .hasSizeLessThanOrEqualTo(12);
            assertThat(at).hasSize(61);
        }
    }

    private static List<JsonNode> refusedAt(String path) {
        return bridge.genesys().requests().stream()
                .filter(request -> request.path("path").asText().contains(path)
                        && request.path("status").asInt() == 400)
                .toList();
    }

    private void put(String channel, int i) {
        putOf(channel, i, i);
    }

    private void putOf(String channel, int guest, int i) {
        bridge.bus().put(channel, message(guest, i));
    }

    private String message(int guest, int i) {
        return "{\"id\":\"%s-%d\",\"guest\":{\"externalId\":\"%s\"},\"text\":\"text %d\"}"
                .formatted(run, i, guest(guest), i);
    }

    private String guest(int number) {
        return "guest-" + run + "-" + number;
    }

    private List<JsonNode> ends(String channel) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> status.path("id").asText().startsWith(run)
                        && !status.path("state").asText().equals("waiting"))
                .toList();
    }

    private static boolean isDelivered(JsonNode status) {
        return status.path("state").asText().equals("delivered");
    }
}
