package dev.guestbridge.store;

import static dev.guestbridge.store.StoreContract.KIOSK;
import static dev.guestbridge.store.StoreContract.NOON;
import static dev.guestbridge.store.StoreContract.WHATSAPP;
import static dev.guestbridge.store.StoreContract.delivered;
import static dev.guestbridge.store.StoreContract.done;
import static dev.guestbridge.store.StoreContract.thread;
import static dev.guestbridge.store.StoreContract.webhook;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.message.Letter;
import dev.guestbridge.process.PostgresProcess;
import dev.guestbridge.store.Ledger.Verdict;
import dev.guestbridge.store.Repeats.Known;
import dev.guestbridge.store.StoreMove.Part;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** All that a file knows is in the PostgreSQL afterwards, or nothing is. */
@Timeout(120)
class StoreMoveTest {

    private static final String ODD = "Zoë/Ø #7 100%\t\"'\\ \uD83D\uDE00";

    @TempDir
    static Path servers;

    private static PostgresProcess postgres;
    private static int databases;

    @TempDir
    Path folder;

    private Path file;
    private String database;

    @BeforeAll
    static void start() {
        postgres = new PostgresProcess(servers);
    }

    @AfterAll
    static void stop() {
        postgres.close();
    }

    @BeforeEach
    void database() {
        file = folder.resolve("store.db");
        database = "move" + databases++;
        postgres.sql("postgres", "CREATE DATABASE " + database);
    }

    private Store opened(String url) {
        return Store.open(url, "", "", ForkJoinPool.commonPool());
    }

    /** A store in which everything has happened that can. */
    private void fill(int messages) {
        try (Store store = opened("jdbc:sqlite:" + file)) {
            Ledger ledger = new Ledger(store);
            Threads threads = new Threads(store, 10);
            List<CompletableFuture<?>> all = new ArrayList<>();
            for (int i = 0; i < messages; i++) {
                Identity message = new Identity("whatsapp", ODD + i, ODD, "f" + i, "b" + i);
                all.add(i % 3 == 0 ? ledger.start(message) : ledger.settle(message, delivered(ODD)));
            }
            all.add(new Repeats(store).remember(webhook(ODD, "t", "digest")));
            all.add(new Outbox(store, 100).keep(new Letter(0, "guest.out.whatsapp", ODD, "d-1", ODD)));
            all.add(new Outbox(store, 100).keep(new Letter(0, "guest.out.whatsapp", null, "d-2", "second")));
            all.add(threads.keep(WHATSAPP, ODD, thread("conv", NOON)));
            all.add(threads.conversation(KIOSK, "lobby", "conv-2", NOON));
            all.forEach(StoreContract::done);
        }
    }

    private StoreMove move() {
        return new StoreMove("jdbc:sqlite:" + file, postgres.url(database), "", "");
    }

    @Test
    void all_that_was_known_is_known_there_and_the_file_is_as_it_was() throws Exception {
        fill(3_000);
        List<Part> plan = move().plan();
        assertThat(plan).contains(new Part("ledger", 3_000), new Part("guest_thread", 2), new Part("outbox", 2));
        assertThat(StoreInspection.of(postgres.url(database), "", "").version())
                .as("a plan makes nothing")
                .isNull();
        List<String> before = rows("jdbc:sqlite:" + file, plan);

        StoreMove move = move();
        assertThat(move.carry()).isEqualTo(plan);

        assertThat(move.carried()).isEqualTo(plan.stream().mapToLong(Part::rows).sum());
        assertThat(rows(postgres.url(database), plan)).containsExactlyInAnyOrderElementsOf(before);
        assertThat(rows("jdbc:sqlite:" + file, plan)).isEqualTo(before);
        try (Store there = opened(postgres.url(database))) {
            Ledger ledger = new Ledger(there);
            assertThat(ledger.find("whatsapp", ODD + 3).verdict()).isEqualTo(Verdict.UNKNOWN);
            assertThat(ledger.find("whatsapp", ODD + 4).verdict()).isEqualTo(Verdict.SETTLED);
            assertThat(new Repeats(there).known("main", ODD, "t", "digest", "q"))
                    .isEqualTo(Known.REPEAT);
            assertThat(new Threads(there, 10).of(WHATSAPP, ODD)).isEqualTo(thread("conv", NOON));
            Outbox outbox = new Outbox(there, 100);
            done(outbox.keep(new Letter(0, "guest.out.whatsapp", null, "d-3", "third")));
            assertThat(outbox.oldest("guest.out.whatsapp", 9))
                    .extracting(Letter::duplicateId)
                    .containsExactly("d-1", "d-2", "d-3");
        }
    }

    @Test
    void a_store_that_knows_nothing_is_carried_too() {
        opened("jdbc:sqlite:" + file).close();
        assertThat(move().carry()).contains(new Part("ledger", 0), new Part("outbox_sequence", 1));
        opened(postgres.url(database)).close();
    }

    @Test
    void a_database_that_knows_something_or_is_in_use_is_refused() {
        fill(10);
        try (Store there = opened(postgres.url(database))) {
            assertThatThrownBy(() -> move().carry())
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("a bridge uses it; stop that one first");
            done(new Ledger(there).start(StoreContract.whatsapp("its own")));
        }
        await().untilAsserted(() -> assertThatThrownBy(() -> move().plan())
                .hasMessageContaining("it isn't empty")
                .hasMessageContaining("{ledger=1}"));
    }

    @Test
    void what_is_no_store_of_this_version_or_no_postgresql_is_refused_and_nothing_is_made() throws Exception {
        assertThatThrownBy(this::move).hasMessageContaining("there is no such file");
        assertThat(file).doesNotExist();
        Files.writeString(file, "Not a database, but long enough to be read as one");
        assertThatThrownBy(() -> move().plan()).hasMessageContaining("not a database");
        Files.delete(file);
        fill(1);
        assertThatThrownBy(() -> new StoreMove("jdbc:sqlite:" + file, "jdbc:sqlite:" + file, "", ""))
                .hasMessageContaining("goes to a PostgreSQL");
        try (Connection older = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = older.createStatement()) {
            statement.execute("DELETE FROM flyway_schema_history WHERE installed_rank ="
                    + " (SELECT max(installed_rank) FROM flyway_schema_history)");
        }
        assertThatThrownBy(() -> move().plan()).hasMessageContaining("start and stop this one on it once");
    }

    /** The row that can't be kept is the last one of all. */
    @Test
    void when_it_breaks_off_nothing_is_there_and_it_can_be_said_again() {
        fill(2_000);
        opened(postgres.url(database)).close();
        await("the server has noticed").ignoreExceptions().until(() -> move().plan() != null);
        postgres.sql(
                database,
                "CREATE FUNCTION refuse() RETURNS trigger AS $$ BEGIN RAISE EXCEPTION 'refused' USING ERRCODE = '53100';"
                        + " END $$ LANGUAGE plpgsql");
        postgres.sql(database, "CREATE TRIGGER refuse AFTER INSERT ON webhook_repeat EXECUTE FUNCTION refuse()");
        StoreMove broken = move();
        assertThatThrownBy(broken::carry).hasMessageContaining("its disk is full");
        assertThat(broken.carried()).isGreaterThanOrEqualTo(2_000);
        postgres.sql(database, "DROP TRIGGER refuse ON webhook_repeat");
        assertThat(move().carry()).contains(new Part("ledger", 2_000));
    }

    private static List<String> rows(String url, List<Part> parts) throws Exception {
        List<String> all = new ArrayList<>();
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            for (Part part : parts) {
                try (ResultSet rows = statement.executeQuery("SELECT * FROM " + part.table())) {
                    while (rows.next()) {
                        StringBuilder row = new StringBuilder(part.table());
                        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                            row.append('|').append(rows.getString(i));
                        }
                        all.add(row.toString());
                    }
                }
            }
        }
        return all;
    }
}
