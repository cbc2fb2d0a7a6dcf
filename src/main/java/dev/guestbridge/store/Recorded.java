package dev.guestbridge.store;

import dev.guestbridge.message.Outcome;
import dev.guestbridge.store.Ledger.Entry;
import dev.guestbridge.store.Ledger.Verdict;
import java.sql.ResultSet;
import java.sql.SQLException;

/**
 * The ledger's row of one message.
 *
 * @param busId the bus' id of the message that brought it last; null when that isn't known
 * @param holder who began last, as instance and taking; null when its attempt is over, or when that isn't known
 * @param starts sendings begun whose end nobody recorded
 * @param maybeTaken whether Genesys may have it, by a sending whose outcome is unknown
 * @param outcome what became of it; null while that is open
 */
record Recorded(String fingerprint, String busId, String holder, int starts, boolean maybeTaken, Outcome outcome) {

    static Recorded read(ResultSet row) throws SQLException {
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

    /** What it says to those who hold this message. */
    Entry toldTo(Identity message) {
        boolean sameBus = message.busId() != null && message.busId().equals(busId);
        boolean sameMessage = fingerprint.equals(message.fingerprint()) || fingerprint.equals(message.erased());
        if (!sameMessage) {
            return new Entry(Verdict.CONFLICT, starts, null, sameBus);
        }
        if (message.replayed() && isDead() && !sameBus) {
            return new Entry(maybeTaken ? Verdict.UNKNOWN : Verdict.NEW, 0, null, false); // it is tried again
        }
        return told(isBegunBy(message) ? starts - 1 : starts, sameBus);
    }

    /** What it says to anybody. */
    Entry told() {
        return told(starts, false);
    }

    private Entry told(int startsBefore, boolean sameBus) {
        Verdict verdict =
                outcome != null ? Verdict.SETTLED : startsBefore > 0 || maybeTaken ? Verdict.UNKNOWN : Verdict.NEW;
        return new Entry(verdict, startsBefore, outcome, sameBus);
    }

    private boolean isDead() {
        return outcome != null && outcome.state().equals("dead");
    }

    /** Whether its last start is one of this very taking of the message, which began already. */
    private boolean isBegunBy(Identity message) {
        return outcome == null && starts > 0 && holder != null && holder.equals(message.holder());
    }
}
