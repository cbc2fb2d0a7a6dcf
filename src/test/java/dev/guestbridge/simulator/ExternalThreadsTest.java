package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ExternalThreadsTest {

    private static final String THREADS = "/api/v2/conversations/messaging/external/threads";
    private static final Caller CALLER = Caller.start();

    private String token;
    private String threadId;

    @BeforeEach
    void open() {
        CALLER.control("POST", "/reset", "");
        token = CALLER.token("messaging:external:write");
        HttpResponse<String> opened = CALLER.post(
                token, THREADS, "{\"externalId\":\"Guest-7\",\"name\":\"Ada\",\"email\":\"ada@example.com\"}");
        threadId = Caller.json(opened).get("threadId").textValue();
        assertThat(opened.statusCode()).isEqualTo(201);
        assertThat(opened.body()).isEqualTo("{\"externalId\":\"Guest-7\",\"threadId\":\"" + threadId + "\"}");
    }

    @AfterAll
    static void stop() {
        CALLER.close();
    }

    @Test
    void takesAMessageOfTheThreadsOwner() {
        HttpResponse<String> sent = send("{\"sender\":{\"id\":\"Guest-7\",\"name\":\"Ada\"},\"text\":\"hi\"}");

        assertThat(sent.statusCode()).isEqualTo(200);
        assertThat(Caller.json(sent).get("id").textValue()).hasSize(36);
        JsonNode entry = CALLER.journal("?path=/messages").get(0);
        assertThat(entry.get("outcome").textValue()).isEqualTo("accepted");
        assertThat(entry.get("dialect").textValue()).isEqualTo("external-threads");
        assertThat(entry.get("externalId").textValue()).isEqualTo("Guest-7");
        assertThat(entry.get("text").textValue()).isEqualTo("hi");
    }

    @Test
    void opensAGuestsThreadOnce() {
        assertThat(Caller.json(CALLER.post(token, THREADS, "{\"externalId\":\"Guest-7\"}"))
                        .get("threadId")
                        .textValue())
                .isEqualTo(threadId);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        {"text":"hi"}                                      | {"code":"bad_request","message":"Invalid sender. The external ID does not match the thread owner.","details":[]}
        {"sender":{"id":"THREAD"},"text":"hi"}             | {"code":"bad_request","message":"Invalid sender. The external ID does not match the thread owner.","details":[]}
        {"sender":{"id":"guest-7"},"text":"hi"}            | {"code":"bad_request","message":"Invalid sender. The external ID does not match the thread owner.","details":[]}
        {"sender":{"id":"0b0f5f9c-7f0e-4f0e-9d0a-0d4f6a1c0b11"},"text":"hi"} | {"code":"bad_request","message":"Invalid sender. The external ID does not match the thread owner.","details":[]}
        {"sender":{"id":7},"text":"hi"}                    | {"code":"bad_request","message":"Invalid sender. The external ID does not match the thread owner.","details":[]}
        {"sender":{"id":"Guest-7 "},"text":"hi"}           | {"code":"bad_request","message":"Invalid sender. The external ID does not match the thread owner.","details":[]}
        {"sender":"Guest-7","text":"hi"}                   | {"code":"bad_request","message":"Invalid sender. The external ID does not match the thread owner.","details":[]}
        {"sender":{"id":"Guest-7"}}                        | {"code":"bad_request","message":"text must be a text that is not empty.","details":[]}
        {"sender":{"id":"Guest-7"},"text":""}              | {"code":"bad_request","message":"text must be a text that is not empty.","details":[]}
        """)
    void refuses(String body, String error) {
        HttpResponse<String> answer = send(body.replace("THREAD", threadId));

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(error);
    }

    @Test
    void refusesAnOpeningWithoutExternalId() {
        assertThat(CALLER.post(token, THREADS, "{\"name\":\"Ada\"}").body())
                .isEqualTo("{\"code\":\"bad_request\",\"message\":\"externalId must be a text.\",\"details\":[]}");
    }

    @Test
    void refusesAThreadThatNobodyOpened() {
        HttpResponse<String> answer =
                CALLER.post(token, THREADS + "/Guest-8/messages", "{\"sender\":{\"id\":\"Guest-8\"},\"text\":\"hi\"}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(Caller.body(answer))
                .isEqualTo(Caller.live(404, "not.found", "The requested resource was not found."));
    }

    @Test
    void refusesATokenWithoutTheScope() {
        HttpResponse<String> answer =
                CALLER.post(CALLER.token("messaging:send"), THREADS, "{\"externalId\":\"Guest-7\"}");

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(Caller.json(answer).get("code").textValue()).isEqualTo("missing.permissions");
        assertThat(Caller.json(answer).get("message").textValue()).endsWith(": messaging:external:write");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
        a/b ?#        | a%2Fb%20%3F%23
        100%25        | 100%2525
        a+b           | a+b
        Zoë 日本 🙂    | Zo%C3%AB%20%E6%97%A5%E6%9C%AC%20%F0%9F%99%82
        ..            | %2E%2E
        """)
    void externalIdsAreDecodedOnce(String externalId, String encoded) {
        CALLER.post(token, THREADS, "{\"externalId\":\"" + externalId + "\"}");
        HttpResponse<String> sent = CALLER.post(
                token,
                THREADS + "/" + encoded + "/messages",
                "{\"sender\":{\"id\":\"" + externalId + "\"},\"text\":\"hi\"}");

        assertThat(sent.statusCode()).isEqualTo(200);
        assertThat(CALLER.journal("?path=" + "/messages")
                        .get(0)
                        .get("externalId")
                        .textValue())
                .isEqualTo(externalId);
    }

    @Test
    void aClosedConversationIsFollowedByANewOne() {
        String body = "{\"sender\":{\"id\":\"Guest-7\"},\"text\":\"hi\"}";
        JsonNode first = Caller.json(send(body)).get("conversationId");
        assertThat(Caller.json(send(body)).get("conversationId")).isEqualTo(first);

        CALLER.control("POST", "/conversations/close", "{\"org\":\"main\",\"externalId\":\"Guest-7\"}");

        assertThat(Caller.json(send(body)).get("conversationId")).isNotEqualTo(first);
    }

    private HttpResponse<String> send(String body) {
        return CALLER.post(token, THREADS + "/Guest-7/messages", body);
    }
}
