package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.message.Lender;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SharedBudgetTest extends BudgetContract {

    private static final long MINUTE_NS = 60_000_000_000L;

    private final Far lender = new Far();
    private final List<Spent> all = new ArrayList<>();

    private record Spent(int instance, int number, long at) {}

    /** Lends as the database does, which is a while away; a lease takes a different time each way. */
    private final class Far implements Lender {

        private final Random random = new Random(7);
        private long lentUntil = -MINUTE_NS;
        private long lent;
        private RuntimeException failure;

        @Override
        public boolean isShared() {
            return true;
        }

        @Override
        public CompletionStage<Long> lend(String org, Rate rate, int count) {
            return there(() -> {
                long first = Math.max(lentUntil, time.nanos() - (rate.burst() - 1) * rate.intervalNanos());
                lentUntil = first + count * rate.intervalNanos();
                lent += count;
                return first - time.nanos();
            });
        }

        @Override
        public CompletionStage<Boolean> lendSpare(String org, Rate rate) {
            return there(() -> {
                if (lentUntil > time.nanos()) {
                    return false;
                }
                lentUntil = Math.max(lentUntil, time.nanos() - (rate.burst() - 1) * rate.intervalNanos())
                        + rate.intervalNanos();
                lent++;
                return true;
            });
        }

        private <T> CompletionStage<T> there(Supplier<T> question) {
            CompletableFuture<T> answer = new CompletableFuture<>();
            after(way(), () -> {
                RuntimeException failed = failure;
                T result = failed == null ? question.get() : null;
                after(way(), () -> {
                    if (failed == null) {
                        answer.complete(result);
                    } else {
                        answer.completeExceptionally(failed);
                    }
                });
            });
            return answer;
        }

        private long way() {
            return 200_000 + random.nextInt(30_000_000);
        }

        private void after(long nanos, Runnable then) {
            time.schedule(then, nanos, TimeUnit.NANOSECONDS);
        }
    }

    @Override
    Budget budget(int perMinute) {
        return instance(perMinute);
    }

    private SharedBudget instance(int perMinute) {
        return new SharedBudget("main", perMinute, lender, time::nanos, time, time);
    }

    /** Has so many wait from the beginning; each that is served writes down when. */
    private void wants(SharedBudget budget, int instance, int count) {
        for (int i = 0; i < count; i++) {
            int number = i;
            budget.take(false, () -> true).thenAccept(granted -> all.add(new Spent(instance, number, time.nanos())));
        }
    }

    private long of(int instance) {
        return all.stream().filter(one -> one.instance() == instance).count();
    }

    private int mostInAny(long nanos) {
        int most = 0;
        int from = 0;
        for (int to = 0; to < all.size(); to++) {
            while (all.get(to).at() - all.get(from).at() >= nanos) {
                from++;
            }
            most = Math.max(most, to - from + 1);
        }
        return most;
    }

    @ParameterizedTest
    @CsvSource({"300, 1", "300, 2", "300, 3", "3000, 2", "3000, 5", "60, 2", "5, 3", "60000, 2"})
    void together_they_use_the_budget_and_no_minute_holds_more_than_that(int perMinute, int instances) {
        int minutes = perMinute > 10_000 ? 2 : 5;
        for (int i = 0; i < instances; i++) {
            wants(instance(perMinute), i, perMinute * (minutes + 1));
        }
        time.pass(minutes * 60_000L);

        assertThat(mostInAny(MINUTE_NS)).isLessThanOrEqualTo(perMinute);
        int rate = perMinute - Math.max(1, perMinute / 100);
        assertThat(all).hasSizeGreaterThanOrEqualTo((int) (minutes * rate * 0.995) - 1);
        for (int i = 0; i < instances; i++) {
            assertThat(of(i))
                    .as("what the others leave of " + all.size())
                    .isBetween(all.size() * 9L / 10 / instances - 1, all.size() * 11L / 10 / instances + 1);
        }
    }

    @Test
    void they_are_spread_evenly_and_each_instance_serves_in_order() {
        for (int i = 0; i < 2; i++) {
            wants(instance(3_000), i, 10_000);
        }
        time.pass(60_000);

        // 49.5 a second, besides the half percent of the beginning
        assertThat(mostInAny(1_000_000_000)).isLessThanOrEqualTo(50 + 15);
        long later = all.stream().filter(one -> one.at() > 2_000_000_000).count();
        assertThat(later).isBetween(2_860L, 2_880L);
        all.removeIf(one -> one.at() <= 2_000_000_000);
        assertThat(mostInAny(1_000_000_000)).as("in any second").isLessThanOrEqualTo(53);
        for (int i = 0; i < 2; i++) {
            int instance = i;
            assertThat(all)
                    .filteredOn(one -> one.instance() == instance)
                    .extracting(Spent::number)
                    .isSorted();
        }
    }

    @Test
    void one_alone_has_the_whole_budget_until_another_wants_its_half() {
        wants(instance(3_000), 0, 10_000);
        SharedBudget second = instance(3_000);
        time.pass(60_000);
        assertThat(of(0)).isBetween(2_950L, 3_000L);
        all.clear();
        wants(second, 1, 10_000);
        time.pass(60_000);
        assertThat(of(0)).isBetween(1_400L, 1_600L);
        assertThat(of(1)).isBetween(1_400L, 1_600L);
    }

    @Test
    void what_is_borrowed_is_spent() {
        SharedBudget budget = instance(300);
        for (int i = 0; i < 50; i++) {
            wants(budget, i, 1 + i % 4);
            time.pass(700);
        }
        time.pass(60_000);
        assertThat(all).hasSize(IntStream.range(0, 50).map(i -> 1 + i % 4).sum());
        assertThat(lender.lent).isEqualTo(all.size());
        assertThat(time.tasks()).as("nothing goes on when nobody waits").isZero();
    }

    @Test
    void after_a_while_without_any_one_is_there_at_once() {
        SharedBudget budget = instance(300);
        wants(budget, 0, 100);
        time.pass(60_000);
        all.clear();
        wants(budget, 1, 1);
        time.pass(61);
        assertThat(all).hasSize(1);
    }

    @Test
    void typing_takes_nothing_while_an_instance_has_words_to_send() {
        SharedBudget busy = instance(300);
        SharedBudget idle = instance(300);
        wants(busy, 0, 100);
        time.pass(100);
        CompletableFuture<Boolean> typing = idle.takeSpare(() -> false).toCompletableFuture();
        CompletableFuture<Boolean> own = busy.takeSpare(() -> false).toCompletableFuture();
        while (all.size() < 100) {
            assertThat(typing).isNotDone();
            assertThat(own).isNotDone();
            time.pass(10);
        }
        time.pass(1_000);
        assertThat(typing).isCompletedWithValue(true);
        assertThat(own).isCompletedWithValue(true);
        assertThat(lender.lent).isEqualTo(102);
        assertThat(time.tasks()).as("nothing goes on when nobody waits").isLessThanOrEqualTo(2);
    }

    @Test
    void spare_ones_keep_to_the_rate_too_and_come_in_order() {
        SharedBudget budget = instance(300);
        for (int i = 0; i < 600; i++) {
            int number = i;
            budget.takeSpare(() -> false).thenAccept(granted -> all.add(new Spent(0, number, time.nanos())));
        }
        time.pass(60_000);
        assertThat(all).hasSizeBetween(200, 300);
        assertThat(all).extracting(Spent::number).isSorted();
    }

    @Test
    void what_is_too_late_costs_nothing() {
        SharedBudget budget = instance(300);
        budget.takeSpare(() -> true);
        wants(budget, 0, 100);
        AtomicBoolean late = new AtomicBoolean();
        budget.takeSpare(late::get);
        time.pass(1_000);
        late.set(true);
        time.pass(60_000);
        assertThat(lender.lent).isEqualTo(100);
    }

    @Test
    void when_nothing_can_be_borrowed_nobody_is_served_and_all_are_told_why() {
        SharedBudget budget = instance(300);
        wants(budget, 0, 5);
        time.pass(100);
        assertThat(all).hasSizeLessThan(3);
        RuntimeException away = new IllegalStateException("the database is away");
        lender.failure = away;
        List<CompletableFuture<Boolean>> told = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            told.add(budget.take(false, () -> true).toCompletableFuture());
        }
        time.pass(5_000);
        long before = lender.lent;
        assertThat(all).hasSize((int) before);
        told.forEach(
                one -> assertThatThrownBy(() -> one.get(0, TimeUnit.SECONDS)).hasCause(away));
        CompletableFuture<Boolean> spare = budget.takeSpare(() -> false).toCompletableFuture();
        time.pass(100);
        assertThatThrownBy(() -> spare.get(0, TimeUnit.SECONDS)).hasCause(away);
        assertThat(lender.lent).isEqualTo(before);

        lender.failure = null;
        CompletableFuture<Boolean> again = budget.take(false, () -> true).toCompletableFuture();
        time.pass(1_000);
        assertThat(again).isCompletedWithValue(true);
    }
}
