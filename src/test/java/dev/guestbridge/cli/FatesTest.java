package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.cli.LoadReport.Counts;
import dev.guestbridge.message.Channel;
import java.io.IOException;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** The books of a load. */
class FatesTest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final long SECOND = 1_000_000_000;

    private final Fates fates = new Fates(4);

    private LoadReport report(boolean stopped) {
        LoadPlan plan = new LoadPlan(
                "load-a",
                new Channel("loadtest", "conversation-messages", "main", "int-loadtest", null),
                null,
                1,
                Duration.ofSeconds(4),
                1,
                new LoadPlan.Size(40, 40),
                1);
        return fates.report(plan, 4 * SECOND, stopped, null);
    }

    private void sent(int number) {
        fates.handedOver(number, 0);
        fates.sent(number, number * SECOND);
    }

    private void told(int number, String state, String errorClass) {
        ObjectNode status = JSON.createObjectNode().put("state", state);
        if (errorClass != null) {
            status.put("class", errorClass);
        }
        fates.told(number, status, number * SECOND + SECOND / 2, number * SECOND);
    }

    @Test
    void each_message_is_counted_once() throws IOException {
        for (int i = 0; i < 4; i++) {
            sent(i);
        }
        told(0, "waiting", "rate-limited");
        told(0, "delivered", null);
        told(1, "dead", "payload-invalid");
        told(2, "waiting", "unavailable");
        told(2, "waiting", "rate-limited");

        Counts counts = report(false).counts();
        assertThat(counts.planned()).isEqualTo(4);
        assertThat(counts.sent()).isEqualTo(4);
        assertThat(counts.delivered()).isEqualTo(1);
        assertThat(counts.dead()).containsExactly(java.util.Map.entry("payload-invalid", 1));
        assertThat(counts.waiting()).containsExactly(java.util.Map.entry("rate-limited", 1));
        assertThat(counts.notTold()).isEqualTo(1);
        assertThat(counts.waited()).isEqualTo(2);
        assertThat(report(false).allDelivered()).isFalse();

        JsonNode json = JSON.readTree(report(false).json());
        assertThat(json.at("/dead/payload-invalid").asInt()).isEqualTo(1);
        assertThat(json.at("/waiting/rate-limited").asInt()).isEqualTo(1);
        assertThat(json.at("/latencyMs/max").asDouble()).isBetween(500.0, 500.5);
        assertThat(report(false).text())
                .contains("dead                      1   payload-invalid 1", "NOT ALL DELIVERED");
    }

    @Test
    void a_status_that_is_faster_than_the_brokers_word_counts() {
        fates.handedOver(0, 0);
        told(0, "delivered", null);
        fates.sent(0, SECOND);
        fates.failed(0);

        Counts counts = report(true).counts();
        assertThat(counts.sent()).isEqualTo(1);
        assertThat(counts.delivered()).isEqualTo(1);
        assertThat(counts.notTold()).isZero();
        assertThat(counts.notSent()).isZero();
    }

    @Test
    void what_the_broker_did_not_take_is_not_sent() {
        sent(0);
        told(0, "delivered", null);
        fates.handedOver(1, 0);
        fates.failed(1);
        fates.handedOver(2, 0);

        assertThat(report(true).counts().sent()).isEqualTo(1);
        assertThat(report(true).counts().notSent()).isEqualTo(2);
        assertThat(report(true).allDelivered()).isFalse();
    }

    @Test
    void a_second_end_is_told_of_and_changes_nothing() {
        sent(0);
        told(0, "delivered", null);
        told(0, "waiting", "unavailable");
        told(0, "duplicate", null);

        Counts counts = report(true).counts();
        assertThat(counts.toldAgain()).isEqualTo(1);
        assertThat(counts.duplicate()).isZero();
        assertThat(counts.waiting()).isEmpty();
        assertThat(counts.delivered()).isEqualTo(1);
    }

    @Test
    void all_are_delivered_only_when_all_that_were_due_were_sent_unless_somebody_stopped_it() {
        sent(0);
        told(0, "delivered", null);
        assertThat(report(false).allDelivered()).isFalse();
        assertThat(report(true).allDelivered()).isTrue();
    }

    @Test
    void a_possible_repeat_is_counted() {
        sent(0);
        fates.told(0, JSON.createObjectNode().put("state", "delivered").put("possibleRepeat", true), SECOND, 0);
        assertThat(report(true).counts().possibleRepeats()).isEqualTo(1);
    }

    @Test
    void waiting_ends_when_all_have_ended() throws InterruptedException {
        sent(0);
        Thread teller = new Thread(() -> told(0, "delivered", null));
        teller.start();
        long before = System.nanoTime();
        fates.awaitEnds(Duration.ofMinutes(5).toNanos());
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofMinutes(1));
        teller.join();
    }
}
