package dev.guestbridge.genesys;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.BooleanSupplier;

/**
 * One that waits for a request which nobody else wants.
 *
 * @param late tells that there is no use in waiting any longer
 */
record Spare(BooleanSupplier late, CompletableFuture<Boolean> turn) {

    /** Whether there is no use in its waiting any longer; it then hears so from a worker. */
    boolean endsIfLate(Executor workers) {
        boolean ends = late.getAsBoolean();
        if (ends) {
            workers.execute(() -> turn.completeExceptionally(new NoLongerTrue()));
        }
        return ends;
    }
}
