package dev.guestbridge.store;

import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The store's tables: of which version they are, and how they are brought to this one's. */
final class Tables {

    private static final Logger LOG = LoggerFactory.getLogger(Tables.class);

    private static final int OLDEST_SERVER = 12;
    private static final String HISTORY = "flyway_schema_history";
    private static final String OWN =
            "guest_thread, ledger, webhook_repeat, outbox, outbox_sequence, probe, shared_budget, audit, instance";

    private final Address address;
    private final StoreLimits limits;

    Tables(Address address, StoreLimits limits) {
        this.address = address;
        this.limits = limits;
    }

    /**
     * Makes what is missing; where nothing is, the user needs no right to make tables.
     *
     * @throws StoreUnavailable when the server is too old, or others' tables are there
     */
    void bringUpToDate() throws SQLException, IOException {
        demandServer();
        MigrationInfoService info = info();
        if (isNewer(info)) {
            LOG.warn(
                    "{}'s tables are of version {}, made by a later Guestbridge than this one, which goes on with what it"
                            + " knows of them: run one version in all instances",
                    address,
                    info.current().getVersion());
        }
        if (info.pending().length > 0) {
            LOG.info("{}: {} changes of its tables are carried out", address, info.pending().length);
            try {
                flyway(address.patientDataSource(limits)).migrate();
            } catch (FlywayException e) {
                if (String.valueOf(e.getMessage()).contains("non-empty schema")) {
                    throw address.unavailable(
                            "it holds tables that are not a Guestbridge's; create a database for it, or a"
                                    + " schema (currentSchema= in store.url)");
                }
                throw e;
            }
        }
    }

    /** Lets a user who may not make or change tables use them. */
    void allow(String user) throws SQLException, IOException {
        try (Connection connection = address.dataSource(limits).getConnection();
                Statement statement = connection.createStatement()) {
            String quoted = '"' + user.replace("\"", "\"\"") + '"';
            connection.setAutoCommit(false);
            statement.execute("GRANT SELECT, INSERT, UPDATE, DELETE ON " + OWN + " TO " + quoted);
            statement.execute("GRANT SELECT ON " + HISTORY + " TO " + quoted);
            connection.commit();
        }
    }

    MigrationInfoService info() throws IOException {
        return flyway(address.dataSource(limits)).info();
    }

    static boolean isNewer(MigrationInfoService info) {
        MigrationInfo current = info.current();
        return current != null && !current.getState().isResolved();
    }

    private static Flyway flyway(DataSource database) {
        return Flyway.configure(Store.class.getClassLoader())
                .dataSource(database)
                .locations("classpath:db/migration")
                .failOnMissingLocations(true)
                .load();
    }

    private void demandServer() throws SQLException, IOException {
        if (!address.isShared()) {
            return;
        }
        try (Connection connection = address.dataSource(limits).getConnection();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(
                        "SELECT current_setting('server_version_num')::int, current_setting('fsync')")) {
            row.next();
            int version = row.getInt(1) / 10_000;
            if (version < OLDEST_SERVER) {
                throw address.unavailable(tooOld(version));
            }
            if (row.getString(2).equals("off")) {
                LOG.warn(
                        "{}: fsync is off there: what it confirms may be gone when its machine fails, and guests' messages be"
                                + " sent again without a word",
                        address);
            }
        }
        Pooler.demandNone(address, address.dataSource(limits));
    }

    static String tooOld(int version) {
        return "it is a PostgreSQL " + version + "; " + OLDEST_SERVER + " or later is needed";
    }
}
