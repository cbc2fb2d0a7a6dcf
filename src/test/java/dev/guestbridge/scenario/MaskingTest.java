package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The shipped layouts mask secrets whoever prints them, even with every logger at TRACE, and make each event one line. */
@ExtendWith(BridgeUnderTest.Shared.class)
@Tag(BridgeUnderTest.OVER_BOTH_TRANSPORTS)
final class MaskingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "canary-access-token-40ff";
    private static final String WORDS = "canary-of-the-guests-words";

    private final BridgeUnderTest bridge;
    private final String run = BridgeUnderTest.unique();

    MaskingTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void secretsAreMaskedWithEveryLoggerAtTrace(String format) {
        bridge.refresh();
        try (LogListener log = LogListener.uncapped(format)) {
            bridge.genesys().givesToken(TOKEN);
            deliver("first");
            bridge.genesys().revokeTokens();
            deliver("second");
            byte[] webhook =
                    """
                    {"id":"w-%s","channel":{"id":"int-mobile","to":{"id":"g"}},"type":"Text","text":"%s"}"""
                            .formatted(run, WORDS)
                            .getBytes(StandardCharsets.UTF_8);
            assertThat(bridge.hooks().post("main", webhook, "right", Map.of()).statusCode())
                    .isEqualTo(200);

            String all = log.written();
            assertThat(all).as("Camel and the HTTP client tell all").contains("Bearer ***", "Basic ***", WORDS);
            secrets().forEach((name, secret) -> assertThat(
                            all.lines().filter(line -> line.contains(secret)).findFirst())
                    .as(name)
                    .isEmpty());
            String ours = format.equals("text") ? "^\\S+ \\w+ +d\\.g\\..*" : ".*\"log.logger\":\"dev\\.guestbridge.*";
            assertThat(all.lines().filter(line -> line.matches(ours) && line.contains(WORDS)))
                    .as("our own loggers don't tell guests' words")
                    .isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"text", "json"})
    void whatIsLoggedCantMakeAnotherLine(String format) {
        Logger logger = LoggerFactory.getLogger("dev.guestbridge.webhook");
        String evil = "a\r\nFAKE\nFAKE\rFAKE\u2028FAKE\u2029FAKE\u0085FAKE\u001b[2JFAKE\u0000FAKE\u202eFAKE";
        try (LogListener log = LogListener.shipped(format)) {
            logger.warn("organisation {}: refused", evil);
            logger.warn("failed", new IllegalStateException(evil));

            String all = log.written();
            assertThat(all.chars().filter(c -> c == '\n')).as(all).hasSize(2);
            assertThat(all.replace("\n", ""))
                    .contains("FAKE")
                    .doesNotContainPattern("[\\p{Cntrl}\\u0085\\u2028\\u2029\\u202e]");
            if (format.equals("json")) {
                all.lines().forEach(line -> assertThat(
                                Tree.json(line).path("log.level").asText())
                        .isEqualTo("WARN"));
                assertThat(all).contains("\"error.type\":\"java.lang.IllegalStateException\"");
            }
        }
    }

    @Test
    void theWordsOfALineThatHoldsNoSecretAreLeftAlone() {
        try (LogListener log = LogListener.shipped("text")) {
            LoggerFactory.getLogger("dev.guestbridge.x")
                    .info("genesys.main.client-secret-file: a new secret is taken from /run/secrets/é✓😀");

            assertThat(log.written())
                    .contains("genesys.main.client-secret-file: a new secret is taken from /run/secrets/é✓😀");
        }
    }

    private void deliver(String guest) {
        bridge.bus()
                .put(
                        "whatsapp",
                        """
                        {"id":"%s-%s","guest":{"externalId":"%s-%s"},"text":"%s"}"""
                                .formatted(guest, run, guest, run, WORDS));
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.bus().statuses("whatsapp"))
                .anyMatch(status -> status.path("id").asText().equals(guest + "-" + run)
                        && status.path("state").asText().equals("delivered")));
    }

    private static Map<String, String> secrets() {
        Map<String, String> secrets = BridgeUnderTest.secrets();
        secrets.put("access token", TOKEN);
        return secrets;
    }
}
