package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.VirtualTime;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.Lender;
import io.github.bucket4j.TimeMeter;
import java.net.URI;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

/** An organisation's budget and what of it goes to trying again. */
class BudgetTest {

    static TimeMeter meter(VirtualTime time) {
        return new TimeMeter() {
            @Override
            public long currentTimeNanos() {
                return time.nanos();
            }

            @Override
            public boolean isWallClockBased() {
                return false;
            }
        };
    }

    @Test
    void retriesGetTheirShareOfTheRequestsAndNoMore() {
        VirtualTime time = new VirtualTime();
        Retries ofThreeHundred = new Retries(300, 20, meter(time), time);
        AtomicInteger retries = new AtomicInteger();
        for (int i = 0; i < 1000; i++) {
            ofThreeHundred.take().thenAccept(granted -> retries.incrementAndGet());
        }
        assertThat(retries).as("ten seconds' worth at once").hasValue(10);
        time.pass(600_000);
        assertThat(retries).as("a fifth of 300 a minute").hasValueBetween(605, 615);
    }

    @Test
    void firstAttemptsAreNotHeldUpByRetriesThatWait() {
        VirtualTime time = new VirtualTime();
        Budget threeHundred = new OwnBudget(300, meter(time), time, time);
        Retries retries = new Retries(300, 20, meter(time), time);
        for (int i = 0; i < 1000; i++) {
            retries.take().thenCompose(granted -> threeHundred.take(false, () -> true));
        }
        AtomicInteger first = new AtomicInteger();
        for (int i = 0; i < 300; i++) {
            threeHundred.take(false, () -> true).thenAccept(granted -> first.incrementAndGet());
        }
        time.pass(90_000);
        assertThat(first).as("of 300 a minute, 60 of them for retries").hasValueGreaterThan(280);
    }

    @Test
    void whatIsSpentAndWhoWaitsIsKnown() {
        VirtualTime time = new VirtualTime();
        Organisation main = new Organisation(
                "main", URI.create("http://api"), URI.create("http://login"), "id", () -> "s", "", () -> null, 60);
        Budgets budgets =
                new Budgets(new Organisations(List.of(main)), Runnable::run, time.clock(), 5_000, 20, new Alone());
        Channel channel = new Channel("whatsapp", "open-messaging", "main", "int", null);
        Delivery delivery = new Delivery(channel, channel.inQueue(), "1", "ID:1", Instant.EPOCH, Instant.EPOCH, "");
        assertThat(budgets.spent("main")).isZero();
        CompletableFuture<Boolean> first = budgets.take(delivery).toCompletableFuture();
        CompletableFuture<Boolean> second = budgets.take(delivery).toCompletableFuture();
        assertThat(first).isCompleted();
        assertThat(second).isNotDone();
        assertThat(budgets.spent("main")).isEqualTo(1);
        assertThat(budgets.waiting("main")).isEqualTo(1);
        assertThat(second).succeedsWithin(10, TimeUnit.SECONDS);
        await().atMost(10, TimeUnit.SECONDS).until(() -> budgets.waiting("main") == 0);
        assertThat(budgets.spent("main")).isEqualTo(2);
    }

    @Test
    void typingThatTheGuestsClockPutsAheadIsTooLateToo() {
        Organisation main = new Organisation(
                "main", URI.create("http://api"), URI.create("http://login"), "id", () -> "s", "", () -> null, 60);
        Instant now = Instant.parse("2026-11-21T10:00:00Z");
        Clock clock = Clock.fixed(now, ZoneOffset.UTC);
        Budgets budgets = new Budgets(new Organisations(List.of(main)), Runnable::run, clock, 5_000, 20, new Alone());
        Channel channel = new Channel("whatsapp", "open-messaging", "main", "int", null);
        Delivery typing = new Delivery(channel, channel.inQueue(), "1", "ID:1", now, now.minusMillis(5_001), "");
        typing.read(new GuestMessage(
                "m-1",
                new GuestMessage.Guest("ada", null, null),
                null,
                List.of(),
                null,
                null,
                Map.of(),
                now.plusSeconds(3_600),
                true,
                null));
        assertThat(budgets.take(typing).toCompletableFuture())
                .failsWithin(10, TimeUnit.SECONDS)
                .withThrowableOfType(ExecutionException.class)
                .withCauseInstanceOf(NoLongerTrue.class);
    }

    /** A bridge that stops would else wait for as many seconds as the budget asks of them, up to its patience. */
    @Test
    void whoeverWaitsIsLetGoWhenTheBridgeStopsAndWhoeverComesThen() {
        Organisation main = new Organisation(
                "main", URI.create("http://api"), URI.create("http://login"), "id", () -> "s", "", () -> null, 1);
        Budgets budgets =
                new Budgets(new Organisations(List.of(main)), Runnable::run, Clock.systemUTC(), 5_000, 20, new Alone());
        Channel channel = new Channel("whatsapp", "open-messaging", "main", "int", null);
        List<CompletableFuture<Boolean>> waiting = new ArrayList<>();
        for (String queue : List.of(channel.inQueue(), channel.inQueue(), channel.receiptQueue())) {
            waiting.add(budgets.take(delivery(channel, queue)).toCompletableFuture());
        }
        for (int i = 0; i < 3; i++) {
            Delivery again = delivery(channel, channel.inQueue());
            again.retries(true);
            waiting.add(budgets.take(again).toCompletableFuture());
        }
        assertThat(waiting.remove(0)).isCompletedWithValue(true);
        assertThat(waiting).as("a word, a receipt and what is tried again").noneMatch(CompletableFuture::isDone);

        budgets.close();
        waiting.add(budgets.take(delivery(channel, channel.inQueue())).toCompletableFuture());
        assertThat(waiting).allMatch(CompletableFuture::isDone);
        assertThat(budgets.waiting("main")).isZero();
    }

    private static Delivery delivery(Channel channel, String queue) {
        return new Delivery(channel, queue, "1", "ID:1", Instant.EPOCH, Instant.EPOCH, "");
    }

    /** Shares with nobody. */
    private static final class Alone implements Lender {
        @Override
        public boolean isShared() {
            return false;
        }

        @Override
        public CompletionStage<Long> lend(String org, Rate rate, int count) {
            throw new AssertionError("nothing is shared");
        }

        @Override
        public CompletionStage<Boolean> lendSpare(String org, Rate rate) {
            throw new AssertionError("nothing is shared");
        }
    }

    @Test
    void theSmallestBudgetStillHasARetry() {
        VirtualTime time = new VirtualTime();
        Retries one = new Retries(1, 1, meter(time), time);
        assertThat(one.take().toCompletableFuture()).isCompleted();
        CompletableFuture<Boolean> second = one.take().toCompletableFuture();
        assertThat(second).isNotDone();
        time.pass(60_000);
        assertThat(second).isCompleted();
    }
}
