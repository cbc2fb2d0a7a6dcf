package dev.guestbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.sql.Connection;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A look at a PostgreSQL tells how it stands, and leaves it as it was. */
@Timeout(120)
class StoreInspectionTest {

    private static EmbeddedPostgres postgres;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @Test
    void an_empty_database_has_no_tables_and_gets_none() throws Exception {
        String url = database("fresh");
        for (int look = 0; look < 2; look++) {
            StoreInspection seen = StoreInspection.of(url, "", "");
            assertThat(seen.version()).isNull();
            assertThat(seen.newer()).isFalse();
            assertThat(seen.migrations()).isGreaterThanOrEqualTo(4);
            assertThat(seen.unwritable()).isNull();
        }
    }

    @Test
    void a_store_in_use_is_of_this_version_and_can_be_written_to() throws Exception {
        String url = database("used");
        Store.open(url, "", "", Runnable::run).close();
        StoreInspection seen = StoreInspection.of(url, "", "");
        assertThat(Integer.parseInt(seen.version())).isGreaterThanOrEqualTo(4);
        assertThat(seen.migrations()).isZero();
        assertThat(seen.newer()).isFalse();
        assertThat(seen.unwritable()).isNull();
    }

    @Test
    void an_older_one_and_a_later_one_are_told() throws Exception {
        String url = database("aged");
        Store.open(url, "", "", Runnable::run).close();
        sql(
                "aged",
                "DELETE FROM flyway_schema_history"
                        + " WHERE installed_rank = (SELECT MAX(installed_rank) FROM flyway_schema_history)");
        assertThat(StoreInspection.of(url, "", "").migrations()).isEqualTo(1);
        sql(
                "aged",
                "INSERT INTO flyway_schema_history SELECT 900, '900', 'later', 'SQL', 'V900__later.sql', 1, installed_by,"
                        + " installed_on, 1, true FROM flyway_schema_history WHERE version = '1'");
        assertThat(StoreInspection.of(url, "", "").newer()).isTrue();
    }

    @Test
    void one_that_only_reads_and_a_user_without_rights_are_told() throws Exception {
        String url = database("replica");
        Store.open(url, "", "", Runnable::run).close();
        sql("replica", "CREATE ROLE reader LOGIN PASSWORD 'reader-password'");
        sql("replica", "GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader");
        assertThat(StoreInspection.of(url.replaceFirst("user=postgres", "user=reader"), "reader", "reader-password")
                        .unwritable())
                .contains("permission denied");
        sql("replica", "ALTER DATABASE replica SET default_transaction_read_only = on");
        assertThat(StoreInspection.of(url, "", "").unwritable()).contains("read-only transaction");
    }

    @Test
    void what_cant_be_reached_says_so_and_no_password() {
        assertThatThrownBy(() -> StoreInspection.of("jdbc:postgresql://127.0.0.1:1/none", "bridge", "canary"))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageStartingWith("The store jdbc:postgresql://127.0.0.1:1/none can't be used: ")
                .hasMessageNotContaining("canary");
    }

    private static String database(String name) throws Exception {
        sql("postgres", "CREATE DATABASE " + name);
        return postgres.getJdbcUrl("postgres", name);
    }

    private static void sql(String database, String statement) throws Exception {
        try (Connection connection = postgres.getDatabase("postgres", database).getConnection();
                Statement change = connection.createStatement()) {
            change.execute(statement);
        }
    }
}
