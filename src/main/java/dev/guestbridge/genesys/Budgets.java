package dev.guestbridge.genesys;

import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Lender;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.LongAdder;

/**
 * Each organisation's requests per minute, spread evenly, so that Genesys never has to say that it is too much; instances on
 * one shared store keep within them together. What may be spent on trying again each instance counts for itself.
 */
public final class Budgets implements AutoCloseable {

    private final Organisations organisations;
    private final Executor workers;
    private final Clock time;
    private final long typingTrueMs;
    private final int retryPercent;
    private final Lender lender;
    private final Map<String, Spending> spendings = new ConcurrentHashMap<>();
    private volatile boolean closed;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "budget");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * One organisation's.
     *
     * @param spent requests that were granted
     * @param waiting those that wait for one
     */
    private record Spending(Budget budget, Retries retries, LongAdder spent, Set<CompletableFuture<Boolean>> waiting) {

        CompletionStage<Boolean> counted(CompletionStage<Boolean> turn) {
            CompletableFuture<Boolean> future = turn.toCompletableFuture();
            if (future.isDone() && !future.isCompletedExceptionally() && future.join()) {
                spent.increment();
                return turn;
            }
            CompletableFuture<Boolean> mine = new CompletableFuture<>();
            waiting.add(mine);
            future.whenComplete((granted, failure) -> {
                if (failure == null && granted) {
                    spent.increment();
                }
                waiting.remove(mine);
                if (failure == null) {
                    mine.complete(granted);
                } else {
                    mine.completeExceptionally(failure);
                }
            });
            return mine;
        }

        void letGo(Executor workers) {
            waiting.removeIf(one -> {
                one.completeAsync(() -> false, workers);
                return true;
            });
        }
    }

    /**
     * @param workers run what comes after a wait
     * @param typingTrueMs how long it is true that a guest is typing, in milliseconds
     * @param retryPercent how many percent of an organisation's requests may be second and later attempts
     * @param lender of what is shared with other instances, if it is
     */
    public Budgets(
            Organisations organisations,
            Executor workers,
            Clock time,
            long typingTrueMs,
            int retryPercent,
            Lender lender) {
        this.organisations = organisations;
        this.workers = workers;
        this.time = time;
        this.typingTrueMs = typingTrueMs;
        this.retryPercent = retryPercent;
        this.lender = lender;
    }

    /**
     * Completes when the organisation's budget allows one more request: what guests say first come, first served; typing
     * and receipts when none of that waits. What is tried again waits for the budget of retries before; what finds out
     * whether a pause is over waits for nobody.
     *
     * @return false when what the message depends on was paused meanwhile, or the bridge stops, and nothing was spent; fails with {@link NoLongerTrue} as soon as a guest's typing is too old, and with what the lender fails with
     */
    public CompletionStage<Boolean> take(Delivery delivery) {
        delivery.comesTo(Delivery.Step.BUDGET);
        Spending spending = spendings.computeIfAbsent(delivery.channel().org(), this::spending);
        // no retries make one wait that finds out whether a pause is over
        boolean triesAgain = delivery.takeRetry() && !delivery.isProbe();
        CompletionStage<Boolean> turn = spending.counted(
                triesAgain
                        ? spending.retries().take().thenCompose(granted -> spend(delivery, spending.budget()))
                        : spend(delivery, spending.budget()));
        if (closed) {
            spending.letGo(workers);
        }
        return turn;
    }

    /** Lets all go that wait, whatever for, and from now on whoever would have to: the bridge stops. */
    @Override
    public void close() {
        closed = true;
        spendings.values().forEach(spending -> spending.letGo(workers));
    }

    /** How many requests this instance took of an organisation's budget since it started. */
    public long spent(String org) {
        Spending spending = spendings.get(org);
        return spending == null ? 0 : spending.spent().sum();
    }

    /** How many calls of this instance wait for an organisation's budget, or for that of trying again. */
    public int waiting(String org) {
        Spending spending = spendings.get(org);
        return spending == null ? 0 : spending.waiting().size();
    }

    private Spending spending(String org) {
        int perMinute = organisations.named(org).requestsPerMinute();
        Budget budget = lender.isShared()
                ? new SharedBudget(org, perMinute, lender, System::nanoTime, clock, workers)
                : new OwnBudget(perMinute, TimeMeter.SYSTEM_NANOTIME, clock, workers);
        Retries retries = new Retries(perMinute, retryPercent, TimeMeter.SYSTEM_NANOTIME, clock);
        return new Spending(budget, retries, new LongAdder(), ConcurrentHashMap.newKeySet());
    }

    private CompletionStage<Boolean> spend(Delivery delivery, Budget budget) {
        return delivery.yields()
                ? budget.takeSpare(() -> isLate(delivery))
                : budget.take(delivery.isProbe(), delivery::mayGo);
    }

    private boolean isLate(Delivery delivery) {
        Instant before = time.instant().minusMillis(typingTrueMs);
        // a guest's clock may be ahead, and what the guest says next waits behind it
        return !delivery.carriesReceipt()
                && (delivery.message().sentAt().isBefore(before)
                        || delivery.takenAt().isBefore(before));
    }
}
