package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Route;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What the webhooks' door does with all that can't be a webhook, byte by byte. */
@Timeout(120)
@ExtendWith(BridgeUnderTest.Shared.class)
final class IntakeTest {

    private static final String ANY_SIGNATURE = "sha256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    private final BridgeUnderTest bridge;
    private final String run = BridgeUnderTest.unique();

    IntakeTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    /** W10, W11: none of these sends a body, so the answer comes before it is read. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "405 | GET /webhooks/main     | Content-Type: application/json",
                "405 | OPTIONS /webhooks/main | Origin: https://evil.example",
                "405 | DELETE /anything       | Content-Type: text/plain",
                "404 | POST /                 | Content-Type: text/plain",
                "404 | POST /webhooks/nobody  | Content-Type: text/plain",
                "404 | POST /webhooks/main/   | Content-Type: text/plain",
                "404 | POST /webhooks/main/.. | Content-Type: text/plain",
                "404 | POST /webhooks/..%2fwebhooks%2fmain | Content-Type: text/plain",
                "404 | POST //webhooks/main   | Content-Type: text/plain",
                "404 | POST /observe/health   | Content-Type: application/json",
                "413 | POST /webhooks/main    | Content-Type: application/json~Content-Length: 1048577",
                "413 | POST /webhooks/main    | Content-Type: application/json~Content-Length: 9223372036854775807",
                "401 | POST /webhooks/main    | Content-Type: application/json",
                "401 | POST /webhooks/main    | X-Nothing: none",
                "401 | POST /webhooks/main    | Content-Type: multipart/form-data; boundary=x",
                "401 | POST /webhooks/main    | Content-Type: application/json~X-Hub-Signature-256: sha256=AAAA",
                "401 | POST /webhooks/main    | Content-Type: application/json~" + "X-Hub-Signature-256: "
                        + ANY_SIGNATURE + "~x-hub-signature-256: " + ANY_SIGNATURE,
            })
    void whatCantBeAWebhookIsTurnedAwayBeforeItsBody(int status, String line, String headers) throws IOException {
        try (Wire wire = new Wire(bridge.hooks().port())) {
            String length = headers.contains("Content-Length") ? "" : "Content-Length: 100\r\n";
            wire.send(line + " HTTP/1.1\r\nHost: x\r\n" + length + headers.replace("~", "\r\n") + "\r\n\r\n");

            assertThat(wire.status()).isEqualTo(status);
            String answer = wire.rest(200);
            assertThat(answer).as("an empty body").endsWith("\r\n\r\n").contains("content-length: 0");
            assertThat(answer.toLowerCase(java.util.Locale.ROOT)).doesNotContain("access-control", "vert", "camel");
        }
    }

    /** The signature is over the bytes: what they are called decides nothing, and nobody's form or upload is made of them. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "X-Nothing: none",
                "Content-Type: text/plain",
                "Content-Type: application/json; charset=utf-16",
                "Content-Type: application/x-www-form-urlencoded",
                "Content-Type: multipart/form-data; boundary=x",
                "Content-Type: %zz\r\nContent-Encoding: gzip",
            })
    void aGenuineWebhookIsReadWhateverItIsCalled(String headers) throws IOException {
        byte[] body = webhook("called-" + run);
        assertThat(posted(body, headers, ANY_SIGNATURE)).as("a forged one").isEqualTo(401);
        assertThat(posted(body, headers, Hooks.signature(body))).isEqualTo(200);
        byte[] noJson = "a=b".getBytes(StandardCharsets.UTF_8);
        assertThat(posted(noJson, headers, Hooks.signature(noJson))).isEqualTo(400);
    }

    private int posted(byte[] body, String headers, String signature) throws IOException {
        try (Wire wire = new Wire(bridge.hooks().port())) {
            return wire.send("POST /webhooks/main HTTP/1.1\r\nHost: x\r\n" + headers + "\r\nX-Hub-Signature-256: "
                            + signature + "\r\nContent-Length: " + body.length + "\r\n\r\n")
                    .send(body)
                    .status();
        }
    }

    /** What can't be read is told so by whichever route, in one sentence where operators ask, and is no fault of the bridge's. */
    @Test
    void nonsenseIsNoFaultOfTheBridge() throws Exception {
        List<String> faults = new ArrayList<>();
        for (String key : List.of("http.port", "management.port")) {
            int port = bridge.settings().number(key);
            for (Route route : VertxPlatformHttpRouter.lookup(
                            bridge.bridge().context(), VertxPlatformHttpRouter.getRouterNameFromPort(port))
                    .getRoutes()) {
                if (route.getPath() == null || route.methods() == null) {
                    continue;
                }
                String path = route.getPath().replaceAll(":\\w+", "main");
                for (HttpMethod method : route.methods()) {
                    ask(port, method + " " + path + "?of=%zz", "{}", faults);
                    ask(port, method + " " + path + "?of=%00&guest=%00&id=%00&channel=%00", "{}", faults);
                    ask(
                            port,
                            method + " " + path,
                            "{\"name\":[1],\"guest\":{\"a\":\"\\u0000\"},\"limit\":true}",
                            faults);
                }
            }
            for (String line : List.of(
                    "GET /%zz",
                    "GET /ops/api/why/%zz",
                    "POST /webhooks/%zz",
                    "GET /observe/health/%00",
                    "GET /ops/api/why?of=%ff%fe",
                    "GET /ops/api/why?of=a%",
                    "GET /ops/api/why?%zz=a",
                    "GET /ops/api/why?of=" + "a".repeat(3_000),
                    "GET /ops/api/status?of=a&channel=&limit=many",
                    "POST /ops/api/pauses/resume?name=/..%2f%c0%ae")) {
                ask(port, line, "[\"\\u0000\"", faults);
            }
        }
        assertThat(faults).isEmpty();
    }

    private void ask(int port, String line, String body, List<String> faults) throws IOException {
        try (Wire wire = new Wire(port)) {
            wire.send(line + " HTTP/1.1\r\nHost: 127.0.0.1\r\nX-Guestbridge: test\r\nConnection: close\r\n"
                    + "Content-Type: application/json\r\nX-Hub-Signature-256: " + ANY_SIGNATURE + "\r\nContent-Length: "
                    + body.length() + "\r\n\r\n" + body);
            int status = wire.status();
            boolean toOperators = port == bridge.settings().number("management.port")
                    && line.matches("\\w+ /ops/api[^%]*( .*|\\?.*)?");
            boolean silent = status == 400
                    && toOperators
                    && wire.isClosed()
                    && !wire.text().contains("\"error\":\"");
            if (status < 200 || status >= 500 || silent) {
                faults.add(line.substring(0, Math.min(100, line.length())) + " " + body + ": " + wire.text());
            }
        }
    }

    /** W11: a body without an end is answered 413, and nothing of it is kept. */
    @Test
    void aBodyWithoutEndIsTurnedAway() throws IOException {
        try (Wire wire = new Wire(bridge.hooks().port())) {
            wire.send("POST /webhooks/main HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n"
                    + "Transfer-Encoding: chunked\r\nX-Hub-Signature-256: " + ANY_SIGNATURE + "\r\n\r\n");
            boolean stopped = wire.flood(("10000\r\n" + "x".repeat(0x10000) + "\r\n").getBytes(), 2_000);
            assertThat(stopped || wire.isClosed()).as("nobody listens for ever").isTrue();
        }
        assertThat(post("after-" + run)).isEqualTo(200);
    }

    /** W22: whatever can be read as one request or as two is never read as two. */
    @ParameterizedTest
    @CsvSource({
        "Content-Length: {length}~Transfer-Encoding: chunked",
        "Transfer-Encoding: chunked~Content-Length: {length}",
        "Content-Length: {length}~Content-Length: 5",
        "Content-Length: 5~Transfer-Encoding: xchunked",
        "Transfer-Encoding : chunked",
        "Transfer-Encoding: chunked~Transfer-Encoding: identity",
        "Transfer-Encoding: \u000bchunked",
        "Content-Length: +5",
        "Content-Length: -1",
        "Content-Length: 0x5",
    })
    void requestsCantBeSmuggled(String framing) throws IOException {
        String inner = "POST /webhooks/main HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
        byte[] smuggled = webhook("smuggled-" + run);
        String second = inner + "X-Hub-Signature-256: " + Hooks.signature(smuggled) + "\r\nContent-Length: "
                + smuggled.length + "\r\n\r\n" + new String(smuggled, StandardCharsets.UTF_8);
        String body = "0\r\n\r\n" + second;
        String headers =
                framing.replace("{length}", String.valueOf(body.length())).replace("~", "\r\n");
        try (Wire wire = new Wire(bridge.hooks().port())) {
            wire.send(inner + "X-Hub-Signature-256: " + ANY_SIGNATURE + "\r\n" + headers + "\r\n\r\n" + body);
            String answers = wire.rest(1_000);
            assertThat(wire.statuses()).as(answers).hasSizeLessThanOrEqualTo(1).doesNotContain(200);
        }
        assertThat(post("after-" + run)).isEqualTo(200);
        assertThat(bridge.bus().everything().toString()).doesNotContain("smuggled-" + run);
    }

    /** Every answer is counted, those from the door too, and a stranger's names make no series. */
    @Test
    void answersAreCountedByStatus() throws Exception {
        double before = counted("main", 401);
        bridge.hooks().post("main", webhook("w-" + run), "wrong", java.util.Map.of());
        bridge.hooks().post("main", webhook("w-" + run), "none", java.util.Map.of());
        bridge.hooks().post("somebody-" + run, webhook("w-" + run), "right", java.util.Map.of());

        await().until(() -> counted("main", 401) == before + 2);
        assertThat(counted("unknown", 404)).isGreaterThan(0);
        assertThat(bridge.management("/observe/metrics")).doesNotContain("somebody-" + run);
    }

    private double counted(String org, int status) throws Exception {
        String series = "guestbridge_webhook_answers_total{org=\"%s\",status=\"%d\"} ".formatted(org, status);
        return bridge.management("/observe/metrics")
                .lines()
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .sum();
    }

    private int post(String id) {
        return bridge.hooks()
                .post("main", webhook(id), "right", java.util.Map.of())
                .statusCode();
    }

    private byte[] webhook(String id) {
        return """
                {"id":"%s","channel":{"id":"int-mobile","to":{"id":"g-%s"}},"type":"Text","text":"hello"}"""
                .formatted(id, run)
                .getBytes(StandardCharsets.UTF_8);
    }
}
