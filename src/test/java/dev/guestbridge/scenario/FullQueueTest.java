package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.Settings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A queue that nobody reads doesn't take the broker's memory: it fills up, is named, and loses nothing. */
@Timeout(600)
final class FullQueueTest {

    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int MESSAGES = 60;

    @TempDir
    Path folder;

    /** Another channel goes on meanwhile, and is told what waits; this one goes on when its statuses are read. */
    @Test
    void aChannelWhoseStatusesNobodyReadsWaits() throws Exception {
        try (BridgeUnderTest bridge = BridgeUnderTest.start(smallQueues(), FullQueueTest::fewPlaces)) {
            bridge.bus().leave("guest.status.mobile");
            for (int i = 0; i < MESSAGES; i++) {
                bridge.bus().put("mobile", message(i));
            }
            awaitFull(bridge, "guest.status.mobile");
            assertThat(new OperatorsDoor(bridge)
                            .ask("/why", Map.of("of", "mobile"))
                            .path("answer")
                            .asText())
                    .contains("The broker takes no more on the queue guest.status.mobile");
            bridge.bus().put("whatsapp", message(0));
            await().atMost(PATIENCE).until(() -> told(bridge, "whatsapp", "delivered") == 1);
            bridge.genesys().fault(Map.of("match", Map.of("path", "int-whatsapp"), "times", 0, "status", 503));
            bridge.bus().put("whatsapp", message(1));
            await().atMost(PATIENCE).until(() -> told(bridge, "whatsapp", "waiting") > 0);
            bridge.genesys().forgetFaults();

            bridge.bus().take("guest.status.mobile");
            await().atMost(PATIENCE).until(() -> told(bridge, "mobile", "delivered") == MESSAGES);
            assertThat(bridge.genesys().requests())
                    .filteredOn(request -> request.path("path").asText().matches(".*/external/threads/.*/messages"))
                    .hasSize(MESSAGES);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.management("/observe/health/ready"))
                    .contains("\"broker\"")
                    .doesNotContain("guest.status.mobile"));
        }
    }

    @Test
    void deadLettersThatNobodyReadsHoldUpNoMessageThatIsntDead() throws Exception {
        try (BridgeUnderTest bridge = BridgeUnderTest.start(
                smallQueues(), settings -> fewPlaces(settings).with("channel.refusals-per-minute", 0))) {
            bridge.bus().leave("guest.dead");
            bridge.genesys().fault(Map.of("match", Map.of("path", "int-whatsapp"), "times", 0, "status", 400));
            for (int i = 0; i < MESSAGES; i++) {
                bridge.bus().put("whatsapp", message(i));
            }
            awaitFull(bridge, "guest.dead");
            bridge.bus().put("mobile", message(0));
            await().atMost(PATIENCE).until(() -> told(bridge, "mobile", "delivered") == 1);

            bridge.bus().take("guest.dead");
            await().atMost(PATIENCE).until(() -> told(bridge, "whatsapp", "dead") == MESSAGES);
        }
    }

    private Path smallQueues() throws IOException {
        return Home.in(folder)
                .with("config/broker.xml", "<max-size-bytes>32M", "<max-size-bytes>20K")
                .with("config/broker.xml", "<page-size-bytes>4M", "<page-size-bytes>10K")
                .with("config/broker.xml", "<page-limit-messages>200000", "<page-limit-messages>10")
                .folder();
    }

    private static Settings fewPlaces(Settings settings) {
        return settings.with("genesys.calls-in-flight", 4);
    }

    private static void awaitFull(BridgeUnderTest bridge, String queue) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.management("/observe/health/ready"))
                .contains("the broker takes no more on the queue " + queue + ", which is full until it is read"));
    }

    private static long told(BridgeUnderTest bridge, String channel, String state) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> status.path("state").asText().equals(state))
                .count();
    }

    private static String message(int i) {
        return """
                {"id":"m-%d","guest":{"externalId":"guest-%d"},"text":"hello"}"""
                .formatted(i, i % 20);
    }
}
