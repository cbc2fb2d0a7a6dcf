package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class FaultsTest {

    private static final String THREADS = "/api/v2/conversations/messaging/external/threads";
    private static final String BODY = "{\"externalId\":\"guest-1\"}";
    private static final Caller CALLER = Caller.start();

    private String token;

    @BeforeEach
    void token() {
        CALLER.control("POST", "/reset", "");
        token = CALLER.token();
        CALLER.control("DELETE", "/journal", "");
    }

    @AfterAll
    static void stop() {
        CALLER.close();
    }

    @Test
    void answersTheNextTwoCallsInItsOwnWay() {
        CALLER.control(
                "POST",
                "/faults",
                "{\"match\":{\"path\":\"external/threads$\",\"method\":\"POST\"},\"times\":2,\"status\":503,"
                        + "\"headers\":{\"Retry-After\":7},\"body\":{\"down\":true}}");

        HttpResponse<String> first = open();
        assertThat(first.statusCode()).isEqualTo(503);
        assertThat(first.body()).isEqualTo("{\"down\":true}");
        assertThat(first.headers().firstValue("Retry-After")).contains("7");
        assertThat(CALLER.get(token, "/api/v2/tokens/me").statusCode()).isEqualTo(200);
        assertThat(open().statusCode()).isEqualTo(503);
        assertThat(open().statusCode()).isEqualTo(201);
        assertThat(CALLER.journal("?outcome=fault")).hasSize(2);
        assertThat(CALLER.journal("").get(0).get("status").intValue()).isEqualTo(503);
    }

    @Test
    void aStatusWithoutBodyBringsTheLivePlatformsBody() {
        CALLER.control("POST", "/faults", "{\"status\":429,\"headers\":{\"Retry-After\":\"42\"}}");
        HttpResponse<String> limited = open();
        CALLER.control("POST", "/faults", "{\"status\":500,\"body\":\"\"}");
        HttpResponse<String> bare = open();

        assertThat(Caller.body(limited))
                .isEqualTo(Caller.live(
                        429,
                        "too.many.requests.retry.after",
                        "Rate limit exceeded the maximum. Retry the request in [42] seconds"));
        assertThat(limited.headers().allValues("Retry-After")).containsExactly("42");
        assertThat(bare.statusCode()).isEqualTo(500);
        assertThat(bare.body()).isEmpty();
    }

    @Test
    void hitsOneGuestOnly() {
        CALLER.control("POST", "/faults", "{\"match\":{\"externalId\":\"guest-2\"},\"times\":0,\"status\":503}");

        assertThat(open().statusCode()).isEqualTo(201);
        assertThat(CALLER.post(token, THREADS, BODY.replace("guest-1", "guest-2"))
                        .statusCode())
                .isEqualTo(503);
        assertThat(CALLER.post(token, THREADS + "/guest-2/messages", "{}").statusCode())
                .isEqualTo(503);
    }

    @Test
    void hitsOneOrganisationOnly() {
        OrganisationSettings other = OrganisationSettings.of("other", "client-2", "secret-2");
        try (Caller both = Caller.start(SimulatorSettings.of(0, Caller.organisation(), other))) {
            both.control("POST", "/faults", "{\"match\":{\"org\":\"other\"},\"times\":0,\"status\":503}");

            assertThat(both.askToken("client-1:secret-1", "grant_type=client_credentials")
                            .statusCode())
                    .isEqualTo(200);
            assertThat(both.askToken("client-2:secret-2", "grant_type=client_credentials")
                            .statusCode())
                    .isEqualTo(503);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "{\"externalId\":\"guest-1\"}"})
    void resetDropsTheCallUndone(String match) {
        CALLER.control("POST", "/faults", "{\"match\":" + match + ",\"action\":\"reset\"}");

        assertThatThrownBy(this::open).isInstanceOf(UncheckedIOException.class);

        JsonNode entry = CALLER.journal("").get(0);
        assertThat(entry.get("outcome").textValue()).isEqualTo("fault");
        assertThat(entry.has("status")).isFalse();
        assertThat(send().statusCode()).isEqualTo(404);
    }

    @Test
    void loseDoesTheCallAndNeverAnswers() {
        CALLER.control("POST", "/faults", "{\"action\":\"lose\"}");

        assertThatThrownBy(this::open).isInstanceOf(UncheckedIOException.class);

        JsonNode entry = CALLER.journal("").get(0);
        assertThat(entry.get("outcome").textValue()).isEqualTo("accepted");
        assertThat(entry.get("fault").textValue()).startsWith("fault-");
        assertThat(entry.has("status")).isFalse();
        assertThat(send().statusCode()).isEqualTo(200);
    }

    @Test
    void hangDoesTheCallAndAnswersWhenDeleted() {
        String id = CALLER.control("POST", "/faults", "{\"action\":\"hang\"}")
                .get("id")
                .textValue();

        CompletableFuture<HttpResponse<String>> hanging = CompletableFuture.supplyAsync(this::open);
        await().until(() ->
                CALLER.control("GET", "/faults/" + id, "").get("held").intValue() == 1);
        assertThat(send().statusCode()).isEqualTo(200);
        assertThat(hanging).isNotDone();

        CALLER.control("DELETE", "/faults/" + id, "");
        await().until(hanging::isDone);
        assertThat(hanging.join().statusCode()).isEqualTo(201);
        assertThat(CALLER.control("GET", "/faults", "")).isEmpty();
    }

    @Test
    void dripAnswersByteByByte() throws IOException {
        CALLER.control("POST", "/faults", "{\"action\":\"drip\"}");

        try (Socket socket = new Socket("127.0.0.1", CALLER.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request().getBytes(StandardCharsets.UTF_8));
            InputStream in = socket.getInputStream();
            String seen = new String(in.readNBytes(12), StandardCharsets.UTF_8);
            while (!seen.endsWith("\r\n\r\n{\"")) {
                seen += (char) in.read();
            }
            assertThat(seen).startsWith("HTTP/1.1 201");
            assertThat(in.available()).isZero();
        }
    }

    @Test
    void dripEndsWithTheWholeAnswer() {
        CALLER.control("POST", "/faults", "{\"action\":\"drip\",\"everyMs\":1}");

        assertThat(Caller.json(open()).get("externalId").textValue()).isEqualTo("guest-1");
    }

    @Test
    void truncateBreaksTheAnswerOff() throws IOException {
        CALLER.control("POST", "/faults", "{\"action\":\"truncate\"}");

        String seen = CALLER.raw(request());

        int announced = Integer.parseInt(seen.replaceAll("(?is).*content-length: (\\d+).*", "$1"));
        assertThat(seen.substring(seen.indexOf("\r\n\r\n") + 4))
                .hasSize(announced / 2)
                .startsWith("{\"externalId");
        assertThat(send().statusCode()).isEqualTo(200);
    }

    @Test
    void garbageIsAYesThatNobodyCanRead() {
        CALLER.control("POST", "/faults", "{\"action\":\"garbage\"}");

        HttpResponse<String> answer = open();

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThatThrownBy(() -> Caller.json(answer)).isInstanceOf(UncheckedIOException.class);
        assertThat(send().statusCode()).isEqualTo(200);
    }

    @Test
    void aDelayIsKeptAndTheCallDone() {
        CALLER.control("POST", "/faults", "{\"delayMs\":300}");
        long start = System.nanoTime();

        assertThat(open().statusCode()).isEqualTo(201);

        assertThat(System.nanoTime() - start).isGreaterThan(290_000_000L);
        assertThat(CALLER.journal("").get(0).get("outcome").textValue()).isEqualTo("accepted");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        {"action":"explode"}                     | action must be one of reset, lose, hang, drip, truncate, garbage
        {}                                       | action, status or delayMs is missing
        {"action":"lose","status":500}           | status can't be combined with action
        {"body":"x"}                             | status is missing: headers and body need one
        {"status":"500"}                         | status must be a whole number from 200 to 599
        {"status":500,"times":-1}                | times must be a whole number from 0 to 2147483647
        {"status":500,"match":{"path":"("}}      | match.path must be a regular expression: Unclosed group
        {"status":500,"match":{"url":"x"}}       | match.url is unknown
        {"status":500,"headers":{"a":{}}}        | headers.a must be a text
        {"status":500,"match":{"org":"none"}}    | there is no organisation none
        {"statu":500,"delayMs":1}                | statu is unknown
        """)
    void refusesAFaultThatItDoesNotUnderstand(String fault, String sentence) {
        assertThat(CALLER.control("POST", "/faults", fault).get("error").textValue())
                .isEqualTo(sentence);
    }

    private HttpResponse<String> open() {
        return CALLER.post(token, THREADS, BODY);
    }

    private HttpResponse<String> send() {
        return CALLER.post(token, THREADS + "/guest-1/messages", "{\"sender\":{\"id\":\"guest-1\"},\"text\":\"hi\"}");
    }

    private String request() {
        return "POST " + THREADS + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\nAuthorization: Bearer " + token
                + "\r\nContent-Type: application/json\r\nContent-Length: " + BODY.length() + "\r\n\r\n" + BODY;
    }
}
