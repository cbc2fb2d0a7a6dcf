package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
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
}
