package dev.guestbridge.store;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;

/**
 * What can be seen of a PostgreSQL store without changing it.
 *
 * @param version of its tables; null when there are none yet
 * @param newer whether they were made by a later Guestbridge than this one
 * @param migrations that the next start carries out
 * @param unwritable why it can't be written to; null when it can
 */
public record StoreInspection(String version, boolean newer, int migrations, String unwritable) {

    /**
     * Looks.
     *
     * @param jdbcUrl as {@link Store#open}
     * @throws StoreUnavailable when it can't be reached or refuses the user
     */
    public static StoreInspection of(String jdbcUrl, String username, String password) {
        Address address = Address.of(jdbcUrl, username, password).calledBy("doctor");
        if (!address.isShared()) {
            throw address.unavailable("a file is looked at by the bridge that has it");
        }
        try {
            DataSource database = address.dataSource(StoreLimits.USUAL);
            Pooler.demandNone(address, database);
            try (Connection connection = database.getConnection()) {
                MigrationInfoService tables = new Tables(address, StoreLimits.USUAL).info();
                MigrationInfo current = tables.current();
                return new StoreInspection(
                        current == null ? null : String.valueOf(current.getVersion()),
                        Tables.isNewer(tables),
                        tables.pending().length,
                        unwritable(connection, current != null));
            }
        } catch (Exception e) {
            throw address.unavailable(e);
        }
    }

    /** Tries it, and takes it back. */
    static String unwritable(Connection connection, boolean hasTables) throws SQLException {
        connection.setAutoCommit(false);
        try (Statement statement = connection.createStatement()) {
            if (hasTables) {
                statement.executeUpdate("UPDATE probe SET probed_at = probed_at");
                return null;
            }
            try (ResultSet may = statement.executeQuery("SELECT has_schema_privilege(current_schema(), 'CREATE')")) {
                return may.next() && may.getBoolean(1) ? null : "the user may not create tables there";
            }
        } catch (SQLException e) {
            return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        } finally {
            connection.rollback();
        }
    }
}
