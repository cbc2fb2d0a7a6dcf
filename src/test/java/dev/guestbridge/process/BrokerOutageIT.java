package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.process.Bus.Taken;
import dev.guestbridge.process.Genesys.Heard;
import dev.guestbridge.process.Installation.Running;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** kill -9 of an external broker: the bridge stays up, loses nothing, keeps the order, and goes on when it is back. */
@Timeout(180)
class BrokerOutageIT {

    private static final Duration RECOVERS = Duration.ofSeconds(15);
    private static final String AWAY = " can't be reached: ";
    private static final String KEPT = "kept in the store since this was last told: 1;";
    private static final String BACK = " can be used again, after ";

    private Installation installation;
    private Running bridge;
    private int port;
    private Running broker;

    @BeforeEach
    void start() {
        installation = new Installation("BrokerOutageIT");
        port = installation.port("BROKER_EMBEDDED_PORT");
        installation.with("BROKER_URL", "tcp://127.0.0.1:" + port);
        installation.simulator();
        installation.genesys().change("main", Map.of("agent", "silent"));
        installation.genesys().delay(150);
        broker = broker();
        bridge = installation.bridge();
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    @Test
    void a_broker_that_is_killed_and_comes_back_costs_nothing() throws Exception {
        Genesys genesys = installation.genesys();
        Conversation conversation = new Conversation("outage", 500, 50);
        await("nothing is away yet").until(() -> told(" started: ") == 1 && told(AWAY) == told(BACK));
        long told = lines().count();
        try (Bus bus = installation.bus()) {
            long before = genesys.calls();
            conversation.say(bus);
            Conversation.awaitCalls(genesys, before + 150);
            broker.kill();
        }
        int heardBefore = conversation.heard(genesys).size();
        assertThat(heardBefore).as("killed in the middle").isBetween(50, 450);

        await("not ready")
                .atMost(RECOVERS)
                .until(() -> installation.get("/observe/health/ready").statusCode() == 503);
        HttpResponse<String> ready = installation.get("/observe/health/ready");
        assertThat(ready.statusCode()).isEqualTo(503);
        assertThat(ready.body()).contains("broker").contains("the broker can't be reached");
        assertThat(installation.get("/observe/health/live").statusCode()).isEqualTo(200);
        List<String> replies = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            String body = webhook("during the outage " + i);
            HttpResponse<String> answer = installation.webhook(body, signature(body));
            assertThat(answer.statusCode()).isEqualTo(200);
            assertThat(answer.body()).isEmpty();
            assertThat(installation.webhook(body, signature(body)).statusCode())
                    .as("a repeat")
                    .isEqualTo(200);
            replies.add("during the outage " + i);
        }

        broker = broker();
        long up = System.nanoTime();
        await("ready again")
                .atMost(RECOVERS)
                .until(() -> installation.get("/observe/health/ready").statusCode() == 200);
        int heardDuring = conversation.heard(genesys).size();
        await("resumed")
                .atMost(RECOVERS)
                .until(() -> conversation.heard(genesys).size() > heardDuring
                        || conversation.heard(genesys).size() >= conversation.size());
        long resumedMs = (System.nanoTime() - up) / 1_000_000;

        Map<String, Taken> fates;
        List<Taken> came;
        try (Bus bus = installation.bus()) {
            came = bus.take("guest.out.whatsapp", replies.size(), Duration.ofSeconds(20), reply -> true);
            String later = webhook("after the outage");
            assertThat(installation.webhook(later, signature(later)).statusCode())
                    .isEqualTo(200);
            came.addAll(bus.take("guest.out.whatsapp", 1, Duration.ofSeconds(20), reply -> true));
            came.addAll(bus.rest("guest.out.whatsapp"));
            fates = conversation.fates(bus, Duration.ofSeconds(60));
            assertThat(bus.rest("guest.in.whatsapp")).isEmpty();
            assertThat(bus.rest("guest.dead")).isEmpty();
        }
        replies.add("after the outage");
        List<Heard> heard = conversation.heard(genesys);
        System.out.printf(
                "BrokerOutageIT: heard before the kill %d, resumed %d ms after the broker, heard in all %d, repeats %d%n",
                heardBefore,
                resumedMs,
                heard.size(),
                Conversation.repeats(heard).size());
        assertThat(came).extracting(reply -> reply.text("text")).containsExactlyElementsOf(replies);
        conversation.assertHeardInOrder(heard);
        assertThat(Conversation.repeats(heard))
                .as("the bridge lived on, so it knows what it sent")
                .isEmpty();
        assertThat(fates.values()).extracting(status -> status.text("state")).containsOnly("delivered");
        assertThat(bridge.process().isAlive()).isTrue();
        await("told that it is over").until(() -> told(AWAY) == told(BACK));
        assertOneStory(told);
    }

    /**
     * Whatever the number of queues, messages and replies: nobody else tells of it, and it begins anew only once it was over. A machine
     * that stalls can make connecting fail again while the broker starts, which is a second story.
     *
     * @param told how many lines the log had before
     */
    private void assertOneStory(long told) {
        List<String> story = lines().skip(told).toList();
        assertThat(story).as(story::toString).allSatisfy(line -> assertThat(line)
                .containsAnyOf(AWAY, KEPT, BACK));
        assertThat(story.stream().filter(line -> line.contains(KEPT)))
                .as(story::toString)
                .singleElement()
                .asString()
                .contains("WARN");
        List<String> turns = story.stream().filter(line -> !line.contains(KEPT)).toList();
        assertThat(turns).as(story::toString).hasSizeBetween(2, 4);
        for (int i = 0; i < turns.size(); i++) {
            assertThat(turns.get(i))
                    .as(story::toString)
                    .contains("The broker tcp://127.0.0.1:" + port + (i % 2 == 0 ? AWAY : BACK))
                    .contains(i % 2 == 0 ? "WARN" : "INFO");
        }
    }

    private long told(String words) {
        return lines().filter(line -> line.contains(words)).count();
    }

    /** Of the bridge's log, without the reminders of each minute. */
    private Stream<String> lines() {
        return bridge.stderr().lines().filter(line -> !line.contains(" now: "));
    }

    /** W14: a broker that is stopped takes a connection and never answers; Genesys waits for 10 s. */
    @Test
    void a_broker_that_is_silent_keeps_no_webhook_waiting() throws Exception {
        List<String> replies = new ArrayList<>();
        post(replies, "before");
        signal("-STOP");
        long longestMs = 0;
        for (int i = 0; i < 6; i++) {
            long start = System.nanoTime();
            post(replies, "while it is silent " + i);
            longestMs = Math.max(longestMs, (System.nanoTime() - start) / 1_000_000);
        }
        signal("-CONT");
        List<Taken> came;
        try (Bus bus = installation.bus()) {
            await("delivered")
                    .until(() -> installation.get("/observe/health/ready").statusCode() == 200);
            post(replies, "after");
            came = bus.take("guest.out.whatsapp", replies.size(), Duration.ofSeconds(60), reply -> true);
            came.addAll(bus.rest("guest.out.whatsapp"));
        }
        System.out.printf("BrokerOutageIT: longest webhook of a silent broker %d ms%n", longestMs);
        assertThat(longestMs).isLessThan(10_000);
        assertThat(came)
                .as(() -> came.stream().map(Taken::told).toList().toString())
                .extracting(reply -> reply.text("text"))
                .containsExactlyElementsOf(replies);
    }

    private void post(List<String> replies, String text) throws Exception {
        String body = webhook(text);
        assertThat(installation.webhook(body, signature(body)).statusCode())
                .as(text)
                .isEqualTo(200);
        replies.add(text);
    }

    private void signal(String signal) throws Exception {
        String pid = String.valueOf(broker.process().pid());
        assertThat(new ProcessBuilder("kill", signal, pid).start().waitFor()).isZero();
    }

    private Running broker() {
        Running started = installation.startJava(
                BrokerProcess.class,
                installation.home().toString(),
                installation.home().resolve("data/external").toString(),
                String.valueOf(port));
        started.awaitUp("up", () -> started.stdout().contains("broker up"));
        return started;
    }

    private static String webhook(String text) {
        ObjectNode webhook = Genesys.JSON.createObjectNode();
        webhook.put("id", "webhook " + text);
        ObjectNode channel = webhook.putObject("channel");
        channel.put("id", "int-whatsapp").put("platform", "Open").put("type", "Private");
        channel.putObject("from").put("id", "int-whatsapp");
        channel.putObject("to").put("id", "guest of the outage");
        channel.put("time", "2026-11-20T10:15:31.789Z");
        return webhook.put("type", "Text")
                .put("text", text)
                .put("direction", "Outbound")
                .toString();
    }

    private static String signature(String body) throws Exception {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(Installation.WEBHOOK_SECRET.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
        return "sha256=" + Base64.getEncoder().encodeToString(mac.doFinal(body.getBytes(StandardCharsets.UTF_8)));
    }
}
