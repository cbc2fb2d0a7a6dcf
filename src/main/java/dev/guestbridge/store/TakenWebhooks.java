package dev.guestbridge.store;

import dev.guestbridge.message.Webhook;
import java.util.concurrent.CompletableFuture;

/** Writes down, in one go, that a webhook was taken and what it told of its guest's conversation. */
public final class TakenWebhooks {

    private final Repeats repeats;
    private final Threads threads;
    private final Ledger ledger;

    public TakenWebhooks(Repeats repeats, Threads threads, Ledger ledger) {
        this.repeats = repeats;
        this.threads = threads;
        this.ledger = ledger;
    }

    /**
     * Remembers a webhook whose reply is on its queue.
     *
     * @return fails with {@link StoreUnavailable} when the store doesn't take it soon
     */
    public CompletableFuture<Void> remember(Webhook webhook) {
        if (webhook.trace().isFollowed() && webhook.isRouted()) {
            Ledger.Collected said = ledger.last(webhook.channel().name(), webhook.externalId());
            if (said != null) {
                webhook.trace().answers(said.traceId(), said.spanId());
            }
        }
        return CompletableFuture.allOf(repeats.remember(webhook), threads.told(webhook));
    }
}
