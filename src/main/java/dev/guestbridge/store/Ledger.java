package dev.guestbridge.store;

import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Outcome;
import dev.guestbridge.message.Trace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
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
    private static final String THE_MESSAGE = " WHERE channel = ? AND id = ?";

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
     * Which message is meant.
     *
     * @param id the channel's id of the message, 1 to 512 characters
     * @param externalId the guest's identity, for people who read the ledger
     * @param fingerprint tells messages with the same id apart
     * @param busId the bus' id of the message that brought it; may be null
     * @param replayed whether an operator put it back from the dead letters: dead, it is tried again
     * @param holder who has taken it from the bus, as instance and taking; null when that isn't known
     * @param traceId of the trace that it belongs to; may be null
     * @param spanId of the span of its way there; null when nobody collects it
     */
    public record Identity(
            String channel,
            String id,
            String externalId,
            String fingerprint,
            String busId,
            boolean replayed,
            String holder,
            String traceId,
            String spanId) {

        public Identity {
            Columns.key("channel", channel);
            Columns.key("id", id);
            Columns.key("fingerprint", fingerprint);
            externalId = Columns.text(externalId);
            busId = Columns.text(busId);
        }

        /** A message that comes from its channel. */
        public Identity(String channel, String id, String externalId, String fingerprint, String busId) {
            this(channel, id, externalId, fingerprint, busId, false, null, null, null);
        }

        static Identity of(Delivery delivery, String instance) {
            GuestMessage message = delivery.message();
            return new Identity(
                    delivery.channel().name(),
                    message.id(),
                    message.guest().externalId(),
                    delivery.fingerprint(),
                    delivery.busId(),
                    delivery.replays() > 0,
                    instance + '/' + delivery.taking(),
                    delivery.trace().id(),
                    delivery.trace().spanId());
        }

        /** What stands in the place of id and fingerprint once its guest was erased: who holds the message can tell, no other. */
        String erased() {
            return Columns.digest(channel + '\0' + id + '\0' + fingerprint); // none of them holds a NUL
        }
    }

    /**
     * Reads what is known of a message whose turn it is, and tells the delivery; writes nothing.
     *
     * @throws Settled when its fate is known: nothing of it is to be sent
     * @throws MessageRefused when another message bears the same id
     * @throws StoreUnavailable when the store can't be read
     */
    public void look(Delivery delivery) throws MessageRefused, Settled {
        tell(delivery, look(identity(delivery)));
    }

    private Identity identity(Delivery delivery) {
        return Identity.of(delivery, store.instance());
    }

    Entry look(Identity message) {
        return entry(store.read(session -> select(session, message)), message);
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
        begin(delivery, System.nanoTime() + LONGEST_ELSEWHERE_NANOS).whenComplete((nothing, failure) -> {
            // unwrapped: routes ask the exception itself for the outcome
            if (failure == null) {
                begun.complete(null);
            } else {
                begun.completeExceptionally(failure instanceof CompletionException ? failure.getCause() : failure);
            }
        });
        return begun;
    }

    private CompletableFuture<Void> begin(Delivery delivery, long waitsUntilNanos) {
        return begin(identity(delivery), System.nanoTime() - waitsUntilNanos < 0)
                .thenCompose(entry -> {
                    if (entry.verdict() == Verdict.ELSEWHERE) {
                        return CompletableFuture.runAsync(() -> {}, soon)
                                .thenCompose(next -> begin(delivery, waitsUntilNanos));
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
        return ended(identity(delivery), delivery.possibleRepeat()).thenAccept(nothing -> delivery.ends());
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
    CompletableFuture<Entry> begin(Identity message) {
        return begin(message, false);
    }

    /** @param yields whether another instance that lives and is at it goes first */
    private CompletableFuture<Entry> begin(Identity message, boolean yields) {
        String now = Columns.time(clock.instant());
        return store.write(session -> {
            store.beSeen(session);
            while (true) { // a second round only when another instance settled or purged the entry just now
                int inserted = session.change(
                        """
                        INSERT INTO ledger (channel, id, external_id, fingerprint, bus_id, holder, starts, begun_at, state,
                          trace_id, span_id)
                        VALUES (?, ?, ?, ?, ?, ?, 1, ?, 'open', ?, ?) ON CONFLICT (channel, id) DO NOTHING
                        """,
                        message.channel(),
                        message.id(),
                        message.externalId(),
                        message.fingerprint(),
                        message.busId(),
                        message.holder(),
                        now,
                        message.traceId(),
                        message.spanId());
                if (inserted == 1) {
                    return new Entry(Verdict.NEW, 1, null, false);
                }
                Recorded recorded = select(session, message);
                if (recorded == null) {
                    continue;
                }
                Entry before = entry(recorded, message);
                if (before.verdict() == Verdict.CONFLICT || before.verdict() == Verdict.SETTLED) {
                    return before;
                }
                if (yields && recorded.isWithAnother(message) && store.isSeen(session, recorded.instance())) {
                    return new Entry(Verdict.ELSEWHERE, recorded.starts(), null, before.sameBusMessage());
                }
                // of a dead one that is tried again the starts before its death are no doubt any more
                Integer starts = session.one(
                        """
                        UPDATE ledger SET
                          starts = CASE WHEN state <> 'open' THEN 1 WHEN holder = ? THEN starts ELSE starts + 1 END,
                          state = 'open', settled_at = NULL, bus_id = ?, holder = ?, begun_at = ?, trace_id = ?, span_id = ?
                        WHERE channel = ? AND id = ? AND fingerprint = ? AND state IN ('open', ?)
                          AND COALESCE(holder, '') = ? RETURNING starts
                        """,
                        row -> row.getInt(1),
                        message.holder(),
                        message.busId(),
                        message.holder(),
                        now,
                        message.traceId(),
                        message.spanId(),
                        message.channel(),
                        message.id(),
                        message.fingerprint(),
                        triedFrom(message),
                        recorded.holder() == null ? "" : recorded.holder());
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
    CompletableFuture<Void> ended(Identity message, boolean maybeTaken) {
        return store.write(session -> {
            session.change(
                    "UPDATE ledger SET starts = starts - 1, possible_repeat = ?, holder = NULL" + THE_MESSAGE
                            + " AND fingerprint = ? AND state = 'open' AND starts > 0 AND COALESCE(holder, '') = ?",
                    maybeTaken ? 1 : 0,
                    message.channel(),
                    message.id(),
                    message.fingerprint(),
                    message.holder() == null ? "" : message.holder());
            return null;
        });
    }

    /** The state besides open from which a message may go on. */
    private static String triedFrom(Identity message) {
        return message.replayed() ? "dead" : "open";
    }

    /**
     * Records what became of a message, whether or not its sending ever began; a settled one stays as it is, unless it was
     * dead and tried again.
     *
     * @return whether Genesys may have it twice, as was known, or because another instance began to send it too
     */
    CompletableFuture<Boolean> settle(Identity message, Outcome outcome) {
        return store.write(session -> {
            Boolean twice = session.one(
                    """
                    INSERT INTO ledger (channel, id, external_id, fingerprint, bus_id, starts, begun_at, state, error_class,
                      status, code, reason, advice, correlation_id, genesys_id, conversation_id, attempts,
                      possible_repeat, settled_at, trace_id, span_id)
                    VALUES (?, ?, ?, ?, ?, 0, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (channel, id)
                    DO UPDATE SET state = excluded.state, error_class = excluded.error_class, status = excluded.status,
                      code = excluded.code, reason = excluded.reason, advice = excluded.advice,
                      correlation_id = excluded.correlation_id, genesys_id = excluded.genesys_id,
                      conversation_id = excluded.conversation_id, attempts = excluded.attempts,
                      possible_repeat = CASE
                        WHEN ledger.state = 'open' AND ledger.starts > CASE ledger.holder WHEN ? THEN 1 ELSE ? END
                        THEN 1 ELSE excluded.possible_repeat END,
                      settled_at = excluded.settled_at, bus_id = excluded.bus_id, trace_id = excluded.trace_id,
                      span_id = excluded.span_id
                    WHERE ledger.state IN ('open', ?) AND ledger.fingerprint = excluded.fingerprint
                    RETURNING possible_repeat
                    """,
                    row -> row.getInt(1) == 1,
                    message.channel(),
                    message.id(),
                    message.externalId(),
                    message.fingerprint(),
                    message.busId(),
                    Columns.time(outcome.at()),
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
                    message.traceId(),
                    message.spanId(),
                    message.holder(),
                    message.holder() == null ? Integer.MAX_VALUE : 0, // who isn't known can't be told from others
                    triedFrom(message));
            return twice == null ? outcome.possibleRepeat() : twice;
        });
    }

    /**
     * How many messages of a guest Genesys took, or is given, of those whose sending began after that time.
     *
     * @throws StoreUnavailable when the store can't be read
     */
    public int later(String channel, String externalId, Instant than) {
        return store.read(session -> session.one(
                """
                SELECT count(*) FROM ledger
                WHERE external_id = ? AND begun_at > ? AND channel = ? AND state IN ('open', 'delivered')
                """,
                row -> row.getInt(1),
                Columns.text(externalId),
                Columns.time(than),
                channel));
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
        Recorded recorded =
                store.read(session -> session.one("SELECT * FROM ledger" + THE_MESSAGE, Ledger::recorded, channel, id));
        return recorded == null ? null : recorded.entry(false);
    }

    /**
     * What the ledger knows of a message, for people.
     *
     * @param starts sendings begun whose end nobody recorded
     * @param maybeTaken whether Genesys may have it, by a sending whose outcome is unknown
     * @param begunAt when its last sending began; its end when none ever did
     * @param outcome what became of it; null while that is open
     * @param traceId of the trace that it belongs to; null when it isn't known
     */
    public record Account(
            String channel,
            String id,
            String externalId,
            int starts,
            boolean maybeTaken,
            Instant begunAt,
            Outcome outcome,
            String traceId) {}

    /**
     * The messages of a guest, and those that bear this id or belong to a trace of this id, the newest first.
     *
     * @param channel null for those of all channels
     * @param most how many are wanted at most
     * @throws StoreUnavailable when the store can't be read
     */
    public List<Account> of(String guestOrId, String channel, int most) {
        String key = Columns.text(guestOrId);
        List<String> columns =
                Trace.fits(key) ? List.of("external_id", "id", "trace_id") : List.of("external_id", "id");
        String which = channel == null ? "" : " AND channel = ?";
        Object[] values = channel == null ? new Object[] {key, most} : new Object[] {key, Columns.text(channel), most};
        return store.read(session -> {
            // one index each: a single question with OR would read the whole table
            List<Account> found = new ArrayList<>();
            for (String column : columns) {
                found.addAll(session.all(
                        "SELECT * FROM ledger WHERE " + column + " = ?" + which + " ORDER BY begun_at DESC LIMIT ?",
                        Ledger::account,
                        values));
            }
            return found.stream()
                    .distinct()
                    .sorted(Comparator.comparing(Account::begunAt).reversed())
                    .limit(most)
                    .toList();
        });
    }

    /** A span that somebody collected, in its trace. */
    record Collected(String traceId, String spanId) {}

    /**
     * That of the newest message of a guest that has one; null when none has.
     *
     * @throws StoreUnavailable when the store can't be read
     */
    Collected last(String channel, String externalId) {
        return store.read(session -> session.one(
                """
                SELECT trace_id, span_id FROM ledger
                WHERE external_id = ? AND channel = ? AND span_id IS NOT NULL ORDER BY begun_at DESC LIMIT 1
                """,
                row -> new Collected(row.getString(1), row.getString(2)),
                Columns.text(externalId),
                channel));
    }

    private static Account account(ResultSet row) throws SQLException {
        Recorded recorded = recorded(row);
        return new Account(
                row.getString("channel"),
                row.getString("id"),
                row.getString("external_id"),
                recorded.starts(),
                recorded.maybeTaken(),
                Columns.time(row.getString("begun_at")),
                recorded.outcome(),
                row.getString("trace_id"));
    }

    /**
     * Messages of one channel that are dead for one reason, as Genesys or the bridge named it for the newest of them.
     *
     * @param status HTTP's; null when there was no answer
     * @param code Genesys' own; null when it gave none
     * @param advice what to do, a sentence
     * @param messages how many they are
     */
    public record Deaths(
            String channel,
            String errorClass,
            Integer status,
            String code,
            String advice,
            long messages,
            Instant newest) {}

    /**
     * What messages died of whose last sending began since then, or that died without one.
     *
     * @throws StoreUnavailable when the store can't be read
     */
    public List<Deaths> deaths(Instant since) {
        String from = Columns.time(since);
        return store.read(session -> session.all(
                """
                SELECT one.*, alike.messages FROM ledger AS one JOIN (
                  SELECT channel, error_class, COUNT(*) AS messages, MAX(settled_at) AS newest
                  FROM ledger WHERE begun_at >= ? AND state = 'dead' GROUP BY channel, error_class) AS alike
                ON one.channel = alike.channel AND one.error_class = alike.error_class AND one.settled_at = alike.newest
                WHERE one.begun_at >= ? AND one.state = 'dead' ORDER BY one.channel, one.error_class
                """,
                row -> {
                    Outcome newest = outcome("dead", row);
                    return new Deaths(
                            row.getString("channel"),
                            newest.errorClass(),
                            newest.status(),
                            newest.code(),
                            newest.advice(),
                            row.getLong("messages"),
                            newest.at());
                },
                from,
                from));
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

    private record Recorded(
            String fingerprint, String busId, String holder, int starts, boolean maybeTaken, Outcome outcome) {

        /** Whether another instance began last, and hasn't written down that the attempt is over. */
        boolean isWithAnother(Identity message) {
            return holder != null
                    && message.holder() != null
                    && starts > 0
                    && !instance().equals(instance(message.holder()));
        }

        String instance() {
            return instance(holder);
        }

        private static String instance(String holder) {
            return holder.substring(0, holder.indexOf('/'));
        }

        /** The same before this very taking of the message began, which it did already. */
        Recorded before(Identity message) {
            return outcome == null && starts > 0 && holder != null && holder.equals(message.holder())
                    ? new Recorded(fingerprint, busId, holder, starts - 1, maybeTaken, null)
                    : this;
        }

        Entry entry(boolean sameBusMessage) {
            Verdict verdict =
                    outcome != null ? Verdict.SETTLED : starts > 0 || maybeTaken ? Verdict.UNKNOWN : Verdict.NEW;
            return new Entry(verdict, starts, outcome, sameBusMessage);
        }

        boolean dead() {
            return outcome != null && outcome.state().equals("dead");
        }

        Entry triedAgain() {
            return new Entry(maybeTaken ? Verdict.UNKNOWN : Verdict.NEW, 0, null, false);
        }
    }

    private static Entry entry(Recorded recorded, Identity message) {
        if (recorded == null) {
            return new Entry(Verdict.NEW, 0, null, false);
        }
        boolean sameBus = message.busId() != null && message.busId().equals(recorded.busId());
        boolean sameMessage = recorded.fingerprint().equals(message.fingerprint())
                || recorded.fingerprint().equals(message.erased());
        if (sameMessage && message.replayed() && recorded.dead() && !sameBus) {
            return recorded.triedAgain();
        }
        return sameMessage
                ? recorded.before(message).entry(sameBus)
                : new Entry(Verdict.CONFLICT, recorded.starts(), null, sameBus);
    }

    private static Recorded select(Session session, Identity message) throws SQLException {
        return session.one(
                "SELECT * FROM ledger WHERE channel = ? AND id IN (?, ?) ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END",
                Ledger::recorded,
                message.channel(),
                message.id(),
                message.erased(),
                message.id());
    }

    private static Recorded recorded(ResultSet row) throws SQLException {
        String state = row.getString("state");
        return new Recorded(
                row.getString("fingerprint"),
                row.getString("bus_id"),
                row.getString("holder"),
                row.getInt("starts"),
                row.getInt("possible_repeat") == 1,
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
