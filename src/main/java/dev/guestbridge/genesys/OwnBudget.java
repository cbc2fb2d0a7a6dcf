package dev.guestbridge.genesys;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
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
    private static final long LEAST_WAIT_NS = 100_000;

    private final Bucket bucket;
    private final ScheduledExecutorService clock;
    private final Executor workers;
    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Queue<Spare> spares = new ArrayDeque<>();
    private boolean serving;

    private record Waiting(BooleanSupplier wanted, CompletableFuture<Boolean> turn) {}

    /** @param perMinute how many requests a minute there are */
    OwnBudget(int perMinute, TimeMeter time, ScheduledExecutorService clock, Executor workers) {
        this.bucket = bucket(perMinute, time);
        this.clock = clock;
        this.workers = workers;
    }

    @Override
    public synchronized CompletionStage<Boolean> take(boolean first, BooleanSupplier wanted) {
        if (waiting.isEmpty() && bucket.tryConsume(1)) {
            return CompletableFuture.completedFuture(true);
        }
        Waiting mine = new Waiting(wanted, new CompletableFuture<>());
        if (first) {
            waiting.addFirst(mine);
        } else {
            waiting.addLast(mine);
        }
        if (!serving) {
            serving = true;
            serve();
        }
        return mine.turn();
    }

    // a request is spent when its turn has come, not when it is asked for: whoever waits may be stopped meanwhile
    private synchronized void serve() {
        while (!waiting.isEmpty()) {
            boolean wanted = waiting.peek().wanted().getAsBoolean();
            if (wanted) {
                ConsumptionProbe probe = bucket.tryConsumeAndReturnRemaining(1);
                if (!probe.isConsumed()) {
                    // the bucket rounds down, to nothing at last
                    long nanos = Math.max(LEAST_WAIT_NS, probe.getNanosToWaitForRefill());
                    clock.schedule(this::serve, nanos, TimeUnit.NANOSECONDS);
                    return;
                }
            }
            waiting.remove().turn().completeAsync(() -> wanted, workers);
        }
        serving = false;
    }

    @Override
    public synchronized CompletionStage<Boolean> takeSpare(BooleanSupplier late) {
        Spare mine = new Spare(late, new CompletableFuture<>());
        spares.add(mine);
        if (spares.size() == 1) {
            serveSpares();
        }
        return mine.turn();
    }

    private synchronized void serveSpares() {
        spares.removeIf(one -> one.endsIfLate(workers));
        while (!spares.isEmpty() && waiting.isEmpty() && bucket.tryConsume(1)) {
            spares.remove().turn().completeAsync(() -> true, workers);
        }
        if (!spares.isEmpty()) {
            clock.schedule(this::serveSpares, LOOK_AGAIN_MS, TimeUnit.MILLISECONDS);
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
