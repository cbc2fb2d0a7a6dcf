package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class AgentTest {

    private final Receiver receiver = new Receiver();
    private final Caller caller = Caller.start(SimulatorSettings.of(
                    0,
                    Caller.organisation()
                            .withWebhook(receiver.url(), Caller.SECRET)
                            .with(Map.of("agentDelayMs", 1)))
            .withWebhookRetryDelayMs(40)
            .withWebhookTimeoutMs(400));
    private final String token = caller.token();

    @AfterEach
    void stop() {
        caller.close();
        receiver.close();
    }

    @Test
    void answersAGuestsMessageByASignedWebhook() throws GeneralSecurityException {
        String conversation = say("guest-1", "m-1", "Grüße 🙂");

        Receiver.Webhook webhook = received(1).get(0);
        JsonNode body = webhook.json();
        assertThat(webhook.signature())
                .isEqualTo("sha256=" + Base64.getEncoder().encodeToString(hmac(webhook.bytes())));
        assertThat(body.get("text").textValue()).isEqualTo("Echo: Grüße 🙂");
        assertThat(body.get("type").textValue()).isEqualTo("Text");
        assertThat(body.get("direction").textValue()).isEqualTo("Outbound");
        assertThat(body.get("originatingEntity").textValue()).isEqualTo("Human");
        assertThat(body.get("conversationId").textValue()).isEqualTo(conversation);
        assertThat(body.get("channel").get("id").textValue()).isEqualTo("int-whatsapp");
        assertThat(body.get("channel").get("messageId")).isEqualTo(body.get("id"));
        assertThat(body.get("channel").get("to").get("id").textValue()).isEqualTo("guest-1");
        assertThat(body.get("channel").get("from").get("id").textValue()).isEqualTo("int-whatsapp");
        assertThat(body.get("channel").get("time").textValue())
                .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\d\\.\\d{3}Z");
    }

    @Test
    void answersGuestsOfTheOtherDialectsThroughTheirIntegration() {
        caller.post(token, "/api/v2/conversations/messaging/external/threads", "{\"externalId\":\"guest-1\"}");
        caller.post(
                token,
                "/api/v2/conversations/messaging/external/threads/guest-1/messages",
                "{\"sender\":{\"id\":\"guest-1\"},\"text\":\"a\"}");
        caller.post(
                token,
                "/api/v2/conversations/messages",
                "{\"to\":{\"id\":\"c\",\"conversationId\":\"c\",\"type\":\"conversation\"},\"from\":{\"name\":\"A\","
                        + "\"address\":\"guest-2\",\"type\":\"user\"},\"text\":\"b\",\"type\":\"text\"}");

        assertThat(received(2))
                .extracting(webhook -> webhook.json().get("channel").get("id").textValue() + " "
                        + webhook.json().get("channel").get("to").get("id").textValue())
                .containsExactlyInAnyOrder("int-mobile guest-1", "int-loadtest guest-2");
    }

    @Test
    void answersOneGuestInOrderAndOneAtATimeWhateverFails() {
        receiver.statuses.addAll(List.of(503, 429, 200, 500));
        List<String> expected = new ArrayList<>(List.of("Echo: 0", "Echo: 0", "Echo: 0", "Echo: 1"));
        for (int i = 0; i < 20; i++) {
            say("guest-1", "m-" + i, Integer.toString(i));
            if (i > 0) {
                expected.add("Echo: " + i);
            }
        }

        assertThat(received(23)).extracting(Receiver.Webhook::text).containsExactlyElementsOf(expected);
        assertThat(received(23).stream()
                        .map(webhook -> webhook.json().get("id"))
                        .distinct())
                .hasSize(20);
    }

    @Test
    void givesUpAfterFiveRepeats() {
        receiver.statuses.addAll(List.of(500, 502, 503, 504, 429, 500));
        say("guest-1", "m-1", "lost");
        say("guest-1", "m-2", "next");

        assertThat(received(7))
                .extracting(Receiver.Webhook::text)
                .startsWith("Echo: lost", "Echo: lost")
                .endsWith("Echo: lost", "Echo: next");
        JsonNode attempts = attempts(7);
        assertThat(attempts.get(5).get("attempt").intValue()).isEqualTo(6);
        assertThat(attempts.get(5).get("last").booleanValue()).isTrue();
        assertThat(attempts.get(4).get("last").booleanValue()).isFalse();
    }

    @Test
    void anotherRefusalIsFinal() {
        receiver.statuses.addAll(List.of(401));
        say("guest-1", "m-1", "refused");
        say("guest-1", "m-2", "next");

        assertThat(received(2)).extracting(Receiver.Webhook::text).containsExactly("Echo: refused", "Echo: next");
        assertThat(attempts(2).get(0).get("status").intValue()).isEqualTo(401);
    }

    @Test
    void aReceiverThatDoesNotAnswerInTimeIsCalledAgain() {
        receiver.statuses.add(0);
        say("guest-1", "m-1", "slow");

        assertThat(received(2)).extracting(Receiver.Webhook::text).containsExactly("Echo: slow", "Echo: slow");
        JsonNode attempts = attempts(2);
        assertThat(attempts.get(0).get("error").textValue()).isEqualTo("no answer in 400 ms");
        assertThat(attempts.get(1).get("status").intValue()).isEqualTo(200);
    }

    @Test
    void aReceiverThatIsAwayIsCalledAgain() {
        receiver.close();
        say("guest-1", "m-1", "anybody?");

        JsonNode attempts = attempts(6);
        assertThat(attempts.get(0).get("error").textValue()).contains("refused");
        assertThat(attempts.get(5).get("last").booleanValue()).isTrue();
    }

    @Test
    void staysSilentWhenToldSoAndForRepeatsThatAreRecognised() {
        caller.change("{\"agent\":\"silent\"}");
        say("guest-1", "m-1", "nobody answers");
        caller.change("{\"agent\":\"echo\",\"idempotency\":\"recognise\"}");
        say("guest-1", "m-2", "one");
        say("guest-1", "m-2", "one");
        say("guest-1", "m-3", "two");

        assertThat(received(2)).extracting(Receiver.Webhook::text).containsExactly("Echo: one", "Echo: two");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        "text":"hi"                                              | "type":"Text"
        "type":"text","content":[{"contentType":"Attachment"}]   | "content":[{"contentType":"Attachment"}]
        "type":"structured","text":"?","content":[{"contentType":"QuickReply"}] | "type":"Structured"
        "type":"typing"                                          | "events":[{"eventType":"Typing","typing":{"type":"On","duration":5000}}]
        "type":"receipt","id":"m-1"                              | "direction":"Inbound"
        "type":"receipt","id":"m-1","status":"Failed"            | "status":"Failed"
        "type":"ended"                                           | "events":[{"eventType":"Presence","presence":{"type":"Disconnect"}}]
        "text":"hi","id":"i","time":"2021-02-01T15:04:05.123Z"   | "time":"2021-02-01T15:04:05.123Z"
        "text":"hi","conversationId":"c-9"                       | "conversationId":"c-9"
        """)
    void sendsWhatItIsTold(String fields, String seen) {
        caller.control(
                "POST", "/agent", "{\"org\":\"main\",\"integration\":\"int-other\",\"to\":\"guest-1\"," + fields + "}");

        assertThat(new String(received(1).get(0).bytes(), StandardCharsets.UTF_8))
                .contains(seen, "\"to\":{\"id\":\"guest-1\",\"idType\":\"Opaque\"}", "int-other");
    }

    @Test
    void sendsForgedWebhooks() throws GeneralSecurityException {
        for (String signature : List.of("wrong", "none", "hex")) {
            caller.control(
                    "POST",
                    "/agent",
                    "{\"org\":\"main\",\"to\":\"g\",\"rawBody\":\"no json\",\"signature\":\"" + signature + "\"}");
        }

        List<Receiver.Webhook> forged = received(3);
        assertThat(forged)
                .extracting(webhook -> new String(webhook.bytes(), StandardCharsets.UTF_8))
                .containsOnly("no json");
        String right = Base64.getEncoder().encodeToString(hmac(forged.get(0).bytes()));
        assertThat(forged.get(0).signature())
                .matches("sha256=[A-Za-z0-9+/]{43}=")
                .isNotEqualTo("sha256=" + right);
        assertThat(forged.get(1).signature()).isNull();
        assertThat(forged.get(2).signature())
                .isEqualTo(
                        "sha256=" + HexFormat.of().formatHex(hmac(forged.get(2).bytes())));
    }

    private String say(String guest, String id, String text) {
        return Caller.json(caller.post(
                        token,
                        "/api/v2/conversations/messages/int-whatsapp/inbound/open/message?prefetchConversationId=true",
                        "{\"channel\":{\"messageId\":\"" + id + "\",\"from\":{\"id\":\"" + guest
                                + "\",\"idType\":\"Opaque\"},\"time\":\"2021-02-01T15:04:05.123Z\"},\"text\":\"" + text
                                + "\"}"))
                .get("conversationId")
                .textValue();
    }

    private List<Receiver.Webhook> received(int count) {
        await().until(() -> receiver.webhooks.size() >= count);
        return receiver.webhooks;
    }

    private JsonNode attempts(int count) {
        await().until(() -> caller.control("GET", "/webhooks", "").get("total").intValue() >= count);
        return caller.control("GET", "/webhooks", "").get("attempts");
    }

    private static byte[] hmac(byte[] body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Caller.SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return mac.doFinal(body);
    }
}
