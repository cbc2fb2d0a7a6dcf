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

/** The budget of an organisation that no other instance calls. */
final class OwnBudget implements Budget {

    private static final long LOOK_AGAIN_MS = 50;

    private final Bucket bucket;
    private final ScheduledExecutorService clock;
    private final Executor workers;
    private final Queue<Spare> waiting = new ArrayDeque<>();

    private record Spare(BooleanSupplier late, CompletableFuture<Boolean> turn) {}

    /** @param perMinute how many requests a minute there are */
    OwnBudget(int perMinute, TimeMeter time, ScheduledExecutorService clock, Executor workers) {
        this.bucket = bucket(perMinute, time);
        this.clock = clock;
        this.workers = workers;
    }

    @Override
    public CompletionStage<Boolean> take() {
        if (bucket.tryConsume(1)) {
            return CompletableFuture.completedFuture(true);
        }
        return bucket.asScheduler().consume(1, clock).thenApplyAsync(nothing -> true, workers);
    }

    @Override
    public synchronized CompletionStage<Boolean> takeSpare(BooleanSupplier late) {
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
}
