package dev.guestbridge.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Letter;
import dev.guestbridge.message.Outcome;
import dev.guestbridge.message.Trace;
import dev.guestbridge.message.Webhook;
import dev.guestbridge.store.Accounts.Account;
import dev.guestbridge.store.Ledger.Entry;
import dev.guestbridge.store.Ledger.Verdict;
import dev.guestbridge.store.Repeats.Known;
import dev.guestbridge.store.Repeats.Taken;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the store promises, whichever database it is in. */
@Timeout(60)
abstract class StoreContract {

    static final Channel WHATSAPP = new Channel("whatsapp", "open-messaging", "main", "int-whatsapp", null);
    static final Channel KIOSK = new Channel("kiosk", "guest-conversations", "main", "int-kiosk", "queue-kiosk");
    static final Instant NOON = Instant.parse("2026-11-20T12:00:00.123456789Z");
    static final String TRACE = "01a1ff4f4383b67e61d73f09c575deb4";

    Store store;

    /** The address of a database that no other test uses. */
    abstract String url() throws Exception;

    private String url;

    @BeforeEach
    void open() throws Exception {
        url = url();
        store = Store.open(url, "", "", ForkJoinPool.commonPool());
    }

    @AfterEach
    void close() {
        store.close();
    }

    void reopen() {
        store.close();
        store = Store.open(url, "", "", ForkJoinPool.commonPool());
    }

    Store another() {
        return Store.open(url, "", "", ForkJoinPool.commonPool());
    }

    static <T> T done(CompletableFuture<T> future) {
        try {
            return future.get(30, SECONDS);
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException cause) {
                throw cause;
            }
            throw new AssertionError(e.getCause());
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    static Identity whatsapp(String id) {
        return new Identity("whatsapp", id, "guest", "f", "b");
    }

    static Outcome delivered(String genesysId) {
        return new Outcome("delivered", null, 202, null, null, null, "corr-1", genesysId, "conv-1", 1, false, NOON);
    }

    /** One that is for nobody. */
    static Webhook webhook(String id, String time, String digest) {
        return new Webhook("main", null, id, time, NOON, null, null, "text", digest, null, Trace.of(null));
    }

    static Webhook reply(String id, Channel channel, String guest, String kind) {
        return reply(id, channel, guest, kind, null);
    }

    static Webhook reply(String id, Channel channel, String guest, String kind, String trace) {
        return new Webhook(
                "main",
                channel,
                id,
                NOON.toString(),
                NOON,
                guest,
                "conv-1",
                kind,
                "digest-" + id,
                null,
                Trace.of(trace));
    }

    static GuestThread thread(String conversation, Instant opened) {
        return new GuestThread("confirmed", "thread", conversation, "part", "guest", "token", NOON, opened);
    }

    @Test
    void what_waits_for_it_and_what_it_did_is_known() throws Exception {
        assertThat(store.lag()).isZero();
        CountDownLatch begun = new CountDownLatch(1);
        CountDownLatch end = new CountDownLatch(1);
        CompletableFuture<Void> slow = store.write(session -> {
            begun.countDown();
            passed(end);
            return null;
        });
        passed(begun);
        long from = System.nanoTime();
        CompletableFuture<Void> next = store.write(session -> null);
        assertThat(store.waiting()).isEqualTo(1);
        Duration lag = store.lag();
        assertThat(lag).isPositive();
        assertThat(store.lag()).isGreaterThan(lag);
        long held = System.nanoTime() - from;
        end.countDown();
        done(slow);
        done(next);
        assertThat(store.works()).isEqualTo(2);
        assertThat(store.commitNanos()).isGreaterThanOrEqualTo(held);
        assertThat(store.failures()).isZero();
    }

    private static void passed(CountDownLatch latch) {
        try {
            assertThat(latch.await(30, SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    // ---- the ledger

    @Test
    void a_message_is_new_then_unknown_then_settled() {
        Ledger ledger = new Ledger(store);

        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "bus-1"))))
                .isEqualTo(new Entry(Verdict.NEW, 1, null, false));
        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "bus-1"))))
                .isEqualTo(new Entry(Verdict.UNKNOWN, 2, null, true));
        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "bus-2"))))
                .isEqualTo(new Entry(Verdict.UNKNOWN, 3, null, false));

        done(ledger.settle(new Identity("whatsapp", "m1", "guest", "f", "bus-2"), delivered("g1")));

        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "bus-2"))))
                .isEqualTo(new Entry(Verdict.SETTLED, 3, delivered("g1"), true));
        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "bus-1"))))
                .isEqualTo(new Entry(Verdict.SETTLED, 3, delivered("g1"), false));
        assertThat(done(ledger.start(new Identity("kiosk", "m1", "guest", "f", "bus-1")))
                        .verdict())
                .isEqualTo(Verdict.NEW);
    }

    @Test
    void every_part_of_an_outcome_is_kept() {
        Ledger ledger = new Ledger(store);
        Outcome dead = new Outcome(
                "dead", "payload-invalid", 400, "bad.request", "Why", "Do this", "corr", "gen", "conv", 7, true, NOON);
        Outcome bare = new Outcome("dead", null, null, null, null, null, null, null, null, 0, false, NOON);
        for (String id : List.of("full", "bare")) {
            done(ledger.start(new Identity("whatsapp", id, "guest", "f", null)));
        }

        done(ledger.settle(whatsapp("full"), dead));
        done(ledger.settle(whatsapp("bare"), bare));
        reopen();

        assertThat(new Ledger(store).find("whatsapp", "full").outcome()).isEqualTo(dead);
        assertThat(new Ledger(store).find("whatsapp", "bare").outcome()).isEqualTo(bare);
        assertThat(new Ledger(store).find("whatsapp", "none")).isNull();
    }

    @Test
    void a_settled_message_stays_as_it_is() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "b")));
        done(ledger.settle(whatsapp("m1"), delivered("first")));

        done(ledger.settle(whatsapp("m1"), delivered("second")));
        done(ledger.end(whatsapp("m1"), false));

        assertThat(ledger.find("whatsapp", "m1")).isEqualTo(new Entry(Verdict.SETTLED, 1, delivered("first"), false));
    }

    private static Identity replayed(String busId) {
        return new Identity("whatsapp", "m1", "guest", "f", busId, true, null, null, null);
    }

    private static Outcome dead(boolean possibleRepeat) {
        return new Outcome(
                "dead", "payload-invalid", 422, null, "Why", "Do this", "corr", null, null, 1, possibleRepeat, NOON);
    }

    @Test
    void a_dead_message_that_was_put_back_is_tried_again_as_if_it_was_never_begun() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(whatsapp("m1")));
        done(ledger.start(whatsapp("m1")));
        done(ledger.settle(whatsapp("m1"), dead(false)));

        assertThat(ledger.entry(replayed("b2"))).isEqualTo(new Entry(Verdict.NEW, 0, null, false));
        assertThat(ledger.find("whatsapp", "m1").verdict())
                .as("a look changes nothing")
                .isEqualTo(Verdict.SETTLED);
        assertThat(done(ledger.start(replayed("b2")))).isEqualTo(new Entry(Verdict.NEW, 1, null, false));
        assertThat(ledger.find("whatsapp", "m1")).isEqualTo(new Entry(Verdict.UNKNOWN, 1, null, false));
        assertThat(done(ledger.start(replayed("b2"))))
                .as("after a kill it may be a repeat")
                .isEqualTo(new Entry(Verdict.UNKNOWN, 2, null, true));
        done(ledger.settle(replayed("b2"), delivered("g1")));
        assertThat(ledger.entry(replayed("b2"))).isEqualTo(new Entry(Verdict.SETTLED, 2, delivered("g1"), true));
    }

    @Test
    void what_was_in_doubt_of_a_dead_message_stays_in_doubt_when_it_is_put_back() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(whatsapp("m1")));
        done(ledger.settle(whatsapp("m1"), dead(true)));

        assertThat(ledger.entry(replayed("b2"))).isEqualTo(new Entry(Verdict.UNKNOWN, 0, null, false));
        assertThat(done(ledger.start(replayed("b2")))).isEqualTo(new Entry(Verdict.UNKNOWN, 1, null, false));
    }

    @Test
    void a_message_that_was_put_back_and_died_again_is_dead_until_it_is_put_back_once_more() {
        Ledger ledger = new Ledger(store);
        done(ledger.settle(whatsapp("m1"), dead(false)));
        Outcome again = new Outcome("dead", "unknown", null, null, "Why", "Do this", null, null, null, 0, false, NOON);
        done(ledger.settle(replayed("b2"), again)); // before its sending began

        assertThat(ledger.entry(replayed("b2")).outcome())
                .as("brought again, for it wasn't acknowledged")
                .isEqualTo(again);
        assertThat(done(ledger.start(replayed("b2"))).verdict()).isEqualTo(Verdict.SETTLED);
        assertThat(ledger.entry(replayed("b3")).verdict()).isEqualTo(Verdict.NEW);
    }

    @Test
    void what_was_delivered_and_what_is_another_message_is_not_tried_again_however_it_is_put_back() {
        Ledger ledger = new Ledger(store);
        done(ledger.settle(whatsapp("m1"), delivered("g1")));
        Entry settled = new Entry(Verdict.SETTLED, 0, delivered("g1"), false);
        assertThat(done(ledger.start(replayed("b2")))).isEqualTo(settled);
        done(ledger.settle(replayed("b2"), dead(false)));
        assertThat(ledger.find("whatsapp", "m1")).isEqualTo(settled);

        done(ledger.settle(whatsapp("m2"), dead(false)));
        Identity other = new Identity("whatsapp", "m2", "guest", "other", "b2", true, null, null, null);
        assertThat(done(ledger.start(other)).verdict()).isEqualTo(Verdict.CONFLICT);
        assertThat(ledger.find("whatsapp", "m2").verdict()).isEqualTo(Verdict.SETTLED);
        assertThat(done(ledger.start(whatsapp("m2"))).verdict())
                .as("from its channel")
                .isEqualTo(Verdict.SETTLED);
    }

    @Test
    void what_a_guest_wrote_later_is_counted_where_genesys_has_it_or_is_given_it() {
        Ledger noon = new Ledger(store, Clock.fixed(NOON, ZoneOffset.UTC));
        Ledger later = new Ledger(store, Clock.fixed(NOON.plusSeconds(1), ZoneOffset.UTC));
        done(noon.start(whatsapp("before")));
        done(later.start(whatsapp("open")));
        done(later.start(whatsapp("taken")));
        done(later.settle(whatsapp("taken"), delivered("g")));
        done(later.start(whatsapp("dead")));
        done(later.settle(whatsapp("dead"), dead(false)));
        done(later.start(new Identity("whatsapp", "of another", "other", "f", "b")));
        done(later.start(new Identity("kiosk", "elsewhere", "guest", "f", "b")));

        assertThat(new Accounts(store).later("whatsapp", "guest", NOON)).isEqualTo(2);
        assertThat(new Accounts(store).later("whatsapp", "guest", NOON.minusSeconds(1)))
                .isEqualTo(3);
        assertThat(new Accounts(store).later("whatsapp", "nobody", NOON)).isZero();
    }

    @Test
    void the_same_id_with_another_fingerprint_is_a_conflict_and_changes_nothing() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "b1")));

        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "other", "b2")))
                        .verdict())
                .isEqualTo(Verdict.CONFLICT);
        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "b1"))))
                .isEqualTo(new Entry(Verdict.UNKNOWN, 2, null, true));

        done(ledger.settle(whatsapp("m1"), delivered("g")));
        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "other", "b2")))
                        .verdict())
                .isEqualTo(Verdict.CONFLICT);
    }

    @Test
    void what_messages_died_of_is_counted_by_channel_and_class() {
        Instant later = NOON.plusSeconds(60);
        Ledger ledger = new Ledger(store, Clock.fixed(NOON, ZoneOffset.UTC));
        done(ledger.settle(identity("old"), death("payload-invalid", NOON.minusSeconds(1))));
        done(ledger.settle(identity("first"), death("payload-invalid", NOON)));
        done(ledger.settle(identity("last"), death("payload-invalid", later)));
        done(ledger.settle(identity("other"), death("identity-unknown", NOON)));
        done(ledger.settle(
                identity("fine"),
                new Outcome("delivered", null, null, null, null, null, null, "g-1", null, 1, false, later)));

        Accounts accounts = new Accounts(store);
        List<Accounts.Deaths> deaths = accounts.deaths(NOON);
        assertThat(deaths)
                .extracting(Accounts.Deaths::errorClass)
                .containsExactly("identity-unknown", "payload-invalid");
        assertThat(deaths).extracting(Accounts.Deaths::messages).containsExactly(1L, 2L);
        assertThat(deaths).extracting(Accounts.Deaths::newest).containsExactly(NOON, later);
        assertThat(deaths.get(1).channel()).isEqualTo("whatsapp");
        assertThat(deaths.get(1).status()).isEqualTo(400);
        assertThat(deaths.get(1).code()).isEqualTo("bad_request");
        assertThat(deaths.get(1).advice()).isEqualTo("advice");
        assertThat(accounts.deaths(later.plusSeconds(1))).isEmpty();
    }

    private static Identity identity(String id) {
        return new Identity("whatsapp", id, "guest", "f", "bus-" + id);
    }

    private static Outcome death(String errorClass, Instant at) {
        return new Outcome("dead", errorClass, 400, "bad_request", "reason", "advice", null, null, null, 1, false, at);
    }

    @Test
    void a_start_taken_back_makes_the_message_new_again() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "b")));
        done(ledger.end(whatsapp("m1"), false));

        assertThat(ledger.find("whatsapp", "m1")).isEqualTo(new Entry(Verdict.NEW, 0, null, false));
        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "b"))))
                .isEqualTo(new Entry(Verdict.NEW, 1, null, true));
    }

    @Test
    void taking_back_the_second_start_leaves_the_fate_of_the_first_unknown() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(whatsapp("m1")));
        done(ledger.start(whatsapp("m1")));
        done(ledger.end(whatsapp("m1"), false));

        assertThat(done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "b")))
                        .verdict())
                .isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void what_dies_before_its_sending_began_is_settled_all_the_same() {
        Ledger ledger = new Ledger(store);
        done(ledger.settle(whatsapp("never"), delivered("g")));

        assertThat(ledger.entry(whatsapp("never"))).isEqualTo(new Entry(Verdict.SETTLED, 0, delivered("g"), true));
        assertThat(done(ledger.start(whatsapp("never")))).isEqualTo(ledger.entry(whatsapp("never")));
    }

    @Test
    void another_message_with_the_same_id_never_settles_the_first() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(whatsapp("m1")));
        Identity other = new Identity("whatsapp", "m1", "guest", "other", "b2");

        done(ledger.settle(other, delivered("g")));
        done(ledger.end(other, false));

        assertThat(ledger.find("whatsapp", "m1")).isEqualTo(new Entry(Verdict.UNKNOWN, 1, null, false));
    }

    @Test
    void a_look_changes_nothing_and_tells_what_a_beginning_would() {
        Ledger ledger = new Ledger(store);
        assertThat(ledger.entry(whatsapp("m1"))).isEqualTo(new Entry(Verdict.NEW, 0, null, false));
        assertThat(ledger.find("whatsapp", "m1")).isNull();

        done(ledger.start(whatsapp("m1")));
        assertThat(ledger.entry(whatsapp("m1"))).isEqualTo(new Entry(Verdict.UNKNOWN, 1, null, true));
        assertThat(ledger.entry(new Identity("whatsapp", "m1", "guest", "other", "b2"))
                        .verdict())
                .isEqualTo(Verdict.CONFLICT);
    }

    @Test
    void a_look_needs_no_turn_of_the_writer() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(whatsapp("m1")));
        CountDownLatch open = holdTheWriter();
        try {
            assertThat(ledger.entry(whatsapp("m1")).verdict()).isEqualTo(Verdict.UNKNOWN);
        } finally {
            open.countDown();
        }
    }

    @Test
    void a_sending_of_unknown_outcome_is_over_and_yet_unknown() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(whatsapp("m1")));
        done(ledger.end(whatsapp("m1"), true));

        assertThat(ledger.find("whatsapp", "m1")).isEqualTo(new Entry(Verdict.UNKNOWN, 0, null, false));
        assertThat(done(ledger.start(whatsapp("m1")))).isEqualTo(new Entry(Verdict.UNKNOWN, 1, null, true));
    }

    @Test
    void fifty_threads_that_begin_the_same_message_get_one_new() throws Exception {
        Ledger ledger = new Ledger(store);
        List<Entry> entries =
                atOnce(50, i -> done(ledger.start(new Identity("whatsapp", "m1", "guest", "f", "b" + i))));

        assertThat(entries).filteredOn(e -> e.verdict() == Verdict.NEW).hasSize(1);
        assertThat(entries).extracting(Entry::starts).doesNotHaveDuplicates();
        assertThat(ledger.find("whatsapp", "m1").starts()).isEqualTo(50);
    }

    @Test
    void old_messages_are_purged_however_many_and_young_ones_stay() {
        Ledger old = new Ledger(store, Clock.fixed(NOON, ZoneOffset.UTC));
        List<CompletableFuture<Boolean>> settled = new ArrayList<>();
        for (int i = 0; i < 2_345; i++) {
            settled.add(old.settle(new Identity("whatsapp", "old" + i, "guest", "f", "b"), delivered("g")));
        }
        settled.forEach(StoreContract::done);
        Ledger later = new Ledger(store, Clock.fixed(NOON.plus(Duration.ofDays(8)), ZoneOffset.UTC));
        done(later.start(new Identity("whatsapp", "young", "guest", "f", "b")));

        assertThat(done(later.purge(Duration.ofDays(7)))).isEqualTo(2_345);
        assertThat(later.find("whatsapp", "old6")).isNull();
        assertThat(later.find("whatsapp", "young")).isNotNull();
    }

    @Test
    void what_genesys_may_have_is_known_after_an_outage_of_any_length() {
        Ledger before = new Ledger(store, Clock.fixed(NOON, ZoneOffset.UTC));
        done(before.start(whatsapp("died in between")));
        done(before.start(whatsapp("no answer")));
        done(before.end(whatsapp("no answer"), true));
        done(before.start(whatsapp("no")));
        done(before.end(whatsapp("no"), false));
        Ledger after = new Ledger(store, Clock.fixed(NOON.plus(Duration.ofDays(400)), ZoneOffset.UTC));

        assertThat(done(after.purge(Duration.ofDays(7))))
                .as("no row says the same")
                .isEqualTo(1);
        assertThat(after.entry(whatsapp("died in between")).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(after.entry(whatsapp("no answer")).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(after.entry(whatsapp("no")).verdict()).isEqualTo(Verdict.NEW);

        Outcome dead = new Outcome(
                "dead", "fatal", null, null, null, null, null, null, null, 5, true, NOON.plus(Duration.ofDays(400)));
        done(after.settle(whatsapp("died in between"), dead));
        assertThat(done(after.purge(Duration.ofDays(7)))).as("its end is young").isZero();
        assertThat(after.entry(whatsapp("died in between")).verdict()).isEqualTo(Verdict.SETTLED);
    }

    @Test
    void what_genesys_may_have_is_forgotten_once_its_queue_was_empty() {
        Ledger before = new Ledger(store, Clock.fixed(NOON, ZoneOffset.UTC));
        done(before.start(whatsapp("lost")));
        done(before.start(whatsapp("lost too")));
        done(before.start(new Identity("kiosk", "m", "guest", "f", "b")));
        done(before.settle(whatsapp("settled"), delivered("g")));
        Ledger after = new Ledger(store, Clock.fixed(NOON.plus(Duration.ofDays(8)), ZoneOffset.UTC));
        done(after.start(whatsapp("young")));

        assertThat(done(after.purgeLost(WHATSAPP, Duration.ofDays(9)))).isZero();
        assertThat(done(after.purgeLost(WHATSAPP, Duration.ofDays(7)))).isEqualTo(2);
        assertThat(after.entry(whatsapp("lost")).verdict()).isEqualTo(Verdict.NEW);
        assertThat(after.entry(whatsapp("young")).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(after.entry(whatsapp("settled")).verdict()).isEqualTo(Verdict.SETTLED);
        assertThat(after.find("kiosk", "m").verdict()).isEqualTo(Verdict.UNKNOWN);
    }

    @Test
    void a_guests_messages_and_those_with_an_id_are_found_the_newest_first() {
        for (int i = 0; i < 60; i++) {
            Ledger then = new Ledger(store, Clock.fixed(NOON.plusSeconds(i), ZoneOffset.UTC));
            done(then.start(new Identity(i % 2 == 0 ? "whatsapp" : "kiosk", "m" + i, "ada", "f", "b")));
        }
        Ledger ledger = new Ledger(store, Clock.fixed(NOON.plusSeconds(60), ZoneOffset.UTC));
        done(ledger.settle(new Identity("whatsapp", "m58", "ada", "f", "b"), delivered("g1")));
        done(ledger.end(new Identity("kiosk", "m59", "ada", "f", "b"), true));
        done(ledger.start(new Identity("mobile", "ada", "bob", "f", "b")));

        Accounts accounts = new Accounts(store);
        List<Account> all = accounts.of("ada", null, 50);
        assertThat(all).hasSize(50);
        assertThat(all)
                .extracting(Account::id)
                .startsWith("ada", "m59", "m58", "m57")
                .endsWith("m11");
        assertThat(all.get(1)).isEqualTo(new Account("kiosk", "m59", "ada", 0, true, NOON.plusSeconds(59), null, null));
        assertThat(all.get(2))
                .isEqualTo(
                        new Account("whatsapp", "m58", "ada", 1, false, NOON.plusSeconds(58), delivered("g1"), null));

        assertThat(accounts.of("ada", "kiosk", 2)).extracting(Account::id).containsExactly("m59", "m57");
        assertThat(accounts.of("m58", null, 50)).extracting(Account::channel).containsExactly("whatsapp");
        assertThat(accounts.of("m58", "kiosk", 50)).isEmpty();
        assertThat(accounts.of("nobody", null, 50)).isEmpty();
    }

    @Test
    void a_message_is_found_by_its_trace_and_a_guest_s_newest_span_too() {
        Ledger ledger = new Ledger(store);
        String first = "0".repeat(31) + "1";
        String second = "0".repeat(31) + "2";
        done(ledger.start(new Identity("whatsapp", "m1", "ada", "f", "b", false, null, first, "a".repeat(16))));
        done(ledger.settle(
                new Identity("kiosk", "m2", "ada", "f", "b", false, null, second, "b".repeat(16)), delivered("g")));
        done(ledger.start(new Identity("whatsapp", "m3", "ada", "f", "b", false, null, second, null)));

        Accounts accounts = new Accounts(store);
        assertThat(accounts.of(first, null, 50)).extracting(Account::id).containsExactly("m1");
        assertThat(accounts.of(second, null, 50))
                .allMatch(account -> account.traceId().equals(second))
                .extracting(Account::id)
                .containsExactlyInAnyOrder("m2", "m3");
        assertThat(ledger.last("whatsapp", "ada")).isEqualTo(new Ledger.Collected(first, "a".repeat(16)));
        assertThat(ledger.last("whatsapp", "bob")).isNull();

        done(ledger.settle(
                new Identity("whatsapp", "m1", "ada", "f", "b2", false, null, second, "c".repeat(16)), delivered("g")));
        assertThat(ledger.last("whatsapp", "ada")).isEqualTo(new Ledger.Collected(second, "c".repeat(16)));
    }

    @ParameterizedTest
    @MethodSource("awkward")
    void a_guest_of_any_text_is_found(String text) {
        Ledger ledger = new Ledger(store);
        done(ledger.start(new Identity("whatsapp", "m1", text, "f", "b")));

        assertThat(new Accounts(store).of(text, null, 50))
                .extracting(Account::id)
                .containsExactly("m1");
    }

    static List<String> awkward() {
        return List.of(
                "+49 151 🙋🏽‍♀️",
                "👨‍👩‍👧‍👦",
                "שלום \u202Eعالم\u202C",
                "caf\u00E9",
                "cafe\u0301",
                "CAFÉ",
                "ß",
                "ss",
                "'; DROP TABLE ledger; --",
                "\"quoted\" `and` [bracketed] \\ % _ ? :a $1",
                " leading and trailing ",
                "leading and trailing",
                "\t\r\n",
                "\uFFFD",
                "\uFEFFx",
                "x",
                "x\u200B",
                "{\"json\":true}",
                "\uD83D\uDE00".repeat(Columns.LONGEST_KEY),
                "\uD83D\uDE00".repeat(Columns.LONGEST_KEY - 1) + "\uD83D\uDE01",
                randomKey(new Random(7), Columns.LONGEST_KEY));
    }

    @Test
    void awkward_ids_are_told_apart_exactly() {
        Ledger ledger = new Ledger(store);
        Threads threads = new Threads(store, 1);
        Outbox outbox = new Outbox(store, 1_000_000);
        Repeats repeats = new Repeats(store);
        for (String id : awkward()) {
            assertThat(done(ledger.start(new Identity("whatsapp", id, id, "f", id)))
                            .verdict())
                    .as(id)
                    .isEqualTo(Verdict.NEW);
            assertThat(threads.of(WHATSAPP, id)).as(id).isNull();
            assertThat(repeats.known("main", id, id, "x", "q")).as(id).isEqualTo(Known.NEW);
            done(threads.keep(WHATSAPP, id, new GuestThread(id, id, id, id, id, id, NOON, NOON)));
            done(outbox.keep(new Letter(0, id, id, id, id)));
            done(repeats.remember(webhook(id, id, "x")));
            assertThat(repeats.known("main", id, id, "x", "q")).as(id).isEqualTo(Known.REPEAT);
        }
        reopen();
        Threads reread = new Threads(store, 1);
        for (String id : awkward()) {
            assertThat(reread.of(WHATSAPP, id)).isEqualTo(new GuestThread(id, id, id, id, id, id, NOON, NOON));
            assertThat(done(new Ledger(store).start(new Identity("whatsapp", id, id, "f", id))))
                    .isEqualTo(new Entry(Verdict.UNKNOWN, 2, null, true));
        }
        Outbox kept = new Outbox(store, 1_000_000);
        assertThat(kept.queues()).containsExactlyInAnyOrderElementsOf(awkward());
        assertThat(awkward())
                .allSatisfy(id ->
                        assertThat(kept.oldest(id, 9)).extracting(Letter::body).containsExactly(id));
    }

    @Test
    void random_ids_behave_as_keys_of_a_map() {
        Random random = new Random(20261120);
        Threads threads = new Threads(store, 20);
        Map<String, GuestThread> model = new HashMap<>();
        List<String> ids = new ArrayList<>();
        for (int i = 0; i < 60; i++) {
            ids.add(randomKey(random, 1 + random.nextInt(i % 10 == 0 ? Columns.LONGEST_KEY : 3)));
        }
        for (int step = 0; step < 600; step++) {
            String id = ids.get(random.nextInt(ids.size()));
            switch (random.nextInt(3)) {
                case 0 -> {
                    GuestThread thread = thread("c" + step, NOON.plusSeconds(step));
                    done(threads.keep(WHATSAPP, id, thread));
                    model.put(id, thread);
                }
                case 1 -> {
                    if (random.nextInt(4) == 0) {
                        done(threads.forget(WHATSAPP, id));
                        model.remove(id);
                    }
                }
                default -> assertThat(threads.of(WHATSAPP, id)).isEqualTo(model.get(id));
            }
        }
        reopen();
        Threads reread = new Threads(store, 1);
        ids.forEach(id -> assertThat(reread.of(WHATSAPP, id)).isEqualTo(model.get(id)));
    }

    static String randomKey(Random random, int length) {
        int[] few = {'a', 'A', 0x0301, 0x1F600, 0x10FFFF, 0x5D0, '\'', '%', 0xFFFF, 1, 0x7F, ' '};
        int[] points = IntStream.generate(() -> {
                    int any = 1 + random.nextInt(Character.MAX_CODE_POINT);
                    boolean usable = any < Character.MIN_SURROGATE || any > Character.MAX_SURROGATE;
                    return random.nextBoolean() && usable ? any : few[random.nextInt(few.length)];
                })
                .limit(length)
                .toArray();
        return new String(points, 0, points.length);
    }

    static List<String> unfit() {
        return List.of("", "a\0b", "half \uD83D", "\uDE00 half", "x".repeat(Columns.LONGEST_KEY + 1));
    }

    @ParameterizedTest
    @MethodSource("unfit")
    void ids_that_no_database_keeps_exactly_are_refused_or_unknown(String id) {
        Ledger ledger = new Ledger(store);
        Threads threads = new Threads(store, 10);
        Repeats repeats = new Repeats(store);

        assertThatThrownBy(() -> ledger.start(new Identity("whatsapp", id, "guest", "f", "b")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("id can't be a key");
        assertThatThrownBy(() -> threads.keep(WHATSAPP, id, GuestThread.of(id)))
                .isInstanceOf(IllegalArgumentException.class);
        assertThat(threads.of(WHATSAPP, id)).isNull();
        assertThat(ledger.find("whatsapp", id)).isNull();
        done(threads.conversation(WHATSAPP, id, "c", NOON));
        done(threads.ended(WHATSAPP, id, "c", NOON));

        done(repeats.remember(webhook(id, id, "x")));
        assertThat(repeats.known("main", id, id, "x", "q")).isEqualTo(Known.REPEAT);
        assertThat(repeats.known("main", id + "x", id, "x", "q")).isEqualTo(Known.NEW);
    }

    @Test
    void a_reason_that_no_database_keeps_is_kept_readable() {
        Ledger ledger = new Ledger(store);
        done(ledger.start(new Identity("whatsapp", "m1", "g\0", "f", "b")));
        done(ledger.settle(
                whatsapp("m1"),
                new Outcome("dead", "c", 400, "x", "a\0b \uD83D c", null, null, null, null, 1, false, NOON)));

        assertThat(ledger.find("whatsapp", "m1").outcome().reason()).isEqualTo("a\uFFFDb \uFFFD c");
    }

    // ---- threads

    @Test
    void a_thread_is_remembered_across_a_restart_and_forgotten() {
        Threads threads = new Threads(store, 10);
        assertThat(threads.of(WHATSAPP, "g")).isNull();

        assertThat(done(threads.keep(WHATSAPP, "g", thread("c1", NOON)))).isEqualTo(thread("c1", NOON));
        assertThat(threads.of(WHATSAPP, "g")).isEqualTo(thread("c1", NOON));
        assertThat(threads.of(KIOSK, "g")).isNull();
        reopen();
        threads = new Threads(store, 10);
        assertThat(threads.of(WHATSAPP, "g")).isEqualTo(thread("c1", NOON));

        done(threads.forget(WHATSAPP, "g"));
        assertThat(threads.of(WHATSAPP, "g")).isNull();
        assertThat(new Threads(store, 10).of(WHATSAPP, "g")).isNull();
    }

    @Test
    void the_newest_conversation_wins_in_whatever_order_webhooks_come() {
        Threads threads = new Threads(store, 10);
        done(threads.keep(WHATSAPP, "g", thread("c0", NOON)));

        done(threads.conversation(WHATSAPP, "g", "c2", NOON.plusSeconds(2)));
        done(threads.conversation(WHATSAPP, "g", "c1", NOON.plusSeconds(1)));
        assertThat(threads.of(WHATSAPP, "g")).isEqualTo(thread("c2", NOON));

        done(threads.conversation(WHATSAPP, "g", "c3", NOON.plusSeconds(2).plusNanos(1)));
        assertThat(threads.of(WHATSAPP, "g")).isEqualTo(thread("c3", NOON));
        assertThat(new Threads(store, 10).of(WHATSAPP, "g")).isEqualTo(thread("c3", NOON));
    }

    @Test
    void a_webhook_from_before_the_thread_was_opened_is_ignored() {
        Threads threads = new Threads(store, 10);
        done(threads.keep(WHATSAPP, "g", thread("c1", NOON)));
        done(threads.conversation(WHATSAPP, "g", "c0", NOON.minusSeconds(1)));
        assertThat(threads.of(WHATSAPP, "g").conversationId()).isEqualTo("c1");
    }

    @Test
    void the_conversation_of_a_guest_never_seen_is_there_for_the_next_message() {
        Threads threads = new Threads(store, 10);
        assertThat(threads.of(WHATSAPP, "g")).isNull();
        done(threads.conversation(WHATSAPP, "g", "c1", NOON));
        assertThat(threads.of(WHATSAPP, "g")).isEqualTo(GuestThread.of("g").inConversation("c1"));
    }

    @Test
    void a_webhook_that_overtakes_the_opening_it_answers_is_not_lost() {
        Threads threads = new Threads(store, 10);
        done(threads.conversation(WHATSAPP, "g", "c1", NOON.plusSeconds(1)));

        assertThat(done(threads.keep(WHATSAPP, "g", thread(null, NOON)))).isEqualTo(thread("c1", NOON));
        assertThat(done(threads.keep(WHATSAPP, "g", thread("c0", NOON)))).isEqualTo(thread("c1", NOON));
    }

    @Test
    void a_thread_opened_anew_does_not_inherit_the_old_conversation() {
        Threads threads = new Threads(store, 10);
        done(threads.conversation(WHATSAPP, "g", "c1", NOON));
        assertThat(done(threads.keep(WHATSAPP, "g", thread(null, NOON.plusSeconds(1)))))
                .isEqualTo(thread(null, NOON.plusSeconds(1)));
    }

    @Test
    void a_thread_without_a_time_of_opening_names_its_conversation_or_leaves_it() {
        Threads threads = new Threads(store, 10);
        done(threads.conversation(WHATSAPP, "g", "c1", NOON));
        assertThat(done(threads.keep(WHATSAPP, "g", thread(null, null))).conversationId())
                .isEqualTo("c1");
        assertThat(done(threads.keep(WHATSAPP, "g", thread("c2", null))).conversationId())
                .isEqualTo("c2");
    }

    @Test
    void an_ended_conversation_is_opened_anew_and_no_late_webhook_revives_it() {
        Threads threads = new Threads(store, 10);
        done(threads.keep(WHATSAPP, "g", thread("c1", NOON)));
        done(threads.ended(WHATSAPP, "g", "c1", NOON.plusSeconds(5)));
        assertThat(threads.of(WHATSAPP, "g")).isEqualTo(GuestThread.of("confirmed"));

        done(threads.conversation(WHATSAPP, "g", "c0", NOON.plusSeconds(4)));
        done(threads.conversation(WHATSAPP, "g", "c1", NOON.plusSeconds(6)));
        assertThat(threads.of(WHATSAPP, "g")).isEqualTo(GuestThread.of("confirmed"));

        done(threads.conversation(WHATSAPP, "g", "c2", NOON.plusSeconds(7)));
        assertThat(threads.of(WHATSAPP, "g").conversationId()).isEqualTo("c2");
        assertThat(done(threads.keep(WHATSAPP, "g", thread("c3", NOON.plusSeconds(8)))))
                .isEqualTo(thread("c3", NOON.plusSeconds(8)));
    }

    @Test
    void the_end_of_an_older_conversation_changes_nothing() {
        Threads threads = new Threads(store, 10);
        done(threads.keep(WHATSAPP, "g", thread("c2", NOON)));
        done(threads.ended(WHATSAPP, "g", "c1", NOON.plusSeconds(5)));
        done(threads.ended(WHATSAPP, "stranger", "c1", NOON));
        assertThat(threads.of(WHATSAPP, "g")).isEqualTo(thread("c2", NOON));
        assertThat(threads.of(WHATSAPP, "stranger")).isNull();
    }

    @Test
    void guests_not_heard_of_are_purged_and_those_in_use_stay() {
        Threads then = threadsAt(NOON);
        done(then.keep(WHATSAPP, "gone", thread("c", NOON)));
        done(then.keep(WHATSAPP, "writes", thread("c", NOON)));

        Threads later = threadsAt(NOON.plus(Duration.ofDays(20)));
        assertThat(later.of(WHATSAPP, "writes")).isNotNull(); // writes its use down, behind this call
        Threads latest = threadsAt(NOON.plus(Duration.ofDays(31)));

        assertThat(done(latest.purge(Duration.ofDays(30)))).isEqualTo(1);
        assertThat(latest.of(WHATSAPP, "gone")).isNull();
        assertThat(latest.of(WHATSAPP, "writes")).isNotNull();
    }

    @Test
    void a_purged_guest_leaves_memory_too() {
        Threads threads = new Threads(store, 10);
        done(threads.keep(WHATSAPP, "g", thread("c", NOON)));
        assertThat(done(threads.purge(Duration.ofSeconds(-60)))).isEqualTo(1);
        assertThat(threads.of(WHATSAPP, "g")).isNull();
    }

    private Threads threadsAt(Instant now) {
        return new Threads(store, 10, null, Clock.fixed(now, ZoneOffset.UTC));
    }

    @Test
    void what_another_instance_changed_is_seen_when_memory_has_gone_stale() {
        Threads threads = new Threads(store, 10, Duration.ofMillis(200));
        Threads patient = new Threads(store, 10, null);
        done(threads.keep(WHATSAPP, "g", thread("c1", NOON)));
        assertThat(patient.of(WHATSAPP, "g")).isEqualTo(thread("c1", NOON));
        try (Store other = another()) {
            done(new Threads(other, 10).keep(WHATSAPP, "g", thread("c2", NOON)));
        }
        await().until(() -> threads.of(WHATSAPP, "g").equals(thread("c2", NOON)));
        assertThat(patient.of(WHATSAPP, "g")).isEqualTo(thread("c1", NOON)); // it never asked the store
    }

    @Test
    void a_find_after_a_confirmed_write_never_sees_an_older_thread() throws Exception {
        Threads threads = new Threads(store, 1); // two guests in room for one: finds keep reading the store
        AtomicReference<Instant> confirmed = new AtomicReference<>(NOON);
        AtomicBoolean stop = new AtomicBoolean();
        done(threads.keep(WHATSAPP, "g", thread("c", NOON)));
        ExecutorService readers = Executors.newFixedThreadPool(4);
        List<Future<?>> reading = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            reading.add(readers.submit(() -> {
                while (!stop.get()) {
                    Instant least = confirmed.get();
                    assertThat(threads.of(WHATSAPP, "g").openedAt()).isAfterOrEqualTo(least);
                    threads.of(WHATSAPP, "nobody");
                    threads.of(KIOSK, "g");
                }
            }));
        }
        for (int i = 1; i <= 300; i++) {
            Instant opened = NOON.plusSeconds(i);
            done(threads.keep(WHATSAPP, "g", thread("c", opened)));
            done(threads.keep(KIOSK, "g", thread("c", opened)));
            confirmed.set(opened);
        }
        stop.set(true);
        for (Future<?> reader : reading) {
            reader.get(30, SECONDS);
        }
        readers.shutdown();
    }

    @Test
    void a_thread_that_brings_no_news_is_not_written_again() {
        Threads threads = new Threads(store, 10);
        done(threads.keep(WHATSAPP, "guest", thread("c1", NOON)));
        long works = store.works();
        assertThat(done(threads.keep(WHATSAPP, "guest", thread("c1", NOON)))).isEqualTo(thread("c1", NOON));
        assertThat(store.works()).isEqualTo(works);
        done(threads.keep(WHATSAPP, "guest", thread("c2", NOON.plusSeconds(1))));
        done(threads.forget(WHATSAPP, "guest"));
        done(threads.keep(WHATSAPP, "guest", thread("c2", NOON.plusSeconds(1))));
        reopen();
        assertThat(new Threads(store, 1).of(WHATSAPP, "guest")).isEqualTo(thread("c2", NOON.plusSeconds(1)));
    }

    // ---- repeats

    @Test
    void a_webhook_is_known_once_remembered_until_purged() {
        Repeats repeats = new Repeats(store, Clock.fixed(NOON, ZoneOffset.UTC));
        assertThat(repeats.known("main", "id", "t1", "x", "q")).isEqualTo(Known.NEW);
        done(repeats.remember(webhook("id", "t1", "x")));
        done(repeats.remember(webhook("id", "t1", "y")));
        done(repeats.remember(webhook("id", null, "x")));
        reopen();
        repeats = new Repeats(store, Clock.fixed(NOON.plusSeconds(60), ZoneOffset.UTC));

        assertThat(repeats.known("main", "id", "t1", "x", "q")).isEqualTo(Known.REPEAT);
        assertThat(repeats.known("main", "id", "t1", "y", "q"))
                .as("the first counts")
                .isEqualTo(Known.ALTERED);
        assertThat(repeats.known("main", "id", null, "x", "q")).isEqualTo(Known.REPEAT);
        assertThat(repeats.known("main", "id", "t2", "x", "q")).isEqualTo(Known.NEW);
        assertThat(repeats.known("second", "id", "t1", "x", "q")).isEqualTo(Known.NEW);

        assertThat(done(repeats.purge(Duration.ofSeconds(61)))).isZero();
        assertThat(done(repeats.purge(Duration.ofSeconds(59)))).isEqualTo(2);
        assertThat(repeats.known("main", "id", "t1", "x", "q")).isEqualTo(Known.NEW);
    }

    @Test
    void a_store_that_cant_be_read_knows_no_webhook() {
        Repeats repeats = new Repeats(store);
        done(repeats.remember(webhook("id", "t1", "x")));
        store.close();
        assertThat(repeats.known("main", "id", "t1", "x", "q")).isEqualTo(Known.NEW);
    }

    @Test
    void a_guests_replies_are_known_with_their_times_and_how_often_they_came_again() {
        Repeats repeats = new Repeats(store, Clock.fixed(NOON, ZoneOffset.UTC));
        Repeats later = new Repeats(store, Clock.fixed(NOON.plusSeconds(60), ZoneOffset.UTC));
        done(repeats.remember(reply("r1", WHATSAPP, "zoe", "text", TRACE)));
        done(later.remember(reply("r2", KIOSK, "zoe", "typing")));
        done(later.remember(reply("r3", WHATSAPP, "bob", "text")));
        done(later.remember(reply("r4", null, "zoe", "text")));
        assertThat(later.look(reply("r1", WHATSAPP, "zoe", "text"))).isEqualTo(Known.REPEAT);
        assertThat(later.look(reply("r1", WHATSAPP, "zoe", "text"))).isEqualTo(Known.REPEAT);
        await().until(() -> later.of("r1", List.of("main"), null, 9).get(0).repeats() == 2);

        Taken first = new Taken(
                "main",
                "whatsapp",
                "r1",
                "zoe",
                "text",
                "conv-1",
                TRACE,
                NOON,
                NOON,
                false,
                NOON,
                2,
                NOON.plusSeconds(60));
        assertThat(later.of("zoe", List.of("main"), "whatsapp", 9)).containsExactly(first);
        assertThat(later.of("zoe", List.of("main"), null, 9))
                .extracting(Taken::id)
                .containsExactlyInAnyOrder("r1", "r2", "r4")
                .endsWith("r1");
        assertThat(later.of("zoe", List.of("main"), null, 1)).hasSize(1);
        assertThat(later.of("r4", List.of("main"), null, 9)).singleElement().satisfies(one -> assertThat(one.channel())
                .as("on guest.unrouted")
                .isNull());
        assertThat(later.of(TRACE, List.of(), null, 9)).containsExactly(first);
        assertThat(later.of("r1", List.of("second"), null, 9)).isEmpty();
        assertThat(later.of("zo%", List.of("main"), null, 9)).isEmpty();
    }

    @Test
    void a_reply_that_waited_for_the_broker_says_so_and_when_it_left() {
        Repeats repeats = new Repeats(store);
        Outbox outbox = new Outbox(store, 10);
        for (String id : List.of("r1", "r2")) {
            Webhook reply = reply(id, WHATSAPP, "zoe", "text");
            done(outbox.keep(new Letter(0, reply.getQueue(), "zoe", reply.getDuplicateId(), "hello")));
            done(repeats.remember(reply));
        }
        assertThat(repeats.of("zoe", List.of(), null, 9))
                .hasSize(2)
                .allMatch(one -> one.waits() && one.queuedAt() == null);
        done(outbox.sent(outbox.oldest("guest.out.whatsapp", 1).get(0)));
        assertThat(repeats.of("r1", List.of("main"), null, 9).get(0))
                .matches(one -> !one.waits() && !one.queuedAt().isBefore(one.takenAt()));
        assertThat(repeats.of("r2", List.of("main"), null, 9).get(0).waits()).isTrue();
    }

    @Test
    void a_webhook_that_names_what_no_database_keeps_is_remembered_without() {
        Repeats repeats = new Repeats(store);
        for (String guest : List.of("", "a\0b", "half \uD83D", "x".repeat(Columns.LONGEST_KEY + 1))) {
            Webhook reply = new Webhook(
                    "main",
                    WHATSAPP,
                    "id of " + guest,
                    "late",
                    NOON,
                    guest,
                    guest,
                    "text",
                    "digest",
                    null,
                    Trace.of(null));
            done(repeats.remember(reply));
            assertThat(repeats.look(reply)).isEqualTo(Known.REPEAT);
            assertThat(repeats.of(reply.id(), List.of("main"), null, 9))
                    .singleElement()
                    .matches(one -> one.externalId() == null && one.conversationId() == null && one.sentAt() == null);
        }
    }

    // ---- outbox

    @Test
    void letters_leave_in_the_order_they_came() {
        Outbox outbox = new Outbox(store, 1_000_000);
        assertThat(outbox.isEmpty("guest.out.whatsapp")).isTrue();
        List<CompletableFuture<Void>> kept = new ArrayList<>();
        for (int i = 0; i < 30; i++) {
            kept.add(outbox.keep(new Letter(
                    0,
                    "guest.out.whatsapp",
                    i % 3 == 0 ? null : "g" + i % 3,
                    "d" + i,
                    "body " + i,
                    i == 0 ? "trace" : null,
                    i == 0 ? "span" : null)));
        }
        kept.add(outbox.keep(new Letter(0, "guest.out.whatsapp", "g", "d3", "again")));
        assertThat(outbox.isEmpty("guest.out.whatsapp")).isFalse(); // even before the commit
        kept.forEach(StoreContract::done);
        reopen();
        outbox = new Outbox(store, 1_000_000);
        assertThat(outbox.isEmpty("guest.out.whatsapp")).isFalse();

        assertThat(outbox.oldest("guest.out.whatsapp", 10)).hasSize(10);
        List<Letter> letters = outbox.oldest("guest.out.whatsapp", 100);
        assertThat(letters).extracting(Letter::body).isEqualTo(range(i -> "body " + i, 30));
        assertThat(letters.get(0))
                .isEqualTo(new Letter(1, "guest.out.whatsapp", null, "d0", "body 0", "trace", "span"));
        assertThat(letters.get(1)).isEqualTo(new Letter(2, "guest.out.whatsapp", "g1", "d1", "body 1"));
        for (Letter letter : letters) {
            assertThat(outbox.isEmpty("guest.out.whatsapp")).isFalse();
            done(outbox.sent(letter));
        }
        assertThat(outbox.isEmpty("guest.out.whatsapp")).isTrue();
        assertThat(outbox.queues()).isEmpty();

        done(outbox.keep(new Letter(0, "q", null, "d0", "new")));
        done(outbox.sent(letters.get(0))); // told twice
        assertThat(outbox.oldest("q", 1)).extracting(Letter::sequence).containsExactly(31L);
    }

    @Test
    void letters_of_another_instance_are_learnt_by_looking() {
        Outbox outbox = new Outbox(store, 1_000_000);
        try (Store second = another()) {
            Outbox other = new Outbox(second, 1_000_000);
            done(other.keep(new Letter(0, "q", "g", "d1", "one")));
            done(outbox.keep(new Letter(0, "q", "g", "d2", "two")));
            done(outbox.keep(new Letter(0, "q", "g", "d1", "one again")));
            assertThat(outbox.oldest("q", 9)).extracting(Letter::body).containsExactly("one", "two");
            other.oldest("q", 9).forEach(letter -> done(other.sent(letter)));
        }
        assertThat(outbox.queues()).isEmpty();
        assertThat(outbox.isEmpty("q")).isTrue();
    }

    @Test
    void a_webhook_learns_at_its_look_that_another_instance_keeps_a_reply_for_its_queue() {
        Outbox outbox = new Outbox(store, 1_000_000);
        Repeats repeats = new Repeats(store, outbox);
        Webhook next = reply("next", WHATSAPP, "guest", "text");
        Letter letter = new Letter(0, WHATSAPP.outQueue(), "guest", "webhook main digest-next", "two");
        assertThat(repeats.look(next)).isEqualTo(Known.NEW);
        assertThat(outbox.mayPass(letter)).as("nothing waits").isTrue();
        try (Store second = another()) {
            Outbox other = new Outbox(second, 1_000_000);
            done(other.keep(new Letter(0, WHATSAPP.outQueue(), "guest", "d1", "one")));

            assertThat(repeats.look(reply("elsewhere", KIOSK, "guest", "text"))).isEqualTo(Known.NEW);
            assertThat(outbox.mayPass(new Letter(0, KIOSK.outQueue(), "guest", "d", "k")))
                    .as("another queue")
                    .isTrue();
            assertThat(repeats.look(next)).isEqualTo(Known.NEW);
            assertThat(outbox.mayPass(letter)).isFalse();
            other.oldest(WHATSAPP.outQueue(), 9).forEach(one -> done(other.sent(one)));
        }
        assertThat(outbox.queues()).isEmpty();
        assertThat(outbox.mayPass(letter)).isTrue();
    }

    @Test
    void letters_for_one_queue_dont_wait_for_another() {
        Outbox outbox = new Outbox(store, 1_000_000);
        done(outbox.keep(new Letter(0, "full", "g", "d1", "one")));
        done(outbox.keep(new Letter(0, "free", "g", "d2", "two")));
        done(outbox.keep(new Letter(0, "full", "g", "d3", "three")));
        assertThat(outbox.queues()).containsExactly("free", "full");
        outbox.oldest("free", 9).forEach(letter -> done(outbox.sent(letter)));
        assertThat(outbox.isEmpty("free")).isTrue();
        assertThat(outbox.isEmpty("full")).isFalse();
        assertThat(outbox.oldest("full", 9)).extracting(Letter::body).containsExactly("one", "three");
    }

    @Test
    void there_is_room_for_so_many_letters() {
        Outbox outbox = new Outbox(store, 3);
        for (String id : List.of("d1", "d2", "d2")) {
            done(outbox.keep(new Letter(0, "q", "g", id, "b")));
        }
        done(outbox.keep(new Letter(0, "other", "g", "d3", "b")));
        Letter fourth = new Letter(0, "third", "g", "d4", "b");
        assertThatThrownBy(() -> outbox.keep(fourth))
                .isInstanceOf(Outbox.Full.class)
                .hasMessageContaining("3 replies");
        assertThatThrownBy(() -> new Outbox(store, 3).keep(fourth)).isInstanceOf(Outbox.Full.class);
        assertThat(outbox.isEmpty("third")).isTrue();
        done(outbox.sent(outbox.oldest("q", 1).get(0)));
        done(outbox.keep(fourth));
        assertThat(outbox.oldest("third", 9)).hasSize(1);
    }

    @Test
    void who_can_be_answered_without_waits_two_seconds() {
        Repeats repeats = new Repeats(store);
        CountDownLatch open = holdTheWriter();
        CompletableFuture<Void> remembered = repeats.remember(webhook("id", "time", "x"));
        assertThatThrownBy(() -> done(remembered))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("not answered within 2 s");
        open.countDown();
        await().until(() -> repeats.known("main", "id", "time", "x", "q") == Known.REPEAT);
    }

    @Test
    void a_letter_that_could_not_be_kept_leaves_no_trace() {
        Outbox outbox = new Outbox(store, 1_000_000);
        store.close();
        assertThatThrownBy(() -> done(outbox.keep(new Letter(0, "q", "g", "d", "b"))))
                .isInstanceOf(StoreUnavailable.class);
        assertThat(outbox.isEmpty("q")).isTrue();
    }

    // ---- operators

    private ThreadRegister register(Threads threads) {
        return new ThreadRegister(store, threads, Clock.fixed(NOON, ZoneOffset.UTC));
    }

    private static ThreadRegister.Entry entry(String channel, String guest, Instant openedAt, Instant usedAt) {
        return new ThreadRegister.Entry(
                "main", channel, guest, "c", "t", "conv", NOON, "ended", "p", "g", "token", NOON, openedAt, usedAt);
    }

    @Test
    void pages_hold_every_thread_once_in_order_and_no_more_than_asked() {
        ThreadRegister register = register(new Threads(store, 10));
        List<ThreadRegister.Entry> all = new ArrayList<>();
        for (String channel : List.of("kiosk", "whatsapp")) {
            for (int i = 10; i < 35; i++) {
                all.add(entry(channel, "guest '" + i, NOON, NOON));
            }
        }
        done(register.put(all, false));

        List<ThreadRegister.Entry> found = new ArrayList<>();
        ThreadRegister.Place after = null;
        while (true) {
            List<ThreadRegister.Entry> page =
                    register.page(new ThreadRegister.Filter(null, null, null, null), after, 7);
            found.addAll(page);
            if (page.isEmpty()) {
                break;
            }
            assertThat(page).hasSizeLessThanOrEqualTo(7);
            ThreadRegister.Entry last = page.get(page.size() - 1);
            after = new ThreadRegister.Place(last.org(), last.channel(), last.guest());
        }
        assertThat(found).isEqualTo(all);
    }

    @Test
    void a_filter_leaves_out_what_is_not_meant() {
        ThreadRegister register = register(new Threads(store, 10));
        Instant earlier = NOON.minusSeconds(3600);
        ThreadRegister.Entry old = entry("whatsapp", "old", earlier, earlier);
        ThreadRegister.Entry young = entry("whatsapp", "young", NOON, NOON);
        ThreadRegister.Entry kiosk = entry("kiosk", "young", NOON, earlier);
        done(register.put(List.of(old, young, kiosk), false));

        assertThat(register.page(new ThreadRegister.Filter("main", "whatsapp", null, null), null, 9))
                .containsExactly(old, young);
        assertThat(register.page(new ThreadRegister.Filter(null, null, NOON, null), null, 9))
                .containsExactly(kiosk, young);
        assertThat(register.page(new ThreadRegister.Filter(null, null, null, NOON), null, 9))
                .containsExactly(kiosk, old);
        assertThat(register.page(new ThreadRegister.Filter("other", null, null, null), null, 9))
                .isEmpty();
        assertThat(register.of("young", null)).containsExactly(kiosk, young);
        assertThat(register.of("young", "kiosk")).containsExactly(kiosk);
        assertThat(register.of("nobody", null)).isEmpty();
    }

    @Test
    void threads_put_in_leave_those_that_are_there_unless_they_replace_them() {
        Threads threads = new Threads(store, 10);
        ThreadRegister register = register(threads);
        GuestThread before = done(threads.keep(WHATSAPP, "known", thread("before", NOON)));
        List<ThreadRegister.Entry> moved =
                List.of(entry("whatsapp", "known", NOON, null), entry("whatsapp", "new", NOON, null));
        assertThat(register.known(moved)).isEqualTo(1);

        assertThat(done(register.put(moved, false))).isEqualTo(1);
        assertThat(register.of("new", null).get(0).usedAt()).as("now").isEqualTo(NOON);
        assertThat(threads.of(WHATSAPP, "known")).isEqualTo(before);
        assertThat(threads.of(WHATSAPP, "new").conversationId()).isEqualTo("conv");

        assertThat(done(register.put(moved, true))).isEqualTo(2);
        assertThat(threads.of(WHATSAPP, "known").conversationId())
                .as("in memory too")
                .isEqualTo("conv");
    }

    @Test
    void a_thread_forgotten_for_good_is_not_brought_back_by_the_message_that_is_being_sent_in_it() {
        Threads threads = new Threads(store, 10);
        Instant opened = Instant.now().minusSeconds(60);
        GuestThread old = done(threads.keep(WHATSAPP, "guest", thread("conv", opened)));

        assertThat(done(register(threads).forget("guest", null))).isEqualTo(1);
        assertThat(threads.of(WHATSAPP, "guest")).isNull();
        done(threads.keep(WHATSAPP, "guest", old.inConversation("another")));
        assertThat(threads.of(WHATSAPP, "guest")).isNull();

        GuestThread opening = thread("opened anew", Instant.now().plusSeconds(1));
        done(threads.keep(WHATSAPP, "guest", opening));
        assertThat(threads.of(WHATSAPP, "guest")).isEqualTo(opening);
    }

    @Test
    void forgetting_that_fails_leaves_all_as_it_was() {
        Threads threads = new Threads(store, 10);
        GuestThread old = done(threads.keep(WHATSAPP, "guest", thread("conv", Instant.now())));
        ThreadRegister register = register(threads);
        assertThat(register.of("guest", null)).hasSize(1);
        assertThatThrownBy(() -> {
                    List<Threads.Key> keys = List.of(new Threads.Key("main", "whatsapp", "guest"));
                    store.close();
                    done(threads.forgetForGood(keys));
                })
                .isInstanceOf(StoreUnavailable.class);
        reopen();
        Threads again = new Threads(store, 10);
        assertThat(again.of(WHATSAPP, "guest")).isEqualTo(old);
    }

    @Test
    void an_erased_guest_stands_nowhere_and_a_repeat_is_still_known() throws Exception {
        Ledger ledger = new Ledger(store);
        Threads threads = new Threads(store, 10);
        Outbox outbox = new Outbox(store, 100);
        Outcome outcome = new Outcome(
                "dead", "unknown", 418, "c0de", "of Zoe", "ask Zoe", "corr-zoe", "gen-zoe", "conv-zoe", 3, true, NOON);
        for (String id : List.of("wamid.zoe.1", "wamid.zoe.2")) {
            Identity message = new Identity("whatsapp", id, "zoe", "f-" + id, "bus-zoe");
            done(ledger.start(message));
            done(ledger.settle(message, outcome));
        }
        Identity elsewhere = new Identity("kiosk", "k-zoe", "zoe", "f", "bus-zoe");
        Identity another = new Identity("whatsapp", "m-bob", "bob", "f", "bus-bob");
        done(ledger.settle(elsewhere, outcome));
        done(ledger.settle(another, delivered("g-bob")));
        done(threads.keep(WHATSAPP, "zoe", thread("conv-zoe", NOON)));
        done(threads.keep(WHATSAPP, "bob", thread("conv-bob", NOON)));
        done(outbox.keep(new Letter(0, "guest.out.whatsapp", "zoe", "d1", "to zoe")));
        done(outbox.keep(new Letter(0, "guest.out.kiosk", "zoe", "d2", "to zoe")));
        done(outbox.keep(new Letter(0, "guest.out.whatsapp", "bob", "d3", "to bob")));
        Repeats repeats = new Repeats(store);
        for (Channel channel : List.of(WHATSAPP, KIOSK)) {
            done(repeats.remember(new Webhook(
                    "main",
                    channel,
                    "r-" + channel.name(),
                    "t",
                    NOON,
                    "zoe",
                    "conv-zoe",
                    "text",
                    "x",
                    null,
                    Trace.of(TRACE))));
        }
        done(repeats.remember(reply("r-bob", WHATSAPP, "bob", "text")));
        Erasure erasure = new Erasure(store, register(threads), outbox, repeats);
        assertThat(erasure.look("zoe", WHATSAPP)).isEqualTo(new Erasure.Held(1, 2, 1, 1));

        assertThat(done(erasure.erase("zoe", WHATSAPP))).isEqualTo(new Erasure.Held(1, 2, 1, 1));
        assertThat(erasure.look("zoe", WHATSAPP)).isEqualTo(new Erasure.Held(0, 0, 0, 0));
        assertThat(erasure.look("zoe", null)).as("elsewhere").isEqualTo(new Erasure.Held(0, 1, 1, 1));
        assertThat(ledger.find("whatsapp", "wamid.zoe.1")).isNull();
        assertThat(outbox.isEmpty("guest.out.whatsapp")).as("bob's waits").isFalse();

        Entry repeat = ledger.entry(new Identity("whatsapp", "wamid.zoe.1", "zoe", "f-wamid.zoe.1", "bus-9"));
        assertThat(repeat.verdict()).isEqualTo(Verdict.SETTLED);
        assertThat(repeat.outcome())
                .isEqualTo(new Outcome("dead", "unknown", 418, null, null, null, null, null, null, 3, true, NOON));
        assertThat(ledger.entry(new Identity("whatsapp", "wamid.zoe.1", "eve", "other", "bus-9"))
                        .verdict())
                .as("another message by the same id")
                .isEqualTo(Verdict.NEW);

        assertThat(done(erasure.erase("zoe", null))).isEqualTo(new Erasure.Held(0, 1, 1, 1));
        assertThat(repeats.known("main", "r-kiosk", "t", "x", "q")).isEqualTo(Known.REPEAT);
        assertThat(outbox.isEmpty("guest.out.kiosk")).isTrue();
        assertThat(threads.of(WHATSAPP, "zoe")).isNull();
        assertThat(everything())
                .contains("bob")
                .doesNotContainIgnoringCase("zoe")
                .doesNotContain(TRACE);
        assertThat(ledger.find("whatsapp", "m-bob").outcome()).isEqualTo(delivered("g-bob"));
        assertThat(threads.of(WHATSAPP, "bob")).isNotNull();
    }

    @Test
    void a_guest_with_many_messages_is_erased_in_several_commits() {
        Ledger ledger = new Ledger(store);
        List<CompletableFuture<Boolean>> settled = IntStream.range(0, 1_200)
                .mapToObj(i -> ledger.settle(new Identity("whatsapp", "m" + i, "ada", "f", "b"), delivered("g")))
                .toList();
        settled.forEach(StoreContract::done);
        Threads threads = new Threads(store, 10);
        Erasure erasure = new Erasure(store, register(threads), new Outbox(store, 1), new Repeats(store));

        assertThat(done(erasure.erase("ada", null))).isEqualTo(new Erasure.Held(0, 1_200, 0, 0));
        assertThat(done(erasure.erase("ada", null))).isEqualTo(new Erasure.Held(0, 0, 0, 0));
        assertThat(ledger.entry(new Identity("whatsapp", "m77", "ada", "f", "b"))
                        .verdict())
                .isEqualTo(Verdict.SETTLED);
    }

    @Test
    void an_erased_message_of_unknown_fate_comes_again_as_a_possible_repeat_and_can_be_erased_again() {
        Ledger ledger = new Ledger(store);
        Identity message = new Identity("whatsapp", "m", "ada", "f", "b");
        done(ledger.start(message));
        Erasure erasure =
                new Erasure(store, register(new Threads(store, 10)), new Outbox(store, 1), new Repeats(store));
        assertThat(erasure.unsettled("ada", null)).containsExactly("m");

        done(erasure.erase("ada", null));
        assertThat(erasure.unsettled("ada", null)).isEmpty();
        assertThat(ledger.entry(message).verdict()).isEqualTo(Verdict.UNKNOWN);

        done(ledger.start(message));
        done(ledger.settle(message, delivered("g")));
        assertThat(ledger.entry(message).outcome()).as("the newer word").isEqualTo(delivered("g"));
        done(erasure.erase("ada", null));
        assertThat(ledger.find("whatsapp", "m")).isNull();
        assertThat(ledger.entry(message).verdict()).isNotEqualTo(Verdict.NEW);
    }

    @Test
    void acts_are_found_by_the_guest_whom_they_do_not_name() throws Exception {
        Audit audit = new Audit(store, Clock.fixed(NOON, ZoneOffset.UTC));
        done(audit.write("ada (127.0.0.1)", "threads erase", "{\"guest\":\"" + Audit.digest("+4915") + "\"}"));
        done(audit.write("ada (127.0.0.1)", "threads erase", "{\"guest\":\"" + Audit.digest("+4916") + "\"}"));

        assertThat(audit.newest("+4915", 10))
                .singleElement()
                .satisfies(act -> assertThat(act.about()).contains("sha256:").doesNotContain("4915"));
        assertThat(audit.newest(10)).hasSize(2);
    }

    /** Every value of every table. */
    private String everything() {
        return store.read(session -> {
            StringBuilder all = new StringBuilder();
            for (String table : List.of("guest_thread", "ledger", "webhook_repeat", "outbox", "audit")) {
                session.all("SELECT * FROM " + table, row -> {
                    for (int i = 1; i <= row.getMetaData().getColumnCount(); i++) {
                        all.append(row.getString(i)).append('\n');
                    }
                    return null;
                });
            }
            return all.toString();
        });
    }

    // ---- the store itself

    @Test
    void works_that_wait_share_one_commit() {
        Ledger ledger = new Ledger(store);
        CountDownLatch open = holdTheWriter();
        List<CompletableFuture<Entry>> begun = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            begun.add(ledger.start(new Identity("whatsapp", "m" + i, "guest", "f", "b")));
        }
        long commits = store.commits();
        long works = store.works();
        open.countDown();
        begun.forEach(StoreContract::done);

        assertThat(store.works() - works).isEqualTo(301);
        assertThat(store.commits() - commits).isEqualTo(2); // the one that held, and all the others
    }

    @Test
    void a_work_that_fails_is_undone_and_fails_alone() {
        Outbox outbox = new Outbox(store, 1_000_000);
        CountDownLatch open = holdTheWriter();
        CompletableFuture<Void> first = outbox.keep(new Letter(0, "q", null, "d1", "one"));
        CompletableFuture<Void> broken = store.write(session -> {
            session.change("DELETE FROM outbox");
            throw new IllegalStateException("broken");
        });
        CompletableFuture<Void> wrong = store.write(session -> {
            session.change("DELETE FROM outbox");
            session.change("DELETE FROM no_such_table");
            return null;
        });
        CompletableFuture<Void> dying = store.write(session -> {
            throw new StackOverflowError();
        });
        CompletableFuture<Void> last = outbox.keep(new Letter(0, "q", null, "d2", "two"));
        open.countDown();

        done(first);
        done(last);
        assertThatThrownBy(() -> done(broken)).isInstanceOf(IllegalStateException.class);
        assertThatThrownBy(() -> done(wrong))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("no_such_table")
                .hasCauseInstanceOf(SQLException.class);
        assertThatThrownBy(() -> done(dying)).hasCauseInstanceOf(StackOverflowError.class);
        assertThat(outbox.oldest("q", 9)).extracting(Letter::body).containsExactly("one", "two");
    }

    @Test
    void what_follows_a_future_may_use_the_store() {
        Ledger ledger = new Ledger(store);
        CompletableFuture<String> chain = ledger.start(new Identity("whatsapp", "m", "g", "f", "b"))
                .thenApply(entry -> {
                    done(ledger.settle(whatsapp("m"), delivered("g")));
                    return Thread.currentThread().getName();
                });
        assertThat(done(chain)).isNotEqualTo("store-writer");
    }

    @Test
    void closing_finishes_what_waits_and_refuses_what_comes_later() {
        Ledger ledger = new Ledger(store);
        CountDownLatch open = holdTheWriter();
        List<CompletableFuture<Entry>> begun = new ArrayList<>();
        for (int i = 0; i < 1_000; i++) {
            begun.add(ledger.start(new Identity("whatsapp", "m" + i, "guest", "f", "b")));
        }
        open.countDown();
        store.close();

        begun.forEach(StoreContract::done); // by tellers, which may come to it a little later
        assertThatThrownBy(() -> done(ledger.start(new Identity("whatsapp", "late", "guest", "f", "b"))))
                .isInstanceOf(StoreUnavailable.class)
                .hasMessageContaining("closed");
        assertThat(store.trouble()).contains("closed");
        assertThatThrownBy(() -> ledger.find("whatsapp", "m1")).isInstanceOf(StoreUnavailable.class);
        reopen();
        Ledger again = new Ledger(store);
        for (int i = 0; i < 1_000; i++) {
            assertThat(again.find("whatsapp", "m" + i).starts()).isEqualTo(1);
        }
    }

    /** Whoever says it again can't know whether the first word was heard. */
    @Test
    void a_begin_and_an_end_said_twice_by_one_count_once() {
        Ledger ledger = new Ledger(store);
        Identity one = held("one", "here/1");
        Identity other = held("one", "here/2");
        assertThat(done(ledger.start(one)).verdict()).isEqualTo(Verdict.NEW);
        Entry again = done(ledger.start(one));
        assertThat(again.verdict()).as("nothing of it was sent before").isEqualTo(Verdict.NEW);
        assertThat(again.starts()).isEqualTo(1);
        Entry after = done(ledger.start(other));
        assertThat(after.verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(after.starts()).isEqualTo(2);
        done(ledger.end(other, false));
        done(ledger.end(other, false));
        assertThat(ledger.find("whatsapp", "one").starts())
                .as("the first's is still open")
                .isEqualTo(1);
    }

    @Test
    void whoever_settles_what_another_began_too_is_told_of_the_doubt() {
        Ledger ledger = new Ledger(store);
        Identity one = held("both", "here/1");
        Identity other = held("both", "there/1");
        done(ledger.start(one));
        assertThat(done(ledger.start(other)).verdict()).isEqualTo(Verdict.UNKNOWN);
        assertThat(done(ledger.settle(one, delivered("g")))).isTrue();
        assertThat(ledger.find("whatsapp", "both").outcome().possibleRepeat()).isTrue();

        done(ledger.start(held("alone", "here/2")));
        assertThat(done(ledger.settle(held("alone", "here/2"), delivered("g")))).isFalse();
        assertThat(done(ledger.settle(held("never begun", "here/3"), delivered("g"))))
                .isFalse();
        done(ledger.start(held("by another", "there/2")));
        assertThat(done(ledger.settle(held("by another", "here/4"), delivered("g"))))
                .isTrue();
    }

    private static Identity held(String id, String holder) {
        return new Identity("whatsapp", id, "guest", "f", "b", false, holder, null, null);
    }

    @Test
    void a_store_in_order_has_no_trouble() {
        assertThat(store.trouble()).isNull();
    }

    @Test
    void a_store_that_does_not_answer_says_so_in_time() {
        CountDownLatch open = holdTheWriter();
        assertThat(store.trouble()).contains("not answered within 2 s");
        open.countDown();
        await().until(() -> store.trouble() == null);
    }

    /** Keeps the writer busy until the latch is opened. */
    CountDownLatch holdTheWriter() {
        CountDownLatch held = new CountDownLatch(1);
        CountDownLatch open = new CountDownLatch(1);
        store.write(session -> {
            held.countDown();
            try {
                return open.await(30, SECONDS);
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        });
        await().until(() -> held.getCount() == 0);
        return open;
    }

    @FunctionalInterface
    interface Numbered<T> {
        T get(int number) throws Exception;
    }

    static <T> List<T> range(Numbered<T> each, int count) {
        List<T> all = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            try {
                all.add(each.get(i));
            } catch (Exception e) {
                throw new AssertionError(e);
            }
        }
        return all;
    }

    static <T> List<T> atOnce(int threads, Numbered<T> each) throws Exception {
        ExecutorService pool = Executors.newFixedThreadPool(threads);
        CountDownLatch ready = new CountDownLatch(threads);
        try {
            List<Future<T>> futures = range(
                    i -> pool.submit(() -> {
                        ready.countDown();
                        ready.await();
                        return each.get(i);
                    }),
                    threads);
            List<T> results = new ArrayList<>();
            for (Future<T> future : futures) {
                results.add(future.get(30, SECONDS));
            }
            return results;
        } finally {
            pool.shutdownNow();
        }
    }
}
