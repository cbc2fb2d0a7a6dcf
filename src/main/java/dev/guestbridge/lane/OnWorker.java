package dev.guestbridge.lane;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;

/**
 * Goes on on a worker, also when it is complete before anybody says how to go on: an ordinary future would then go on on the
 * thread that asks, which for a message is its queue's only consumer.
 */
final class OnWorker<T> extends CompletableFuture<T> {

    private final Executor workers;

    OnWorker(Executor workers) {
        this.workers = workers;
    }

    @Override
    public CompletableFuture<T> whenComplete(BiConsumer<? super T, ? super Throwable> action) {
        return whenCompleteAsync(action, workers);
    }

    static <T> CompletionStage<T> completed(T value, Executor workers) {
        OnWorker<T> stage = new OnWorker<>(workers);
        stage.complete(value);
        return stage;
    }
}
