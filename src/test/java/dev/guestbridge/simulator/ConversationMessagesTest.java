package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConversationMessagesTest {

    private static final String PATH = "/api/v2/conversations/messages";
    private static final String RIGHT = "{\"to\":{\"id\":\"c-1\",\"conversationId\":\"c-1\",\"type\":\"conversation\"},"
            + "\"from\":{\"name\":\"Ada\",\"address\":\"guest-1\",\"type\":\"user\"},\"text\":\"hi\",\"type\":\"text\"}";
    private static final String REFUSAL = "{\"code\":\"invalid_payload\",\"message\":\"Message payload is invalid."
            + " 'to' field requires a valid participant ID or address object with type 'webchat'.\",\"status\":400}";
    private static final Caller CALLER = Caller.start();

    private String token;

    @BeforeEach
    void token() {
        CALLER.control("POST", "/reset", "");
        token = CALLER.token("conversation:view", "conversation:write");
    }

    @AfterAll
    static void stop() {
        CALLER.close();
    }

    @Test
    void takesAMessageForAConversation() {
        HttpResponse<String> sent = CALLER.post(token, PATH, RIGHT);

        assertThat(sent.statusCode()).isEqualTo(200);
        assertThat(Caller.json(sent).get("id").textValue()).hasSize(36);
        assertThat(CALLER.journal("?externalId=guest-1&dialect=conversation-messages"))
                .hasSize(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        ,"type":"conversation"       | ~~
        "type":"conversation"        | "type":"webchat"
        "id":"c-1","conv             | "id":"participant-1","conv
        "id":"c-1","conv             | "id":"PARTICIPANT","conv
        "id":"c-1","conv             | "id":1,"conv
        "id":"c-1","conv             | "conv
        "conversationId":"c-1"       | "conversationId":"c-2"
        ,"conversationId":"c-1"      | ~~
        "name":"Ada",                | ~~
        "address":"guest-1",         | ~~
        ,"type":"user"               | ~~
        "type":"user"                | "type":"customer"
        ,"type":"text"               | ~~
        "text":"hi",                 | ~~
        "text":"hi"                  | "text":""
        """)
    void refuses(String right, String wrong) {
        String participant = CALLER.control(
                        "POST",
                        "/conversations",
                        "{\"org\":\"main\",\"integration\":\"int-loadtest\",\"externalId\":\"guest-2\"}")
                .get("participantId")
                .textValue();
        String body = RIGHT.replace(right, wrong == null ? "" : wrong.replace("PARTICIPANT", participant));
        assertThat(body).isNotEqualTo(RIGHT);

        HttpResponse<String> answer = CALLER.post(token, PATH, body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(REFUSAL);
    }

    @Test
    void refusesAParticipantInBothPlaces() {
        assertThat(CALLER.post(token, PATH, RIGHT.replace("c-1", "participant-1"))
                        .body())
                .isEqualTo(REFUSAL);
        assertThat(CALLER.post(token, PATH, RIGHT.replace("c-1", "<conversationId>"))
                        .body())
                .isEqualTo(REFUSAL);
    }

    @Test
    void refusesAClosedConversationWhateverTheForm() {
        CALLER.post(token, PATH, RIGHT);
        CALLER.control("POST", "/conversations/close", "{\"org\":\"main\",\"conversationId\":\"c-1\"}");

        HttpResponse<String> answer = CALLER.post(token, PATH, RIGHT);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body()).isEqualTo(REFUSAL);
    }

    @Test
    void refusesAConversationThatDoesNotExistWhenToldSo() {
        CALLER.change("{\"unknownConversations\":\"refuse\"}");
        assertThat(CALLER.post(token, PATH, RIGHT).body()).isEqualTo(REFUSAL);

        CALLER.control(
                "POST",
                "/conversations",
                "{\"org\":\"main\",\"integration\":\"int-loadtest\",\"externalId\":\"guest-1\",\"conversationId\":\"c-1\"}");
        assertThat(CALLER.post(token, PATH, RIGHT).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"conversation:view", "conversation:write", "webchat:guest"})
    void refusesATokenThatLacksAScope(String only) {
        HttpResponse<String> answer = CALLER.post(CALLER.token(only), PATH, RIGHT);

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(Caller.json(answer).get("code").textValue()).isEqualTo("missing.permissions");
    }

    @Test
    void theScopesWantedCanBeChanged() {
        CALLER.change("{\"requiredScopes\":{\"conversation-messages\":[\"webchat:guest\"]}}");

        assertThat(CALLER.post(token, PATH, RIGHT).statusCode()).isEqualTo(403);
        assertThat(CALLER.post(CALLER.token("webchat:guest"), PATH, RIGHT).statusCode())
                .isEqualTo(200);
    }
}
