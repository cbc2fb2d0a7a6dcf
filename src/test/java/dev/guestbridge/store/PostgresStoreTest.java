package dev.guestbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.Lender;
import dev.guestbridge.message.Lender.Rate;
import dev.guestbridge.message.Letter;
import dev.guestbridge.store.Ledger.Entry;
import dev.guestbridge.store.Ledger.Verdict;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PostgresStoreTest extends StoreContract {

    private static EmbeddedPostgres postgres;
    private static int databases;

    @BeforeAll
    static void start() throws Exception {
        postgres = EmbeddedPostgres.start();
    }

    @AfterAll
    static void stop() throws Exception {
        postgres.close();
    }

    @Override
    String url() throws Exception {
        String name = "store" + databases++;
        try (Connection connection = postgres.getPostgresDatabase().getConnection();
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE DATABASE " + name);
        }
        return postgres.getJdbcUrl("postgres", name);
    }

    @Test
    void two_instances_that_begin_the_same_message_get_one_new() throws Exception {
        try (Store second = another()) {
            for (int round = 0; round < 20; round++) {
                String id = "m" + round;
                List<Ledger> ledgers = List.of(new Ledger(store), new Ledger(second));
                List<Entry> entries = atOnce(
                        20, i -> done(ledgers.get(i % 2).start(new Identity("whatsapp", id, "guest", "f", "b" + i))));
                assertThat(entries).filteredOn(e -> e.verdict() == Verdict.NEW).hasSize(1);
                assertThat(entries).extracting(Entry::starts).doesNotHaveDuplicates();
            }
        }
    }

    @Test
    void works_of_two_instances_that_lock_each_other_out_still_succeed() throws Exception {
        try (Store second = another()) {
            List<Ledger> ledgers = List.of(new Ledger(store), new Ledger(second));
            List<Verdict> verdicts = atOnce(40, i -> {
                Verdict verdict = null;
                for (int n = 0; n < 50; n++) {
                    int id = i % 4 < 2 ? n : 49 - n; // one half upwards, the other downwards
                    verdict = done(ledgers.get(i % 2).start(new Identity("whatsapp", "m" + id, "guest", "f", "b")))
                            .verdict();
                }
                return verdict;
            });
            assertThat(verdicts).hasSize(40);
            for (int n = 0; n < 50; n++) {
                assertThat(ledgers.get(0).find("whatsapp", "m" + n).starts()).isEqualTo(40);
            }
        }
    }

    @Test
    void letters_of_two_instances_get_one_order() throws Exception {
        try (Store second = another()) {
            List<Outbox> outboxes = List.of(new Outbox(store, 1_000_000), new Outbox(second, 1_000_000));
            atOnce(20, i -> {
                for (int n = 0; n < 10; n++) {
                    done(outboxes.get(i % 2).keep(new Letter(0, "q", "g" + i, i + "-" + n, i + "-" + n)));
                }
                return i;
            });
            List<Letter> letters = outboxes.get(0).oldest("q", 500);
            assertThat(letters).hasSize(200);
            for (int i = 0; i < 20; i++) {
                String group = "g" + i;
                int guest = i;
                assertThat(letters)
                        .filteredOn(letter -> letter.group().equals(group))
                        .extracting(Letter::body)
                        .isEqualTo(range(n -> guest + "-" + n, 10));
            }
        }
    }

    // ---- a message that two instances have

    private static Delivery delivery(String id) {
        Delivery delivery = new Delivery(WHATSAPP, WHATSAPP.inQueue(), "bus-" + id, id, NOON, NOON, "");
        GuestMessage.Guest guest = new GuestMessage.Guest("guest", null, null);
        delivery.read(new GuestMessage(id, guest, "hi", List.of(), null, null, Map.of(), NOON, false, null));
        return delivery;
    }

    /** As after SIGSTOP, while it lasts. */
    private static void standsStill(Store instance, Store seenBy) {
        done(seenBy.write(session -> session.change("DELETE FROM instance WHERE id = ?", instance.instance())));
    }

    @Test
    void what_an_instance_that_lives_is_sending_is_waited_for_and_not_sent_again() {
        try (Store second = another()) {
            Ledger here = new Ledger(store);
            Ledger there = new Ledger(second);
            Delivery mine = delivery("m");
            Delivery theirs = delivery("m");
            done(here.begin(mine));
            CompletableFuture<Void> begun = there.begin(theirs);
            assertThat(begun.copy().completeOnTimeout(null, 1, TimeUnit.SECONDS).thenApply(done -> begun.isDone()))
                    .succeedsWithin(Duration.ofSeconds(10))
                    .isEqualTo(false);
            assertThat(done(here.delivered(mine, "g", null)).possibleRepeat()).isFalse();
            assertThatThrownBy(() -> begun.get(10, TimeUnit.SECONDS)).hasCauseInstanceOf(Settled.class);
        }
    }

    @Test
    void what_it_gives_back_goes_on_elsewhere_without_a_doubt() {
        try (Store second = another()) {
            Ledger here = new Ledger(store);
            Delivery mine = delivery("m");
            Delivery theirs = delivery("m");
            done(here.begin(mine));
            CompletableFuture<Void> begun = new Ledger(second).begin(theirs);
            done(here.ended(mine));
            done(begun);
            assertThat(theirs.possibleRepeat()).isFalse();
        }
    }

    @Test
    void what_one_began_that_stands_still_is_sent_again_and_neither_is_silent() throws Exception {
        try (Store second = another()) {
            Ledger here = new Ledger(store);
            Ledger there = new Ledger(second);
            Delivery mine = delivery("m");
            Delivery theirs = delivery("m");
            done(here.begin(mine));
            await().until(() -> {
                standsStill(store, second);
                CompletableFuture<Void> begun = there.begin(theirs);
                return begun.copy()
                        .completeOnTimeout(null, 500, TimeUnit.MILLISECONDS)
                        .thenApply(done -> begun.isDone())
                        .get(10, TimeUnit.SECONDS);
            });
            assertThat(theirs.possibleRepeat()).isTrue();
            // it wakes up, and its call comes to an end first
            assertThat(done(here.delivered(mine, "g", null)).possibleRepeat()).isTrue();
            assertThat(done(there.delivered(theirs, "g", null)).possibleRepeat())
                    .isTrue();
            assertThatThrownBy(() -> here.look(delivery("m"))).isInstanceOf(Settled.class);
        }
    }

    @Test
    void one_that_wakes_up_sends_nothing_that_another_has_settled_meanwhile() {
        try (Store second = another()) {
            Ledger there = new Ledger(second);
            Delivery mine = delivery("m");
            Delivery again = delivery("again");
            Ledger here = new Ledger(store);
            done(here.begin(again)); // its attempt failed, and it waits for the next one
            done(second.write(session -> session.change(
                    "UPDATE ledger SET state = 'delivered', attempts = 1, settled_at = ?" + " WHERE id = 'again'",
                    Columns.time(NOON))));
            Delivery theirs = delivery("m");
            done(there.begin(theirs));
            done(there.delivered(theirs, "g", null));
            assertThatThrownBy(() -> done(here.begin(mine))).hasRootCauseInstanceOf(Settled.class);
            assertThatThrownBy(() -> done(here.begin(again))).hasRootCauseInstanceOf(Settled.class);
        }
    }

    // ---- requests that instances lend themselves

    private static final Rate FIFTY_A_SECOND = Rate.of(3_000);

    private static long lent(Lender lender, String org, Rate rate, int count) {
        return done(lender.lend(org, rate, count).toCompletableFuture());
    }

    private static boolean lentSpare(Lender lender, String org, Rate rate) {
        return done(lender.lendSpare(org, rate).toCompletableFuture());
    }

    private long clock() {
        return store.read(session -> session.one(
                "SELECT (extract(epoch from clock_timestamp()) * 1000000000)::bigint", row -> row.getLong(1)));
    }

    private long lentUntil(String org) {
        return store.read(session ->
                session.one("SELECT lent_until FROM shared_budget WHERE org = ?", row -> row.getLong(1), org));
    }

    @Test
    void requests_are_lent_one_after_the_other_and_each_organisation_has_its_own() {
        Leases leases = new Leases(store);
        assertThat(leases.isShared()).isTrue();
        Rate oneAnHour = new Rate(Duration.ofHours(1).toNanos(), 3);
        for (String org : List.of("main", "second")) {
            assertThat(lent(leases, org, oneAnHour, 2)).isNegative();
            assertThat(lent(leases, org, oneAnHour, 1))
                    .isBetween(-Duration.ofMinutes(5).toNanos(), 0L);
            for (long hours = 1; hours < 10; hours += 3) {
                assertThat(Duration.ofNanos(lent(leases, org, oneAnHour, 3)))
                        .isBetween(Duration.ofMinutes(60 * hours - 5), Duration.ofHours(hours));
            }
        }
    }

    @Test
    void a_spare_request_is_lent_when_nobody_has_borrowed_ahead() {
        Leases leases = new Leases(store);
        Rate oneAnHour = new Rate(Duration.ofHours(1).toNanos(), 1);
        assertThat(lentSpare(leases, "main", oneAnHour)).isTrue();
        assertThat(lentSpare(leases, "main", oneAnHour)).isFalse();
        assertThat(lent(leases, "main", oneAnHour, 1)).isPositive();
        Rate quick = new Rate(1_000, 1);
        assertThat(lent(leases, "second", quick, 1)).isNotPositive();
        await().until(() -> lentSpare(leases, "second", quick));
    }

    @Test
    void what_two_instances_borrow_at_the_same_time_is_lent_once() throws Exception {
        try (Store second = another()) {
            List<Leases> leases = List.of(new Leases(store), new Leases(second));
            long before = clock();
            atOnce(4, i -> {
                for (int n = 0; n < 100; n++) {
                    lent(leases.get(i % 2), "main", FIFTY_A_SECOND, 3);
                }
                return i;
            });
            long lentSince = lentUntil("main") - before;
            long all = 1_200 * FIFTY_A_SECOND.intervalNanos();
            assertThat(lentSince)
                    .isBetween(
                            all - FIFTY_A_SECOND.burst() * FIFTY_A_SECOND.intervalNanos(),
                            all + Duration.ofSeconds(30).toNanos());
        }
    }

    @Test
    void a_database_clock_that_was_set_back_stops_nobody_for_long() {
        Leases leases = new Leases(store);
        lent(leases, "main", FIFTY_A_SECOND, 1);
        done(store.write(session -> session.change(
                "UPDATE shared_budget SET lent_until = lent_until + ?",
                Duration.ofHours(2).toNanos())));
        assertThat(lentSpare(leases, "main", FIFTY_A_SECOND))
                .as("a receipt's too")
                .isTrue();
        done(store.write(session -> session.change(
                "UPDATE shared_budget SET lent_until = lent_until + ?",
                Duration.ofHours(2).toNanos())));
        assertThat(Duration.ofNanos(lent(leases, "main", FIFTY_A_SECOND, 1)))
                .isBetween(Duration.ofSeconds(20), Duration.ofSeconds(30));
    }

    @Test
    void a_long_transaction_of_the_writer_keeps_nobody_from_borrowing() throws Exception {
        Leases leases = new Leases(store);
        lent(leases, "main", FIFTY_A_SECOND, 1);
        CountDownLatch open = holdTheWriter();
        assertThat(lent(leases, "main", FIFTY_A_SECOND, 1)).isLessThan(1_000_000_000);
        open.countDown();
    }

    @Test
    void a_row_that_was_deleted_is_written_anew() {
        Leases leases = new Leases(store);
        for (int i = 0; i < 2; i++) {
            assertThat(lent(leases, "main", FIFTY_A_SECOND, 1)).isNotPositive();
            done(store.write(session -> session.change("DELETE FROM shared_budget")));
        }
    }

    @Test
    void nothing_is_lent_by_a_database_that_is_away() {
        Leases leases = new Leases(store);
        store.close();
        assertThatThrownBy(() -> lent(leases, "main", FIFTY_A_SECOND, 1)).isInstanceOf(StoreUnavailable.class);
        assertThatThrownBy(() -> lentSpare(leases, "main", FIFTY_A_SECOND)).isInstanceOf(StoreUnavailable.class);
    }

    @Test
    void the_store_recovers_by_itself_when_the_database_was_away(@TempDir Path data) throws Exception {
        EmbeddedPostgres first = start(data, 0);
        int port = first.getPort();
        try (Store away = Store.open(first.getJdbcUrl("postgres", "postgres"), "", "", ForkJoinPool.commonPool())) {
            Ledger ledger = new Ledger(away);
            Threads threads = new Threads(away, 10);
            done(ledger.start(new Identity("whatsapp", "before", "guest", "f", "b")));
            done(threads.keep(WHATSAPP, "g", thread("c", NOON)));
            first.close();

            List<CompletableFuture<Entry>> begun =
                    range(i -> ledger.start(new Identity("whatsapp", "during" + i, "guest", "f", "b")), 50);
            begun.forEach(future -> assertThatThrownBy(() -> done(future))
                    .isInstanceOf(StoreUnavailable.class)
                    .hasMessageContaining("localhost:" + port)
                    .hasMessageNotContaining("user=")
                    .cause()
                    .isInstanceOf(java.sql.SQLException.class));
            assertThatThrownBy(() -> ledger.find("whatsapp", "before")).isInstanceOf(StoreUnavailable.class);
            assertThat(away.trouble()).contains("refused");
            assertThat(threads.of(WHATSAPP, "g")).isEqualTo(thread("c", NOON)); // memory needs no database

            EmbeddedPostgres again = start(data, port);
            try {
                await().until(() -> away.trouble() == null);
                assertThat(done(ledger.start(new Identity("whatsapp", "after", "guest", "f", "b")))
                                .verdict())
                        .isEqualTo(Verdict.NEW);
                assertThat(ledger.find("whatsapp", "before").verdict()).isEqualTo(Verdict.UNKNOWN);
            } finally {
                again.close();
            }
        }
    }

    @Test
    void connections_that_broke_in_the_pool_cost_no_work() throws Exception {
        Ledger ledger = new Ledger(store);
        for (int i = 0; i < 5; i++) {
            done(ledger.start(new Identity("whatsapp", "m" + i, "guest", "f", "b")));
            ledger.find("whatsapp", "m" + i);
            try (Connection connection = postgres.getPostgresDatabase().getConnection();
                    Statement statement = connection.createStatement()) {
                statement.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
                        + " WHERE application_name = 'guestbridge'");
            }
            assertThat(ledger.find("whatsapp", "m" + i)).isNotNull();
            done(ledger.settle(whatsapp("m" + i), delivered("g")));
        }
    }

    private static EmbeddedPostgres start(Path data, int port) throws Exception {
        EmbeddedPostgres.Builder builder =
                EmbeddedPostgres.builder().setDataDirectory(data.resolve("pg")).setCleanDataDirectory(false);
        return (port == 0 ? builder : builder.setPort(port)).start();
    }
}
