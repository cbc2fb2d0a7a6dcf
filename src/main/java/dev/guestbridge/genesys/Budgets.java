package dev.guestbridge.genesys;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** Each organisation's requests per minute, spread evenly, so that Genesys never has to say that it is too much. */
public final class Budgets {

    private final Organisations organisations;
    private final Executor workers;
    private final Map<String, Bucket> buckets = new ConcurrentHashMap<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "budget");
        thread.setDaemon(true);
        return thread;
    });

    /** @param workers run what comes after a wait */
    public Budgets(Organisations organisations, Executor workers) {
        this.organisations = organisations;
        this.workers = workers;
    }

    /** Completes when the organisation's budget allows one more request, first come, first served. */
    public CompletionStage<Boolean> take(String org) {
        Bucket bucket = buckets.computeIfAbsent(
                org, name -> bucket(organisations.named(name).requestsPerMinute()));
        if (bucket.tryConsume(1)) {
            return CompletableFuture.completedFuture(true);
        }
        return bucket.asScheduler().consume(1, clock).thenApplyAsync(nothing -> true, workers);
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
