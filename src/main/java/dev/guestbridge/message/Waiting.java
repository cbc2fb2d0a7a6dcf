package dev.guestbridge.message;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** What a message waits for, and what its channel was told of that: once for each cause, and nothing after the last word. */
public final class Waiting {

    private static final long TELLING_MS = 2_000;

    private volatile Failure cause;
    private volatile String announced;
    private CompletableFuture<Void> telling = CompletableFuture.completedFuture(null);
    private boolean ending;

    /** Keeps what the message waits for now; null when it merely waits for its turn. */
    public void causedBy(Failure failure) {
        cause = failure;
    }

    /** What the message waits for; null when it merely waits for its turn. */
    public Failure cause() {
        return cause;
    }

    /**
     * Whether the channel is still to be told that the message waits, or for what else it waits now. That a cause is
     * over isn't told: what became of the message follows.
     */
    public boolean isUntold() {
        String now = named();
        return announced == null || !(now.isEmpty() || now.equals(announced));
    }

    /** Whether the channel may still be told; {@link #told} follows. */
    public synchronized boolean startsTelling() {
        if (!ending) {
            telling = new CompletableFuture<>();
        }
        return !ending;
    }

    /** The channel has been told. */
    public synchronized void told() {
        announced = named();
        telling.complete(null);
    }

    /**
     * From now on nobody is told that the message waits: what became of it is the last word.
     *
     * @return completes when the channel isn't just being told; after {@value #TELLING_MS} ms at the latest, for that may
     *     have failed
     */
    public synchronized CompletionStage<Void> lastWord() {
        ending = true;
        return telling.isDone() ? telling : telling.copy().completeOnTimeout(null, TELLING_MS, TimeUnit.MILLISECONDS);
    }

    private String named() {
        Failure now = cause;
        return now == null ? "" : now.errorClass();
    }
}
