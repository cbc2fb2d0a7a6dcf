package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Who has installed this version and kept the routes and settings of the one before loses nothing by it. */
@Timeout(120)
final class PreviousVersionTest {

    private static final Path PREVIOUS = Path.of("src/test/resources/previous");

    @Test
    void itsRoutesStartAndCarryMessagesAndReplies() throws Exception {
        try (BridgeUnderTest bridge = BridgeUnderTest.start(PREVIOUS, settings -> settings)) {
            bridge.genesys().settings(Map.of("agent", "echo"));
            String guest = BridgeUnderTest.unique();
            bridge.bus().put("whatsapp", message(guest, guest));
            bridge.bus().put("whatsapp", "no JSON");

            await().untilAsserted(() -> {
                assertThat(bridge.bus().statuses("whatsapp"))
                        .extracting(status -> status.path("state").asText())
                        .contains("delivered", "dead");
                assertThat(bridge.bus().from("guest.out.whatsapp")).isNotEmpty();
            });

            String stuck = BridgeUnderTest.unique();
            bridge.genesys().fault(Map.of("match", Map.of("externalId", stuck), "status", 503, "times", 0));
            bridge.bus().put("whatsapp", message(stuck, stuck));
            OperatorsDoor door = new OperatorsDoor(bridge);
            await().until(() ->
                    door.act("/messages/give-up", Map.of("of", stuck)).status() == 200);
            await().until(() -> bridge.bus().statuses("whatsapp").stream()
                    .anyMatch(status -> status.path("id").asText().equals(stuck)
                            && status.path("class").asText().equals("given-up")));
        }
    }

    private static String message(String id, String guest) {
        return Tree.JSON
                .valueToTree(Map.of("id", id, "guest", Map.of("externalId", guest), "text", "Is there a shuttle bus?"))
                .toString();
    }
}
