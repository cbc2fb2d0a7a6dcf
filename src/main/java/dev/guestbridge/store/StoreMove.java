package dev.guestbridge.store;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.ResultSetMetaData;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import javax.sql.DataSource;
import org.flywaydb.core.api.MigrationInfo;
import org.flywaydb.core.api.MigrationInfoService;
import org.sqlite.SQLiteException;

/**
 * Carries all that a store in a file knows into an empty PostgreSQL, in one transaction there: all of it, or nothing. The
 * file stays as it is.
 */
public final class StoreMove {

    private static final int AT_ONCE = 500;

    /** What the new store makes for itself. */
    private static final Set<String> LEFT = Set.of("flyway_schema_history", "probe", "shared_budget", "instance");

    private static final String SEQUENCE = "outbox_sequence";

    private final Address from;
    private final Address to;
    private final AtomicLong carried = new AtomicLong();

    /**
     * @param fromUrl {@code jdbc:sqlite:<file>}
     * @param toUrl {@code jdbc:postgresql://…}
     * @throws StoreUnavailable when they are of other kinds, or there is no such file
     */
    public StoreMove(String fromUrl, String toUrl, String username, String password) {
        from = Address.of(fromUrl, "", "");
        to = Address.of(toUrl, username, password).calledBy("store");
        if (!Files.isRegularFile(from.file())) {
            throw from.unavailable("there is no such file, or it can't be read");
        }
        if (!to.isShared()) {
            throw to.unavailable("what is carried goes to a PostgreSQL: jdbc:postgresql://host/database");
        }
    }

    /**
     * A table that is carried.
     *
     * @param rows that the file holds
     */
    public record Part(String table, long rows) {}

    /** The file that is read; nobody may write to it meanwhile. */
    public Path file() {
        return from.file();
    }

    /** Where it is read from, for people. */
    public String from() {
        return from.toString();
    }

    /** Where it goes, for people. */
    public String to() {
        return to.toString();
    }

    /** Rows that are carried so far; none of them is there before all are. */
    public long carried() {
        return carried.get();
    }

    /**
     * What would be carried; changes nothing.
     *
     * @throws StoreUnavailable when the one can't be read, or the other has something already, or is in use
     */
    public List<Part> plan() {
        return counted(reading -> {
            demandRoom();
            return parts(reading);
        });
    }

    /**
     * Carries it, and counts it there before it is made to stay.
     *
     * @return what lies there now
     * @throws StoreUnavailable as {@link #plan} does, or when one of the two can't be used; then nothing was carried
     */
    public List<Part> carry() {
        return counted(reading -> {
            demandRoom();
            new Tables(to, StoreLimits.USUAL).bringUpToDate();
            List<Part> parts = parts(reading);
            try (Connection writing = to.patientDataSource(StoreLimits.USUAL).getConnection()) {
                writing.setAutoCommit(false);
                try (Statement statement = writing.createStatement()) {
                    String all = parts.stream().map(Part::table).collect(Collectors.joining(", "));
                    statement.execute("LOCK TABLE " + all + " IN EXCLUSIVE MODE"); // of a bridge that starts now
                    demandEmpty(writing);
                    statement.execute("DELETE FROM " + SEQUENCE);
                }
                for (Part part : parts) {
                    carry(part.table(), reading, writing);
                }
                List<Part> there = new ArrayList<>();
                for (Part part : parts) {
                    there.add(new Part(part.table(), count(writing, part.table())));
                }
                if (!there.equals(parts)) {
                    throw to.unavailable("it counts other rows than were carried, " + there + " of " + parts
                            + ", and keeps none of them");
                }
                writing.commit();
                return there;
            }
        });
    }

    private interface Reading<T> {
        T of(Connection reading) throws Exception;
    }

    private <T> T counted(Reading<T> work) {
        try (Connection reading = source()) {
            return work.of(reading);
        } catch (StoreUnavailable e) {
            throw e;
        } catch (SQLiteException e) {
            throw from.unavailable(e);
        } catch (Exception e) {
            throw to.unavailable(e);
        }
    }

    /** The file, sound and of this version. */
    private Connection source() {
        try {
            DataSource file = from.patientDataSource(StoreLimits.USUAL);
            from.demandSound(file);
            MigrationInfoService tables = new Tables(from, StoreLimits.USUAL).info();
            if (tables.current() == null) {
                throw from.unavailable("it isn't a Guestbridge's store");
            }
            if (Tables.isNewer(tables) || tables.pending().length > 0) {
                throw from.unavailable(
                        "its tables are of version " + tables.current().getVersion()
                                + ", not of this Guestbridge's; start and stop this one on it once");
            }
            Connection reading = file.getConnection();
            reading.setAutoCommit(false); // one state of it
            return reading;
        } catch (Exception e) {
            throw from.unavailable(e);
        }
    }

    private void demandRoom() throws Exception {
        try (Connection looking = to.dataSource(StoreLimits.USUAL).getConnection();
                Statement statement = looking.createStatement()) {
            try (ResultSet others = statement.executeQuery("SELECT count(*) FROM pg_stat_activity WHERE datname ="
                    + " current_database() AND application_name = '" + Address.BRIDGE
                    + "' AND pid <> pg_backend_pid()")) {
                if (others.next() && others.getInt(1) > 0) {
                    throw to.unavailable("a bridge uses it; stop that one first");
                }
            }
            MigrationInfo current = new Tables(to, StoreLimits.USUAL).info().current();
            if (current != null) {
                demandEmpty(looking);
            }
            String unwritable = StoreInspection.unwritable(looking, current != null);
            if (unwritable != null) {
                throw to.unavailable(unwritable);
            }
        }
    }

    private void demandEmpty(Connection there) throws SQLException {
        Map<String, Long> full = new TreeMap<>();
        for (String table : List.of("guest_thread", "ledger", "webhook_repeat", "outbox", "audit")) {
            long rows = count(there, table);
            if (rows > 0) {
                full.put(table, rows);
            }
        }
        if (!full.isEmpty()) {
            throw to.unavailable(
                    "it isn't empty, and what it holds can't be told from what would come: rows of " + full);
        }
    }

    private static List<Part> parts(Connection reading) throws SQLException {
        List<Part> parts = new ArrayList<>();
        try (Statement statement = reading.createStatement();
                ResultSet tables = statement.executeQuery(
                        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name")) {
            while (tables.next()) {
                String table = tables.getString(1);
                if (!LEFT.contains(table)) {
                    parts.add(new Part(table, count(reading, table)));
                }
            }
        }
        return parts;
    }

    private static long count(Connection connection, String table) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT count(*) FROM " + table)) {
            row.next();
            return row.getLong(1);
        }
    }

    private void carry(String table, Connection reading, Connection writing) throws SQLException {
        try (Statement select = reading.createStatement();
                ResultSet rows = select.executeQuery("SELECT * FROM " + table)) {
            ResultSetMetaData columns = rows.getMetaData();
            int width = columns.getColumnCount();
            List<String> names = new ArrayList<>();
            for (int i = 1; i <= width; i++) {
                names.add(columns.getColumnName(i));
            }
            String list = String.join(", ", names);
            int[] types = types(writing, table, list, width);
            String places = IntStream.range(0, width).mapToObj(i -> "?").collect(Collectors.joining(", "));
            try (PreparedStatement insert =
                    writing.prepareStatement("INSERT INTO " + table + " (" + list + ") VALUES (" + places + ")")) {
                int batch = 0;
                while (rows.next()) {
                    for (int i = 1; i <= width; i++) {
                        insert.setObject(i, rows.getObject(i), types[i - 1]);
                    }
                    insert.addBatch();
                    if (++batch == AT_ONCE) {
                        insert.executeBatch();
                        carried.addAndGet(batch);
                        batch = 0;
                    }
                }
                insert.executeBatch();
                carried.addAndGet(batch);
            }
        }
    }

    private static int[] types(Connection writing, String table, String list, int width) throws SQLException {
        try (Statement select = writing.createStatement();
                ResultSet none = select.executeQuery("SELECT " + list + " FROM " + table + " LIMIT 0")) {
            int[] types = new int[width];
            for (int i = 0; i < width; i++) {
                types[i] = none.getMetaData().getColumnType(i + 1);
            }
            return types;
        }
    }
}
