package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessagingTest {

    private static final String PATH = "/api/v2/conversations/messaging";
    private static final String OPENING =
            "{\"externalContact\":{\"id\":\"guest-1\"},\"to\":{\"id\":\"queue-webchat\"}}";
    private static final String UNAUTHORIZED = "{\"code\":\"unauthorized\",\"message\":\"The request could not be"
            + " fulfilled because the requestor is not authorized to perform the action.\"}";
    private static final Caller CALLER = Caller.start();

    private String token;
    private Map<String, String> opened;

    @BeforeEach
    void openOne() {
        CALLER.control("POST", "/reset", "");
        token = CALLER.token("messaging:guest", "messaging:web", "guest:messages:send");
        HttpResponse<String> answer = open(token, OPENING, "X-Guest-Id", "guest-1");
        assertThat(answer.statusCode()).isEqualTo(201);
        opened = Caller.ids(answer);
    }

    @AfterAll
    static void stop() {
        CALLER.close();
    }

    @Test
    void takesAMessageOfTheParticipant() {
        assertThat(opened).containsOnlyKeys("id", "participantId");

        HttpResponse<String> sent =
                send(token, "{\"to\":{\"id\":\"PARTICIPANT\",\"externalId\":null},\"text\":\"hi\",\"type\":\"text\"}");

        assertThat(sent.statusCode()).isEqualTo(200);
        assertThat(CALLER.journal("?externalId=guest-1&path=/messages")).hasSize(1);
    }

    @Test
    void takesAMessageForAConversationThatTheGuestBrings() {
        JsonNode brought = CALLER.control(
                "POST",
                "/conversations",
                "{\"org\":\"main\",\"integration\":\"int-webchat\",\"externalId\":\"guest-2\",\"conversationId\":\"c-2\",\"participantId\":\"p-2\"}");
        assertThat(brought.toString()).isEqualTo("{\"conversationId\":\"c-2\",\"participantId\":\"p-2\"}");

        assertThat(CALLER.post(
                                token,
                                PATH + "/c-2/messages",
                                "{\"to\":{\"id\":\"p-2\"},\"text\":\"hi\",\"type\":\"text\"}")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        {"to":{"id":"queue-webchat"}}                                        | externalContact.id must be a text.
        {"externalContact":{"id":7},"to":{"id":"queue-webchat"}}             | externalContact.id must be a text.
        {"externalContact":{"id":"guest-1"}}                                 | to.id is not a queue.
        {"externalContact":{"id":"guest-1"},"to":{"id":"queue-none"}}        | to.id is not a queue.
        """)
    void refusesAnOpening(String body, String message) {
        HttpResponse<String> answer = open(token, body, "X-Guest-Id", "guest-1");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Caller.body(answer)).isEqualTo(Caller.live(400, "bad.request", message));
    }

    @Test
    void refusesAnOpeningWithoutTheGuestsHeader() {
        HttpResponse<String> absent = open(token, OPENING);
        HttpResponse<String> doubled = open(token, OPENING, "X-Guest-Id", "guest-1", "X-Guest-Id", "guest-2");

        assertThat(absent.statusCode()).isEqualTo(401);
        assertThat(absent.body()).isEqualTo(UNAUTHORIZED);
        assertThat(doubled.statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({"messaging:guest", "messaging:web", "guest:messages:send"})
    void refusesAnOpeningWithOneScopeAlone(String scope) {
        HttpResponse<String> answer = open(CALLER.token(scope), OPENING, "X-Guest-Id", "guest-1");

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo(UNAUTHORIZED);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        {"to":{"id":"00000000-0000-4000-8000-000000000000"},"text":"hi","type":"text"} | 401 | ~~
        {"to":{"id":"not an id"},"text":"hi","type":"text"}                            | 401 | ~~
        {"to":{"id":"guest-1"},"text":"hi","type":"text"}                              | 401 | ~~
        {"text":"hi","type":"text"}                                                    | 401 | ~~
        {"to":{"id":"PARTICIPANT","externalId":"guest-1"},"text":"hi","type":"text"}   | 400 | to.externalId must be null.
        {"to":{"id":"PARTICIPANT"},"text":"hi"}                                        | 400 | type must be text.
        {"to":{"id":"PARTICIPANT"},"type":"text"}                                      | 400 | text must be a text that is not empty.
        {"to":{"id":"PARTICIPANT"},"text":"","type":"text"}                            | 400 | text must be a text that is not empty.
        """)
    void refuses(String body, int status, String message) {
        HttpResponse<String> answer = send(token, body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Caller.body(answer))
                .isEqualTo(status == 401 ? UNAUTHORIZED : Caller.live(400, "bad.request", message));
    }

    @Test
    void refusesAConversationThatDoesNotExist() {
        String body = "{\"to\":{\"id\":\"" + opened.get("participantId") + "\"},\"text\":\"hi\",\"type\":\"text\"}";

        HttpResponse<String> answer = CALLER.post(token, PATH + "/c-0/messages", body);

        assertThat(answer.statusCode()).isEqualTo(401);
        assertThat(answer.body()).isEqualTo(UNAUTHORIZED);
    }

    @ParameterizedTest
    @CsvSource({"messaging:guest, 401", "messaging:send, 403", "guest:messages:send, 200"})
    void judgesTheScopeOfSending(String scope, int status) {
        HttpResponse<String> answer =
                send(CALLER.token(scope), "{\"to\":{\"id\":\"PARTICIPANT\"},\"text\":\"hi\",\"type\":\"text\"}");

        assertThat(answer.statusCode()).isEqualTo(status);
        if (status == 401) {
            assertThat(answer.body()).isEqualTo(UNAUTHORIZED);
        }
    }

    @Test
    void aClosedConversationIsGone() {
        CALLER.control(
                "POST", "/conversations/close", "{\"org\":\"main\",\"conversationId\":\"" + opened.get("id") + "\"}");

        HttpResponse<String> answer =
                send(token, "{\"to\":{\"id\":\"PARTICIPANT\"},\"text\":\"hi\",\"type\":\"text\"}");

        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(Caller.body(answer))
                .isEqualTo(Caller.live(410, "conversation.closed", "The conversation is closed."));
    }

    private HttpResponse<String> open(String bearer, String body, String... headers) {
        String[] all = new String[headers.length + 4];
        all[0] = "Authorization";
        all[1] = "Bearer " + bearer;
        all[2] = "Content-Type";
        all[3] = "application/json";
        System.arraycopy(headers, 0, all, 4, headers.length);
        return CALLER.call("POST", PATH, body, all);
    }

    private HttpResponse<String> send(String bearer, String body) {
        return CALLER.post(
                bearer,
                PATH + "/" + opened.get("id") + "/messages",
                body.replace("PARTICIPANT", opened.get("participantId")));
    }
}
