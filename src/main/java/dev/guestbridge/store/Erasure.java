package dev.guestbridge.store;

import dev.guestbridge.message.Channel;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Takes away all that the store holds of a guest. */
public final class Erasure {

    private static final int ERASED_AT_ONCE = 500;
    private static final int NAMED = 5;
    private static final String OF_GUEST = " FROM ledger WHERE external_id = ?";

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
        String name = channel == null ? null : channel.name();
        return new Held(
                threads.of(guest, name).size(),
                store.read(session ->
                        session.one("SELECT COUNT(*)" + OF_GUEST + and(name), row -> row.getInt(1), of(guest, name))),
                outbox.waitingFor(Columns.text(guest), channel == null ? null : channel.outQueue()),
                repeats.naming(guest, name));
    }

    /**
     * Some of the guest's messages of which the ledger doesn't know what became, by their ids: they are on the bus, or in
     * another instance, or were lost with their bus.
     *
     * @param channel null: in whichever channel
     */
    public List<String> unsettled(String guest, Channel channel) {
        String name = channel == null ? null : channel.name();
        return store.read(session -> session.all(
                "SELECT id" + OF_GUEST + and(name) + " AND state = 'open' ORDER BY begun_at LIMIT " + NAMED,
                row -> row.getString(1),
                of(guest, name)));
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
        String name = channel == null ? null : channel.name();
        return outbox.forget(Columns.text(guest), channel == null ? null : channel.outQueue())
                .thenCompose(replies -> repeats.forgetGuest(guest, name).thenCompose(traces -> messages(guest, name, 0)
                        .thenCompose(messages -> threads.forget(guest, name)
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

    private CompletableFuture<Integer> messages(String guest, String channel, int already) {
        return store.write(session -> {
                    List<Ledger.Identity> some = session.all(
                            "SELECT channel, id, external_id, fingerprint" + OF_GUEST + and(channel) + " LIMIT "
                                    + ERASED_AT_ONCE,
                            row -> new Ledger.Identity(
                                    row.getString(1), row.getString(2), row.getString(3), row.getString(4), null),
                            of(guest, channel));
                    for (Ledger.Identity message : some) {
                        session.change(
                                """
                                INSERT INTO ledger (channel, id, external_id, fingerprint, starts, begun_at, state,
                                  error_class, status, attempts, possible_repeat, settled_at)
                                SELECT channel, ?, '', ?, starts, begun_at, state,
                                  error_class, status, attempts, possible_repeat, settled_at
                                FROM ledger WHERE channel = ? AND id = ? ON CONFLICT (channel, id) DO NOTHING
                                """,
                                message.erased(),
                                message.erased(),
                                message.channel(),
                                message.id());
                        session.change(
                                "DELETE FROM ledger WHERE channel = ? AND id = ?", message.channel(), message.id());
                    }
                    return some.size();
                })
                .thenCompose(erased -> erased < ERASED_AT_ONCE
                        ? CompletableFuture.completedFuture(already + erased)
                        : messages(guest, channel, already + erased));
    }

    private static String and(String channel) {
        return channel == null ? "" : " AND channel = ?";
    }

    private static Object[] of(String guest, String channel) {
        String known = Columns.text(guest);
        return channel == null ? new Object[] {known} : new Object[] {known, channel};
    }
}
