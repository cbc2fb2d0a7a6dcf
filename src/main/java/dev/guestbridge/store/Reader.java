package dev.guestbridge.store;

import java.sql.Connection;
import java.sql.SQLException;

/** Runs works that need no transaction on their callers' threads. */
final class Reader {

    private final Connections connections;
    private final Availability availability;

    Reader(Connections connections, Availability availability) {
        this.connections = connections;
        this.availability = availability;
    }

    /**
     * Runs a work, once more when its connection turns out to have broken before.
     *
     * @param answerMs how long the database has for its answer, and then there is no second try; 0: as the store's limits
     *     say
     * @throws StoreUnavailable when the database can't be used
     */
    <T> T read(Work<T> work, int answerMs) {
        for (boolean again = answerMs == 0; ; again = false) {
            Connection connection;
            try {
                connection = connections.lend();
            } catch (SQLException e) {
                throw availability.away(e);
            }
            try {
                if (answerMs > 0) {
                    connection.setNetworkTimeout(Runnable::run, answerMs); // the pool takes it back
                }
                T result = answer(work, connection);
                connections.giveBack(connection);
                availability.answers();
                return result;
            } catch (SQLException e) {
                boolean broken = connections.undo(connection, e);
                if (!broken) {
                    throw availability.refused(e);
                }
                if (!again) {
                    throw availability.away(e);
                } // it broke while it lay in the pool: once more, on another
            } catch (RuntimeException | Error e) {
                connections.undo(connection, e);
                throw e;
            }
        }
    }

    /** Ends with its statements closed: once the connection is given back they may be another's. */
    private static <T> T answer(Work<T> work, Connection connection) throws SQLException {
        try (Session session = new Session(connection)) {
            return work.in(session);
        }
    }
}
