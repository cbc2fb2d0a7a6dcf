package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing secret reaches a dead letter, a status, a reply, or a log line of the shipped configuration at any level. */
@ExtendWith(BridgeUnderTest.Shared.class)
final class SecretsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String TOKEN = "canary-access-token-93d1";

    private final BridgeUnderTest bridge;
    private final String run = BridgeUnderTest.unique();

    SecretsTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @Test
    void neitherSecretsNorGuestsWordsLeakAtAnyLevel() {
        bridge.refresh();
        try (LogListener log = LogListener.finest("text")) {
            tellEverything();
            // the next message brings a new, real token
            bridge.genesys().revokeTokens();
            put("whatsapp", "last");
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(states("whatsapp")).contains("last-" + run + " delivered"));

            assertThat(log.lines()).as("the log was listened to at its finest").hasSizeGreaterThan(100);
            Map<String, Set<String>> leaks = loggersOf(unloggable(), log);
            assertThat(leaks).as("loggers by the secret they told").isEmpty();
            assertThat(bridge.bus().everything()).allSatisfy(message -> secrets()
                    .forEach((name, secret) ->
                            assertThat(message.toString()).as(name).doesNotContain(secret)));
        }
    }

    /** One message of each fate, a token that is refused, and webhooks of both kinds. */
    private void tellEverything() {
        bridge.genesys().givesToken(TOKEN);
        bridge.genesys().fault(Tree.json("{\"match\":{\"externalId\":\"refused-%s\"},\"status\":400}".formatted(run)));
        bridge.genesys()
                .fault(Tree.json("{\"match\":{\"externalId\":\"lost-%s\"},\"action\":\"lose\"}".formatted(run)));
        for (String guest : List.of("delivered", "refused", "lost")) {
            put("whatsapp", guest);
        }
        put("kiosk", "kiosk");
        bridge.bus().put("mobile", "no json, but my-guests-words");
        byte[] webhook =
                """
                {"id":"w-%s","channel":{"id":"int-mobile","to":{"id":"g-%s"}},"type":"Text","text":"my-guests-words"}"""
                        .formatted(run, run)
                        .getBytes(StandardCharsets.UTF_8);
        bridge.hooks().post("main", webhook, "right", Map.of());
        bridge.hooks().post("main", webhook, "wrong", Map.of());
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(states("whatsapp"))
                .contains("delivered-" + run + " delivered", "refused-" + run + " dead", "lost-" + run + " delivered"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(bridge.bus().from("guest.dead")).hasSize(2));
    }

    private void put(String channel, String guest) {
        bridge.bus()
                .put(
                        channel,
                        """
                        {"id":"%s-%s","guest":{"externalId":"%s-%s"},"text":"my-guests-words"}"""
                                .formatted(guest, run, guest, run));
    }

    private List<String> states(String channel) {
        return bridge.bus().statuses(channel).stream()
                .map(status ->
                        status.path("id").asText() + " " + status.path("state").asText())
                .toList();
    }

    private static Map<String, String> secrets() {
        Map<String, String> secrets = BridgeUnderTest.secrets();
        secrets.put("access token", TOKEN);
        return secrets;
    }

    /** Guests' words belong in no log; in a dead letter they are what it is about. */
    private static Map<String, String> unloggable() {
        Map<String, String> secrets = secrets();
        secrets.put("guest's words", "my-guests-words");
        return secrets;
    }

    /** By secret: who told it, at which level. */
    private static Map<String, Set<String>> loggersOf(Map<String, String> secrets, LogListener log) {
        List<LogListener.Line> all = log.lines();
        Map<String, Set<String>> leaks = new LinkedHashMap<>();
        secrets.forEach((name, secret) -> {
            Set<String> loggers = all.stream()
                    .filter(line -> line.told().contains(secret))
                    .map(LogListener.Line::logger)
                    .collect(Collectors.toCollection(TreeSet::new));
            if (!loggers.isEmpty()) {
                leaks.put(name, loggers);
            }
        });
        return leaks;
    }
}
