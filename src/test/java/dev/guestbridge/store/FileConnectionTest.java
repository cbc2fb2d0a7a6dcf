package dev.guestbridge.store;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class FileConnectionTest {

    private static final String NAMED = "SELECT name FROM guest WHERE number = ?";

    @TempDir
    Path folder;

    private Connection connection;

    @BeforeEach
    void connect() throws Exception {
        connection = another();
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE TABLE guest (number INTEGER, name TEXT)");
            statement.execute("INSERT INTO guest VALUES (1, 'Ada'), (2, 'Ben'), (NULL, 'nobody')");
        }
    }

    private Connection another() throws Exception {
        return Address.of("jdbc:sqlite:" + folder.resolve("store.db"), "", "")
                .dataSource(StoreLimits.USUAL)
                .getConnection();
    }

    @AfterEach
    void disconnect() throws SQLException {
        connection.close();
    }

    private static String name(PreparedStatement statement, Object number) throws SQLException {
        if (number != null) {
            statement.setObject(1, number);
        }
        try (ResultSet row = statement.executeQuery()) {
            return row.next() ? row.getString(1) : null;
        }
    }

    @Test
    void whatIsSaidAgainIsPreparedOnce() throws Exception {
        PreparedStatement first = connection.prepareStatement(NAMED);
        assertThat(name(first, 1)).isEqualTo("Ada");
        first.close();
        PreparedStatement second = connection.prepareStatement(NAMED);
        assertThat(second).isSameAs(first);
        assertThat(name(second, 2)).isEqualTo("Ben");
    }

    @Test
    void whatWasBoundBeforeIsForgotten() throws Exception {
        PreparedStatement first = connection.prepareStatement(NAMED);
        name(first, 1);
        first.close();
        PreparedStatement second = connection.prepareStatement(NAMED);
        second.setObject(1, null);
        assertThat(name(second, null)).isNull();
    }

    @Test
    void theSameTwiceAtATimeIsTwoStatements() throws Exception {
        try (PreparedStatement one = connection.prepareStatement(NAMED);
                PreparedStatement other = connection.prepareStatement(NAMED)) {
            one.setObject(1, 1);
            try (ResultSet reading = one.executeQuery()) {
                assertThat(name(other, 2)).isEqualTo("Ben");
                assertThat(reading.next()).isTrue();
                assertThat(reading.getString(1)).isEqualTo("Ada");
            }
        }
        assertThat(name(connection.prepareStatement(NAMED), 1)).isEqualTo("Ada");
    }

    @Test
    void whatWaitsForItsNextUseHoldsNothing() throws Exception {
        PreparedStatement reading = connection.prepareStatement("SELECT name FROM guest");
        assertThat(reading.executeQuery().next()).isTrue();
        reading.close(); // with rows left
        try (Connection other = another();
                Statement statement = other.createStatement()) {
            statement.execute("DELETE FROM guest");
            try (ResultSet emptied = statement.executeQuery("PRAGMA wal_checkpoint(TRUNCATE)")) {
                assertThat(emptied.getInt(1)).as("busy").isZero();
            }
        }
    }

    @Test
    void aRefusedStatementCanBeUsedAgain() throws Exception {
        try (Statement statement = connection.createStatement()) {
            statement.execute("CREATE UNIQUE INDEX one_each ON guest (number)");
        }
        String adding = "INSERT INTO guest (number, name) VALUES (?, 'Cy')";
        for (int number : new int[] {1, 3}) {
            try (PreparedStatement statement = connection.prepareStatement(adding)) {
                statement.setObject(1, number);
                statement.executeUpdate();
            } catch (SQLException taken) {
                assertThat(number).isEqualTo(1);
            }
        }
        assertThat(name(connection.prepareStatement(NAMED), 3)).isEqualTo("Cy");
    }

    @Test
    void fewAreKept() throws Exception {
        PreparedStatement first = connection.prepareStatement(NAMED);
        first.close();
        for (int limit = 1; limit <= FileConnection.KEPT; limit++) {
            connection.prepareStatement("SELECT name FROM guest LIMIT " + limit).close();
        }
        assertThat(first.isClosed()).isTrue();
        assertThat(name(connection.prepareStatement(NAMED), 1)).isEqualTo("Ada");
    }

    @Test
    void aConnectionTakesItsStatementsWithIt() throws Exception {
        PreparedStatement used = connection.prepareStatement(NAMED);
        connection.close();
        used.close();
        try (Connection next = another()) {
            assertThat(name(next.prepareStatement(NAMED), 1)).isEqualTo("Ada");
        }
    }
}
