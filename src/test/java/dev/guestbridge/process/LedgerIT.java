package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.process.Bus.Taken;
import dev.guestbridge.process.Installation.Running;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What the ledger knows after a kill -9: no more than what was really under way is doubted, and nothing for ever. */
@Timeout(240)
class LedgerIT {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private Installation installation;
    private Running bridge;

    @BeforeEach
    void start() {
        installation = new Installation("LedgerIT");
        installation.simulator();
        installation.genesys().change("main", Map.of("agent", "silent"));
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    @Test
    void what_waits_in_a_pause_or_was_refused_is_not_doubted_after_a_kill() {
        Genesys genesys = installation.genesys();
        String fault = genesys.tooMany(600);
        bridge = installation.bridge();
        Conversation conversation = new Conversation("paused", 200, 40);
        try (Bus bus = installation.bus()) {
            conversation.say(bus);
            bus.take("guest.status.whatsapp", conversation.size(), PATIENCE, status -> "waiting"
                    .equals(status.text("state")));
        }
        assertThat(genesys.calls()).as("calls that were refused").isPositive();
        bridge.kill();
        genesys.endFault(fault);

        bridge = installation.bridge();
        try (Bus bus = installation.bus()) {
            Map<String, Taken> fates = conversation.fates(bus, PATIENCE);
            assertThat(fates.values()).allSatisfy(status -> {
                assertThat(status.text("state")).isEqualTo("delivered");
                assertThat(status.json().path("possibleRepeat").asBoolean())
                        .as(status.told())
                        .isFalse();
            });
        }
        conversation.assertHeardInOrder(conversation.heard(genesys));
        assertThat(Conversation.repeats(conversation.heard(genesys))).isEmpty();
    }

    @Test
    void a_message_that_the_bridge_dies_of_again_and_again_ends_as_a_dead_letter_and_others_flow() throws Exception {
        Path catalogue = installation.home().resolve("config/error-classes.yaml");
        String shipped = Files.readString(catalogue);
        assertThat(shipped).containsOnlyOnce("attempts: 4");
        Files.writeString(catalogue, shipped.replace("attempts: 4", "attempts: 1"));
        Genesys genesys = installation.genesys();
        genesys.delay("the poisoner", 600_000);
        bridge = installation.bridge();
        try (Bus bus = installation.bus()) {
            bus.put(
                    "guest.in.whatsapp",
                    (session, producer) ->
                            session.createTextMessage(Bus.guestMessage("poison", "the poisoner", "dies of it")));
        }
        for (int death = 1; death <= 2; death++) {
            int starts = death;
            await("in flight").atMost(PATIENCE).until(() -> starts("poison") == starts);
            bridge.kill();
            bridge = installation.bridge();
        }
        try (Bus bus = installation.bus()) {
            bus.put(
                    "guest.in.whatsapp",
                    (session, producer) -> session.createTextMessage(Bus.guestMessage("another", "another", "lives")));
            Map<String, Taken> fates = bus.fates("whatsapp", 2, PATIENCE).stream()
                    .collect(java.util.stream.Collectors.toMap(status -> status.text("id"), status -> status));
            assertThat(fates.get("another").text("state")).isEqualTo("delivered");
            assertThat(fates.get("poison").text("state")).isEqualTo("dead");
            assertThat(fates.get("poison").text("class")).isEqualTo("fatal");
            assertThat(fates.get("poison").json().path("possibleRepeat").asBoolean())
                    .isTrue();
            assertThat(bus.rest("guest.dead"))
                    .extracting(dead -> dead.text("id"))
                    .containsExactly("poison");
            assertThat(bus.rest("guest.in.whatsapp")).isEmpty();
        }
    }

    /** How many sendings of it the ledger knows to have begun without an end. */
    private int starts(String id) throws SQLException {
        try (Connection store = DriverManager.getConnection(
                        "jdbc:sqlite:" + installation.home().resolve("data/store.db"));
                PreparedStatement query = store.prepareStatement("SELECT starts FROM ledger WHERE id = ?")) {
            query.setString(1, id);
            try (ResultSet row = query.executeQuery()) {
                return row.next() ? row.getInt(1) : 0;
            }
        }
    }
}
