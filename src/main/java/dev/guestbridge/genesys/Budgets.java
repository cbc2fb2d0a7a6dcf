package dev.guestbridge.genesys;

import dev.guestbridge.message.Delivery;
import io.github.bucket4j.TimeMeter;
import java.time.Clock;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Each organisation's requests per minute, spread evenly, so that Genesys never has to say that it is too much. */
public final class Budgets {

    private final Organisations organisations;
    private final Executor workers;
    private final Clock time;
    private final long typingTrueMs;
    private final int retryPercent;
    private final Map<String, Budget> budgets = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "budget");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param workers run what comes after a wait
     * @param typingTrueMs how long it is true that a guest is typing, in milliseconds
     * @param retryPercent how many percent of an organisation's requests may be second and later attempts
     */
    public Budgets(Organisations organisations, Executor workers, Clock time, long typingTrueMs, int retryPercent) {
        this.organisations = organisations;
        this.workers = workers;
        this.time = time;
        this.typingTrueMs = typingTrueMs;
        this.retryPercent = retryPercent;
    }

    /**
     * Completes when the organisation's budget allows one more request: what guests say first come, first served; typing
     * and receipts when none of that waits. What is tried again waits for the budget of retries before.
     *
     * @return fails with {@link NoLongerTrue} as soon as a guest's typing is too old
     */
    public CompletionStage<Boolean> take(Delivery delivery) {
        Budget budget = budgets.computeIfAbsent(
                delivery.channel().org(),
                name -> new Budget(
                        organisations.named(name).requestsPerMinute(),
                        retryPercent,
                        TimeMeter.SYSTEM_NANOTIME,
                        clock,
                        workers));
        return delivery.takeRetry()
                        && !delivery.isProbe() // no retries make one wait that finds out whether a pause is over
                ? budget.takeRetry().thenCompose(granted -> spend(delivery, budget))
                : spend(delivery, budget);
    }

    private CompletionStage<Boolean> spend(Delivery delivery, Budget budget) {
        return delivery.yields() ? budget.takeSpare(() -> isLate(delivery)) : budget.take();
    }

    private boolean isLate(Delivery delivery) {
        return !delivery.carriesReceipt()
                && delivery.message().sentAt().plusMillis(typingTrueMs).isBefore(time.instant());
    }
}
