package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A fault of the bridge's own, here a step that gets nothing where it needs an answer. */
@Tag(BridgeUnderTest.OVER_BOTH_TRANSPORTS)
final class OwnFaultTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    @Test
    void aMessageWhoseAnswerBringsItOutIsSentThreeTimesAndThenIsDead() throws Exception {
        Home broken =
                Home.in(folder).with("routes/inbound.camel.yaml", "messageId(${body})", "messageId(${variable.none})");
        try (BridgeUnderTest bridge = BridgeUnderTest.start(broken.folder(), settings -> settings)) {
            bridge.bus()
                    .put(
                            "whatsapp",
                            """
                            {"id":"m-1","guest":{"externalId":"ada"},"text":"hello"}""");
            await().atMost(PATIENCE)
                    .until(() -> bridge.genesys().requests().size() > 3
                            || !bridge.bus().from("guest.dead").isEmpty());
            assertThat(bridge.genesys().requests()).hasSize(3);
            assertThat(bridge.bus().from("guest.dead")).hasSize(1);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.bus().statuses("whatsapp"))
                    .anyMatch(status -> status.path("state").asText().equals("dead")
                            && status.path("possibleRepeat").asBoolean()));
        }
    }
}
