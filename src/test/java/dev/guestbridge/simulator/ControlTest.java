package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ControlTest {

    private static final String THREADS = "/api/v2/conversations/messaging/external/threads";
    private static final Caller CALLER = Caller.start();

    @BeforeEach
    void reset() {
        CALLER.control("POST", "/reset", "");
    }

    @AfterAll
    static void stop() {
        CALLER.close();
    }

    @Test
    void theJournalTellsEveryRequestAndNoSecret() {
        String token = CALLER.token();
        CALLER.post(token, THREADS, "{\"externalId\":\"a/b\"}");
        CALLER.post(token, THREADS + "/a%2Fb/messages", "{\"sender\":{\"id\":\"a/b\"},\"text\":\"hi\"}");

        JsonNode entries = CALLER.journal("");
        assertThat(entries).hasSize(3);
        JsonNode sent = entries.get(2);
        assertThat(sent.get("at").textValue()).endsWith("Z");
        assertThat(sent.get("org").textValue()).isEqualTo("main");
        assertThat(sent.get("method").textValue()).isEqualTo("POST");
        assertThat(sent.get("path").textValue()).isEqualTo(THREADS + "/a/b/messages");
        assertThat(sent.get("rawPath").textValue()).isEqualTo(THREADS + "/a%2Fb/messages");
        assertThat(sent.get("status").intValue()).isEqualTo(200);
        assertThat(sent.get("body").get("text").textValue()).isEqualTo("hi");
        assertThat(sent.get("headers").get("content-type").textValue()).isEqualTo("application/json");
        assertThat(sent.get("headers").get("authorization").textValue())
                .matches("Bearer #[0-9a-f]{12}")
                .isEqualTo(entries.get(1).get("headers").get("authorization").textValue());
        assertThat(entries.toString()).doesNotContain(token, "secret-1", "Y2xpZW50LTE6c2VjcmV0LTE");

        CALLER.control("DELETE", "/journal", "");
        assertThat(CALLER.journal("")).isEmpty();
    }

    @Test
    void theJournalIsSearched() {
        String token = CALLER.token();
        CALLER.post(token, THREADS, "{\"externalId\":\"guest-1\"}");
        CALLER.post(token, THREADS, "{\"externalId\":\"guest-2\"}");
        CALLER.post(token, THREADS, "{}");

        assertThat(CALLER.journal("?path=/oauth")).hasSize(1);
        assertThat(CALLER.journal("?externalId=guest-2")).hasSize(1);
        assertThat(CALLER.journal("?outcome=refused&dialect=external-threads")).hasSize(1);
        assertThat(CALLER.journal("?newest=2")).hasSize(2);
        assertThat(CALLER.journal("?org=other")).isEmpty();
        assertThat(CALLER.control("GET", "/journal?pth=x", "").get("error").textValue())
                .startsWith("pth is unknown");
    }

    @Test
    void theJournalForgetsTheOldest() {
        try (Caller small =
                Caller.start(SimulatorSettings.of(0, Caller.organisation()).withJournalEntries(3))) {
            for (int i = 0; i < 5; i++) {
                small.call("GET", "/" + i, "");
            }

            assertThat(small.journal(""))
                    .extracting(entry -> entry.get("path").textValue())
                    .containsExactly("/2", "/3", "/4");
            assertThat(small.control("GET", "/journal", "").get("dropped").intValue())
                    .isEqualTo(2);
        }
    }

    @Test
    void organisationsAreShownWithoutTheirSecretsAndChanged() {
        JsonNode changed = CALLER.change(
                "{\"clientSecret\":\"other\",\"webhookUrl\":\"http://127.0.0.1:1/w\",\"webhookSecret\":\"0123456789abcdef\","
                        + "\"agent\":\"silent\",\"agentDelayMs\":7,\"tokenLifetimeSeconds\":5}");

        assertThat(changed.get("agentDelayMs").intValue()).isEqualTo(7);
        assertThat(changed.toString()).contains("\"clientSecret\":\"***\"").doesNotContain("other", "0123456789abcdef");
        assertThat(CALLER.control("GET", "/organisations/main", "")).isEqualTo(changed);
        assertThat(CALLER.control("GET", "/organisations", "")).hasSize(1);
        assertThat(CALLER.askToken("client-1:secret-1", "grant_type=client_credentials")
                        .statusCode())
                .isEqualTo(401);

        CALLER.control("POST", "/reset", "");
        assertThat(CALLER.askToken("client-1:secret-1", "grant_type=client_credentials")
                        .statusCode())
                .isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        {"agent":"loud"}                          | agent must be echo or silent
        {"agentDelayMs":"7"}                      | agentDelayMs has a value of the wrong type
        {"tokenLifetimeSeconds":0}                | tokenLifetimeSeconds must be 1 or more
        {"closedStatus":418}                      | closedStatus must be 400, 404, 409 or 410
        {"webhookUrl":"nowhere","webhookSecret":"0123456789abcdef"} | webhookUrl must be an http or https URL
        {"webhookUrl":"http://127.0.0.1/"}        | webhookSecret is missing
        {"webhookSecret":"too short"}             | webhookSecret must be longer than 15 characters
        {"allowedScopes":"messaging"}             | allowedScopes has a value of the wrong type
        {"requiredScopes":{"sms":[]}}             | requiredScopes knows only [conversation-messages, external-threads, guest-conversations, messaging-opening, messaging-sending, open-messaging]
        {"name":"x"}                              | name can't be changed
        {"clientId":"x"}                          | clientId can't be changed
        {"colour":"x"}                            | colour is not a setting of an organisation
        {                                         | the body must be a JSON object
        """)
    void refusesAChangeThatItDoesNotUnderstand(String change, String sentence) {
        HttpResponse<String> answer = CALLER.call("PATCH", "/_simulator/organisations/main", change);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Caller.json(answer).get("error").textValue()).isEqualTo(sentence);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        GET    | /                     | ~~                                  | 404 | there is no GET /
        GET    | /faults/none          | ~~                                  | 404 | there is no fault none
        GET    | /organisations/none   | ~~                                  | 404 | there is no organisation none
        PUT    | /journal              | ~~                                  | 404 | there is no PUT /journal
        POST   | /tokens/revoke        | {}                                  | 400 | org is missing
        POST   | /tokens/revoke        | {"org":7}                           | 400 | org must be a text
        POST   | /tokens/revoke        | {"org":"main","guest":true}         | 400 | guest is unknown
        POST   | /conversations/close  | {"org":"main"}                      | 400 | externalId or conversationId is missing
        POST   | /conversations/close  | {"org":"main","externalId":"x"}     | 404 | there is no such open conversation
        POST   | /conversations        | {"org":"main","integration":"x","externalId":"x"} | 400 | integration is not one of the organisation's
        POST   | /agent                | {"org":"main","integration":"x","to":"x"} | 400 | org has no webhookUrl
        """)
    void refusesOtherControlCalls(String method, String path, String body, int status, String sentence) {
        HttpResponse<String> answer = CALLER.call(method, "/_simulator" + path, body);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(Caller.json(answer).get("error").textValue()).isEqualTo(sentence);
    }

    @Test
    void resetForgetsEverything() {
        String token = CALLER.token();
        CALLER.control("POST", "/faults", "{\"status\":500}");

        CALLER.control("POST", "/reset", "");

        assertThat(CALLER.journal("")).isEmpty();
        assertThat(CALLER.control("GET", "/faults", "")).isEmpty();
        assertThat(CALLER.get(token, "/api/v2/tokens/me").statusCode()).isEqualTo(401);
    }

    @Test
    void settingsAreCheckedAndTellNoSecret() {
        OrganisationSettings settings = Caller.organisation();

        assertThat(settings.toString()).doesNotContain("secret-1");
        assertThatThrownBy(() -> settings.with(Map.of("agent", "loud")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("agent must be echo or silent");
        assertThatThrownBy(() -> SimulatorSettings.of(0, settings, settings))
                .hasMessage("organisations must have different names");
    }

    @Test
    void aPortThatIsTakenIsTold() {
        assertThatThrownBy(() -> Simulator.start(SimulatorSettings.of(CALLER.port(), Caller.organisation())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
    }
}
