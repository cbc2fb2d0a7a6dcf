package dev.guestbridge.genesys;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * One organisation's requests: those that come first, in order, and those that take what the others leave; and how many
 * of them may be spent on trying again.
 */
final class Budget {

    private static final long LOOK_AGAIN_MS = 50;

    private static final int RETRIES_SAVED_S = 10;

    private final Bucket bucket;
    private final Bucket retries;
    private final ScheduledExecutorService clock;
    private final Executor workers;
    private final Queue<Spare> waiting = new ArrayDeque<>();

    private record Spare(BooleanSupplier late, CompletableFuture<Boolean> turn) {}

    /**
     * @param perMinute how many requests a minute there are
     * @param retryPercent how many percent of them may be second and later attempts
     */
    Budget(int perMinute, int retryPercent, TimeMeter time, ScheduledExecutorService clock, Executor workers) {
        this.bucket = bucket(perMinute, time);
        this.retries = retries(Math.max(1, (long) perMinute * retryPercent / 100), time);
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

    /** Completes when one more second or later attempt may be made, first come, first served; what it costs is spent apart. */
    CompletionStage<Boolean> takeRetry() {
        if (retries.tryConsume(1)) {
            return CompletableFuture.completedFuture(true);
        }
        return retries.asScheduler().consume(1, clock).thenApply(nothing -> true);
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
    private static Bucket bucket(int perMinute, TimeMeter time) {
        long burst = Math.max(1, perMinute / 100);
        long rate = Math.max(1, perMinute - burst);
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(Bandwidth.builder()
                        .capacity(burst)
                        .refillGreedy(rate, Duration.ofMinutes(1))
                        .build())
                .build();
    }

    private static Bucket retries(long perMinute, TimeMeter time) {
        return Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(Bandwidth.builder()
                        .capacity(Math.max(1, perMinute * RETRIES_SAVED_S / 60))
                        .refillGreedy(perMinute, Duration.ofMinutes(1))
                        .build())
                .build();
    }
}
