package dev.guestbridge.store;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.message.Letter;
import dev.guestbridge.store.Ledger.Verdict;
import java.io.BufferedReader;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a future confirmed survives kill -9. */
@Timeout(60)
class KillTest {

    @TempDir
    Path folder;

    @RepeatedTest(6)
    void everything_confirmed_is_there_after_a_kill(RepetitionInfo repetition) throws Exception {
        String url = "jdbc:sqlite:" + folder.resolve("store.db");
        int enough = 150 * repetition.getCurrentRepetition();

        List<String> confirmed = confirmedUntilKilled(url, enough);

        assertThat(confirmed).hasSizeGreaterThanOrEqualTo(enough);
        try (Store store = Store.open(url, "", "", ForkJoinPool.commonPool())) {
            Ledger ledger = new Ledger(store);
            Outbox outbox = new Outbox(store, 1_000_000);
            List<String> letters = outbox.oldest("q", 1_000_000).stream()
                    .map(Letter::duplicateId)
                    .toList();
            for (String line : confirmed) {
                String id = line.substring(line.indexOf(' ') + 1);
                switch (line.substring(0, line.indexOf(' '))) {
                    case "begun" ->
                        assertThat(ledger.find(StoreToKill.CHANNEL, id))
                                .as(line)
                                .isNotNull();
                    case "settled" -> {
                        assertThat(ledger.find(StoreToKill.CHANNEL, id))
                                .as(line)
                                .isNotNull();
                        assertThat(ledger.find(StoreToKill.CHANNEL, id).verdict())
                                .as(line)
                                .isEqualTo(Verdict.SETTLED);
                        assertThat(ledger.find(StoreToKill.CHANNEL, id).outcome())
                                .isEqualTo(StoreToKill.outcome(id));
                    }
                    default -> assertThat(letters).as(line).contains(id);
                }
            }
            assertThat(store.trouble()).isNull();
        }
    }

    /** Runs the other process, kills it once it has confirmed enough, and returns all it had confirmed by then. */
    private static List<String> confirmedUntilKilled(String url, int enough) throws Exception {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        StoreToKill.class.getName(),
                        url)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        List<String> confirmed = new ArrayList<>();
        try (BufferedReader lines = process.inputReader()) {
            String line;
            while ((line = lines.readLine()) != null) {
                if (line.endsWith(".")) { // whole
                    confirmed.add(line.substring(0, line.length() - 1));
                }
                if (confirmed.size() == enough) {
                    process.toHandle().destroyForcibly(); // the Process itself would close the pipe, unread
                }
            }
        } finally {
            process.destroyForcibly();
        }
        assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).as("killed").isEqualTo(128 + 9);
        return confirmed;
    }
}
