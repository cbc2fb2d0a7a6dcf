package dev.guestbridge.store;

import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** Changes many rows in several transactions, so that nobody waits long for one of them. */
final class Batches {

    private Batches() {}

    /**
     * Changes batch after batch, until one isn't full. What was done stays done when it fails half-way.
     *
     * @param full so many rows are changed at once
     * @param batch changes the next ones, and tells how many they were
     * @return how many were changed in all
     */
    static CompletableFuture<Integer> all(int full, Supplier<CompletableFuture<Integer>> batch) {
        return all(full, batch, 0);
    }

    private static CompletableFuture<Integer> all(int full, Supplier<CompletableFuture<Integer>> batch, int already) {
        return batch.get()
                .thenCompose(changed -> changed < full
                        ? CompletableFuture.completedFuture(already + changed)
                        : all(full, batch, already + changed));
    }
}
