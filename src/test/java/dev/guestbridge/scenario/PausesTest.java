package dev.guestbridge.scenario;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.scenario.BridgeUnderTest.Shared;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** What stands still when Genesys refuses a channel or an organisation, and what flows on. */
@ExtendWith(Shared.class)
class PausesTest {

    private static final int MANY = 100;
    private static final List<String> WITHOUT_MOBILE = List.of(
            "messaging",
            "conversation:view",
            "conversation:write",
            "messaging:guest",
            "messaging:web",
            "guest:messages:send");
    private static final List<String> ALL = List.of(
            "messaging",
            "messaging:external:write",
            "conversation:view",
            "conversation:write",
            "messaging:guest",
            "messaging:web",
            "guest:messages:send");

    private final BridgeUnderTest bridge;

    PausesTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @BeforeEach
    @AfterEach
    void everythingAllowed() {
        bridge.genesys().settings(Map.of("allowedScopes", ALL));
        bridge.refresh();
    }

    @Test
    void a_channel_without_its_scope_waits_in_order_and_the_others_flow_on() {
        bridge.genesys().settings(Map.of("allowedScopes", WITHOUT_MOBILE));
        String run = BridgeUnderTest.unique();
        for (int i = 0; i < MANY; i++) {
            put("mobile", run, i);
            put("whatsapp", run, i);
        }
        await().until(() -> bridge.bus().statuses("mobile").stream()
                .anyMatch(status -> "scope-missing".equals(status.path("class").asText())));
        long callsBefore = callsForMobile();
        assertThat(get("/observe/health")).contains("channel mobile paused", "scope-missing");
        assertThat(get("/observe/health/ready")).contains("\"status\":\"UP\"");
        await().until(() -> settled("whatsapp", run).size() == MANY);
        assertThat(settled("whatsapp", run)).allMatch(status -> state(status).equals("delivered"));
        assertThat(settled("mobile", run)).isEmpty();
        assertThat(callsForMobile() - callsBefore).isLessThanOrEqualTo(5);

        bridge.genesys().settings(Map.of("allowedScopes", ALL));
        await().atMost(90, SECONDS).until(() -> settled("mobile", run).size() == MANY);
        assertThat(settled("mobile", run)).allMatch(status -> state(status).equals("delivered"));
        for (int guest = 0; guest < 10; guest++) {
            String externalId = guest(run, guest);
            List<String> texts = bridge.genesys().requests().stream()
                    .filter(request -> request.path("externalId").asText().equals(externalId)
                            && request.path("outcome").asText().equals("accepted")
                            && request.path("dialect").asText().equals("external-threads")
                            && request.has("text"))
                    .map(request -> request.path("text").asText())
                    .toList();
            int remainder = guest;
            assertThat(texts)
                    .containsExactlyElementsOf(IntStream.range(0, MANY)
                            .filter(i -> i % 10 == remainder)
                            .mapToObj(i -> "text " + i)
                            .toList());
        }
        assertThat(bridge.genesys().tokenRequests().size()).isLessThanOrEqualTo(8);
        assertThat(get("/observe/health")).doesNotContain("channel mobile paused");
    }

    private long callsForMobile() {
        return bridge.genesys().requests().stream()
                .filter(request -> request.path("dialect").asText().equals("external-threads"))
                .count();
    }

    private void put(String channel, String run, int i) {
        bridge.bus()
                .put(
                        channel,
                        "{\"id\":\"%s-%d\",\"guest\":{\"externalId\":\"%s\"},\"text\":\"text %d\"}"
                                .formatted(run, i, guest(run, i), i));
    }

    private static String guest(String run, int i) {
        return "guest-" + run + "-" + i % 10;
    }

    private List<JsonNode> settled(String channel, String run) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> status.path("id").asText().startsWith(run)
                        && !state(status).equals("waiting"))
                .toList();
    }

    private static String state(JsonNode status) {
        return status.path("state").asText();
    }

    private String get(String path) {
        try {
            return HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:"
                                            + bridge.settings().number("management.port") + path))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
