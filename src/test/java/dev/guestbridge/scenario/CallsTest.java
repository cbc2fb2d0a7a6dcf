package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What the bridge costs in calls. */
@ExtendWith(BridgeUnderTest.Shared.class)
final class CallsTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final BridgeUnderTest bridge;
    private final String run = BridgeUnderTest.unique();

    CallsTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @Test
    void fiftyMessagesOfOneGuestCostOneOpeningAndFiftySends() {
        put(50, number -> "guest-" + run);

        delivered(50);
        List<JsonNode> requests = bridge.genesys().requests();
        assertThat(requests)
                .hasSize(51)
                .allMatch(request -> request.path("outcome").asText().equals("accepted"));
        assertThat(requests.get(0).path("path").asText()).endsWith("/external/threads");
        assertThat(requests.subList(1, 51))
                .extracting(request -> request.path("body").path("text").asText())
                .containsExactlyElementsOf(IntStream.range(0, 50)
                        .mapToObj(number -> "text " + number)
                        .toList());
    }

    @Test
    void twoHundredGuestsFirstMessagesAtOnceCostOneTokenRequest() {
        bridge.genesys().fault(Tree.json("{\"match\":{\"path\":\"/oauth/token\"},\"delayMs\":500}"));
        bridge.genesys().revokeTokens();

        put(200, number -> "guest-" + number + "-" + run);

        delivered(200);
        assertThat(bridge.genesys().tokenRequests()).hasSize(1);
        assertThat(bridge.genesys().requests().stream()
                        .filter(request -> request.path("path").asText().endsWith("/external/threads"))
                        .filter(request -> request.path("outcome").asText().equals("accepted")))
                .hasSize(200);
        assertThat(bridge.genesys().requests().stream()
                        .filter(request -> request.path("path").asText().endsWith("/messages"))
                        .filter(request -> request.path("outcome").asText().equals("accepted")))
                .hasSize(200);
    }

    private void put(int count, java.util.function.IntFunction<String> guest) {
        for (int number = 0; number < count; number++) {
            bridge.bus()
                    .put(
                            "mobile",
                            """
                            {"id":"m-%d-%s","guest":{"externalId":"%s"},"text":"text %d"}"""
                                    .formatted(number, run, guest.apply(number), number));
        }
    }

    private void delivered(int count) {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.bus().statuses("mobile").stream()
                        .filter(status -> status.path("state").asText().equals("delivered")))
                .hasSize(count));
    }
}
