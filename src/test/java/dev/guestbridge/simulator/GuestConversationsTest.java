package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class GuestConversationsTest {

    private static final String PATH = "/api/v2/conversations/messaging/guest/conversations";
    private static final String RIGHT = "{\"to\":{\"id\":\"queue-kiosk\"},\"from\":{\"id\":\"GUEST\"},\"text\":\"hi\"}";
    private static final Caller CALLER = Caller.start();

    private String token;
    private Map<String, String> opened;

    @BeforeEach
    void open() {
        CALLER.control("POST", "/reset", "");
        token = CALLER.token();
        opened = openOne();
    }

    @AfterAll
    static void stop() {
        CALLER.close();
    }

    @Test
    void takesAMessageWithTheGuestsToken() {
        assertThat(opened)
                .containsOnlyKeys("id", "guestId", "guestToken", "expiresIn")
                .containsEntry("expiresIn", "3600");

        HttpResponse<String> sent = send(RIGHT);

        assertThat(sent.statusCode()).isEqualTo(200);
        assertThat(Caller.json(sent).get("conversationId").textValue()).isEqualTo(opened.get("id"));
        assertThat(CALLER.journal("?externalId=guest-1&path=/messages")).hasSize(1);
        assertThat(CALLER.journal("").toString()).doesNotContain(opened.get("guestToken"));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            nullValues = "NOTHING",
            textBlock =
                    """
        {"from":{"id":"GUEST"},"text":"hi"}                                               | 500 | ~~
        {"to":{},"from":{"id":"GUEST"},"text":"hi"}                                       | 500 | ~~
        {"id":"m-1","to":{"id":"queue-kiosk"},"from":{"id":"GUEST"},"text":"hi"}          | 500 | ~~
        {"to":{"id":"queue-none"},"from":{"id":"GUEST"},"text":"hi"}                      | 400 | to.id is neither a queue nor a user.
        {"to":{"id":"queue-kiosk"},"text":"hi"}                                           | 400 | from.id is not the guest of this conversation.
        {"to":{"id":"queue-kiosk"},"from":{"id":"guest-1"},"text":"hi"}                   | 400 | from.id is not the guest of this conversation.
        {"to":{"id":"queue-kiosk"},"from":{"id":"GUEST"},"text":""}                       | 400 | text must be a text that is not empty.
        {"to":{"id":"queue-kiosk"},"from":{"id":"GUEST"}}                                 | 400 | text must be a text that is not empty.
        """)
    void refuses(String body, int status, String message) {
        HttpResponse<String> answer = send(body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Caller.body(answer)).isEqualTo(message.isEmpty() ? "" : Caller.live(400, "bad.request", message));
    }

    @Test
    void refusesAnOpeningThatBringsItsOwnId() {
        HttpResponse<String> answer = CALLER.post(token, PATH, "{\"id\":\"c-1\",\"externalId\":\"guest-1\"}");

        assertThat(answer.statusCode()).isEqualTo(500);
        assertThat(answer.body()).isEmpty();
    }

    @Test
    void refusesEveryTokenButTheGuestsOwn() {
        Map<String, String> other = openOne();
        String path = PATH + "/" + opened.get("id") + "/messages";
        String body = RIGHT.replace("GUEST", opened.get("guestId"));

        assertThat(Caller.body(CALLER.post(token, path, body)))
                .isEqualTo(Caller.live(401, "bad.credentials", "Invalid login credentials."));
        assertThat(CALLER.post(other.get("guestToken"), path, body).statusCode())
                .isEqualTo(403);
        assertThat(CALLER.post(opened.get("guestToken"), PATH + "/c-0/messages", body)
                        .statusCode())
                .isEqualTo(404);
        assertThat(CALLER.post(opened.get("guestToken"), PATH, "{\"externalId\":\"guest-1\"}")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void aNewGuestIsUnknownUntilTheNewsHasSpread() {
        CALLER.change("{\"propagationMs\":300}");
        opened = openOne();

        HttpResponse<String> early = send(RIGHT);
        assertThat(early.statusCode()).isEqualTo(500);
        assertThat(early.body()).isEmpty();
        await().until(() -> send(RIGHT).statusCode() == 200);
    }

    @Test
    void aGuestsTokenExpires() {
        CALLER.change("{\"guestTokenLifetimeSeconds\":1}");
        opened = openOne();
        assertThat(send(RIGHT).statusCode()).isEqualTo(200);

        await().until(() -> send(RIGHT).statusCode() == 401);
        assertThat(Caller.json(send(RIGHT)).get("code").textValue()).isEqualTo("credentials.expired");
    }

    @Test
    void aClosedConversationIsGone() {
        CALLER.control("POST", "/conversations/close", "{\"org\":\"main\",\"externalId\":\"guest-1\"}");

        HttpResponse<String> answer = send(RIGHT);
        assertThat(answer.statusCode()).isEqualTo(410);
        assertThat(Caller.body(answer))
                .isEqualTo(Caller.live(410, "conversation.closed", "The conversation is closed."));

        CALLER.change("{\"closedStatus\":409}");
        assertThat(send(RIGHT).statusCode()).isEqualTo(409);
    }

    private Map<String, String> openOne() {
        HttpResponse<String> answer =
                CALLER.post(token, PATH, "{\"externalId\":\"guest-1\",\"name\":\"Ada\",\"email\":\"ada@example.com\"}");
        assertThat(answer.statusCode()).isEqualTo(201);
        return Caller.ids(answer);
    }

    private HttpResponse<String> send(String body) {
        return CALLER.post(
                opened.get("guestToken"),
                PATH + "/" + opened.get("id") + "/messages",
                body.replace("GUEST", opened.get("guestId")));
    }
}
