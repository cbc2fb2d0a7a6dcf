package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.process.Installation.Running;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The users' load tool beside a running bridge: what it says is what happened, and it takes nothing of others'. */
@Timeout(180)
class LoadIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private static Installation installation;

    @BeforeAll
    static void start() {
        installation = new Installation("LoadIT");
        installation.simulator();
        installation.bridge();
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    private static Running load(String... arguments) {
        List<String> all = new ArrayList<>(List.of("--json"));
        all.addAll(List.of(arguments));
        return installation.start("load", all.toArray(String[]::new));
    }

    private static JsonNode figures(Running load) throws IOException {
        assertThat(load.stdout().lines()).as(load.stderr()).hasSize(1);
        return Genesys.JSON.readTree(load.stdout());
    }

    private static List<String> textsOf(JsonNode figures) {
        return installation.genesys().heard().stream()
                .map(Genesys.Heard::text)
                .filter(text -> text.startsWith(figures.get("run").asText() + "-"))
                .toList();
    }

    @Test
    void what_it_says_is_delivered_genesys_has_and_others_statuses_and_replies_stay() throws IOException {
        try (Bus bus = installation.bus()) {
            bus.putAll("guest.in.whatsapp", List.of(Bus.guestMessage("other-1", "other", "not of the load")));
            await().atMost(LIMIT).until(() -> installation.genesys().heard().stream()
                    .anyMatch(heard -> heard.text().equals("not of the load")));

            Running load = load(
                    "--channel", "whatsapp", "--rate", "40", "--duration", "2s", "--guests", "7", "--size", "40-300");

            assertThat(load.exitWithin(LIMIT)).as(load.stderr()).isZero();
            JsonNode figures = figures(load);
            assertThat(figures.get("planned").asInt()).isEqualTo(80);
            assertThat(figures.get("sent").asInt()).isEqualTo(80);
            assertThat(figures.get("delivered").asInt()).isEqualTo(80);
            assertThat(figures.get("replies").asInt()).isEqualTo(80);
            assertThat(figures.at("/latencyMs/p50").asDouble()).isPositive();
            assertThat(figures.at("/latencyMs/max").asDouble())
                    .isGreaterThanOrEqualTo(figures.at("/latencyMs/p50").asDouble());
            assertThat(textsOf(figures)).hasSize(80).doesNotHaveDuplicates();
            assertThat(bus.rest("guest.status.whatsapp"))
                    .extracting(status -> status.text("id"))
                    .containsOnly("other-1");
            assertThat(bus.rest("guest.out.whatsapp"))
                    .extracting(reply -> reply.text("text"))
                    .containsExactly("Echo: not of the load");
        }
    }

    @Test
    void dead_and_waiting_ones_are_told_by_class() throws IOException {
        Genesys genesys = installation.genesys();
        Map<String, String> messages = Map.of("path", "/conversations/messages");
        String refused = genesys.fault(Map.of("match", messages, "times", 2, "status", 413));
        String tooMany = genesys.fault(
                Map.of("match", messages, "times", 0, "status", 429, "headers", Map.of("Retry-After", 10)));
        try {
            Running load = load("--rate", "10", "--duration", "1s", "--guests", "1", "--grace", "10s");

            assertThat(load.exitWithin(LIMIT)).as(load.stderr()).isEqualTo(1);
            JsonNode figures = figures(load);
            assertThat(figures.get("dead")).hasToString("{\"payload-invalid\":2}");
            assertThat(figures.at("/waiting/rate-limited").asInt()).isPositive();
            assertThat(figures.at("/delivered").asInt()).isZero();
            assertThat(figures.get("allDelivered").asBoolean()).isFalse();
        } finally {
            genesys.endFault(tooMany);
            genesys.endFault(refused);
        }
    }

    @Test
    void times_count_from_when_a_message_was_due() throws IOException {
        Genesys genesys = installation.genesys();
        String late = genesys.fault(
                Map.of("match", Map.of("path", "/integrations/|/messages|/threads"), "times", 0, "delayMs", 300));
        try {
            // one guest's messages go one after the other: the last of 30 can't be through before 9 s
            Running load =
                    load("--channel", "mobile", "--rate", "30", "--duration", "1s", "--guests", "1", "--grace", "60s");

            assertThat(load.exitWithin(LIMIT)).as(load.stderr()).isZero();
            assertThat(figures(load).at("/latencyMs/max").asDouble()).isGreaterThan(7_000);
        } finally {
            genesys.endFault(late);
        }
    }

    @Test
    void ctrl_c_ends_it_with_the_figures_so_far() throws IOException {
        long before = installation.genesys().calls();
        Running load = load("--channel", "kiosk", "--rate", "10", "--duration", "1h");
        await().atMost(LIMIT).until(() -> installation.genesys().calls() > before + 20);

        load.sigterm();

        assertThat(load.exitWithin(Duration.ofSeconds(30))).isBetween(0, 1);
        JsonNode figures = figures(load);
        assertThat(figures.get("stopped").asBoolean()).isTrue();
        assertThat(figures.get("planned").asInt()).isEqualTo(36_000);
        assertThat(figures.get("delivered").asInt()).isBetween(1, 35_000);
        assertThat(load.exitWithin(Duration.ZERO))
                .isEqualTo(figures.get("allDelivered").asBoolean() ? 0 : 1);
    }

    @Test
    void a_fresh_machine_needs_no_more_than_one_command() throws IOException {
        try (Installation fresh = new Installation("LoadIT-fresh").without("GENESYS_")) {
            Running load = fresh.start("load", "--simulate", "--rate", "20", "--duration", "1s", "--grace", "60s");

            assertThat(load.exitWithin(LIMIT)).as(load.stderr()).isZero();
            assertThat(load.stdout()).contains("of 20 planned", "p99.9", "all delivered");
            assertThat(fresh.home().resolve("data")).doesNotExist();
        }
    }
}
