package dev.guestbridge.store;

import dev.guestbridge.message.Absence;
import dev.guestbridge.message.Seldom;
import dev.guestbridge.message.SteadyClock;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps in mind, by what became of each work, whether the database can be used, and tells the log when that changes. */
final class Availability implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Availability.class);

    /** For so long one who found the database away spares the others the same wait. */
    private static final long KNOWN_AWAY_NANOS = 1_000_000_000;

    private static final Duration TELLS_EVERY = Duration.ofMinutes(1);
    private static final String MEANWHILE = "Until it can be used guests' messages wait on the bus, and replies flow as"
            + " long as the broker takes them; the bridge tries again each second and goes on by itself";

    private final Address address;
    private final Absence absence;
    private final Seldom refusals = new Seldom(TELLS_EVERY, new SteadyClock());
    private volatile Away away; // null while it is there

    private record Away(StoreUnavailable why, long sinceNanos) {}

    /**
     * @param held what waits for it, in a few words for the log
     * @param look finds out whether it is back, and says so here
     */
    Availability(Address address, Supplier<String> held, Runnable look) {
        this.address = address;
        this.absence = new Absence(LOG, "The store " + address, MEANWHILE, held, look);
    }

    /** Somebody was answered; that it can be written, too, isn't said by that. */
    void answers() {
        away = null;
    }

    /** It was written. */
    void here() {
        answers();
        absence.here();
    }

    /** It can't be used, by nobody. */
    void away(String sentence) {
        absence.away(sentence);
    }

    /** The connection broke, or there was none to be had. */
    StoreUnavailable away(SQLException cause) {
        StoreUnavailable why = address.unavailable(cause);
        away = new Away(why, System.nanoTime());
        absence.away(why.getMessage());
        return why;
    }

    /** Spares whoever can do without an answer the wait for one. @throws StoreUnavailable when it was away a moment ago */
    void demandPresence() {
        Away known = away;
        if (known != null && System.nanoTime() - known.sinceNanos() < KNOWN_AWAY_NANOS) {
            throw known.why();
        }
    }

    /** The database is there, and doesn't do this: it would do nothing for anybody, or this work alone is in its way. */
    StoreUnavailable refused(SQLException refusal) {
        StoreUnavailable why = address.unavailable(refusal);
        if (Refusal.concernsAll(refusal)) {
            absence.away(why.getMessage());
            return why;
        }
        long refused = refusals.toTell(refusal.getSQLState() + refusal.getErrorCode());
        if (refused > 0) {
            LOG.warn(
                    "{} ({} times since this was last told; what needs it waits and is tried again)",
                    why.getMessage(),
                    refused);
        }
        return why;
    }

    /** Something went wrong that may be the database's doing or ours; of ours nothing is told here. */
    StoreUnavailable failed(Throwable cause, boolean broken) {
        if (!(cause instanceof SQLException refusal)) {
            return address.unavailable(cause);
        }
        return broken ? away(refusal) : refused(refusal);
    }

    /** Tells nothing any more. */
    @Override
    public void close() {
        absence.close();
    }
}
