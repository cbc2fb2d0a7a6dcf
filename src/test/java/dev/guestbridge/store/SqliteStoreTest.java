package dev.guestbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.message.Letter;
import dev.guestbridge.store.Ledger.Entry;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Clock;
import java.util.concurrent.ForkJoinPool;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SqliteStoreTest extends StoreContract {

    @TempDir
    Path folder;

    private Path file;

    @Override
    String url() {
        file = folder.resolve("data/deep er/store.db");
        return "jdbc:sqlite:" + file;
    }

    @Test
    void every_commit_is_on_the_disk_before_it_is_confirmed() {
        Work<String> mode = session -> session.one("PRAGMA journal_mode", row -> row.getString(1));
        Work<Integer> synchronous = session -> session.one("PRAGMA synchronous", row -> row.getInt(1));
        for (int i = 0; i < 10; i++) {
            assertThat(done(store.write(mode))).isEqualTo("wal");
            assertThat(done(store.write(synchronous))).as("2 is FULL").isEqualTo(2);
        }
    }

    @Test
    void no_parameter_of_the_url_weakens_that() {
        try (Store other = Store.open(
                "jdbc:sqlite:" + file + "?synchronous=OFF&journal_mode=MEMORY", "", "", ForkJoinPool.commonPool())) {
            assertThat(done(other.<Integer>write(s -> s.one("PRAGMA synchronous", row -> row.getInt(1)))))
                    .isEqualTo(2);
            assertThat(done(other.<String>write(s -> s.one("PRAGMA journal_mode", row -> row.getString(1)))))
                    .isEqualTo("wal");
        }
    }

    @Test
    void many_who_read_at_once_are_each_given_their_own_answer() throws Exception {
        Ledger ledger = new Ledger(store);
        done(ledger.settle(whatsapp("m0"), delivered("g0")));
        done(ledger.settle(whatsapp("m1"), delivered("g1")));
        assertThat(atOnce(8, i -> {
                    String wanted = "" + i % 2;
                    for (int read = 0; read < 1_000; read++) { // a statement closed too late is the next one's
                        Entry known = ledger.entry(whatsapp("m" + wanted));
                        assertThat(known.outcome().genesysId()).isEqualTo("g" + wanted);
                    }
                    return i;
                }))
                .hasSize(8);
    }

    @Test
    void the_file_with_guests_tokens_is_for_its_owner_alone() throws Exception {
        done(new Ledger(store).start(whatsapp("m"))); // the log is there as soon as something was written
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                .isEqualTo("rw-------");
        assertThat(PosixFilePermissions.toString(
                        Files.getPosixFilePermissions(file.resolveSibling(file.getFileName() + "-wal"))))
                .isEqualTo("rw-------");
    }

    /** Deleted rows stand in a file until something else is written there, if they aren't overwritten. */
    @Test
    void of_an_erased_guest_no_byte_is_left_in_the_files() throws Exception {
        Threads threads = new Threads(store, 10);
        Ledger ledger = new Ledger(store);
        Outbox outbox = new Outbox(store, 1_000);
        Repeats repeats = new Repeats(store);
        for (int i = 0; i < 200; i++) {
            String guest = i % 2 == 0 ? "canary-guest" : "guest-" + i;
            done(repeats.remember(reply("r" + i, WHATSAPP, guest, "text")));
            done(ledger.settle(new Identity("whatsapp", guest + "-m" + i, guest, "f", "b"), delivered("g")));
            done(outbox.keep(new Letter(0, "guest.out.whatsapp", guest, "d" + i, guest + " says ".repeat(1_000))));
        }
        done(threads.keep(WHATSAPP, "canary-guest", thread("conv", NOON)));
        assertThat(bytes()).contains("canary-guest");
        Erasure erasure = new Erasure(store, new ThreadRegister(store, threads, Clock.systemUTC()), outbox, repeats);

        done(erasure.erase("canary-guest", null));
        assertThat(erasure.endLog()).isNull();

        assertThat(bytes()).contains("guest-1").doesNotContain("canary-guest");
    }

    private String bytes() throws Exception {
        StringBuilder all = new StringBuilder();
        for (String suffix : new String[] {"", "-wal"}) {
            Path part = file.resolveSibling(file.getFileName() + suffix);
            all.append(Files.readString(part, StandardCharsets.ISO_8859_1));
        }
        return all.toString();
    }

    @Test
    void a_log_that_is_being_read_says_that_it_still_holds_what_was_deleted() throws Exception {
        Threads threads = new Threads(store, 10);
        Erasure erasure = new Erasure(
                store,
                new ThreadRegister(store, threads, Clock.systemUTC()),
                new Outbox(store, 1_000),
                new Repeats(store));
        try (Connection outside = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = outside.createStatement()) {
            statement.execute("BEGIN");
            statement.executeQuery("SELECT * FROM probe").close();
            done(threads.keep(WHATSAPP, "guest", thread("conv", NOON)));
            assertThat(erasure.endLog()).contains("still holds what was deleted");
            statement.execute("COMMIT");
        }
        assertThat(erasure.endLog()).isNull();
    }

    @Test
    void a_writer_from_outside_is_waited_for() throws Exception {
        try (Connection outside = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = outside.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            var begun = new Ledger(store).start(new Identity("whatsapp", "m", "g", "f", "b"));
            assertThat(new Ledger(store).find("whatsapp", "m")).isNull(); // readers don't wait
            assertThat(begun).isNotDone();
            statement.execute("COMMIT");
            assertThat(done(begun).verdict()).isEqualTo(Ledger.Verdict.NEW);
        }
    }

    @Test
    void a_writer_from_outside_that_never_ends_is_reported_and_recovered_from() throws Exception {
        try (Connection outside = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = outside.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThatThrownBy(() -> done(new Ledger(store).start(new Identity("whatsapp", "m", "g", "f", "b"))))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("SQLITE_BUSY");
            statement.execute("COMMIT");
        }
        assertThat(store.failures()).isPositive();
        assertThat(done(new Ledger(store).start(new Identity("whatsapp", "m", "g", "f", "b")))
                        .verdict())
                .isEqualTo(Ledger.Verdict.NEW);
        await().until(() -> store.trouble() == null);
    }
}
