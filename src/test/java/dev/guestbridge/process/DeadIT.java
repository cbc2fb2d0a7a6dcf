package dev.guestbridge.process;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.process.Installation.Running;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * Dead letters by the command line, beside a running bridge that is cancelled and killed in the middle. So many letters as
 * {@code -Ddead.letters} says.
 */
@Timeout(1_200)
class DeadIT {

    private static final int LETTERS = Integer.getInteger("dead.letters", 600);
    private static final int GUESTS = 20;
    private static final int RATE = Integer.getInteger("dead.rate", 100);
    private static final Duration LIMIT = Duration.ofSeconds(60 + LETTERS / 10);

    private Installation installation;
    private Running bridge;

    @BeforeEach
    void start() {
        installation = new Installation("DeadIT").with("CHANNEL_REFUSALS_PER_MINUTE", 0);
        installation.simulator();
        bridge = installation.bridge();
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    @Test
    void a_replay_that_is_cancelled_half_way_and_a_bridge_that_is_killed_in_the_next_lose_nothing_and_double_nothing()
            throws Exception {
        die();
        Running plan = dead("replay", "--class", "payload-invalid");
        assertThat(plan.exitWithin(LIMIT)).as(plan.stderr()).isZero();
        assertThat(plan.stdout())
                .contains(LETTERS + " letters of " + GUESTS + " guests would be replayed", "payload-invalid  whatsapp");

        Running cancelled = dead("replay", "--yes", "--rate", String.valueOf(RATE));
        await().atMost(LIMIT).until(() -> replayed() >= LETTERS / 3);
        cancelled.sigterm();
        assertThat(cancelled.exitWithin(LIMIT)).as(cancelled.stderr()).isEqualTo(1);
        assertThat(cancelled.stdout()).matches("replayed \\d+ of " + LETTERS + " letters\\R");
        assertThat(cancelled.stderr()).contains("cancelled: the other ", "the same command goes on");
        int before = replayed();
        assertThat(before).isLessThan(LETTERS);

        Running killed = dead("replay", "--yes", "--rate", String.valueOf(RATE));
        await().atMost(LIMIT).until(() -> replayed() >= before + (LETTERS - before) / 3);
        bridge.kill();
        assertThat(killed.exitWithin(LIMIT)).as(killed.stderr()).isNotZero();
        bridge = installation.bridge();

        Running rest = dead("replay", "--yes", "--rate", "1000", "--json");
        assertThat(rest.exitWithin(LIMIT)).as(rest.stderr()).isZero();
        JsonNode job = Genesys.JSON.readTree(rest.stdout());
        assertThat(job.path("state").asText()).isEqualTo("done");

        try (Bus bus = installation.bus()) {
            bus.fates("whatsapp", LETTERS, LIMIT);
            assertThat(bus.rest("guest.dead")).isEmpty();
            assertThat(bus.rest("guest.in.whatsapp")).isEmpty();
        }
        // what was in flight at the kill may be there twice, and is told to be; nothing else may
        List<Genesys.Heard> taken = taken();
        Set<String> distinct = new HashSet<>();
        long twice = taken.stream().filter(one -> !distinct.add(one.text())).count();
        assertThat(distinct).hasSize(LETTERS);
        assertThat(twice).as("in flight at the kill").isLessThanOrEqualTo(GUESTS);
        for (List<Integer> numbers : numbersByGuest(taken)) {
            assertThat(numbers.stream().distinct().toList()).isSorted();
        }
    }

    @Test
    void letters_are_listed_shown_exported_and_discarded() throws Exception {
        installation
                .genesys()
                .fault(Map.of("match", Map.of("path", "/conversations/messages"), "times", 0, "status", 422));
        try (Bus bus = installation.bus()) {
            bus.putAll(
                    "guest.in.whatsapp",
                    IntStream.range(0, 3)
                            .mapToObj(number -> Bus.guestMessage("m" + number, "guest", "a canary \u001b[31m" + number))
                            .toList());
            bus.fates("whatsapp", 3, LIMIT);
        }
        Running list = dead("list", "--guest", "guest");
        assertThat(list.exitWithin(LIMIT)).as(list.stderr()).isZero();
        assertThat(list.stdout().lines()).hasSize(4);
        assertThat(list.stdout()).contains("LETTER", "payload-invalid", "m1").doesNotContain("canary");
        String letter = list.stdout().lines().skip(1).findFirst().orElseThrow().split(" ")[0];

        Running show = dead("show", "--body", letter);
        assertThat(show.exitWithin(LIMIT)).as(show.stderr()).isZero();
        assertThat(show.stdout()).contains("m0", "canary").doesNotContain("\u001b");

        Path file = installation.home().resolve("dead.jsonl");
        Running export = dead("export", "--body", "--out", file.toString());
        assertThat(export.exitWithin(LIMIT)).as(export.stderr()).isZero();
        assertThat(Files.readAllLines(file)).hasSize(3).allSatisfy(line -> assertThat(line)
                .contains("canary"));
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        Running over = dead("export", "--out", file.toString());
        assertThat(over.exitWithin(LIMIT)).isEqualTo(2);

        Running discard = dead("discard", "--yes", letter);
        assertThat(discard.exitWithin(LIMIT)).as(discard.stderr()).isZero();
        assertThat(discard.stdout()).isEqualTo("discarded 1 of 1 letters" + System.lineSeparator());
        Running none = dead("list", "--id", "m0");
        assertThat(none.exitWithin(LIMIT)).isEqualTo(1);
        Running wrong = dead("list", "--since", "yesterday");
        assertThat(wrong.exitWithin(LIMIT)).isEqualTo(2);
        assertThat(wrong.stderr()).contains("'yesterday' is neither a time");
        bridge.sigterm();
        bridge.exitWithin(LIMIT);
        Running alone = dead("list");
        assertThat(alone.exitWithin(LIMIT)).isEqualTo(2);
        assertThat(alone.stderr()).contains("no bridge answers");
    }

    /** Makes so many dead letters, of guests in turn. */
    private void die() {
        String refused = installation
                .genesys()
                .fault(Map.of("match", Map.of("path", "/conversations/messages"), "times", 0, "status", 422));
        List<String> bodies = IntStream.range(0, LETTERS)
                .mapToObj(number -> Bus.guestMessage("m" + number, "guest-" + number % GUESTS, "text " + number))
                .toList();
        try (Bus bus = installation.bus()) {
            bus.putAll("guest.in.whatsapp", bodies);
            bus.fates("whatsapp", LETTERS, LIMIT);
        }
        installation.genesys().endFault(refused);
    }

    private List<Genesys.Heard> taken() {
        return installation.genesys().heard();
    }

    private Running dead(String... arguments) {
        return installation.start("dead", arguments);
    }

    /** How many were put back so far, as the jobs tell it. */
    private int replayed() throws IOException {
        int done = 0;
        for (JsonNode job :
                Genesys.JSON.readTree(installation.get("/ops/api/jobs").body())) {
            done += job.path("done").asInt();
        }
        return done;
    }

    private static List<List<Integer>> numbersByGuest(List<Genesys.Heard> taken) {
        return new ArrayList<>(taken.stream()
                .collect(groupingBy(
                        Genesys.Heard::guest,
                        mapping(one -> Integer.valueOf(one.text().substring("text ".length())), toList())))
                .values());
    }
}
