package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.genesys.Budgets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** A bridge that is stopped and started again, its broker and store with it. */
final class StopTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    @Test
    void aBridgeStopsWithin30SecondsThoughMessagesWaitInAPauseAndTheNextOneDeliversThemInOrder() throws Exception {
        try (BridgeUnderTest bridge = BridgeUnderTest.start()) {
            bridge.genesys()
                    .fault(
                            Tree.json(
                                    """
                    {"status":429,"times":0,"headers":{"Retry-After":"300"},"match":{"path":"^/api/"}}"""));
            for (int number = 0; number < 20; number++) {
                put(bridge, number);
            }
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.bus().statuses("mobile"))
                    .hasSizeGreaterThanOrEqualTo(20)
                    .allMatch(status -> status.path("state").asText().equals("waiting")));

            // nothing of them was sent or taken, so a kill at this point must leave no doubt
            await().atMost(PATIENCE).until(() -> doubted(bridge) == 0);
            long begin = System.nanoTime();
            bridge.stopBridge();
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(30));
            assertThat(accepted(bridge)).isEmpty();

            bridge.genesys().forgetFaults();
            bridge.startBridge();
            await().atMost(PATIENCE).untilAsserted(() -> assertThat(bridge.bus().statuses("mobile").stream()
                            .filter(status -> !status.path("state").asText().equals("waiting"))
                            .map(status -> status.path("id").asText() + " "
                                    + status.path("state").asText()))
                    .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 20)
                            .mapToObj(number -> "m-" + number + " delivered")
                            .toList()));
            for (int guest = 0; guest < 2; guest++) {
                int mine = guest;
                assertThat(accepted(bridge))
                        .filteredOn(text -> text.startsWith("guest " + mine))
                        .containsExactlyElementsOf(IntStream.range(0, 20)
                                .filter(number -> number % 2 == mine)
                                .mapToObj(number -> "guest " + mine + ", text " + number)
                                .toList());
            }
        }
    }

    @Test
    void whatWaitsForTheBudgetGoesBackToTheBusAtOnce() throws Exception {
        try (LogListener log = LogListener.shipped("text");
                BridgeUnderTest bridge = BridgeUnderTest.start(
                        Path.of("."), settings -> settings.with("genesys.main.requests-per-minute", 60))) {
            for (int guest = 0; guest < 40; guest++) {
                bridge.bus()
                        .put(
                                "whatsapp",
                                """
                                {"id":"m-%d","guest":{"externalId":"guest-%d"},"text":"hello"}"""
                                        .formatted(guest, guest));
            }
            Budgets budgets = bridge.bridge().registry().lookupByNameAndType("budgets", Budgets.class);
            await().atMost(PATIENCE).until(() -> budgets.waiting("main") > 30);
            bridge.stopBridge();
            assertThat(log.written()).doesNotContain("in flight didn't end", "inflight exchanges");
            bridge.startBridge();
        }
    }

    private static int doubted(BridgeUnderTest bridge) throws SQLException {
        try (Connection store = DriverManager.getConnection(
                        "jdbc:sqlite:" + bridge.settings().data().resolve("store.db"));
                Statement statement = store.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT count(*) FROM ledger WHERE state = 'open' AND (starts > 0 OR possible_repeat = 1)")) {
            return row.next() ? row.getInt(1) : -1;
        }
    }

    private static void put(BridgeUnderTest bridge, int number) {
        int guest = number % 2;
        bridge.bus()
                .put(
                        "mobile",
                        """
                        {"id":"m-%d","guest":{"externalId":"guest-%d"},"text":"guest %d, text %d"}"""
                                .formatted(number, guest, guest, number));
    }

    private static List<String> accepted(BridgeUnderTest bridge) {
        return bridge.genesys().requests().stream()
                .filter(request -> request.path("outcome").asText().equals("accepted"))
                .filter(request -> request.path("path").asText().endsWith("/messages"))
                .map(request -> request.path("body").path("text").asText())
                .toList();
    }
}
