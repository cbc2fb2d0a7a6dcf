package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OpenMessagingTest {

    private static final String OPEN = "/api/v2/conversations/messages/int-whatsapp/inbound/open";
    private static final String MALFORMED =
            "The request could not be understood by the server due to malformed syntax.";
    private static final String MESSAGE =
            """
            {"channel":{"messageId":"m-1","from":{"id":"guest-1","idType":"Opaque","firstName":"Bob","nickname":"Bobby"},\
            "time":"2021-02-01T15:04:05.123Z","metadata":{"customAttributes":{"orderId":"A-17"}}},\
            "text":"Hello World","metadata":{"source":"jms"}}""";
    private static final Caller CALLER = Caller.start();

    private String token;

    @BeforeEach
    void token() {
        CALLER.control("POST", "/reset", "");
        token = CALLER.token("messaging");
    }

    @AfterAll
    static void stop() {
        CALLER.close();
    }

    @Test
    void takesAMessage() {
        HttpResponse<String> answer = CALLER.post(token, OPEN + "/message", MESSAGE);

        JsonNode body = Caller.json(answer);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(body.get("type").textValue()).isEqualTo("Text");
        assertThat(body.get("text").textValue()).isEqualTo("Hello World");
        assertThat(body.get("channel").get("id").textValue()).isEqualTo("int-whatsapp");
        assertThat(body.get("channel").get("platform").textValue()).isEqualTo("Open");
        assertThat(body.get("channel").get("messageId").textValue()).isEqualTo("m-1");
        assertThat(body.get("channel").get("from").get("id").textValue()).isEqualTo("guest-1");
        assertThat(body.has("conversationId")).isFalse();
        JsonNode entry = CALLER.journal("?externalId=guest-1").get(0);
        assertThat(entry.get("messageId").textValue()).isEqualTo("m-1");
        assertThat(entry.get("genesysId")).isEqualTo(body.get("id"));
    }

    @Test
    void tellsOfItsIntegrationsToThoseWhoMayLook() {
        String integrations = "/api/v2/conversations/messaging/integrations/open/";
        HttpResponse<String> answer = CALLER.get(token, integrations + "int-whatsapp");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Caller.json(answer).get("id").textValue()).isEqualTo("int-whatsapp");
        assertThat(Caller.json(answer).get("createStatus").textValue()).isEqualTo("Completed");

        assertThat(CALLER.get(token, integrations + "int-mobile").statusCode())
                .as("of another dialect")
                .isEqualTo(404);
        assertThat(CALLER.get(CALLER.token("messaging:readonly"), integrations + "int-whatsapp")
                        .statusCode())
                .isEqualTo(200);
        HttpResponse<String> refused = CALLER.get(CALLER.token("messaging:send"), integrations + "int-whatsapp");
        assertThat(refused.statusCode()).isEqualTo(403);
        assertThat(refused.body()).contains("messaging:integration:view");
    }

    @Test
    void tellsTheConversationWhenAsked() {
        JsonNode first = prefetch();
        assertThat(first.textValue()).hasSize(36);
        assertThat(prefetch()).isEqualTo(first);

        CALLER.control("POST", "/conversations/close", "{\"org\":\"main\",\"externalId\":\"guest-1\"}");
        assertThat(prefetch()).isNotEqualTo(first);

        assertThat(CALLER.post(token, OPEN + "/message?prefetchConversationId=yes", MESSAGE)
                        .statusCode())
                .isEqualTo(400);
    }

    @Test
    void takesAnAttachmentWithoutText() {
        String body = MESSAGE.replace(
                "\"text\":\"Hello World\"",
                "\"content\":[{\"contentType\":\"Attachment\",\"attachment\":{\"mediaType\":\"Image\","
                        + "\"url\":\"https://cdn.example.com/a.jpg\",\"mime\":\"image/jpeg\",\"filename\":\"a.jpg\"}}]");

        assertThat(CALLER.post(token, OPEN + "/message", body).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        "channel":                           | "chanel":                        | bad.request   | should have required property 'channel'
        "from":                              | "sender":                        | bad.request   | should have required property 'from'
        "id":"guest-1",                      | ~~                               | bad.request   | should have required property 'id'
        "id":"guest-1"                       | "id":7                           | bad.request   | 'id' should be string
        ,"idType":"Opaque"                   | ~~                               | bad.request   | should have required property 'idType'
        "Opaque"                             | "WhatsApp"                       | invalid.value | 'idType' should be one of Email, Phone, Opaque
        "Bob"                                | null                             | bad.request   | 'firstName' should be string
        "m-1"                                | 1                                | bad.request   | 'messageId' should be string
        "time":                              | "at":                            | bad.request   | should have required property 'time'
        2021-02-01T15:04:05.123Z             | 2021-02-01T15:04:05+00:00        | invalid.date  | 'time' should be yyyy-MM-ddTHH:mm:ss[.mmm]Z
        2021-02-01T15:04:05.123Z             | 2021-02-01T15:04:05.123456Z      | invalid.date  | 'time' should be yyyy-MM-ddTHH:mm:ss[.mmm]Z
        2021-02-01T15:04:05.123Z             | 2021-02-31T15:04:05Z             | invalid.date  | 'time' should be yyyy-MM-ddTHH:mm:ss[.mmm]Z
        "text":"Hello World",                | ~~                               | bad.request   | should have required property 'content', should have required property '.text', should match some schema in anyOf
        "Hello World"                        | ""                               | bad.request   | should have required property 'content', should have required property '.text', should match some schema in anyOf
        "Hello World"                        | 7                                | bad.request   | 'text' should be string
        {"source":"jms"}                     | {"source":{"a":"b"}}             | bad.request   | MALFORMED
        {"source":"jms"}                     | {"customAttributes":{"a":"b"}}   | bad.request   | MALFORMED
        {"source":"jms"}                     | {"source":1}                     | bad.request   | MALFORMED
        {"orderId":"A-17"}                   | {"orderId":17}                   | bad.request   | 'customAttributes' should be an object of strings
        {"customAttributes":{"orderId":"A-17"}} | "none"                        | bad.request   | 'metadata' should be object
        "text":"Hello World"                 | "content":{}                     | bad.request   | 'content' should be array
        "text":"Hello World"                 | "content":[{}]                   | bad.request   | should have required property 'attachment'
        "text":"Hello World"                 | "content":[{"attachment":{"url":"https://a.example/b","mime":"a/b"}}] | bad.request | should have required property 'mediaType'
        "text":"Hello World"                 | "content":[{"attachment":{"mediaType":"Image","mime":"a/b"}}] | bad.request | should have required property 'url'
        "text":"Hello World"                 | "content":[{"attachment":{"mediaType":"Image","url":"https://a.example/b"}}] | bad.request | should have required property 'mime'
        "text":"Hello World"                 | "content":[{"attachment":{"mediaType":"Picture","url":"https://a.example/b","mime":"a/b"}}] | invalid.value | 'mediaType' should be one of [Audio, File, Image, Link, Video]
        "text":"Hello World"                 | "content":[{"attachment":{"mediaType":"Image","url":"file:/a","mime":"a/b"}}] | invalid.value | 'url' should be a URL that Genesys can fetch
        "text":"Hello World"                 | "content":[{"contentType":"Card","attachment":{}}] | invalid.value | 'contentType' should be Attachment
        "text":"Hello World"                 | "content":[{},{}]                | bad.request   | only one Attachment is allowed
        """)
    void refusesAMessage(String right, String wrong, String code, String message) {
        String body = MESSAGE.replace(right, wrong);
        assertThat(body).isNotEqualTo(MESSAGE);

        HttpResponse<String> answer = CALLER.post(token, OPEN + "/message", body);

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(Caller.body(answer)).isEqualTo(Caller.live(400, code, message.replace("MALFORMED", MALFORMED)));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        event    | {"channel":{"from":{"id":"g","idType":"Opaque"},"time":"2021-02-01T15:04:05Z"},"events":[{"eventType":"Typing"}]} | 200
        event    | {"channel":{"from":{"id":"g","idType":"Opaque"},"time":"2021-02-01T15:04:05Z"},"events":[{"eventType":"Presence"}]} | 400
        event    | {"channel":{"from":{"id":"g","idType":"Opaque"},"time":"2021-02-01T15:04:05Z"},"events":[]} | 400
        event    | {"channel":{"from":{"id":"g","idType":"Opaque"}},"events":[{"eventType":"Typing"}]} | 400
        receipt  | {"id":"x","channel":{"to":{"id":"g"},"time":"2021-02-01T15:04:05.123Z"},"status":"Delivered","isFinalReceipt":true} | 200
        receipt  | {"id":"x","channel":{"to":{"id":"g"},"time":"2021-02-01T15:04:05.123Z"},"status":"Failed","reasons":[{"code":"GeneralError","message":"no"}]} | 200
        receipt  | {"channel":{"to":{"id":"g"},"time":"2021-02-01T15:04:05.123Z"},"status":"Delivered"} | 400
        receipt  | {"id":"x","channel":{"from":{"id":"g"},"time":"2021-02-01T15:04:05.123Z"},"status":"Delivered"} | 400
        receipt  | {"id":"x","channel":{"to":{"id":"g"},"time":"2021-02-01T15:04:05.123Z"},"status":"Read"} | 400
        receipt  | {"id":"x","channel":{"to":{"id":"g"},"time":"2021-02-01T15:04:05.123Z"},"status":"Failed","reasons":[{"code":"Sorry","message":"no"}]} | 400
        receipt  | {"id":"x","channel":{"to":{"id":"g"},"time":"2021-02-01T15:04:05.123Z"},"status":"Failed","reasons":[{"code":"GeneralError"}]} | 400
        receipt  | {"id":"x","channel":{"to":{"id":"g"},"time":"2021-02-01T15:04:05.123Z"},"status":"Delivered","isFinalReceipt":"true"} | 400
        structured/response | {"channel":{"messageId":"m-2","from":{"id":"g","idType":"Opaque"},"time":"2025-06-11T10:00:00.000Z"},"buttonResponse":{"type":"QuickReply","text":"Yes","payload":"Yes"},"originatingMessageId":"x"} | 200
        structured/response | {"channel":{"messageId":"m-2","from":{"id":"g","idType":"Opaque"},"time":"2025-06-11T10:00:00.000Z"},"buttonResponse":{"type":"QuickReply","text":"Yes"},"originatingMessageId":"x"} | 400
        structured/response | {"channel":{"messageId":"m-2","from":{"id":"g","idType":"Opaque"},"time":"2025-06-11T10:00:00.000Z"},"buttonResponse":{"type":"QuickReply","text":"Yes","payload":"Yes"}} | 400
        structured/response | {"channel":{"messageId":"m-2","from":{"id":"g","idType":"Opaque"},"time":"2025-06-11T10:00:00.000Z"},"buttonResponse":{"type":"Link","text":"Yes","payload":"Yes"},"originatingMessageId":"x"} | 400
        """)
    void judgesEventsReceiptsAndStructuredResponses(String kind, String body, int status) {
        assertThat(CALLER.post(token, OPEN + "/" + kind, body).statusCode()).isEqualTo(status);
    }

    @Test
    void refusesAnIntegrationThatItDoesNotHave() {
        HttpResponse<String> answer = CALLER.post(token, OPEN.replace("whatsapp", "mobile") + "/message", MESSAGE);

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(Caller.body(answer))
                .isEqualTo(Caller.live(404, "not.found", "The requested resource was not found."));
    }

    @Test
    void refusesATokenWithoutTheScope() {
        assertThat(CALLER.post(CALLER.token("messaging:guest"), OPEN + "/message", MESSAGE)
                        .statusCode())
                .isEqualTo(403);
    }

    @Test
    void repeatsAreTakenAgainAndCounted() {
        JsonNode first = Caller.json(CALLER.post(token, OPEN + "/message", MESSAGE));
        JsonNode second = Caller.json(CALLER.post(token, OPEN + "/message", MESSAGE));
        CALLER.post(token, OPEN + "/message", MESSAGE.replace("m-1", "m-2"));

        assertThat(second.get("id")).isNotEqualTo(first.get("id"));
        assertThat(CALLER.journal("?outcome=repeat")).hasSize(1);
    }

    @Test
    void repeatsAreRecognisedWhenToldSo() {
        CALLER.change("{\"idempotency\":\"recognise\"}");

        String first = CALLER.post(token, OPEN + "/message?prefetchConversationId=true", MESSAGE)
                .body();
        String second = CALLER.post(token, OPEN + "/message?prefetchConversationId=true", MESSAGE)
                .body();

        assertThat(second).isEqualTo(first);
        assertThat(CALLER.journal("?outcome=repeat")).hasSize(1);
    }

    private JsonNode prefetch() {
        return Caller.json(CALLER.post(token, OPEN + "/message?prefetchConversationId=true", MESSAGE))
                .get("conversationId");
    }
}
