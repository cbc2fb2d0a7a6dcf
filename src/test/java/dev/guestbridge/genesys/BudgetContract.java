package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** What a budget promises, whether it is one's own or shared with other instances. */
abstract class BudgetContract {

    final VirtualTime time = new VirtualTime();

    abstract Budget budget(int perMinute);

    private static CompletableFuture<Boolean> word(Budget budget) {
        return budget.take(false, () -> true).toCompletableFuture();
    }

    @Test
    void a_minute_holds_nearly_all_of_it_and_no_more_and_who_came_first_is_served_first() {
        Budget budget = budget(300);
        List<Integer> served = new ArrayList<>();
        IntStream.range(0, 1_000).forEach(number -> word(budget).thenAccept(granted -> served.add(number)));
        time.pass(60_000);
        assertThat(served).hasSizeBetween(290, 300).isSorted();
    }

    @Test
    void one_that_nobody_waits_for_is_there_at_once() {
        CompletionStage<Boolean> spare = budget(300).takeSpare(() -> false);
        time.pass(100);
        assertThat(spare.toCompletableFuture()).isCompletedWithValue(true);
    }

    @Test
    void guests_words_go_first_also_those_that_come_later() {
        Budget budget = budget(300);
        List<String> served = new ArrayList<>();
        IntStream.range(0, 20).forEach(number -> word(budget));
        budget.takeSpare(() -> false).thenAccept(granted -> served.add("typing 1"));
        budget.takeSpare(() -> false).thenAccept(granted -> served.add("typing 2"));
        word(budget).thenAccept(granted -> served.add("word 1"));
        word(budget).thenAccept(granted -> served.add("word 2"));
        time.pass(60_000);
        assertThat(served).containsExactly("word 1", "word 2", "typing 1", "typing 2");
    }

    @Test
    void what_is_too_late_already_is_given_up() {
        CompletionStage<Boolean> late = budget(300).takeSpare(() -> true);
        assertThatThrownBy(() -> late.toCompletableFuture().get(0, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NoLongerTrue.class);
    }

    @Test
    void what_becomes_too_late_while_it_waits_is_given_up() {
        Budget budget = budget(300);
        IntStream.range(0, 600).forEach(number -> word(budget));
        AtomicBoolean late = new AtomicBoolean();
        CompletionStage<Boolean> waiting = budget.takeSpare(late::get);
        time.pass(1_000);
        assertThat(waiting.toCompletableFuture()).isNotDone();
        late.set(true);
        time.pass(100);
        assertThatThrownBy(() -> waiting.toCompletableFuture().get(0, TimeUnit.SECONDS))
                .hasCauseInstanceOf(NoLongerTrue.class);
    }

    /** After a pause, hundreds who waited would else spend minutes' worth of requests on being told that they may not go. */
    @Test
    void who_was_stopped_meanwhile_spends_nothing_and_a_probe_waits_for_nobody() {
        Budget budget = budget(300);
        AtomicBoolean flowing = new AtomicBoolean(true);
        List<CompletableFuture<Boolean>> stopped = new ArrayList<>();
        for (int i = 0; i < 1000; i++) {
            stopped.add(budget.take(false, flowing::get).toCompletableFuture());
        }
        time.pass(2_000);
        long served = stopped.stream().filter(CompletableFuture::isDone).count();
        assertThat(served).isBetween(8L, 13L);

        flowing.set(false);
        CompletableFuture<Boolean> probe = budget.take(true, () -> true).toCompletableFuture();
        time.pass(500);
        assertThat(probe).isCompletedWithValue(true);
        CompletableFuture<Boolean> next = word(budget);
        time.pass(500);
        assertThat(next).isCompletedWithValue(true);
        assertThat(stopped.stream().filter(turn -> turn.getNow(true)).count()).isEqualTo(served);
        assertThat(stopped).allMatch(CompletableFuture::isDone);
    }
}
