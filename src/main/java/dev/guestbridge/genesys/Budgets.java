package dev.guestbridge.genesys;

import dev.guestbridge.message.Delivery;
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
    private final Map<String, Budget> budgets = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "budget");
        thread.setDaemon(true);
        return thread;
    });

    /**
     * @param workers run what comes after a wait
     * @param typingTrueMs how long it is true that a guest is typing, in milliseconds
     */
    public Budgets(Organisations organisations, Executor workers, Clock time, long typingTrueMs) {
        this.organisations = organisations;
        this.workers = workers;
        this.time = time;
        this.typingTrueMs = typingTrueMs;
    }

    /**
     * Completes when the organisation's budget allows one more request: what guests say first come, first served; typing
     * and receipts when none of that waits.
     *
     * @return fails with {@link NoLongerTrue} as soon as a guest's typing is too old
     */
    public CompletionStage<Boolean> take(Delivery delivery) {
        Budget budget = budgets.computeIfAbsent(
                delivery.channel().org(),
                name -> new Budget(organisations.named(name).requestsPerMinute(), clock, workers));
        return delivery.yields() ? budget.takeSpare(() -> isLate(delivery)) : budget.take();
    }

    private boolean isLate(Delivery delivery) {
        return !delivery.carriesReceipt()
                && delivery.message().sentAt().plusMillis(typingTrueMs).isBefore(time.instant());
    }
}
