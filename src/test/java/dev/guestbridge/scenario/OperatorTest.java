package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators change without Java: rows of the error catalogue, and the scopes that are asked for. */
final class OperatorTest {

    private static final String LAST_ROW = "  - { class: unknown, because: ";

    @TempDir
    static Path home;

    @TempDir
    static Path wrongHome;

    private static BridgeUnderTest bridge;

    @BeforeAll
    static void start() throws Exception {
        Home changed = Home.in(home)
                .withShortPauses()
                .with(
                        Home.CATALOGUE,
                        LAST_ROW,
                        "  - { status: 418, class: payload-invalid, because: a teapot won't change }\n" + LAST_ROW)
                .with(
                        Home.CATALOGUE,
                        "  outcome-unknown:\n    radius: message\n",
                        "  outcome-unknown:\n    dead-in: [open-messaging]\n    radius: message\n");
        bridge = BridgeUnderTest.start(
                changed.folder(), settings -> settings.with("genesys.main.scope", String.join(" ", Genesys.SCOPES)));
    }

    @AfterAll
    static void stop() throws IOException {
        bridge.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @Test
    void a_scope_that_was_asked_for_and_dropped_is_told_as_a_feature_that_is_off() {
        String id = put("mobile");
        assertThat(end("mobile", id).path("state").asText()).isEqualTo("delivered");
        bridge.genesys()
                .settings(Map.of(
                        "allowedScopes",
                        Genesys.SCOPES.stream()
                                .filter(scope -> !scope.equals("guest:messages:send"))
                                .toList()));
        String held = put("webchat");
        await().untilAsserted(() -> assertThat(of("webchat", held)).anySatisfy(status -> {
            assertThat(status.path("state").asText()).isEqualTo("waiting");
            assertThat(status.path("class").asText()).isEqualTo("feature-disabled");
            assertThat(status.path("reason").asText()).contains("guest:messages:send", "asked for");
            assertThat(status.path("advice").asText()).contains("switch on the guest feature", "main");
        }));
        String other = put("mobile");
        assertThat(end("mobile", other).path("state").asText()).isEqualTo("delivered");
        assertThat(end("webchat", held)).as("not yet").isNull();

        bridge.genesys().settings(Map.of("allowedScopes", Genesys.SCOPES));
        await().until(() -> end("webchat", held) != null);
        assertThat(end("webchat", held).path("state").asText()).isEqualTo("delivered");
    }

    @Test
    void a_dialect_in_which_an_unknown_outcome_is_dead_sends_nothing_twice() {
        bridge.genesys().fault(Map.of("match", Map.of("path", "/inbound/open/message"), "action", "lose"));
        String id = put("whatsapp");
        JsonNode end = end("whatsapp", id);
        assertThat(end.path("state").asText()).isEqualTo("dead");
        assertThat(end.path("class").asText()).isEqualTo("outcome-unknown");
        assertThat(end.path("possibleRepeat").asBoolean()).isTrue();
        assertThat(bridge.genesys().requests()).hasSize(1);
        await().until(() -> bridge.bus().from("guest.dead").size() == 1);
        assertThat(bridge.bus().from("guest.dead")).allSatisfy(letter -> assertThat(
                        letter.path("properties").path("deadClass").asText())
                .isEqualTo("outcome-unknown"));
    }

    @Test
    void in_other_dialects_it_is_sent_again() {
        bridge.genesys().fault(Map.of("match", Map.of("path", "/threads/.*/messages"), "action", "lose"));
        JsonNode end = end("mobile", put("mobile"));
        assertThat(end.path("state").asText()).isEqualTo("delivered");
        assertThat(end.path("possibleRepeat").asBoolean()).isTrue();
    }

    @Test
    void a_row_that_was_added_decides() {
        bridge.genesys().fault(Map.of("match", Map.of("path", "/inbound/open/message"), "status", 418, "times", 0));
        JsonNode end = end("whatsapp", put("whatsapp"));
        assertThat(end.path("state").asText()).isEqualTo("dead");
        assertThat(end.path("class").asText()).isEqualTo("payload-invalid");
        assertThat(end.path("attempts").asInt()).isEqualTo(1);
        assertThat(bridge.genesys().requests()).hasSize(1);
    }

    @Test
    void a_wrong_row_stops_the_start_and_names_itself() throws IOException {
        Home wrong = Home.in(wrongHome)
                .with(Home.CATALOGUE, LAST_ROW, "  - { status: 418, class: teapot, because: none }\n" + LAST_ROW);
        assertThatThrownBy(() -> BridgeUnderTest.start(wrong.folder(), settings -> settings))
                .hasStackTraceContaining("error-classes.yaml: signs, row ")
                .hasStackTraceContaining("there is no class 'teapot'");
    }

    private static String put(String channel) {
        String id = BridgeUnderTest.unique();
        bridge.bus()
                .put(
                        channel,
                        "{\"id\":\"%s\",\"guest\":{\"externalId\":\"guest-%s\"},\"text\":\"hello\"}".formatted(id, id));
        if (!channel.equals("webchat")) {
            await().until(() -> end(channel, id) != null);
        }
        return id;
    }

    private static List<JsonNode> of(String channel, String id) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> status.path("id").asText().equals(id))
                .toList();
    }

    /** The status that says what became of a message; null while it is on its way. */
    private static JsonNode end(String channel, String id) {
        return of(channel, id).stream()
                .filter(status -> !status.path("state").asText().equals("waiting"))
                .findFirst()
                .orElse(null);
    }
}
