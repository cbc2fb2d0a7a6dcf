package dev.guestbridge.store;

import static dev.guestbridge.store.StoreContract.delivered;
import static dev.guestbridge.store.StoreContract.done;
import static dev.guestbridge.store.StoreContract.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.process.PostgresProcess;
import dev.guestbridge.store.Ledger.Entry;
import dev.guestbridge.store.Ledger.Verdict;
import dev.guestbridge.store.Repeats.Known;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A PostgreSQL that refuses, stands still or goes away is told in plain words, bounded in time, and recovered from. */
@Timeout(120)
class PostgresOutageTest {

    private static final StoreLimits SHORT = new StoreLimits(6, 1_000, 3_000, 1_000);

    @TempDir
    static Path folder;

    private static PostgresProcess postgres;
    private static int databases;

    private String database;
    private Store store;

    @BeforeAll
    static void start() {
        postgres = new PostgresProcess(folder);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void open() {
        database = "outage" + databases++;
        postgres.sql("postgres", "CREATE DATABASE " + database);
        store = another();
    }

    @AfterEach
    void close() {
        store.close();
    }

    private Store another() {
        return Store.open(postgres.url(database), "", "", SHORT, ForkJoinPool.commonPool());
    }

    private static Identity message(String id) {
        return new Identity("whatsapp", id, "guest", "f", "b");
    }

    private static StoreUnavailable refused(String url, String user, String password) {
        return catchThrowableOfType(
                StoreUnavailable.class, () -> Store.open(url, user, password, SHORT, ForkJoinPool.commonPool())
                        .close());
    }

    // ---- what it says of itself

    @Test
    void a_wrong_password_a_missing_database_and_a_missing_right_are_told_with_what_to_do() throws Exception {
        postgres.sql("postgres", "CREATE ROLE bridge LOGIN PASSWORD 'right'");
        postgres.sql("postgres", "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        postgres.sql(database, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        String other = "outage" + databases++;
        postgres.sql("postgres", "CREATE DATABASE " + other);
        postgres.sql(other, "REVOKE CREATE ON SCHEMA public FROM PUBLIC");
        postgres.demandPassword("bridge");

        assertThat(refused(postgres.url(other), "bridge", "wrong"))
                .hasMessageContaining("it refuses the password (")
                .hasMessageContaining("set store.username and store.password as they are there")
                .hasMessageNotContaining("wrong)");
        assertThat(refused(postgres.url("nowhere"), "bridge", "right"))
                .hasMessageContaining("it has no such database (")
                .hasMessageContaining("create it, or correct store.url");
        assertThat(refused(postgres.url(other), "bridge", "right"))
                .hasMessageContaining("the user lacks a right (")
                .hasMessageContaining("'guestbridge store upgrade'");

        assertThat(new StoreUpgrade(postgres.url(other), "postgres", "").carryOut("bridge"))
                .isGreaterThan(4);
        try (Store opened = Store.open(postgres.url(other), "bridge", "right", SHORT, ForkJoinPool.commonPool())) {
            assertThat(done(new Ledger(opened).start(message("m"))).verdict()).isEqualTo(Verdict.NEW);
            assertThat(opened.trouble()).isNull();
        }
        assertThat(new StoreUpgrade(postgres.url(other), "postgres", "").carryOut("bridge"))
                .isZero();
    }

    @Test
    void a_server_without_a_connection_left_and_others_tables_are_told() {
        postgres.sql("postgres", "CREATE ROLE crowded LOGIN CONNECTION LIMIT 0");
        assertThat(refused(postgres.url(database), "crowded", ""))
                .hasMessageContaining("it has no connection left (")
                .hasMessageContaining("lower store.connections");
        String others = "outage" + databases++;
        postgres.sql("postgres", "CREATE DATABASE " + others);
        postgres.sql(others, "CREATE TABLE invoice (id INTEGER)");
        assertThat(refused(postgres.url(others), "", "")).hasMessageContaining("tables that are not a Guestbridge's");
        assertThat(Tables.tooOld(11)).isEqualTo("it is a PostgreSQL 11; 12 or later is needed");
    }

    @Test
    void tables_of_a_later_version_are_gone_on_with() {
        store.close();
        postgres.sql(
                database,
                "INSERT INTO flyway_schema_history SELECT 900, '900', 'later', 'SQL', 'V900__later.sql', 1,"
                        + " installed_by, installed_on, 1, true FROM flyway_schema_history WHERE version = '1'");
        store = another();
        assertThat(done(new Ledger(store).start(message("m"))).verdict()).isEqualTo(Verdict.NEW);
    }

    // ---- at a start

    @Test
    void a_database_that_is_away_at_a_start_is_waited_for_and_one_that_refuses_is_not() throws Exception {
        store.close();
        postgres.kill();
        try (Store awaited = awaiting(postgres.url(database), "", "")) {
            Outbox outbox = new Outbox(awaited, 10);
            assertThat(awaited.trouble()).contains("can't be used: Connection to 127.0.0.1:", " refused");
            assertThatThrownBy(() -> done(new Ledger(awaited).start(message("m"))))
                    .isInstanceOf(StoreUnavailable.class);
            assertThatThrownBy(outbox::queues).isInstanceOf(StoreUnavailable.class);
            assertThat(new Repeats(awaited).known("main", "w", "t", "d", "q")).isEqualTo(Known.NEW);
            postgres.start();
            await().until(() -> awaited.trouble() == null);
            assertThat(done(new Ledger(awaited).start(message("m"))).verdict()).isEqualTo(Verdict.NEW);
            assertThat(outbox.queues()).isEmpty();
        } finally {
            store = another();
        }
        assertThatThrownBy(() -> awaiting(postgres.url("nowhere"), "", ""))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("it has no such database");
        assertThatThrownBy(() -> awaiting(postgres.url(database) + "&sslmode=require", "", ""))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("SSL");
        try (Store unknown = awaiting("jdbc:postgresql://no-such-machine.invalid/guests", "", "")) {
            assertThat(unknown.trouble()).contains("nobody knows a machine named no-such-machine.invalid");
        }
    }

    private static Store awaiting(String url, String user, String password) {
        return Store.openOrAwait(url, user, password, SHORT, ForkJoinPool.commonPool(), () -> "nothing");
    }

    // ---- while it refuses

    @ParameterizedTest
    @CsvSource({"25006, it only reads", "53100, its disk is full", "57014, it was too slow"})
    void what_it_refuses_all_is_refused_at_once_for_all_and_is_over_when_it_is(String state, String sentence) {
        done(new Ledger(store).start(message("before")));
        postgres.sql(
                database,
                "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '"
                        + state + "'; END $$ LANGUAGE plpgsql");
        postgres.sql(database, "CREATE TRIGGER refuse BEFORE INSERT ON ledger EXECUTE FUNCTION refuse()");
        List<CompletableFuture<Entry>> begun = IntStream.range(0, 600)
                .mapToObj(i -> new Ledger(store).start(message("m" + i)))
                .toList();
        begun.forEach(one -> assertThatThrownBy(() -> done(one))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining(sentence + " (ERROR: refused"));
        assertThat(store.commits()).as("none of them alone").isLessThan(50);

        postgres.sql(database, "DROP TRIGGER refuse ON ledger");
        assertThat(done(new Ledger(store).start(message("after"))).verdict()).isEqualTo(Verdict.NEW);
        assertThat(new Ledger(store).find("whatsapp", "before").verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    /** As behind an address that led to the primary, and leads to another one since. */
    @Test
    void connections_to_a_server_that_only_reads_are_given_up() {
        done(new Ledger(store).start(message("before")));
        postgres.sql(database, "ALTER DATABASE " + database + " SET default_transaction_read_only = on");
        postgres.sql(
                database,
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '" + database
                        + "' AND pid <> pg_backend_pid()");
        assertThat(store.trouble()).contains("it only reads", "targetServerType=primary");
        postgres.sql("postgres", "ALTER DATABASE " + database + " RESET default_transaction_read_only");
        assertThat(done(new Ledger(store).start(message("after"))).verdict())
                .as("by connections that are there")
                .isEqualTo(Verdict.NEW);
    }

    @Test
    void a_row_that_another_session_holds_costs_its_own_message_alone() throws Exception {
        Ledger ledger = new Ledger(store);
        done(ledger.start(message("held")));
        try (Connection outside = DriverManager.getConnection(postgres.url(database));
                Statement statement = outside.createStatement()) {
            outside.setAutoCommit(false);
            statement.execute("SELECT * FROM ledger WHERE id = 'held' FOR UPDATE");
            List<CompletableFuture<Boolean>> settled = IntStream.range(0, 20)
                    .mapToObj(i -> ledger.settle(message(i == 10 ? "held" : "m" + i), delivered("g")))
                    .toList();
            for (int i = 0; i < settled.size(); i++) {
                if (i == 10) {
                    CompletableFuture<Boolean> held = settled.get(i);
                    assertThatThrownBy(() -> done(held))
                            .hasMessageContaining("another session holds what is needed")
                            .hasMessageContaining("pg_locks");
                } else {
                    done(settled.get(i));
                }
            }
            outside.rollback();
        }
        done(ledger.settle(message("held"), delivered("g")));
    }

    // ---- while it stands still, or is gone

    @Test
    void while_it_stands_still_whoever_needs_an_answer_has_one_soon() {
        Ledger ledger = new Ledger(store);
        Repeats repeats = new Repeats(store);
        done(repeats.remember(webhook("w", "t", "d")));
        postgres.freeze();
        CompletableFuture<Entry> begun;
        try {
            begun = ledger.start(message("m"));
            for (int i = 0; i < 5; i++) {
                long from = System.nanoTime();
                assertThat(repeats.known("main", "w", "t", "d", "q"))
                        .as("the broker knows it again")
                        .isEqualTo(Known.NEW);
                assertThatThrownBy(() -> done(repeats.remember(webhook("x", "t", "d"))))
                        .isInstanceOf(StoreUnavailable.class);
                assertThat(Duration.ofNanos(System.nanoTime() - from)).isLessThan(Duration.ofSeconds(7));
            }
            assertThat(store.trouble()).startsWith("The store jdbc:postgresql:");
        } finally {
            postgres.thaw();
        }
        await().until(() -> store.trouble() == null);
        await("neither lost nor for ever under way").until(begun::isDone);
        assertThat(repeats.known("main", "w", "t", "d", "q")).isEqualTo(Known.REPEAT);
    }

    @Test
    void killed_and_started_again_it_is_used_again() {
        Ledger ledger = new Ledger(store);
        done(ledger.settle(message("settled"), delivered("g")));
        done(ledger.start(message("begun")));
        postgres.kill();
        assertThatThrownBy(() -> done(ledger.start(message("during")))).isInstanceOf(StoreUnavailable.class);
        assertThat(store.trouble()).contains("refused");
        postgres.start();
        await().until(() -> store.trouble() == null);
        assertThat(ledger.find("whatsapp", "settled").verdict()).isEqualTo(Verdict.SETTLED);
        assertThat(ledger.find("whatsapp", "begun").verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(done(ledger.start(message("after"))).verdict()).isEqualTo(Verdict.NEW);
    }

    /** It would keep its rows from all others for as long as its connection lives. */
    @Test
    void an_instance_that_stands_still_within_a_transaction_holds_nobody_up() throws Exception {
        Ledger ledger = new Ledger(store);
        done(ledger.start(message("m")));
        try (Connection frozen = DriverManager.getConnection(postgres.url(database));
                Statement statement = frozen.createStatement()) {
            statement.execute(SHORT.said());
            frozen.setAutoCommit(false);
            statement.execute("UPDATE probe SET probed_at = 'by the frozen one'");
            statement.execute("SELECT * FROM ledger FOR UPDATE");
            await().until(() -> store.trouble() == null);
            done(ledger.settle(message("m"), delivered("g")));
        }
    }
}
