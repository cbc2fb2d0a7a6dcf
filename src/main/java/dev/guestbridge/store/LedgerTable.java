package dev.guestbridge.store;

import dev.guestbridge.message.Outcome;
import dev.guestbridge.store.Ledger.Collected;
import java.sql.SQLException;
import java.util.List;

/** The ledger's table within a work: what is read of it, and each way in which a row changes. */
record LedgerTable(Session session) {

    /** Genesys may have it: by a sending whose end nobody wrote down, or by one whose outcome is unknown. */
    private static final String IN_DOUBT = "state = 'open' AND (starts > 0 OR COALESCE(possible_repeat, 0) = 1)";

    private static final String OLD =
            "DELETE FROM ledger WHERE (channel, id) IN (SELECT channel, id FROM ledger WHERE begun_at < ? ";

    /** Writes down that the first sending of a message begins; false when it is known already. */
    boolean add(Identity message, String now) throws SQLException {
        return session.change(
                        """
                        INSERT INTO ledger (channel, id, external_id, fingerprint, bus_id, holder, starts, begun_at, state,
                          trace_id, span_id, tried_by)
                        VALUES (?, ?, ?, ?, ?, ?, 1, ?, 'open', ?, ?, ?) ON CONFLICT (channel, id) DO NOTHING
                        """,
                        message.channel(),
                        message.id(),
                        message.externalId(),
                        message.fingerprint(),
                        message.busId(),
                        message.holder(),
                        now,
                        message.traceId(),
                        message.spanId(),
                        message.instance())
                == 1;
    }

    /** The row of a message, or the one that stands in its place since its guest was erased; null when there is none. */
    Recorded row(Identity message) throws SQLException {
        return session.one(
                "SELECT * FROM ledger WHERE channel = ? AND id IN (?, ?) ORDER BY CASE WHEN id = ? THEN 0 ELSE 1 END",
                Recorded::read,
                message.channel(),
                message.id(),
                message.erased(),
                message.id());
    }

    /** The row by these keys; null when there is none. */
    Recorded row(String channel, String id) throws SQLException {
        return session.one("SELECT * FROM ledger WHERE channel = ? AND id = ?", Recorded::read, channel, id);
    }

    /**
     * Writes down that another sending of a message begins, unless its row isn't any more as it was read. Of a dead one
     * that is tried again the starts before its death are no doubt any more.
     *
     * @return how many starts there are now; null when nothing was changed
     */
    Integer beginAgain(Identity message, Recorded read, String now) throws SQLException {
        return session.one(
                """
                UPDATE ledger SET
                  starts = CASE WHEN state <> 'open' THEN 1 WHEN holder = ? THEN starts ELSE starts + 1 END,
                  state = 'open', settled_at = NULL, bus_id = ?, holder = ?, begun_at = ?, trace_id = ?, span_id = ?,
                  tried_by = ?
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
                message.instance(),
                message.channel(),
                message.id(),
                message.fingerprint(),
                triedFrom(message),
                orNobody(read.holder()));
    }

    /**
     * Takes the last start back, where it is still this holder's.
     *
     * @param maybeTaken whether Genesys may have the message, by this sending or an earlier one
     */
    void end(Identity message, boolean maybeTaken) throws SQLException {
        session.change(
                """
                UPDATE ledger SET starts = starts - 1, possible_repeat = ?, holder = NULL
                WHERE channel = ? AND id = ? AND fingerprint = ? AND state = 'open' AND starts > 0
                  AND COALESCE(holder, '') = ?
                """,
                maybeTaken ? 1 : 0,
                message.channel(),
                message.id(),
                message.fingerprint(),
                orNobody(message.holder()));
    }

    /**
     * Writes down what became of a message, known or not, unless it is settled already and isn't tried again.
     *
     * @return whether Genesys may have it twice: as the outcome says, or because others began to send it too; null when
     *     nothing was changed
     */
    Boolean settle(Identity message, Outcome outcome) throws SQLException {
        return session.one(
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
    }

    /** The span of the newest message of a guest that has one; null when none has. */
    Collected collected(String channel, String externalId) throws SQLException {
        return session.one(
                """
                SELECT trace_id, span_id FROM ledger
                WHERE external_id = ? AND channel = ? AND span_id IS NOT NULL ORDER BY begun_at DESC LIMIT 1
                """,
                row -> new Collected(row.getString(1), row.getString(2)),
                Columns.text(externalId),
                channel);
    }

    int count(Whose whose) throws SQLException {
        return session.one(
                "SELECT COUNT(*) FROM ledger WHERE " + whose.condition(), row -> row.getInt(1), whose.values());
    }

    /** The ids of some messages of which isn't known what became, the oldest ones. */
    List<String> unsettled(Whose whose, int most) throws SQLException {
        return session.all(
                "SELECT id FROM ledger WHERE " + whose.condition() + " AND state = 'open' ORDER BY begun_at LIMIT "
                        + most,
                row -> row.getString(1),
                whose.values());
    }

    /** Some messages. */
    List<Identity> of(Whose whose, int most) throws SQLException {
        return session.all(
                "SELECT channel, id, external_id, fingerprint FROM ledger WHERE " + whose.condition() + " LIMIT "
                        + most,
                row -> new Identity(row.getString(1), row.getString(2), row.getString(3), row.getString(4), null),
                whose.values());
    }

    /** Takes a message away; in its place stands a digest, and of what became of it what names nobody. */
    void erase(Identity message) throws SQLException {
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
        session.change("DELETE FROM ledger WHERE channel = ? AND id = ?", message.channel(), message.id());
    }

    /** Takes away some whose last word is from before that time, and none in doubt; tells how many. */
    int purge(String before, int most) throws SQLException {
        return session.change(
                OLD + "AND COALESCE(settled_at, '') < ? AND NOT (" + IN_DOUBT + ") LIMIT ?)", before, before, most);
    }

    /** Takes away some of a channel's that are in doubt and whose last sending began before that time; tells how many. */
    int purgeInDoubt(String channel, String before, int most) throws SQLException {
        return session.change(OLD + "AND channel = ? AND " + IN_DOUBT + " LIMIT ?)", before, channel, most);
    }

    /** The state besides open from which a message may go on. */
    private static String triedFrom(Identity message) {
        return message.replayed() ? "dead" : "open";
    }

    private static String orNobody(String holder) {
        return holder == null ? "" : holder;
    }
}
