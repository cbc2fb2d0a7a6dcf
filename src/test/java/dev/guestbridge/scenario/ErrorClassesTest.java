package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.store.Threads;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/** Each class of the error catalogue: its sign, what happens, and how it ends. Pauses are shorter than shipped. */
@Tag(BridgeUnderTest.OVER_BOTH_TRANSPORTS)
final class ErrorClassesTest {

    static final Path FOLDER = Path.of("src/test/resources/scenarios/classes");

    @TempDir
    static Path home;

    private static BridgeUnderTest bridge;

    @BeforeAll
    static void start() throws Exception {
        bridge = BridgeUnderTest.start(Home.in(home).withShortPauses().folder(), settings -> settings);
    }

    @AfterAll
    static void stop() throws IOException {
        bridge.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @TestFactory
    Stream<DynamicNode> scenarios() throws IOException {
        return ScenariosTest.in(FOLDER, file -> true, bridge);
    }

    @Test
    void many_messages_with_ids_that_do_not_exist_cost_one_renewal_at_most() {
        String run = BridgeUnderTest.unique();
        for (int i = 0; i < 20; i++) {
            bridge.bus()
                    .put(
                            "webchat",
                            message(run, i, "\"conversationId\":\"none-%d\",\"participantId\":\"none\"".formatted(i)));
        }
        await().until(() -> settled("webchat", run).size() == 20);
        assertThat(settled("webchat", run))
                .allSatisfy(status -> assertThat(List.of(text(status, "state"), text(status, "class")))
                        .containsExactly("dead", "identity-unknown"));
        assertThat(bridge.genesys().tokenRequests()).hasSizeLessThanOrEqualTo(1);
    }

    @Test
    void five_failures_in_a_row_pause_the_organisation_until_a_probe_gets_through() throws Exception {
        String run = BridgeUnderTest.unique();
        bridge.genesys().fault(Map.of("match", Map.of("path", "^/api/v2/conv"), "times", 0, "status", 503));
        bridge.bus().put("whatsapp", message(run, 0));
        await().until(() -> bridge.management("/observe/health").contains("organisation main paused"));
        assertThat(bridge.management("/observe/health")).contains("unavailable");
        int before = bridge.genesys().requests().size();
        assertThat(before).isGreaterThanOrEqualTo(5);
        for (int i = 1; i <= 20; i++) {
            bridge.bus().put(i % 2 == 0 ? "mobile" : "whatsapp", message(run, i));
        }
        await().until(() -> bridge.genesys().requests().size() >= before + 3);
        List<Instant> probes = bridge.genesys().requests().stream()
                .skip(before)
                .map(request -> Instant.parse(text(request, "at")))
                .toList();
        for (int i = 1; i < probes.size(); i++) { // 20 messages wait: without the gate they would all be there at once
            assertThat(Duration.between(probes.get(i - 1), probes.get(i))).isGreaterThan(Duration.ofMillis(90));
        }
        assertThat(settled("mobile", run)).isEmpty();

        bridge.genesys().forgetFaults();
        await().until(() ->
                settled("mobile", run).size() + settled("whatsapp", run).size() == 21);
        assertThat(Stream.of("mobile", "whatsapp").flatMap(channel -> settled(channel, run).stream()))
                .allMatch(status -> text(status, "state").equals("delivered"));
        assertThat(bridge.management("/observe/health")).doesNotContain("paused");
    }

    @Test
    void below_five_failures_only_the_guest_waits() throws Exception {
        String run = BridgeUnderTest.unique();
        String guest = "guest-" + run + "-0";
        bridge.genesys().fault(Map.of("match", Map.of("externalId", guest), "times", 4, "status", 503, "delayMs", 100));
        bridge.bus().put("whatsapp", message(run, 0));
        await().until(() -> !bridge.genesys().requests().isEmpty());
        bridge.bus().put("whatsapp", message(run, 1));
        await().until(() -> settled("whatsapp", run).size() == 2);
        assertThat(settled("whatsapp", run).get(0).path("id").asText()).isEqualTo(run + "-1");
        assertThat(settled("whatsapp", run))
                .allMatch(status -> text(status, "state").equals("delivered"));
    }

    @Test
    void a_changed_client_secret_pauses_the_organisation_until_it_is_right_again() throws Exception {
        String run = BridgeUnderTest.unique();
        bridge.genesys().settings(Map.of("clientSecret", "another-secret"));
        bridge.genesys().revokeTokens();
        for (int i = 0; i < 10; i++) {
            bridge.bus().put("whatsapp", message(run, i));
            bridge.bus().put("mobile", message(run, i));
        }
        for (String channel : List.of("whatsapp", "mobile")) {
            await().untilAsserted(() -> assertThat(bridge.bus().statuses(channel))
                    .filteredOn(status -> text(status, "state").equals("waiting"))
                    .filteredOn(status -> text(status, "class").equals("credentials-invalid"))
                    .hasSize(10)
                    .allSatisfy(status -> assertThat(text(status, "advice"))
                            .contains("client-secret")
                            .contains("genesys.main")));
        }
        assertThat(bridge.management("/observe/health")).contains("organisation main paused", "credentials-invalid");
        assertThat(settled("whatsapp", run)).isEmpty();
        assertThat(bridge.genesys().tokenRequests()).hasSizeBetween(1, 6);

        bridge.genesys().settings(Map.of("clientSecret", BridgeUnderTest.CLIENT_SECRET));
        await().until(() ->
                settled("mobile", run).size() + settled("whatsapp", run).size() == 20);
        assertThat(Stream.of("mobile", "whatsapp").flatMap(channel -> settled(channel, run).stream()))
                .allMatch(status -> text(status, "state").equals("delivered"));
        assertThat(bridge.genesys().tokenRequests()).hasSizeLessThanOrEqualTo(10);
        assertThat(bridge.management("/observe/health")).doesNotContain("paused");
    }

    @Test
    void the_happy_message_of_each_dialect_is_taken_at_the_first_try() {
        String run = BridgeUnderTest.unique();
        for (String channel : Bus.CHANNELS) {
            for (int i = 0; i < 2; i++) {
                bridge.bus()
                        .put(
                                channel,
                                channel.equals("loadtest")
                                        ? message(run, i, "\"conversationId\":\"conversation-" + run + "\"")
                                        : message(run, i));
            }
        }
        for (String channel : Bus.CHANNELS) {
            await().until(() -> settled(channel, run).size() == 2);
            assertThat(settled(channel, run))
                    .as(channel)
                    .allMatch(status -> text(status, "state").equals("delivered")
                            && status.path("attempts").asInt() == 1);
        }
        assertThat(bridge.genesys().refused()).isEmpty();
        assertThat(bridge.genesys().requests())
                .extracting(request -> text(request, "dialect"))
                .contains("external-threads", "conversation-messages", "guest-conversations", "messaging")
                .contains("open-messaging");
    }

    @Test
    void a_conversation_that_is_not_known_everywhere_yet_is_opened_once() {
        String run = BridgeUnderTest.unique();
        bridge.genesys().settings(Map.of("propagationMs", 700));
        for (int i = 0; i < 3; i++) {
            bridge.bus().put("kiosk", message(run, 0).replace(run + "-0\",\"guest", run + "-" + i + "\",\"guest"));
        }
        await().until(() -> settled("kiosk", run).size() == 3);
        assertThat(settled("kiosk", run))
                .allMatch(status -> text(status, "state").equals("delivered"));
        assertThat(bridge.genesys().requests())
                .filteredOn(request -> text(request, "path").endsWith("/guest/conversations"))
                .hasSize(1);
        assertThat(bridge.genesys().requests())
                .anyMatch(request -> request.path("status").asInt() == 500);
    }

    @Test
    void a_guest_not_heard_of_for_long_is_forgotten_and_gets_a_new_thread() {
        String run = BridgeUnderTest.unique();
        Threads threads = bridge.bridge().registry().lookupByNameAndType("threads", Threads.class);
        bridge.bus().put("mobile", message(run, 0));
        await().until(() -> settled("mobile", run).size() == 1);
        threads.purge(Duration.ofDays(1)).join();
        bridge.bus().put("mobile", message(run, 0).replace(run + "-0\",\"guest", run + "-1\",\"guest"));
        await().until(() -> settled("mobile", run).size() == 2);
        assertThat(openings(run)).as("still known").isEqualTo(1);

        threads.purge(Duration.ofDays(-1)).join();
        bridge.bus().put("mobile", message(run, 0).replace(run + "-0\",\"guest", run + "-2\",\"guest"));
        await().until(() -> settled("mobile", run).size() == 3);
        assertThat(openings(run)).as("forgotten").isEqualTo(2);
        assertThat(settled("mobile", run))
                .allMatch(status -> text(status, "state").equals("delivered"));
    }

    private static long openings(String run) {
        return bridge.genesys().requests().stream()
                .filter(request -> text(request, "path").endsWith("/external/threads")
                        && text(request, "externalId").contains(run))
                .count();
    }

    private static String message(String run, int i) {
        return message(run, i, "\"sentAt\":\"2026-11-20T10:15:30Z\"");
    }

    private static String message(String run, int i, String more) {
        return "{\"id\":\"%s-%d\",\"guest\":{\"externalId\":\"guest-%s-%d\"},\"text\":\"text %d\",%s}"
                .formatted(run, i, run, i, i, more);
    }

    private static List<JsonNode> settled(String channel, String run) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> text(status, "id").startsWith(run)
                        && !text(status, "state").equals("waiting"))
                .toList();
    }

    private static String text(JsonNode node, String field) {
        return node.path(field).asText();
    }
}
