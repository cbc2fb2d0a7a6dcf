package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.Settings;
import dev.guestbridge.cli.Finding.Verdict;
import dev.guestbridge.message.Channels;
import jakarta.jms.JMSContext;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.Timeout;

/**
 * What each report was stuck on, brought about at the simulator, met by a message on its way through the bridge, and named
 * by the doctor with its cause and cure. Each has a channel of its own, so that one's trouble isn't another's.
 */
@Timeout(120)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class DoctorBesideABridgeTest {

    private static final String UNAUTHORIZED =
            "{\"code\":\"unauthorized\",\"message\":\"The request could not be fulfilled because the requestor is not"
                    + " authorized to perform the action.\"}";

    private static Embedded embedded;
    private static Settings settings;

    @BeforeAll
    static void start() throws Exception {
        Settings installed = Settings.read(Path.of("."), Map.of());
        embedded = Embedded.start(installed, Channels.read(Path.of("routes/channels")), 60_000);
        settings = embedded.settings();
        control("PATCH", "/organisations/main", "{\"agent\": \"silent\"}");
    }

    @AfterAll
    static void stop() {
        embedded.close();
    }

    @Test
    @Order(1)
    void besideABridgeThatIsWellNothingIsFound() throws Exception {
        List<Finding> all = look(Doctor.GROUPS);
        assertThat(all).noneMatch(Finding::isBad);
        assertThat(all)
                .extracting(Finding::sentence)
                .anyMatch(said -> said.contains("answers, and has the 18 queues that the channels need"))
                .anyMatch(said -> said.contains("the running bridge can write to its store"))
                .anyMatch(said -> said.endsWith("/webhooks/main turns a call without signature away, as it should"));
    }

    /** External threads: 400, 'Invalid sender'. */
    @Test
    @Order(2)
    void theSenderIsntTheThreadsOwner() {
        control(
                "POST",
                "/faults",
                """
                {"match": {"externalId": "sender", "path": "/messages$"}, "times": 0, "status": 400, "body": {
                  "code": "bad_request", "message": "Invalid sender. The external ID does not match the thread owner.",
                  "details": []}}""");
        put("mobile", "{\"guest\":{\"externalId\":\"sender\"},\"text\":\"a secret of the guest\"}");
        Finding found = badOf("channel mobile");
        assertThat(found.sentence())
                .contains("1 message dead of sender-mismatch within the last hour (HTTP 400, bad_request)")
                .contains("the thread belongs to another id than the sender's");
        assertThat(found.cure())
                .contains("guest.externalId", "character for character", "no threadId, no fresh UUID, no other case");
    }

    /** Conversation messages: 400, though 'to' is as it should be. */
    @Test
    @Order(3)
    void theConversationIsClosed() {
        control(
                "POST",
                "/conversations",
                "{\"org\":\"main\",\"integration\":\"int-loadtest\",\"externalId\":\"g\",\"conversationId\":\"closed-1\"}");
        control("POST", "/conversations/close", "{\"org\":\"main\",\"conversationId\":\"closed-1\"}");
        put(
                "loadtest",
                "{\"guest\":{\"externalId\":\"g\",\"name\":\"G\"},\"conversationId\":\"closed-1\",\"text\":\"hello\"}");
        Finding found = badOf("channel loadtest");
        assertThat(found.sentence())
                .contains("dead of payload-invalid", "(HTTP 400, invalid_payload)")
                .contains("the conversation is closed", "a participant's id or a placeholder");
        assertThat(found.cure()).contains("open conversation", "conversationId", "client credentials");
    }

    /** Guest conversations: 500, and no word why. */
    @Test
    @Order(4)
    void theGuestIsntKnownEverywhereYet() {
        control("PATCH", "/organisations/main", "{\"propagationMs\": 600000}");
        put("kiosk", "{\"guest\":{\"externalId\":\"new\"},\"text\":\"hello\"}");
        Finding found = badOf("channel kiosk");
        assertThat(found.sentence())
                .contains("1 message held for not-propagated (HTTP 500)")
                .contains("just after a conversation is opened it doesn't know the guest everywhere yet");
        assertThat(found.cure()).contains("Nothing for half a minute", "parameter queue in routes/channels/kiosk");
    }

    /** Messaging, sending: 401, though token and scopes are good. */
    @Test
    @Order(5)
    void theParticipantDoesntExist() {
        control(
                "POST",
                "/faults",
                "{\"match\": {\"path\": \"/conversations/messaging/[^/]+/messages$\"}, \"times\": 0, \"status\": 401, \"body\": "
                        + UNAUTHORIZED + "}");
        put("webchat", "{\"guest\":{\"externalId\":\"nobody\"},\"text\":\"hello\"}");
        Finding found = badOf("channel webchat");
        assertThat(found.sentence())
                .contains("dead of identity-unknown", "(HTTP 401, unauthorized)")
                .contains("the conversation or the participant that is named doesn't exist");
        assertThat(found.cure()).contains("conversationId and participantId", "leave them out");
    }

    /** Messaging, opening: 401, though token and scopes are good. */
    @Test
    @Order(6)
    void theGuestsHeaderIsLostOnTheWay() {
        control("DELETE", "/faults", "");
        control(
                "POST",
                "/faults",
                "{\"match\": {\"path\": \"/conversations/messaging$\"}, \"times\": 0, \"status\": 401, \"body\": "
                        + UNAUTHORIZED + "}");
        put("webchat", "{\"guest\":{\"externalId\":\"headless\"},\"text\":\"hello\"}");
        await().untilAsserted(() -> assertThat(badOnes("channel webchat")).anySatisfy(found -> {
            assertThat(found.sentence())
                    .contains("for scope-missing", "(HTTP 401, unauthorized)")
                    .contains("though the token has every scope for it", "header X-Guest-Id");
            assertThat(found.cure()).contains("proxy or gateway", "genesys.main.api-url");
        }));
    }

    private static Finding badOf(String heading) {
        await().until(() -> !badOnes(heading).isEmpty());
        List<Finding> bad = badOnes(heading);
        assertThat(bad).hasSize(1);
        assertThat(bad.toString()).doesNotContain("a secret of the guest", "externalId=");
        return bad.get(0);
    }

    private static List<Finding> badOnes(String heading) {
        try {
            return look(List.of("organisation", "channel")).stream()
                    .filter(found -> found.heading().equals(heading) && found.verdict() != Verdict.OK && found.isBad())
                    .toList();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Finding> look(List<String> groups) throws Exception {
        return new Doctor(settings, Duration.ofSeconds(30), Clock.systemUTC()).findings(groups);
    }

    private static void put(String channel, String message) {
        try (ActiveMQConnectionFactory factory =
                        new ActiveMQConnectionFactory("tcp://127.0.0.1:" + settings.get("broker.embedded.port"));
                JMSContext context = factory.createContext()) {
            context.createProducer().send(context.createQueue("guest.in." + channel), message);
        }
    }

    private static void control(String method, String path, String body) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(embedded.simulatorUrl() + "/_simulator" + path))
                                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
