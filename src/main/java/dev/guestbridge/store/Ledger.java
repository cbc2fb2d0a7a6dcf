package dev.guestbridge.store;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/** Knows of every guest message whether its sending began and what became of it, so that a repeat is never silent. */
public final class Ledger {

    private static final int PURGED_AT_ONCE = 1_000;
    /** Longer than any call: an instance that lives has written down by then what came of it. */
    private static final long LONGEST_ELSEWHERE_NANOS = Duration.ofSeconds(30).toNanos();

    private static final int ASKED_AGAIN_MS = 300;

    private static final Entry NOTHING = new Entry(Verdict.NEW, 0, null, false);

    private final Store store;
    private final Clock clock;
    private final Executor soon = CompletableFuture.delayedExecutor(ASKED_AGAIN_MS, TimeUnit.MILLISECONDS);

    public Ledger(Store store) {
        this(store, Clock.systemUTC());
    }

    Ledger(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** What the ledger says of a message. */
    public enum Verdict {
        /** Nothing of it reached Genesys. */
        NEW,
        /** It may have reached Genesys, and its fate is not recorded. */
        UNKNOWN,
        /** It was delivered, or is dead. */
        SETTLED,
        /** Another message bears the same id. */
        CONFLICT,
        /** Another instance, which lives, is sending it. */
        ELSEWHERE
    }

    /**
     * What the ledger says of a message.
     *
     * @param starts sendings begun whose end nobody recorded, because the process ended before
     * @param outcome what became of it when it is settled, else null
     * @param sameBusMessage true when what is recorded is of the very same bus message
     */
    public record Entry(Verdict verdict, int starts, Outcome outcome, boolean sameBusMessage) {}

    /**
     * Reads what is known of a message whose turn it is, and tells the delivery; writes nothing.
     *
     * @throws Settled when its fate is known: nothing of it is to be sent
     * @throws MessageRefused when another message bears the same id
     * @throws StoreUnavailable when the store can't be read
     */
    public void look(Delivery delivery) throws MessageRefused, Settled {
        tell(delivery, entry(identity(delivery)));
    }

    private Identity identity(Delivery delivery) {
        return Identity.of(delivery, store.instance());
    }

    Entry entry(Identity message) {
        Recorded recorded = store.read(session -> new LedgerTable(session).row(message));
        return recorded == null ? NOTHING : recorded.toldTo(message);
    }

    /**
     * Records that sending this message begins; awaited before the first byte. A start that is recorded already, of an
     * attempt that is over, covers the next one too. While another instance, which lives, is sending it, this waits for
     * what comes of that, but not for ever.
     *
     * @return fails with {@link Settled} or {@link MessageRefused} as {@link #look} does, when another instance was quicker
     */
    public CompletableFuture<Void> begin(Delivery delivery) {
        if (delivery.begun() && !store.isShared()) {
            return CompletableFuture.completedFuture(null);
        }
        CompletableFuture<Void> begun = new CompletableFuture<>();
        start(delivery, System.nanoTime() + LONGEST_ELSEWHERE_NANOS).whenComplete((nothing, failure) -> {
            // unwrapped: routes ask the exception itself for the outcome
            if (failure == null) {
                begun.complete(null);
            } else {
                begun.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        });
        return begun;
    }

    private CompletableFuture<Void> start(Delivery delivery, long waitsUntilNanos) {
        return start(identity(delivery), System.nanoTime() - waitsUntilNanos < 0)
                .thenCompose(entry -> {
                    if (entry.verdict() == Verdict.ELSEWHERE) {
                        return CompletableFuture.runAsync(() -> {}, soon)
                                .thenCompose(next -> start(delivery, waitsUntilNanos));
                    }
                    try {
                        tell(
                                delivery,
                                new Entry(
                                        entry.verdict(), entry.starts() - 1, entry.outcome(), entry.sameBusMessage()));
                        delivery.begins();
                        return CompletableFuture.completedFuture(null);
                    } catch (MessageRefused | Settled e) {
                        return CompletableFuture.failedFuture(e);
                    }
                });
    }

    /** @param entry what was recorded before */
    private void tell(Delivery delivery, Entry entry) throws MessageRefused, Settled {
        switch (entry.verdict()) {
            case CONFLICT -> {
                delivery.accountable(false);
                throw new MessageRefused(
                        "id is that of another message which this channel sent before; each message has an id of its own");
            }
            case SETTLED ->
                // the very same bus message comes again because it wasn't acknowledged; any other is a duplicate
                throw new Settled(
                        entry.sameBusMessage()
                                ? entry.outcome()
                                : entry.outcome().repeated(clock.instant()));
            case UNKNOWN -> {
                delivery.accountable(true);
                delivery.mayRepeat();
                delivery.unfinished(entry.starts());
            }
            default -> delivery.accountable(true);
        }
    }

    /**
     * Records that the attempt is over and the message goes on waiting, or goes back to the bus: unless the delivery
     * says that it may repeat, Genesys is known to have nothing of it.
     *
     * @param delivery null when the message was never taken
     */
    public CompletableFuture<Void> ended(Delivery delivery) {
        if (delivery == null || !delivery.begun()) {
            return CompletableFuture.completedFuture(null);
        }
        return end(identity(delivery), delivery.possibleRepeat()).thenAccept(nothing -> delivery.ends());
    }

    /**
     * Records that Genesys took the message.
     *
     * @param genesysId Genesys' id of it; null when it gave none
     */
    public CompletableFuture<Outcome> delivered(Delivery delivery, String genesysId, GuestThread thread) {
        String conversation = thread == null ? null : thread.conversationId();
        return settled(delivery, Outcome.delivered(delivery, genesysId, conversation, clock.instant()));
    }

    /** Records that nobody can deliver the message as it is, where the ledger keeps account of it. */
    public CompletableFuture<Outcome> dead(Delivery delivery) {
        return settled(delivery, Outcome.dead(delivery, clock.instant()));
    }

    /** Records that what the message said was no longer true. */
    public CompletableFuture<Outcome> dropped(Delivery delivery) {
        return settled(delivery, Outcome.dropped(delivery, clock.instant()));
    }

    private CompletableFuture<Outcome> settled(Delivery delivery, Outcome outcome) {
        return delivery.accountable()
                ? settle(identity(delivery), outcome).thenApply(twice -> twice ? outcome.inDoubt() : outcome)
                : CompletableFuture.completedFuture(outcome);
    }

    /**
     * Records that sending a message begins; to be called, and awaited, before the first byte. A settled message and a
     * conflict leave the ledger as it is.
     *
     * @return what was known before, and how many starts there are now
     */
    CompletableFuture<Entry> start(Identity message) {
        return start(message, false);
    }

    /** @param yields whether another instance that lives and is at it goes first */
    private CompletableFuture<Entry> start(Identity message, boolean yields) {
        String now = Columns.time(clock.instant());
        return store.write(session -> {
            LedgerTable table = new LedgerTable(session);
            store.beSeen(session);
            while (true) { // a second round only when another instance settled or purged the entry just now
                if (table.add(message, now)) {
                    return new Entry(Verdict.NEW, 1, null, false);
                }
                Recorded recorded = table.row(message);
                if (recorded == null) {
                    continue;
                }
                Entry before = recorded.toldTo(message);
                if (before.verdict() == Verdict.CONFLICT || before.verdict() == Verdict.SETTLED) {
                    return before;
                }
                if (yields && recorded.isWithAnother(message) && store.isSeen(session, recorded.instance())) {
                    return new Entry(Verdict.ELSEWHERE, recorded.starts(), null, before.sameBusMessage());
                }
                Integer starts = table.beginAgain(message, recorded, now);
                if (starts != null) {
                    return new Entry(before.verdict(), starts, null, before.sameBusMessage());
                }
            }
        });
    }

    /**
     * Takes the last start back: its end is known.
     *
     * @param maybeTaken whether Genesys may have the message, by this sending or an earlier one
     */
    CompletableFuture<Void> end(Identity message, boolean maybeTaken) {
        return store.write(session -> {
            new LedgerTable(session).end(message, maybeTaken);
            return null;
        });
    }

    /**
     * Records what became of a message, whether or not its sending ever began; a settled one stays as it is, unless it was
     * dead and tried again.
     *
     * @return whether Genesys may have it twice, as was known, or because another instance began to send it too
     */
    CompletableFuture<Boolean> settle(Identity message, Outcome outcome) {
        return store.write(session -> {
            Boolean twice = new LedgerTable(session).settle(message, outcome);
            return twice == null ? outcome.possibleRepeat() : twice;
        });
    }

    /**
     * What the ledger knows of a message, changing nothing; null when nothing.
     *
     * @return NEW stands for a message begun of which nothing reached Genesys; sameBusMessage is false
     * @throws StoreUnavailable when the store can't be read
     */
    Entry find(String channel, String id) {
        if (!Columns.isKey(channel) || !Columns.isKey(id)) {
            return null;
        }
        Recorded recorded = store.read(session -> new LedgerTable(session).row(channel, id));
        return recorded == null ? null : recorded.told();
    }

    /** A span that somebody collected, in its trace. */
    record Collected(String traceId, String spanId) {}

    /**
     * That of the newest message of a guest that has one; null when none has.
     *
     * @throws StoreUnavailable when the store can't be read
     */
    Collected last(String channel, String externalId) {
        return store.read(session -> new LedgerTable(session).collected(channel, externalId));
    }

    /**
     * Forgets messages of which nothing was written down for longer than this. What Genesys may have stays until its end is
     * known, however long that takes: its bus will bring it again.
     *
     * @return how many
     */
    public CompletableFuture<Integer> purge(Duration olderThan) {
        String before = before(olderThan);
        return Batches.all(
                PURGED_AT_ONCE, () -> store.write(session -> new LedgerTable(session).purge(before, PURGED_AT_ONCE)));
    }

    /**
     * Forgets what Genesys may have of a channel's messages, where the last sending began longer ago than this; only to be
     * called when the channel's queue was found empty just now, so that its bus has none of them any more.
     *
     * @return how many
     */
    public CompletableFuture<Integer> purgeLost(Channel channel, Duration olderThan) {
        String before = before(olderThan);
        return Batches.all(
                PURGED_AT_ONCE,
                () -> store.write(
                        session -> new LedgerTable(session).purgeInDoubt(channel.name(), before, PURGED_AT_ONCE)));
    }

    private String before(Duration ago) {
        return Columns.time(clock.instant().minus(ago));
    }
}
