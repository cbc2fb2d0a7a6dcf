package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.process.Bus.Taken;
import dev.guestbridge.process.Genesys.Heard;
import dev.guestbridge.process.Installation.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** kill -9 of bridge, broker and store at once: nothing is lost, and what may have come twice says so. */
@Timeout(180)
class KillIT {

    private static Installation installation;
    private static Running bridge;

    @BeforeAll
    static void start() {
        installation = new Installation("KillIT");
        installation.simulator();
        installation.genesys().change("main", Map.of("agent", "silent", "idempotency", "recognise"));
        installation.genesys().delay(20);
        bridge = installation.bridge();
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    /** Those of SQLite's library are removed by the next start. */
    @Test
    void a_kill_leaves_no_folders_in_the_temporary_one(@TempDir Path temporary) throws Exception {
        try (Installation own = new Installation("KillIT-temporary")) {
            own.with("GUESTBRIDGE_JAVA_OPTS", "-Xmx512m -Djava.io.tmpdir=" + temporary);
            own.bridge().kill();
        }
        try (Stream<Path> left = Files.list(temporary)) {
            assertThat(left).noneMatch(Files::isDirectory);
        }
    }

    @RepeatedTest(3)
    void nothing_is_lost_by_a_kill(RepetitionInfo round, @TempDir Path copies) throws Exception {
        int number = round.getCurrentRepetition();
        Genesys genesys = installation.genesys();
        Conversation conversation = new Conversation("kill" + number, 2_000, 100);
        try (Bus bus = installation.bus()) {
            long before = genesys.calls();
            conversation.say(bus);
            Conversation.awaitCalls(genesys, before + 300 * number);
            bridge.kill();
        }
        int heardBefore = conversation.heard(genesys).size();
        assertThat(heardBefore).as("killed in the middle").isBetween(100, 1_900);
        Set<String> inFlight = inFlight(copies);

        long killed = System.nanoTime();
        bridge = installation.bridge();
        long readyMs = (System.nanoTime() - killed) / 1_000_000;
        Map<String, Taken> fates;
        try (Bus bus = installation.bus()) {
            fates = conversation.fates(bus, Duration.ofSeconds(90));
            assertThat(bus.rest("guest.in.whatsapp")).isEmpty();
            assertThat(bus.rest("guest.dead")).isEmpty();
        }

        List<Heard> heard = conversation.heard(genesys);
        Map<String, Integer> repeats = Conversation.repeats(heard);
        Set<String> flagged = fates.values().stream()
                .filter(status -> status.json().path("possibleRepeat").asBoolean())
                .map(status -> status.text("id"))
                .collect(Collectors.toCollection(TreeSet::new));
        System.out.printf(
                "KillIT round %d: heard before the kill %d, in flight %d, ready again in %d ms, heard in all %d,"
                        + " repeats %d, flagged %d%n",
                number, heardBefore, inFlight.size(), readyMs, heard.size(), repeats.size(), flagged.size());
        conversation.assertHeardInOrder(heard);
        assertThat(fates.values()).extracting(status -> status.text("state")).containsOnly("delivered");
        assertThat(inFlight).as("one at a time for each guest").hasSizeLessThanOrEqualTo(100);
        assertThat(flagged).as("flagged is what was in flight").isEqualTo(inFlight);
        assertThat(flagged).as("each repeat is flagged").containsAll(repeats.keySet());
        assertThat(repeats.values()).as("once more, not oftener").allMatch(times -> times == 1);
        assertThat(heard.stream().filter(one -> one.outcome().equals("accepted")))
                .as("messages that took effect")
                .hasSize(conversation.size());
    }

    /** The messages whose sending had begun and whose fate wasn't written down, by a copy of the killed bridge's store. */
    private static Set<String> inFlight(Path copies) throws IOException, SQLException {
        for (String file : List.of("store.db", "store.db-wal")) {
            Path original = installation.home().resolve("data").resolve(file);
            if (Files.exists(original)) {
                Files.copy(original, copies.resolve(file));
            }
        }
        Set<String> ids = new TreeSet<>();
        try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + copies.resolve("store.db"));
                Statement statement = store.createStatement();
                ResultSet rows = statement.executeQuery("SELECT id FROM ledger WHERE state = 'open' AND starts > 0")) {
            while (rows.next()) {
                ids.add(rows.getString(1));
            }
        }
        return ids;
    }
}
