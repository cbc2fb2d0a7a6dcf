package dev.guestbridge.store;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Lends connections to a database whose tables are known to be right; until they are known there is none to lend. */
final class Connections implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);

    /** How long one waits for a connection of the pool. */
    private static final int CONNECTION_MS = 1_500;

    private static final int VALIDATION_MS = 1_000;

    private final Address address;
    private final StoreLimits limits;
    private volatile HikariDataSource pool; // null until the tables are known to be right
    private volatile StoreUnavailable notYet; // why they aren't known; looked at while there is no pool

    Connections(Address address, StoreLimits limits) {
        this.address = address;
        this.limits = limits;
    }

    /** Brings the tables up to date, where that isn't done, and opens the pool. */
    void open() throws SQLException, IOException {
        if (pool == null) {
            DataSource database = address.dataSource(limits);
            // by no pool: loading SQLite, or changing a long table, takes longer than a pool waits
            address.demandSound(database);
            new Tables(address, limits).bringUpToDate();
            pool = pooled(database);
        }
    }

    private HikariDataSource pooled(DataSource database) {
        HikariConfig config = new HikariConfig();
        config.setPoolName("store");
        config.setDataSource(database);
        config.setMaximumPoolSize(limits.connections());
        config.setConnectionTimeout(CONNECTION_MS);
        config.setValidationTimeout(VALIDATION_MS);
        config.setInitializationFailTimeout(-1); // the tables have been looked at
        if (address.isShared()) {
            config.setConnectionInitSql(limits.said());
        }
        return new HikariDataSource(config);
    }

    /** It can't be opened yet: who asks for a connection is told why. */
    void notYet(StoreUnavailable why) {
        notYet = why;
    }

    /** @throws StoreUnavailable when the tables aren't known to be right yet */
    Connection lend() throws SQLException {
        HikariDataSource opened = pool;
        if (opened == null) {
            throw notYet;
        }
        return opened.getConnection();
    }

    /** Takes back a connection with which all went well. */
    void giveBack(Connection connection) {
        try {
            connection.close();
        } catch (SQLException e) {
            LOG.debug("A connection could not be given back; the pool replaces it", e);
        }
    }

    /** Undoes what was done and takes the connection back, or throws it away when it is of no use; tells whether it is of none. */
    boolean undo(Connection connection, Throwable cause) {
        try {
            if (!connection.getAutoCommit()) {
                connection.rollback();
            }
            if (connection.isValid(VALIDATION_MS / 1000) && !Refusal.leadsElsewhere(cause)) {
                giveBack(connection);
                return false;
            }
        } catch (SQLException e) {
            LOG.debug("A connection broke", e);
        }
        HikariDataSource theirs = pool;
        theirs.evictConnection(connection); // and it must not be closed too: the pool would hand it out again
        theirs.getHikariPoolMXBean().softEvictConnections(); // what broke this one has broken the others
        return true;
    }

    @Override
    public void close() {
        HikariDataSource opened = pool;
        if (opened != null) {
            opened.close();
        }
    }
}
