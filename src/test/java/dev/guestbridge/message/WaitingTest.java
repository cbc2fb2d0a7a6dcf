package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class WaitingTest {

    private static final Failure QUOTA = new Failure("rate-limited", "", "", 429, null, null);
    private static final Failure OUTAGE = new Failure("unavailable", "", "", 503, null, null);

    private final Waiting waiting = new Waiting();

    @Test
    void that_it_waits_is_told_once_for_each_cause() {
        assertThat(waiting.isUntold()).as("waits for its turn").isTrue();
        waiting.told();
        assertThat(waiting.isUntold()).isFalse();
        waiting.causedBy(QUOTA);
        assertThat(waiting.isUntold()).as("waits for a cause").isTrue();
        waiting.told();
        assertThat(waiting.isUntold()).isFalse();
        waiting.causedBy(OUTAGE);
        assertThat(waiting.isUntold()).as("waits for another cause").isTrue();
    }

    @Test
    void that_a_cause_is_over_is_not_told() {
        waiting.causedBy(QUOTA);
        waiting.told();
        waiting.causedBy(null);
        assertThat(waiting.isUntold()).isFalse();
    }

    @Test
    void what_became_of_it_is_told_after_that_it_waits_and_nothing_after_it() {
        assertThat(waiting.startsTelling()).isTrue();
        CompletableFuture<Void> turn = waiting.lastWord().toCompletableFuture();
        assertThat(turn).as("the channel is just being told").isNotDone();
        waiting.told();
        assertThat(turn).isCompleted();
        assertThat(waiting.startsTelling()).isFalse();
        assertThat(waiting.lastWord().toCompletableFuture())
                .as("tried again, as when the broker was away")
                .isCompleted();
    }

    @Test
    void that_it_waits_could_not_be_told_holds_up_what_became_of_it_for_a_moment_only() {
        waiting.startsTelling();
        assertThat(waiting.lastWord().toCompletableFuture()).succeedsWithin(Duration.ofSeconds(30));
    }
}
