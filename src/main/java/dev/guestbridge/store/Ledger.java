package dev.guestbridge.store;

import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Outcome;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** Knows of every guest message whether its sending began and what became of it, so that a repeat is never silent. */
public final class Ledger {

    private static final int PURGED_AT_ONCE = 1_000;
    private static final String THE_MESSAGE = " WHERE channel = ? AND id = ?";

    private final Store store;
    private final Clock clock;

    public Ledger(Store store) {
        this(store, Clock.systemUTC());
    }

    Ledger(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /** What the ledger says of a message whose sending is about to begin. */
    public enum Verdict {
        /** Nothing of it reached Genesys. */
        NEW,
        /** A sending began before, and its fate is not recorded. */
        UNKNOWN,
        /** It was delivered, or is dead. */
        SETTLED,
        /** Another message bears the same id. */
        CONFLICT
    }

    /**
     * What the ledger says of a message.
     *
     * @param starts sendings begun that may have reached Genesys, this one included
     * @param outcome what became of it when it is settled, else null
     * @param sameBusMessage true when the last beginning was of the very same bus message
     */
    public record Entry(Verdict verdict, int starts, Outcome outcome, boolean sameBusMessage) {

        /** Whether its fate is known. */
        public boolean isSettled() {
            return verdict == Verdict.SETTLED;
        }
    }

    /**
     * Records that sending this message begins; awaited before the first byte.
     *
     * @return fails with {@link MessageRefused} when another message bears the same id; the outcome of one that is
     *     settled is a duplicate's, unless the very same bus message comes again because it wasn't acknowledged
     */
    public CompletableFuture<Entry> begin(Delivery delivery) {
        GuestMessage message = delivery.message();
        return begin(
                        delivery.channel().name(),
                        message.id(),
                        message.guest().externalId(),
                        message.fingerprint(),
                        delivery.busId())
                .thenCompose(entry -> begun(delivery, entry));
    }

    private CompletableFuture<Entry> begun(Delivery delivery, Entry entry) {
        switch (entry.verdict()) {
            case CONFLICT -> {
                return CompletableFuture.failedFuture(
                        new MessageRefused(
                                "id is that of another message which this channel sent before; each message has an id of its own"));
            }
            case SETTLED -> {
                Outcome outcome = entry.sameBusMessage()
                        ? entry.outcome()
                        : entry.outcome().repeated(clock.instant());
                return CompletableFuture.completedFuture(new Entry(entry.verdict(), entry.starts(), outcome, false));
            }
            default -> {
                delivery.begins();
                if (entry.verdict() == Verdict.UNKNOWN) {
                    delivery.mayRepeat();
                }
                return CompletableFuture.completedFuture(entry);
            }
        }
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

    /** Records that nobody can deliver the message as it is; one that never got an entry leaves none. */
    public CompletableFuture<Outcome> dead(Delivery delivery) {
        Outcome outcome = Outcome.dead(delivery, clock.instant());
        return delivery.begun() ? settled(delivery, outcome) : CompletableFuture.completedFuture(outcome);
    }

    /** Records that what the message said was no longer true. */
    public CompletableFuture<Outcome> dropped(Delivery delivery) {
        return settled(delivery, Outcome.dropped(delivery, clock.instant()));
    }

    private CompletableFuture<Outcome> settled(Delivery delivery, Outcome outcome) {
        return settle(delivery.channel().name(), delivery.id(), outcome).thenApply(nothing -> outcome);
    }

    /**
     * Records that sending a message begins; to be called, and awaited, before the first byte of every attempt.
     * A settled message and a conflict leave the ledger as it is.
     *
     * @param id the channel's id of the message, 1 to 512 characters
     * @param externalId the guest's identity, for people who read the ledger
     * @param fingerprint tells messages with the same id apart
     * @param busId the bus' id of the message that brought it; may be null
     */
    public CompletableFuture<Entry> begin(
            String channel, String id, String externalId, String fingerprint, String busId) {
        Columns.key("channel", channel);
        Columns.key("id", id);
        Columns.key("fingerprint", fingerprint);
        String guest = Columns.text(externalId);
        String bus = Columns.text(busId);
        String now = Columns.time(clock.instant());
        return store.write(session -> {
            while (true) { // a second round only when another instance settled or purged the entry just now
                int inserted = session.change(
                        """
                        INSERT INTO ledger (channel, id, external_id, fingerprint, bus_id, starts, begun_at, state)
                        VALUES (?, ?, ?, ?, ?, 1, ?, 'open') ON CONFLICT (channel, id) DO NOTHING
                        """,
                        channel,
                        id,
                        guest,
                        fingerprint,
                        bus,
                        now);
                if (inserted == 1) {
                    return new Entry(Verdict.NEW, 1, null, false);
                }
                Recorded before = select(session, channel, id);
                if (before == null) {
                    continue;
                }
                boolean sameBus = bus != null && bus.equals(before.busId());
                if (!before.fingerprint().equals(fingerprint)) {
                    return new Entry(Verdict.CONFLICT, before.starts(), null, sameBus);
                }
                if (before.outcome() != null) {
                    return new Entry(Verdict.SETTLED, before.starts(), before.outcome(), sameBus);
                }
                Integer starts = session.one(
                        "UPDATE ledger SET starts = starts + 1, bus_id = ?, begun_at = ?" + THE_MESSAGE
                                + " AND fingerprint = ? AND state = 'open' RETURNING starts",
                        row -> row.getInt(1),
                        bus,
                        now,
                        channel,
                        id,
                        fingerprint);
                if (starts != null) {
                    return new Entry(starts == 1 ? Verdict.NEW : Verdict.UNKNOWN, starts, null, sameBus);
                }
            }
        });
    }

    /**
     * Records what became of a message; a settled one stays as it is.
     *
     * @return fails with IllegalStateException when the message was never begun
     */
    public CompletableFuture<Void> settle(String channel, String id, Outcome outcome) {
        Columns.key("channel", channel);
        Columns.key("id", id);
        return store.write(session -> {
            int settled = session.change(
                    """
                    UPDATE ledger SET state = ?, error_class = ?, status = ?, code = ?, reason = ?, advice = ?,
                      correlation_id = ?, genesys_id = ?, conversation_id = ?, attempts = ?, possible_repeat = ?,
                      settled_at = ?
                    """
                            + THE_MESSAGE + " AND state = 'open'",
                    outcome.state(),
                    Columns.text(outcome.errorClass()),
                    outcome.status(),
                    Columns.text(outcome.code()),
                    Columns.text(outcome.reason()),
                    Columns.text(outcome.advice()),
                    Columns.text(outcome.correlationId()),
                    Columns.text(outcome.genesysId()),
                    Columns.text(outcome.conversationId()),
                    outcome.attempts(),
                    outcome.possibleRepeat() ? 1 : 0,
                    Columns.time(outcome.at()),
                    channel,
                    id);
            if (settled == 0 && select(session, channel, id) == null) {
                throw new IllegalStateException("A message of channel " + channel + " is settled that was never begun");
            }
            return null;
        });
    }

    /**
     * Records that a message goes back to the bus before its next attempt: unless an earlier one's outcome is unknown,
     * Genesys has nothing of it.
     *
     * @param delivery null when the message was never taken
     */
    public CompletableFuture<Void> returned(Delivery delivery) {
        return delivery == null || !delivery.begun() || delivery.possibleRepeat()
                ? CompletableFuture.completedFuture(null)
                : notSent(delivery.channel().name(), delivery.id());
    }

    /**
     * Takes the last start back: that call is known never to have reached Genesys. Starts before it, of unknown fate,
     * stay.
     */
    public CompletableFuture<Void> notSent(String channel, String id) {
        Columns.key("channel", channel);
        Columns.key("id", id);
        return store.write(session -> {
            session.change(
                    "UPDATE ledger SET starts = starts - 1" + THE_MESSAGE + " AND state = 'open' AND starts > 0",
                    channel,
                    id);
            return null;
        });
    }

    /**
     * What the ledger knows of a message, changing nothing; null when nothing.
     *
     * @return NEW stands for a message begun of which nothing reached Genesys; sameBusMessage is false
     * @throws StoreUnavailable when the store can't be read
     */
    public Entry find(String channel, String id) {
        if (!Columns.isKey(channel) || !Columns.isKey(id)) {
            return null;
        }
        Recorded recorded = store.read(session -> select(session, channel, id));
        if (recorded == null) {
            return null;
        }
        Verdict verdict =
                recorded.outcome() != null ? Verdict.SETTLED : recorded.starts() == 0 ? Verdict.NEW : Verdict.UNKNOWN;
        return new Entry(verdict, recorded.starts(), recorded.outcome(), false);
    }

    /**
     * Forgets messages whose last sending began longer ago than this.
     *
     * @return how many
     */
    public CompletableFuture<Integer> purge(Duration olderThan) {
        return purge(Columns.time(clock.instant().minus(olderThan)), 0);
    }

    private CompletableFuture<Integer> purge(String before, int already) {
        return store.write(session -> session.change(
                        """
                        DELETE FROM ledger WHERE (channel, id) IN (
                          SELECT channel, id FROM ledger WHERE begun_at < ? LIMIT ?)
                        """,
                        before,
                        PURGED_AT_ONCE))
                .thenCompose(gone -> gone < PURGED_AT_ONCE
                        ? CompletableFuture.completedFuture(already + gone)
                        : purge(before, already + gone));
    }

    private record Recorded(String fingerprint, String busId, int starts, Outcome outcome) {}

    private static Recorded select(Session session, String channel, String id) throws SQLException {
        return session.one("SELECT * FROM ledger" + THE_MESSAGE, Ledger::recorded, channel, id);
    }

    private static Recorded recorded(ResultSet row) throws SQLException {
        String state = row.getString("state");
        return new Recorded(
                row.getString("fingerprint"),
                row.getString("bus_id"),
                row.getInt("starts"),
                state.equals("open") ? null : outcome(state, row));
    }

    private static Outcome outcome(String state, ResultSet row) throws SQLException {
        int status = row.getInt("status");
        Integer statusOrNull = row.wasNull() ? null : status;
        return new Outcome(
                state,
                row.getString("error_class"),
                statusOrNull,
                row.getString("code"),
                row.getString("reason"),
                row.getString("advice"),
                row.getString("correlation_id"),
                row.getString("genesys_id"),
                row.getString("conversation_id"),
                row.getInt("attempts"),
                row.getInt("possible_repeat") == 1,
                Columns.time(row.getString("settled_at")));
    }
}
