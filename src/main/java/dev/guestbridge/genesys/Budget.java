package dev.guestbridge.genesys;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** One organisation's requests: those that come first, in order, and those that take what the others leave. */
final class Budget {

    private static final long LOOK_AGAIN_MS = 50;

    private final Bucket bucket;
    private final ScheduledExecutorService clock;
    private final Executor workers;
    private final Queue<Spare> waiting = new ArrayDeque<>();

    private record Spare(BooleanSupplier late, CompletableFuture<Boolean> turn) {}

    Budget(int perMinute, ScheduledExecutorService clock, Executor workers) {
        this.bucket = bucket(perMinute);
        this.clock = clock;
        this.workers = workers;
    }

    /** Completes when there is one more to spend, first come, first served. */
    CompletionStage<Boolean> take() {
        if (bucket.tryConsume(1)) {
            return CompletableFuture.completedFuture(true);
        }
        return bucket.asScheduler().consume(1, clock).thenApplyAsync(nothing -> true, workers);
    }

    /**
     * Completes when there is one to spend that nobody of the others waits for.
     *
     * @param late tells that there is no use in waiting any longer; the wait then fails with {@link NoLongerTrue}
     */
    synchronized CompletionStage<Boolean> takeSpare(BooleanSupplier late) {
        Spare mine = new Spare(late, new CompletableFuture<>());
        waiting.add(mine);
        if (waiting.size() == 1) {
            serve();
        }
        return mine.turn();
    }

    // who waits in take() has spent a coming request already, so as long as one does there is none to be had here
    private synchronized void serve() {
        waiting.removeIf(one -> {
            boolean late = one.late().getAsBoolean();
            if (late) {
                workers.execute(() -> one.turn().completeExceptionally(new NoLongerTrue()));
            }
            return late;
        });
        while (!waiting.isEmpty() && bucket.tryConsume(1)) {
            waiting.remove().turn().completeAsync(() -> true, workers);
        }
        if (!waiting.isEmpty()) {
            clock.schedule(this::serve, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
        }
    }

    // 1 % of the budget as a burst and 99 % of it as the rate never exceed it in any minute
    private static Bucket bucket(int perMinute) {
        long burst = Math.max(1, perMinute / 100);
        long rate = Math.max(1, perMinute - burst);
        return Bucket.builder()
                .addLimit(Bandwidth.builder()
                        .capacity(burst)
                        .refillGreedy(rate, Duration.ofMinutes(1))
                        .build())
                .build();
    }
}
