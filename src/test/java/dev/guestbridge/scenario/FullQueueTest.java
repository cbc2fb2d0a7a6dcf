package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A queue that nobody reads doesn't take the broker's memory: it fills up, is named, and loses nothing. */
@Timeout(180)
final class FullQueueTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int MESSAGES = 100;

    @TempDir
    Path folder;

    /** Another channel goes on meanwhile, and this one does when its statuses are read. */
    @Test
    void aChannelWhoseStatusesNobodyReadsWaits() throws Exception {
        Home home = Home.in(folder)
                .with("config/broker.xml", "<max-size-bytes>32M", "<max-size-bytes>20K")
                .with("config/broker.xml", "<page-size-bytes>4M", "<page-size-bytes>10K")
                .with("config/broker.xml", "<page-limit-messages>200000", "<page-limit-messages>10");
        try (BridgeUnderTest bridge = BridgeUnderTest.start(home.folder(), settings -> settings)) {
            bridge.bus().leave("guest.status.whatsapp");
            for (int i = 0; i < MESSAGES; i++) {
                bridge.bus().put("whatsapp", message(i));
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.management("/observe/health/ready"))
                    .contains("the broker takes no more on the queue guest.status.whatsapp, which is full until it"
                            + " is read"));
            assertThat(new OperatorsDoor(bridge)
                            .ask("/why", Map.of("of", "whatsapp"))
                            .path("answer")
                            .asText())
                    .contains("The broker takes no more on the queue guest.status.whatsapp");
            bridge.bus().put("mobile", message(0));
            await().atMost(PATIENCE).until(() -> bridge.bus().statuses("mobile").size() == 1);

            bridge.bus().take("guest.status.whatsapp");
            await().atMost(PATIENCE).until(() -> delivered(bridge) == MESSAGES);
            assertThat(bridge.genesys().requests())
                    .filteredOn(request -> request.path("path").asText().contains("int-whatsapp"))
                    .hasSize(MESSAGES);
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.management("/observe/health/ready"))
                    .contains("\"broker\"")
                    .doesNotContain("guest.status.whatsapp"));
        }
    }

    private static long delivered(BridgeUnderTest bridge) {
        return bridge.bus().statuses("whatsapp").stream()
                .filter(status -> status.path("state").asText().equals("delivered"))
                .count();
    }

    private static String message(int i) {
        return """
                {"id":"m-%d","guest":{"externalId":"guest-%d"},"text":"hello"}"""
                .formatted(i, i % 20);
    }
}
