package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class DeliveryTest {

    private static final Failure QUOTA = new Failure("rate-limited", "", "", 429, null, null);
    private static final Failure OUTAGE = new Failure("unavailable", "", "", 503, null, null);

    private final Delivery delivery = new Delivery(
            new Channel("whatsapp", "open-messaging", "main", "int", null),
            "guest.in.whatsapp",
            "1",
            "ID:1",
            Instant.EPOCH,
            Instant.EPOCH,
            "");

    @Test
    void that_it_waits_is_told_once_for_each_cause() {
        assertThat(delivery.waitUntold()).as("waits for its turn").isTrue();
        delivery.waitTold();
        assertThat(delivery.waitUntold()).isFalse();
        delivery.waitsFor(QUOTA);
        assertThat(delivery.waitUntold()).as("waits for a cause").isTrue();
        delivery.waitTold();
        assertThat(delivery.waitUntold()).isFalse();
        delivery.waitsFor(OUTAGE);
        assertThat(delivery.waitUntold()).as("waits for another cause").isTrue();
    }

    @Test
    void that_a_cause_is_over_is_not_told() {
        delivery.waitsFor(QUOTA);
        delivery.waitTold();
        delivery.waitsFor(null);
        assertThat(delivery.waitUntold()).isFalse();
    }

    @Test
    void what_became_of_it_is_told_after_that_it_waits_and_nothing_after_it() {
        assertThat(delivery.startsTelling()).isTrue();
        CompletableFuture<Void> turn = delivery.lastWord().toCompletableFuture();
        assertThat(turn).as("the channel is just being told").isNotDone();
        delivery.waitTold();
        assertThat(turn).isCompleted();
        assertThat(delivery.startsTelling()).isFalse();
        assertThat(delivery.lastWord().toCompletableFuture())
                .as("tried again, as when the broker was away")
                .isCompleted();
    }

    @Test
    void that_it_waits_could_not_be_told_holds_up_what_became_of_it_for_a_moment_only() {
        delivery.startsTelling();
        assertThat(delivery.lastWord().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(30));
    }
}
