package dev.guestbridge.store;

import dev.guestbridge.message.Channel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Takes away all that the store holds of a guest. */
public final class Erasure {

    private static final int ERASED_AT_ONCE = 500;
    private static final int NAMED = 5;

    private final Store store;
    private final ThreadRegister threads;
    private final Outbox outbox;
    private final Repeats repeats;

    public Erasure(Store store, ThreadRegister threads, Outbox outbox, Repeats repeats) {
        this.store = store;
        this.threads = threads;
        this.outbox = outbox;
        this.repeats = repeats;
    }

    /**
     * What the store holds of a guest.
     *
     * @param messages in the ledger
     * @param replies that wait for the broker
     * @param traces of replies that were taken: when, and of what kind they were
     */
    public record Held(int threads, int messages, int replies, int traces) {}

    /**
     * What the store holds of a guest now.
     *
     * @param channel null: in whichever channel
     * @throws StoreUnavailable when the store can't be read
     */
    public Held look(String guest, Channel channel) {
        Whose whose = Whose.of(guest, channel);
        return new Held(
                threads.of(guest, whose.channel()).size(),
                store.read(session -> new LedgerTable(session).count(whose)),
                outbox.waitingFor(Columns.text(guest), queue(channel)),
                repeats.naming(whose));
    }

    /**
     * Some of the guest's messages of which the ledger doesn't know what became, by their ids: they are on the bus, or in
     * another instance, or were lost with their bus.
     *
     * @param channel null: in whichever channel
     */
    public List<String> unsettled(String guest, Channel channel) {
        return store.read(session -> new LedgerTable(session).unsettled(Whose.of(guest, channel), NAMED));
    }

    /**
     * Takes it away: threads, waiting replies and traces of others wholly; of each message a digest stays for as long as the ledger keeps
     * messages, by which the very same message is known again. What was done stays done when it fails half-way; to be
     * repeated then.
     *
     * @param channel null: in whichever channel
     * @return what was taken away
     */
    public CompletableFuture<Held> erase(String guest, Channel channel) {
        Whose whose = Whose.of(guest, channel);
        return outbox.forget(Columns.text(guest), queue(channel)).thenCompose(replies -> repeats.forgetGuest(whose)
                .thenCompose(traces -> messages(whose).thenCompose(messages -> threads.forget(guest, whose.channel())
                        .thenApply(forgotten -> new Held(forgotten, messages, replies, traces)))));
    }

    /**
     * Sees to it that the database's own log holds nothing any more of what was taken away.
     *
     * @return null when that is done, else a sentence for an operator
     */
    public String endLog() {
        return store.endLog();
    }

    private static String queue(Channel channel) {
        return channel == null ? null : channel.outQueue();
    }

    private CompletableFuture<Integer> messages(Whose whose) {
        return Batches.all(
                ERASED_AT_ONCE,
                () -> store.write(session -> {
                    LedgerTable table = new LedgerTable(session);
                    List<Identity> some = table.of(whose, ERASED_AT_ONCE);
                    for (Identity message : some) {
                        table.erase(message);
                    }
                    return some.size();
                }));
    }
}
