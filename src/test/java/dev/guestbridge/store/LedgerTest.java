package dev.guestbridge.store;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Outcome;
import dev.guestbridge.store.Ledger.Entry;
import dev.guestbridge.store.Ledger.Verdict;
import dev.guestbridge.store.Repeats.Known;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A message's way through the ledger, told by what its delivery learns; each test with a message of its own. */
@Timeout(60)
class LedgerTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Instant LATER = NOON.plusSeconds(60);
    private static final Channel LOBBY = new Channel("lobby", "messaging", "main", "int-lobby", "q");

    @TempDir
    private static Path folder;

    private static Store store;
    private static int messages;

    private final String id = "m-" + ++messages;
    private final Ledger ledger = at(NOON);

    @BeforeAll
    static void open() {
        store = Store.open("jdbc:sqlite:" + folder.resolve("store.db"), "", "", Runnable::run);
    }

    @AfterAll
    static void close() {
        store.close();
    }

    private static Ledger at(Instant now) {
        return new Ledger(store, Clock.fixed(now, ZoneOffset.UTC));
    }

    private Delivery delivery(String busId, String text) {
        Delivery delivery = new Delivery(LOBBY, LOBBY.inQueue(), busId, busId, NOON, NOON, "");
        delivery.read(new GuestMessage(
                id,
                new GuestMessage.Guest("guest", null, null),
                text,
                List.of(),
                null,
                null,
                Map.of(),
                NOON,
                false,
                null));
        return delivery;
    }

    private Delivery delivery() {
        return delivery("bus-1", "hi");
    }

    private static <T> T done(CompletableFuture<T> future) {
        try {
            return future.get(30, SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private Entry found() {
        return ledger.find("lobby", id);
    }

    @Test
    void lookingAtANewMessageWritesNothing() throws Exception {
        Delivery delivery = delivery();
        ledger.look(delivery);
        assertThat(delivery.accountable()).isTrue();
        assertThat(delivery.begun()).isFalse();
        assertThat(delivery.possibleRepeat()).isFalse();
        assertThat(delivery.unfinished()).isZero();
        assertThat(found()).isNull();
    }

    @Test
    void aSendingBeginsOnceHoweverOftenItIsToldSo() {
        Delivery delivery = delivery();
        done(ledger.begin(delivery));
        assertThat(delivery.begun()).isTrue();
        assertThat(delivery.accountable()).isTrue();
        assertThat(delivery.possibleRepeat())
                .as("the first beginning is no repeat")
                .isFalse();
        done(ledger.begin(delivery));
        assertThat(found()).isEqualTo(new Entry(Verdict.UNKNOWN, 1, null, false));
    }

    @Test
    void aSendingWhoseEndNobodyRecordedMayBeARepeatAndIsCounted() throws Exception {
        done(ledger.begin(delivery()));
        Delivery second = delivery();
        done(ledger.begin(second));
        assertThat(second.possibleRepeat()).isTrue();
        assertThat(second.unfinished()).isOne();
        Delivery third = delivery("bus-2", "hi");
        ledger.look(third);
        assertThat(third.possibleRepeat()).isTrue();
        assertThat(third.unfinished()).isEqualTo(2);
        assertThat(third.accountable()).isTrue();
    }

    /** After a kill all that was in flight was begun by an instance that is no more. */
    @Test
    void whatAnEarlierInstanceBeganGoesOn() {
        done(ledger.begin(delivery()));
        try (Store next = Store.open("jdbc:sqlite:" + folder.resolve("store.db"), "", "", Runnable::run)) {
            Delivery again = delivery();
            done(new Ledger(next).begin(again));
            assertThat(again.possibleRepeat()).isTrue();
            assertThat(again.unfinished()).isOne();
        }
    }

    @Test
    void anAttemptWhoseEndIsRecordedLeavesNothingUnknown() throws Exception {
        Delivery delivery = delivery();
        done(ledger.begin(delivery));
        done(ledger.ended(delivery));
        assertThat(delivery.begun()).isFalse();
        assertThat(found()).isEqualTo(new Entry(Verdict.NEW, 0, null, false));
        Delivery again = delivery();
        ledger.look(again);
        assertThat(again.possibleRepeat()).isFalse();
    }

    @Test
    void anAttemptThatGenesysMayHaveTakenStaysAPossibleRepeatWhenItIsOver() throws Exception {
        Delivery delivery = delivery();
        done(ledger.begin(delivery));
        delivery.mayRepeat();
        done(ledger.ended(delivery));
        assertThat(found()).isEqualTo(new Entry(Verdict.UNKNOWN, 0, null, false));
        Delivery again = delivery();
        ledger.look(again);
        assertThat(again.possibleRepeat()).isTrue();
        assertThat(again.unfinished()).isZero();
    }

    @Test
    void nothingEndsThatHasNotBegun() {
        done(ledger.ended(null));
        done(ledger.ended(delivery()));
        assertThat(found()).isNull();
        done(ledger.begin(delivery()));
        done(ledger.ended(delivery()));
        assertThat(found().starts()).isOne();
    }

    @Test
    void endingTwiceTakesBackNoEarlierStart() {
        done(ledger.begin(delivery()));
        Delivery delivery = delivery();
        done(ledger.begin(delivery));
        done(ledger.ended(delivery));
        done(ledger.ended(delivery));
        assertThat(found().starts()).isOne();
    }

    @Test
    void whatGenesysTookIsSettledWithAllThatIsKnown() {
        Delivery delivery = delivery();
        done(ledger.begin(delivery));
        GuestThread thread = new GuestThread("guest", "t", "conv-1", null, null, null, null, NOON);
        Outcome outcome = done(ledger.delivered(delivery, "g-1", thread));
        assertThat(outcome.state()).isEqualTo("delivered");
        assertThat(outcome.genesysId()).isEqualTo("g-1");
        assertThat(outcome.conversationId()).isEqualTo("conv-1");
        assertThat(outcome.at()).isEqualTo(NOON);
        assertThat(found()).isEqualTo(new Entry(Verdict.SETTLED, 1, outcome, false));
    }

    @Test
    void aDeliveryWithoutAThreadIsSettledToo() {
        Delivery delivery = delivery();
        done(ledger.begin(delivery));
        assertThat(done(ledger.delivered(delivery, null, null)).conversationId())
                .isNull();
        assertThat(found().verdict()).isEqualTo(Verdict.SETTLED);
    }

    @Test
    void aDeadMessageIsSettledWhereTheLedgerKeepsAccountOfIt() throws Exception {
        Delivery delivery = delivery();
        ledger.look(delivery);
        delivery.shares(new Failure("payload-invalid", "Why.", "Do this.", 400, "bad", "corr"));
        Outcome outcome = done(ledger.dead(delivery));
        assertThat(outcome.state()).isEqualTo("dead");
        assertThat(found().outcome()).isEqualTo(outcome);
    }

    @Test
    void aDroppedMessageIsSettled() throws Exception {
        Delivery delivery = delivery();
        ledger.look(delivery);
        assertThat(done(ledger.dropped(delivery)).state()).isEqualTo("dropped");
        assertThat(found().outcome().state()).isEqualTo("dropped");
    }

    @Test
    void whatTheLedgerKeepsNoAccountOfLeavesNoTrace() {
        Delivery delivery = delivery();
        delivery.shares(new Failure("payload-invalid", "Why.", "Do this.", null, null, null));
        assertThat(done(ledger.dead(delivery)).state()).isEqualTo("dead");
        assertThat(found()).isNull();
    }

    @Test
    void theSameBusMessageComingAgainHasTheSameOutcomeAndAnotherIsADuplicate() throws Exception {
        Delivery delivery = delivery();
        done(ledger.begin(delivery));
        Outcome outcome = done(ledger.delivered(delivery, "g-1", null));

        assertThatThrownBy(() -> at(LATER).look(delivery()))
                .isInstanceOfSatisfying(Settled.class, settled -> assertThat(settled.getOutcome())
                        .isEqualTo(outcome));
        assertThatThrownBy(() -> at(LATER).look(delivery("bus-2", "hi")))
                .isInstanceOfSatisfying(Settled.class, settled -> assertThat(settled.getOutcome())
                        .isEqualTo(outcome.repeated(LATER)));
        assertThat(at(LATER)
                        .begin(delivery())
                        .handle((nothing, failure) -> failure)
                        .get(30, SECONDS))
                .as("as routes see it, who ask it for the outcome")
                .isInstanceOf(Settled.class);
        assertThat(found().starts()).as("a settled message isn't begun again").isOne();
    }

    @Test
    void anotherMessageOfTheSameIdIsRefusedAndChangesNothing() {
        done(ledger.begin(delivery()));
        Delivery other = delivery("bus-2", "something else");
        assertThatThrownBy(() -> ledger.look(other))
                .isInstanceOf(MessageRefused.class)
                .hasMessageStartingWith("id is that of another message");
        assertThat(other.accountable()).isFalse();
        Delivery begun = delivery("bus-3", "something else");
        begun.accountable(true);
        assertThatThrownBy(() -> ledger.begin(begun).get(30, SECONDS)).hasCauseInstanceOf(MessageRefused.class);
        assertThat(begun.accountable()).isFalse();
        assertThat(begun.begun()).isFalse();
        other.shares(new Failure("payload-invalid", "Why.", "Do this.", null, null, null));
        done(ledger.dead(other));
        assertThat(found()).isEqualTo(new Entry(Verdict.UNKNOWN, 1, null, false));
    }

    @Test
    void aSettledMessageStaysAsItIs() {
        Delivery delivery = delivery();
        done(ledger.begin(delivery));
        Outcome first = done(ledger.delivered(delivery, "g-1", null));
        done(ledger.dropped(delivery));
        done(ledger.ended(delivery));
        assertThat(found()).isEqualTo(new Entry(Verdict.SETTLED, 1, first, false));
    }

    @Test
    void everyPartOfAnOutcomeIsKept() {
        Outcome full = new Outcome(
                "dead", "payload-invalid", 400, "bad", "Why", "Do this", "corr", "gen", "conv", 7, true, NOON);
        Outcome bare = new Outcome("dead", null, null, null, null, null, null, null, null, 0, false, NOON);
        done(ledger.settle(new Identity("lobby", id, "guest", "f", null), full));
        done(ledger.settle(new Identity("lobby", id + "b", "guest", "f", "b"), bare));
        assertThat(found().outcome()).isEqualTo(full);
        assertThat(ledger.find("lobby", id + "b").outcome()).isEqualTo(bare);
        // without a bus id nothing is the very same bus message
        assertThat(ledger.entry(new Identity("lobby", id, "guest", "f", null)).sameBusMessage())
                .isFalse();
        assertThat(ledger.entry(new Identity("lobby", id + "b", "guest", "f", "b"))
                        .sameBusMessage())
                .isTrue();
        assertThat(ledger.entry(new Identity("lobby", id + "b", "guest", "f", "c"))
                        .sameBusMessage())
                .isFalse();
    }

    @Test
    void keysThatNoDatabaseKeepsExactlyAreUnknownOrRefused() {
        for (String unfit : new String[] {"", "a\0b", "half \ud83d", "x".repeat(Columns.LONGEST_KEY + 1)}) {
            assertThat(ledger.find("lobby", unfit)).isNull();
            assertThat(ledger.find(unfit, "m")).isNull();
            assertThatThrownBy(() -> new Identity("lobby", unfit, "g", "f", "b"))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith("id can't be a key");
            assertThatThrownBy(() -> new Identity(unfit, "m", "g", "f", "b"))
                    .hasMessageStartingWith("channel can't be a key");
            assertThatThrownBy(() -> new Identity("lobby", "m", "g", unfit, "b"))
                    .hasMessageStartingWith("fingerprint can't be a key");
        }
        Identity shown = new Identity("lobby", "m", "g\0", "f", "b\0");
        assertThat(shown.externalId()).isEqualTo("g\uFFFD");
        assertThat(shown.busId()).isEqualTo("b\uFFFD");
    }

    @Test
    void oldMessagesAreForgottenHoweverManyAndYoungOnesStay() {
        Instant longAgo = NOON.minus(Duration.ofDays(365));
        Ledger old = at(longAgo);
        Outcome then = new Outcome("delivered", null, 202, null, null, null, null, "g", "c", 1, false, longAgo);
        List<CompletableFuture<Boolean>> settled = new ArrayList<>();
        for (int i = 0; i < 2_001; i++) {
            settled.add(old.settle(new Identity("old", "m" + i, "g", "f", "b"), then));
        }
        settled.forEach(LedgerTest::done);
        done(ledger.begin(delivery()));
        assertThat(done(at(longAgo.plusSeconds(10)).purge(Duration.ofSeconds(10))))
                .isZero();
        assertThat(done(at(longAgo.plusSeconds(10)).purge(Duration.ofSeconds(9))))
                .isEqualTo(2_001);
        assertThat(old.find("old", "m0")).isNull();
        assertThat(found()).isNotNull();
    }

    @Test
    void aWebhookIsNewUntilItIsRememberedAndAlsoWhenTheStoreCannotTell(@TempDir Path other) {
        Repeats repeats = new Repeats(store, Clock.fixed(NOON, ZoneOffset.UTC));
        assertThat(repeats.known("main", id, "t", "x", "q")).isEqualTo(Known.NEW);
        done(repeats.remember(StoreContract.webhook(id, "t", "x")));
        assertThat(repeats.known("main", id, "t", "x", "q")).isEqualTo(Known.REPEAT);
        assertThat(repeats.known("main", id, "t", "y", "q")).isEqualTo(Known.ALTERED);
        assertThat(repeats.known("main", id, "u", "x", "q")).isEqualTo(Known.NEW);
        assertThat(repeats.known("acme", id, "t", "x", "q")).isEqualTo(Known.NEW);

        Store closed = Store.open("jdbc:sqlite:" + other.resolve("store.db"), "", "", Runnable::run);
        closed.close();
        assertThat(new Repeats(closed).known("main", id, "t", "x", "q")).isEqualTo(Known.NEW);
    }

    @Test
    void webhooksAreForgottenWhenTheyAreOldHoweverMany() {
        Instant longAgo = NOON.minus(Duration.ofDays(365));
        Repeats old = new Repeats(store, Clock.fixed(longAgo, ZoneOffset.UTC));
        List<CompletableFuture<Void>> kept = new ArrayList<>();
        for (int i = 0; i < 2_001; i++) {
            kept.add(old.remember(StoreContract.webhook("old" + i, "t", "x")));
        }
        kept.forEach(LedgerTest::done);
        done(new Repeats(store, Clock.fixed(NOON, ZoneOffset.UTC)).remember(StoreContract.webhook(id, "t", "x")));
        Repeats then = new Repeats(store, Clock.fixed(longAgo.plusSeconds(10), ZoneOffset.UTC));
        assertThat(done(then.purge(Duration.ofSeconds(10)))).isZero();
        assertThat(done(then.purge(Duration.ofSeconds(9)))).isEqualTo(2_001);
        assertThat(old.known("main", "old0", "t", "x", "q")).isEqualTo(Known.NEW);
        assertThat(old.known("main", id, "t", "x", "q")).isEqualTo(Known.REPEAT);
    }

    @Test
    void aValueTooLongForAKeyIsKeptAsItsDigest() {
        String longest = "x".repeat(200);
        assertThat(Columns.keyOrDigest(longest)).isEqualTo(longest);
        assertThat(Columns.keyOrDigest(longest + "x")).matches("sha256:[0-9a-f]{64}");
        assertThat(Columns.keyOrDigest(longest + "x")).isNotEqualTo(Columns.keyOrDigest(longest + "y"));
        assertThat(Columns.keyOrDigest("a\0")).matches("sha256:[0-9a-f]{64}");
        assertThat(Columns.keyOrDigest(null)).isEmpty();
        assertThat(Columns.keyOrDigest("")).isEmpty();
        String widest = "\ud83d\ude00".repeat(Columns.LONGEST_KEY);
        assertThat(Columns.isKey(widest)).isTrue();
        assertThat(Columns.isKey(widest + "x")).isFalse();
        assertThat(Columns.isKey(null)).isFalse();
        assertThat(Columns.isKey("\ud7ff\ue000")).isTrue();
        assertThat(Columns.isKey("\udfff")).isFalse();
        assertThat(Columns.isKey("\ud800")).isFalse();
        assertThat(Columns.key("id", "m")).isEqualTo("m");
        assertThat(Columns.text("a\ud800b")).isEqualTo("a\uFFFDb");
        assertThat(Columns.text(null)).isNull();
        assertThat(Columns.text("as it is")).isEqualTo("as it is");
    }

    @Test
    void timesSortAsText() {
        assertThat(Columns.time(NOON)).isEqualTo("2026-11-21T12:00:00.000000000Z");
        assertThat(Columns.time(Instant.MIN)).isEqualTo("0000-01-01T00:00:00.000000000Z");
        assertThat(Columns.time(Instant.MAX)).isEqualTo("9999-12-31T23:59:59.999999999Z");
        assertThat(Columns.time((Instant) null)).isNull();
        assertThat(Columns.time((String) null)).isNull();
        assertThat(Columns.time("2026-11-21T12:00:00.000000000Z")).isEqualTo(NOON);
        assertThatCode(() -> Columns.time(Columns.time(Instant.MAX))).doesNotThrowAnyException();
    }
}
