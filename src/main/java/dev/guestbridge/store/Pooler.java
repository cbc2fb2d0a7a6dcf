package dev.guestbridge.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pooler between the bridge and its PostgreSQL that lends connections by the transaction, as PgBouncer does in
 * {@code pool_mode = transaction}: what is once said to a connection isn't known to the next one.
 */
final class Pooler {

    private static final Logger LOG = LoggerFactory.getLogger(Pooler.class);

    /** What a session begins with, by its role or database: unlike what is set later, each connection has it. */
    private static final String UNLIMITED =
            """
            SELECT string_agg(name, ', ' ORDER BY name) FROM pg_settings WHERE reset_val = '0'
              AND name IN ('statement_timeout', 'lock_timeout', 'idle_in_transaction_session_timeout')
            """;

    private Pooler() {}

    /** @throws StoreUnavailable when there is one, and what the driver prepares would get lost behind it */
    static void demandNone(Address address, DataSource database) throws SQLException {
        if (!lendsByTransaction(database)) {
            return;
        }
        if (!address.preparesNothing()) {
            throw address.unavailable(
                    "a pooler in front of it lends connections by the transaction (PgBouncer: pool_mode = transaction),"
                            + " and loses what the bridge's driver prepares",
                    "set pool_mode = session there, or lead store.url past the pooler; if neither may be, add"
                            + " prepareThreshold=0 to store.url");
        }
        String unlimited = unlimited(database);
        if (unlimited != null) {
            LOG.warn(
                    "{}: a pooler in front of it lends connections by the transaction, so the bridge's limits don't hold"
                            + " there, and an instance that stands still may keep the others from writing; give the"
                            + " user its own (ALTER ROLE … SET …): {}",
                    address,
                    unlimited);
        }
    }

    /**
     * True is certain: of two connections that are open at the same time, each has a process of its own in the server, and
     * keeps it. False isn't: others may have used the pooler just then.
     */
    private static boolean lendsByTransaction(DataSource database) {
        try (Connection one = database.getConnection();
                Connection other = database.getConnection()) {
            int first = process(one);
            int second = process(other);
            return first == second || second != process(other) || first != process(one);
        } catch (SQLException e) {
            LOG.debug("What stands in front of the database can't be told; whoever needs it next says why", e);
            return false;
        }
    }

    private static int process(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static String unlimited(DataSource database) throws SQLException {
        try (Connection connection = database.getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(UNLIMITED)) {
            row.next();
            return row.getString(1);
        }
    }
}
