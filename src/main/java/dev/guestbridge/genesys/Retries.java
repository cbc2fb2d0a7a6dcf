package dev.guestbridge.genesys;

import io.github.bucket4j.Bandwidth;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ScheduledExecutorService;

/** How many of an organisation's requests this instance may spend on trying again. */
final class Retries {

    private static final int SAVED_S = 10;

    private final Bucket bucket;
    private final ScheduledExecutorService clock;

    /** @param percent how many percent of the requests may be second and later attempts */
    Retries(int perMinute, int percent, TimeMeter time, ScheduledExecutorService clock) {
        long each = Math.max(1, (long) perMinute * percent / 100);
        this.bucket = Bucket.builder()
                .withCustomTimePrecision(time)
                .addLimit(Bandwidth.builder()
                        .capacity(Math.max(1, each * SAVED_S / 60))
                        .refillGreedy(each, Duration.ofMinutes(1))
                        .build())
                .build();
        this.clock = clock;
    }

    /** Completes when one more second or later attempt may be made, first come, first served. */
    CompletionStage<Boolean> take() {
        if (bucket.tryConsume(1)) {
            return CompletableFuture.completedFuture(true);
        }
        return bucket.asScheduler().consume(1, clock).thenApply(nothing -> true);
    }
}
