package dev.guestbridge.store;

import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import org.sqlite.core.DB;
import org.sqlite.jdbc4.JDBC4Connection;
import org.sqlite.jdbc4.JDBC4PreparedStatement;

/**
 * A connection to SQLite that prepares what is said again and again once for as long as it lives, as PostgreSQL's driver
 * does by itself: a statement that was closed waits for its next use.
 */
final class FileConnection extends JDBC4Connection {

    /** More than the bridge says in its daily work. */
    static final int KEPT = 32;

    private final Map<String, Kept> idle = new LinkedHashMap<>(); // who waits longest is first; one thread's at a time

    FileConnection(String url, String file, Properties settings) throws SQLException {
        super(url, file, settings);
    }

    /** The driver knows but one type, concurrency and holdability, and refuses others. */
    @Override
    public PreparedStatement prepareStatement(String sql, int type, int concurrency, int holdability)
            throws SQLException {
        checkOpen();
        checkCursor(type, concurrency, holdability);
        Kept waiting = idle.remove(sql);
        return waiting == null ? new Kept(sql) : waiting;
    }

    private final class Kept extends JDBC4PreparedStatement {

        Kept(String sql) throws SQLException {
            super(FileConnection.this, sql);
        }

        /** Forgets its values, which may be a guest's, and holds no lock on the file any more. */
        @Override
        public void close() throws SQLException {
            if (isClosed() || pointer.isClosed() || idle.get(sql) == this) {
                return;
            }
            rs.close();
            pointer.safeRunConsume(DB::reset);
            clearParameters();
            Kept twin = idle.put(sql, this);
            if (twin != null) {
                twin.end();
            }
            if (idle.size() > KEPT) {
                idle.remove(idle.keySet().iterator().next()).end();
            }
        }

        private void end() throws SQLException {
            super.close();
        }
    }
}
