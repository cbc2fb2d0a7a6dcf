package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GateTest {

    private static final String THREADS = "/api/v2/conversations/messaging/external/threads";
    private static final String BODY = "{\"externalId\":\"guest-1\"}";
    private static final Caller CALLER = Caller.start();

    private String token;

    @BeforeEach
    void token() {
        CALLER.control("POST", "/reset", "");
        token = CALLER.token();
    }

    @AfterAll
    static void stop() {
        CALLER.close();
    }

    @Test
    void refusesACallWithoutToken() {
        HttpResponse<String> answer = CALLER.call("POST", THREADS, BODY, "Content-Type", "application/json");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(Caller.body(answer))
                .isEqualTo(Caller.live(
                        401,
                        "authentication.required",
                        "No authentication bearer token specified in authorization header."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"Bearer unknown", "Bearer ", "Basic Y2xpZW50LTE6c2VjcmV0LTE=", "TOKEN"})
    void refusesAnUnknownToken(String authorization) {
        HttpResponse<String> answer = CALLER.call(
                "POST",
                THREADS,
                BODY,
                "Content-Type",
                "application/json",
                "Authorization",
                authorization.replace("TOKEN", token));

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(Caller.body(answer)).isEqualTo(Caller.live(401, "bad.credentials", "Invalid login credentials."));
    }

    @Test
    void refusesTwoTokens() throws IOException {
        String bearer = "Authorization: Bearer " + token + "\r\n";

        assertThat(CALLER.raw(request("GET /api/v2/tokens/me", bearer))).startsWith("HTTP/1.1 200");
        assertThat(CALLER.raw(request("GET /api/v2/tokens/me", bearer + bearer)))
                .startsWith("HTTP/1.1 400")
                .contains("Authorization is given more than once.");
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = "->",
            quoteCharacter = '~',
            textBlock =
                    """
        /a%2        -> The path has an incomplete percent-encoding.
        /a%         -> The path has an incomplete percent-encoding.
        /a%zz       -> The path has an incomplete percent-encoding.
        /a%FF       -> The path's percent-encoding is not UTF-8.
        /a%C0%80    -> The path's percent-encoding is not UTF-8.
        /a%ED%A0%80 -> The path's percent-encoding is not UTF-8.
        /a%E6%97    -> The path's percent-encoding is not UTF-8.
        /aé         -> The path has a character that must be percent-encoded.
        /a"b        -> The path has a character that must be percent-encoded.
        /a{b}       -> The path has a character that must be percent-encoded.
        /a|b        -> The path has a character that must be percent-encoded.
        /..         -> The path has dot segments.
        """)
    void refusesPathsThatAreWronglyEncoded(String end, String message) throws IOException {
        String answer =
                CALLER.raw(request("POST " + THREADS + end + "/messages", "Authorization: Bearer " + token + "\r\n"));

        assertThat(answer).startsWith("HTTP/1.1 400").contains("\"" + message + "\"");
    }

    @Test
    void refusesAnUnknownPathAndAWrongMethod() {
        HttpResponse<String> unknown = CALLER.post(token, "/api/v2/conversations/messages/open", BODY);
        HttpResponse<String> empty = CALLER.post(token, THREADS + "//messages", BODY);
        HttpResponse<String> method = CALLER.get(token, THREADS);

        assertThat(unknown.statusCode()).isEqualTo(404);
        assertThat(Caller.body(unknown))
                .isEqualTo(Caller.live(404, "not.found", "The requested resource was not found."));
        assertThat(empty.statusCode()).isEqualTo(404);
        assertThat(method.statusCode()).isEqualTo(405);
        assertThat(method.headers().firstValue("Allow")).contains("POST");
    }

    @Test
    void refusesQueryParametersThatItDoesNotKnow() {
        HttpResponse<String> answer = CALLER.post(token, THREADS + "?automaticRetriesDisabled=true", BODY);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Caller.body(answer))
                .isEqualTo(Caller.live(400, "bad.request", "Unexpected query parameter 'automaticRetriesDisabled'."));
    }

    @ParameterizedTest
    @ValueSource(strings = {"text/plain", "application/x-www-form-urlencoded", "application/json; charset=ISO-8859-1"})
    void refusesAnotherContentType(String type) {
        HttpResponse<String> answer =
                CALLER.call("POST", THREADS, BODY, "Content-Type", type, "Authorization", "Bearer " + token);

        assertThat(answer.statusCode()).isEqualTo(415);
        assertThat(Caller.json(answer).get("code").textValue()).isEqualTo("unsupported.media.type");
    }

    @Test
    void takesJsonInUtf8() {
        HttpResponse<String> answer = CALLER.call(
                "POST",
                THREADS,
                BODY,
                "Content-Type",
                "application/json; charset=UTF-8",
                "Authorization",
                "Bearer " + token);

        assertThat(answer.statusCode()).isEqualTo(201);
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "{", "[]", "null", "{\"a\":1}{}", "{\"a\":1,\"a\":2}", "{a:1}"})
    void refusesWhatIsNotAJsonObject(String body) {
        HttpResponse<String> answer = CALLER.post(token, THREADS, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Caller.body(answer))
                .isEqualTo(Caller.live(
                        400,
                        "bad.request",
                        "The request could not be understood by the server due to malformed syntax."));
    }

    @Test
    void refusesABodyThatIsNotUtf8() throws IOException {
        String body = "{\"externalId\":\"\u00ff\"}";

        String answer = CALLER.raw("POST " + THREADS + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n"
                + "Authorization: Bearer " + token + "\r\nContent-Type: application/json\r\nContent-Length: "
                + body.length() + "\r\n\r\n" + body);

        assertThat(answer).startsWith("HTTP/1.1 400").contains("bad.request");
    }

    @Test
    void takesHalfAMegabyteAndNotAByteMore() {
        String frame = "{\"externalId\":\"guest-1\",\"x\":\"\"}";
        String filled = frame.replace("\"\"", "\"" + "x".repeat(512_000 - frame.length()) + "\"");

        assertThat(CALLER.post(token, THREADS, filled).statusCode()).isEqualTo(201);
        HttpResponse<String> longer = CALLER.post(token, THREADS, filled + " ");
        assertThat(longer.statusCode()).isEqualTo(413);
        assertThat(Caller.json(longer).get("code").textValue()).isEqualTo("request.entity.too.large");
    }

    @Test
    void countsRequestsByTheMinute() {
        CALLER.change("{\"requestsPerMinute\":2}");
        HttpResponse<String> first = CALLER.post(token, THREADS, BODY);
        CALLER.post(token, THREADS, BODY);
        HttpResponse<String> third = CALLER.post(token, THREADS, BODY);

        assertThat(first.statusCode()).isEqualTo(201);
        assertThat(first.headers().firstValue("inin-ratelimit-count")).contains("1");
        assertThat(first.headers().firstValue("inin-ratelimit-allowed")).contains("2");
        assertThat(first.headers().firstValueAsLong("inin-ratelimit-reset").orElse(0))
                .isBetween(1L, 60L);
        assertThat(third.statusCode()).isEqualTo(429);
        String seconds = third.headers().firstValue("Retry-After").orElse("none");
        assertThat(Integer.parseInt(seconds)).isBetween(1, 60);
        assertThat(Caller.body(third))
                .isEqualTo(Caller.live(
                        429,
                        "too.many.requests.retry.after",
                        "Rate limit exceeded the maximum. Retry the request in [" + seconds + "] seconds"));
        assertThat(CALLER.post(CALLER.token(), THREADS, BODY).statusCode()).isEqualTo(201);
    }

    @Test
    void everyAnswerBearsItsCorrelation() {
        HttpResponse<String> answer = CALLER.get("unknown", THREADS + "/x");

        JsonNode id = Caller.json(answer).get("contextId");
        assertThat(answer.headers().firstValue("x-request-id")).contains(id.textValue());
        assertThat(answer.headers().firstValue("inin-correlation-id")).contains(id.textValue());
        assertThat(CALLER.journal("").get(1).get("correlationId")).isEqualTo(id);
    }

    private static String request(String start, String headers) {
        return start + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n" + headers + "Content-Length: 0\r\n\r\n";
    }
}
