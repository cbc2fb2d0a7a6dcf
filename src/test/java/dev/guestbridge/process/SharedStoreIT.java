package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.process.Bus.Taken;
import dev.guestbridge.process.Genesys.Heard;
import dev.guestbridge.process.Installation.Running;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Two bridges on one broker and one PostgreSQL: whichever of the three goes away, nothing is lost, swapped or silently repeated. */
@Timeout(300)
class SharedStoreIT {

    private static final Duration RECOVERS = Duration.ofSeconds(15);
    private static final Duration PATIENCE = Duration.ofSeconds(120);
    private static final int GUESTS = 40;

    @TempDir
    static Path folder;

    private static PostgresProcess postgres;
    private static Installation first;
    private static Installation second;
    private static Running one;
    private static Running other;

    @BeforeAll
    static void start() {
        postgres = new PostgresProcess(folder);
        first = new Installation("SharedStoreIT-first");
        second = new Installation("SharedStoreIT-second");
        int broker = first.port("BROKER_EMBEDDED_PORT");
        for (Installation each : List.of(first, second)) {
            each.with("BROKER_URL", "tcp://127.0.0.1:" + broker).with("STORE_URL", postgres.url("postgres"));
            each.with("GENESYS_MAIN_API_URL", first.simulatorUrl());
            each.with("GENESYS_MAIN_TOKEN_URL", first.simulatorUrl() + "/oauth/token");
        }
        first.simulator();
        first.genesys().change("main", Map.of("agent", "silent", "idempotency", "recognise"));
        first.genesys().delay(50);
        Running bus = first.startJava(
                BrokerProcess.class,
                first.home().toString(),
                first.home().resolve("data/external").toString(),
                String.valueOf(broker));
        bus.awaitUp("up", () -> bus.stdout().contains("broker up"));
        postgres.kill(); // they are started before it, and wait
        one = first.start("run");
        other = second.start("run");
        one.awaitUp(
                "alive",
                () -> first.get("/observe/health/live").statusCode() == 200
                        && first.get("/observe/health/ready").statusCode() == 503);
        assertThat(first.get("/observe/health/ready").body()).contains("The store jdbc:postgresql:", "refused");
        postgres.start();
        one.awaitUp("ready", () -> first.get("/observe/health/ready").statusCode() == 200);
        other.awaitUp("ready", () -> second.get("/observe/health/ready").statusCode() == 200);
        awaitToldOnce(one, "");
    }

    /** Of the store's absence the log has a line when it begins and one when it is over; of each message it has none. */
    private static void awaitToldOnce(Running bridge, String before) {
        await("told that it is over").untilAsserted(() -> {
            List<String> told = of(since(bridge, before)).toList();
            assertThat(told)
                    .as(told::toString)
                    .satisfiesExactly(
                            line -> assertThat(line)
                                    .contains("WARN", " can't be used: ", "guests' messages wait on the bus"),
                            line -> assertThat(line)
                                    .contains("INFO", " can be used again, after ", "held until then: "));
        });
        List<String> warned = since(bridge, before).stream()
                .filter(line -> line.contains(" WARN ") || line.contains(" ERROR "))
                .toList();
        assertThat(warned)
                .as(() -> "others don't tell it too: " + warned)
                .allMatch(line -> line.contains(" d.g."))
                .hasSizeLessThan(6);
    }

    private static long told(Running bridge, String words) {
        return of(since(bridge, "")).filter(line -> line.contains(words)).count();
    }

    /** What the store says of its absence, without the reminders of each minute. */
    private static Stream<String> of(List<String> lines) {
        return lines.stream().filter(line -> line.contains("d.g.s.Availability ") && !line.contains(" now: "));
    }

    private static List<String> since(Running bridge, String before) {
        return bridge.stderr().substring(before.length()).lines().toList();
    }

    @AfterAll
    static void stop() {
        second.close();
        first.close();
        postgres.close();
    }

    private static void signal(Running process, String signal) throws Exception {
        String pid = String.valueOf(process.process().pid());
        assertThat(new ProcessBuilder("kill", "-" + signal, pid).start().waitFor())
                .isZero();
    }

    /** Says a conversation, has something happen in its midst, and sees that all of it arrived as it must. */
    private static Set<String> midst(String name, int messages, Happening happening) throws Exception {
        Genesys genesys = first.genesys();
        Conversation conversation = new Conversation(name, messages, GUESTS);
        Map<String, Taken> fates;
        try (Bus bus = first.bus()) {
            long before = genesys.calls();
            conversation.sayInGroups(bus);
            Conversation.awaitCalls(genesys, before + messages / 8);
            happening.happens();
            fates = conversation.fates(bus, PATIENCE);
            assertThat(bus.rest("guest.dead")).isEmpty();
        }
        List<Heard> heard = conversation.heard(genesys);
        Set<String> repeated = Conversation.repeats(heard).keySet();
        Set<String> flagged = fates.values().stream()
                .filter(status -> status.json().path("possibleRepeat").asBoolean())
                .map(status -> status.text("id"))
                .collect(Collectors.toCollection(TreeSet::new));
        System.out.printf(
                "SharedStoreIT %s: heard %d, repeats %d, flagged %d%n",
                name, heard.size(), repeated.size(), flagged.size());
        conversation.assertHeardInOrder(heard);
        assertThat(fates.values()).extracting(status -> status.text("state")).containsOnly("delivered");
        assertThat(flagged).as("each repeat is flagged").containsAll(repeated);
        return repeated;
    }

    private interface Happening {
        void happens() throws Exception;
    }

    @Test
    void a_database_that_is_killed_and_comes_back_costs_nothing_and_is_told_once() throws Exception {
        await("what an earlier test took away is told to be back")
                .atMost(PATIENCE)
                .until(() -> told(one, " can't be used: ") == told(one, " can be used again, after "));
        String before = one.stderr();
        Set<String> repeated = midst("database-killed", 240, () -> {
            postgres.kill();
            await("not ready")
                    .atMost(RECOVERS)
                    .until(() -> first.get("/observe/health/ready").statusCode() == 503);
            assertThat(first.get("/observe/health/ready").body()).contains("The store jdbc:postgresql:");
            assertThat(webhook(first, "while it is away").statusCode()).isEqualTo(200);
            assertThat(webhook(first, "while it is away").statusCode()).isEqualTo(200);
            postgres.start();
            await("ready again")
                    .atMost(RECOVERS)
                    .until(() -> first.get("/observe/health/ready").statusCode() == 200);
        });
        assertThat(repeated)
                .as("the bridges lived on, so they know what they sent")
                .isEmpty();
        assertReplies("while it is away");
        awaitToldOnce(one, before);
    }

    @Test
    void a_database_that_stands_still_keeps_no_webhook_waiting_and_costs_nothing() throws Exception {
        Set<String> repeated = midst("database-frozen", 240, () -> {
            postgres.freeze();
            try {
                for (int i = 0; i < 4; i++) {
                    long from = System.nanoTime();
                    HttpResponse<String> answer = webhook(first, "while it stands still " + i);
                    assertThat(answer.statusCode()).isEqualTo(200);
                    assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(8));
                }
            } finally {
                postgres.thaw();
            }
        });
        assertThat(repeated).isEmpty();
        assertReplies(
                "while it stands still 0",
                "while it stands still 1",
                "while it stands still 2",
                "while it stands still 3");
    }

    @Test
    void of_a_bridge_that_is_killed_the_other_one_takes_over() throws Exception {
        midst("bridge-killed", 400, () -> other.kill());
        other = second.bridge();
    }

    /** It wakes up in the midst of what the other one took over, and both go on side by side. */
    @Test
    void of_a_bridge_that_stands_still_the_other_one_takes_over_and_what_is_sent_twice_says_so() throws Exception {
        midst("bridge-frozen", 400, () -> {
            signal(other, "STOP");
            long frozen = System.nanoTime();
            try {
                AtomicLong before = new AtomicLong(-1);
                await("the other has done its own")
                        .pollInterval(Duration.ofSeconds(1))
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> first.genesys().calls()
                                == before.getAndSet(first.genesys().calls()));
                await("it takes over")
                        .pollInterval(Duration.ofMillis(20))
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> first.genesys().calls() > before.get());
            } finally {
                signal(other, "CONT");
            }
            System.out.printf("SharedStoreIT: taken over after %d ms%n", (System.nanoTime() - frozen) / 1_000_000);
        });
    }

    @Test
    void bridges_that_are_restarted_one_after_the_other_repeat_nothing() throws Exception {
        Set<String> repeated = midst("restarted", 600, () -> {
            one.sigterm();
            assertThat(one.exitWithin(Duration.ofSeconds(40))).isZero();
            one = first.bridge();
            other.sigterm();
            assertThat(other.exitWithin(Duration.ofSeconds(40))).isZero();
            other = second.bridge();
        });
        assertThat(repeated).isEmpty();
    }

    @Test
    void a_webhook_that_comes_to_both_is_one_reply() throws Exception {
        for (int i = 0; i < 10; i++) {
            String text = "to both " + i;
            CompletableFuture<HttpResponse<String>> there = CompletableFuture.supplyAsync(() -> webhook(second, text));
            assertThat(webhook(first, text).statusCode()).isEqualTo(200);
            assertThat(there.join().statusCode()).isEqualTo(200);
        }
        assertReplies(IntStream.range(0, 10).mapToObj(i -> "to both " + i).toArray(String[]::new));
    }

    private static void assertReplies(String... texts) {
        try (Bus bus = first.bus()) {
            List<Taken> came = bus.take("guest.out.whatsapp", texts.length, PATIENCE, reply -> true);
            came.addAll(bus.rest("guest.out.whatsapp"));
            assertThat(came).extracting(reply -> reply.text("text")).containsExactly(texts);
        }
    }

    private static HttpResponse<String> webhook(Installation at, String text) {
        String body = Genesys.JSON
                .createObjectNode()
                .put("id", "webhook " + text)
                .put("type", "Text")
                .put("text", text)
                .put("direction", "Outbound")
                .set("channel", channel())
                .toString();
        return at.webhook(body, signature(body));
    }

    private static ObjectNode channel() {
        ObjectNode channel = Genesys.JSON.createObjectNode();
        channel.put("id", "int-whatsapp").put("platform", "Open").put("type", "Private");
        channel.putObject("from").put("id", "int-whatsapp");
        channel.putObject("to").put("id", "guest of both");
        return channel.put("time", "2026-11-21T10:15:31.789Z");
    }

    private static String signature(String body) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(Installation.WEBHOOK_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return "sha256=" + Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
