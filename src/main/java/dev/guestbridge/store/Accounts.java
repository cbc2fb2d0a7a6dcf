package dev.guestbridge.store;

import dev.guestbridge.message.Outcome;
import dev.guestbridge.message.Trace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** The ledger as operators read it: what became of a guest's messages, what came later, and what messages died of. */
public final class Accounts {

    private final Store store;

    public Accounts(Store store) {
        this.store = store;
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
     * What the ledger knows of a message.
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
                        Accounts::account,
                        values));
            }
            return found.stream()
                    .distinct()
                    .sorted(Comparator.comparing(Account::begunAt).reversed())
                    .limit(most)
                    .toList();
        });
    }

    private static Account account(ResultSet row) throws SQLException {
        Recorded recorded = Recorded.read(row);
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
                    Outcome newest = Recorded.read(row).outcome();
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
}
