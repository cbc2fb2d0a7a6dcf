package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.genesys.ErrorClass.Action;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.MessageRefused;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the catalogue decides about a message whose call failed. */
class JudgementTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");

    @TempDir
    Path folder;

    private ErrorCatalogue catalogue;

    @BeforeEach
    void read() throws IOException {
        catalogue = new ErrorCatalogue(
                Files.writeString(
                        folder.resolve("error-classes.yaml"),
                        """
                classes:
                  payload-invalid: { radius: message, action: dead, reason: Wrong on <channel>., advice: Mend it for <org>. }
                  outcome-unknown: { radius: message, action: wait, wait-ms: 70..70, dead-in: [messaging], reason: Who knows., advice: Look. }
                  reopening: { radius: guest, action: reopen, attempts: 1, reason: It is closed., advice: None. }
                  brief: { radius: message, action: wait, wait-ms: 3600000, within-ms: 3600000, reason: It is young., advice: None. }
                  mass-refusal: { radius: channel, action: pause, reason: Too many., advice: Stop. }
                  unknown: { radius: message, action: wait, attempts: 2, reason: It is new., advice: Add a row. }
                signs:
                  - { status: 400, class: payload-invalid, because: it says so }
                  - { status: 410, class: reopening, because: it is gone }
                  - { status: 500, thread-younger-ms: 30000, class: brief, because: it is young }
                  - { status: 4xx, code: closed, class: reopening, because: the code says so }
                  - { status: 4xx, code: closed, text: "again", dialect: kiosk, class: brief, because: more conditions }
                  - { network: lost, class: outcome-unknown, because: no answer came }
                  - { network: unreadable, class: outcome-unknown, because: no answer can be read }
                  - { network: unreachable, class: brief, because: nothing was sent }
                  - { class: unknown, because: the rest }
                """));
    }

    private static Delivery of(String dialect) {
        Channel channel = new Channel("lobby", dialect, "main", "int-lobby", null);
        return new Delivery(channel, channel.inQueue(), "bus-1", "m-1", NOON, NOON, "");
    }

    private static Answer answer(int status, String network, String call, long threadAgeMs) {
        return new Answer(
                "main", call, "messaging", status, network, "", "", null, null, "", threadAgeMs, -1, null, null);
    }

    private GenesysFailure judge(Delivery delivery, int status) {
        return catalogue.judge(answer(status, null, "send", -1), delivery, null);
    }

    @Test
    void aClassWhoseActionIsDeadIsNeverTriedAgain() {
        Delivery delivery = of("messaging");
        GenesysFailure failure = judge(delivery, 400);
        assertThat(failure.isCurable()).isFalse();
        assertThat(failure.getFailure().status()).isEqualTo(400);
        assertThat(failure.getFailure().code()).isNull();
        assertThat(failure.getFailure().reason()).isEqualTo("Wrong on lobby.");
        assertThat(failure.getFailure().advice()).isEqualTo("Mend it for main.");
        assertThat(delivery.failure()).isEqualTo(failure.getFailure());
        assertThat(delivery.possibleRepeat()).isFalse();
    }

    @Test
    void aCodeIsToldWhereThereIsOne() {
        Answer answer = new Answer(
                "main", "send", "messaging", 400, null, "bad.thing", "", null, null, "", -1, -1, null, "c-1");
        GenesysFailure failure = catalogue.judge(answer, of("messaging"), null);
        assertThat(failure.getFailure().code()).isEqualTo("bad.thing");
        assertThat(failure.getFailure().correlationId()).isEqualTo("c-1");
    }

    @Test
    void attemptsAreCountedPerMessageAndClass() {
        Delivery delivery = of("messaging");
        assertThat(judge(delivery, 418).isCurable()).isTrue();
        assertThat(judge(delivery, 418).isCurable()).isTrue();
        assertThat(judge(delivery, 418).isCurable()).isFalse();
        assertThat(judge(of("messaging"), 418).isCurable()).isTrue();
    }

    @Test
    void aMessageIsReopenedWhereItsDialectCan() {
        Delivery cannot = of("messaging");
        assertThat(judge(cannot, 410).isCurable()).isFalse();
        Delivery can = of("messaging");
        can.reopens(true);
        assertThat(judge(can, 410).isCurable()).isTrue();
        assertThat(judge(can, 410).isCurable()).isFalse();
    }

    @Test
    void aMessageIsDeadAtOnceInTheDialectsThatAreNamed() {
        assertThat(catalogue
                        .judge(answer(0, "lost", "send", -1), of("messaging"), null)
                        .isCurable())
                .isFalse();
        assertThat(catalogue
                        .judge(answer(0, "lost", "send", -1), of("kiosk"), null)
                        .isCurable())
                .isTrue();
    }

    /** Each wait may be up to an hour, and an hour is all there is; one of no time at all would be refused by chance only. */
    @Test
    void aMessageIsCuredAsLongAsItsTimeIsNotOverAndItsNextWaitEndsBefore() {
        Answer young = answer(500, null, "send", 5);
        assertThat(catalogue.judge(young, of("messaging"), null).isCurable()).isTrue();

        Delivery late = of("messaging");
        late.failed(new Failure("brief", "r", "a", 500, null, null), System.nanoTime() - 3_700_000_000_000L);
        assertThat(catalogue.judge(young, late, null).isCurable()).isFalse();
    }

    @ParameterizedTest(name = "{0} ms → {1}")
    @CsvSource({"-1, unknown", "0, brief", "30000, brief", "30001, unknown"})
    void aThreadIsYoungUpToItsAge(long age, String errorClass) {
        assertThat(catalogue
                        .judge(answer(500, null, "send", age), of("messaging"), null)
                        .errorClass()
                        .name())
                .isEqualTo(errorClass);
    }

    @ParameterizedTest(name = "{0} {1} {2} {3} → {4}")
    @CsvSource({
        "404, closed, '', kiosk, reopening",
        "404, closed, once again, kiosk, brief",
        "404, closed, once again, other, reopening",
        "404, closed.not, '', kiosk, unknown",
        "399, closed, '', kiosk, unknown",
        "500, closed, '', kiosk, unknown"
    })
    void everyConditionOfARowMustHold(int status, String code, String text, String dialect, String errorClass) {
        Answer answer =
                new Answer("main", "send", dialect, status, null, code, text, null, null, "", -1, -1, null, null);
        assertThat(catalogue.judge(answer, null, null).errorClass().name()).isEqualTo(errorClass);
    }

    @ParameterizedTest(name = "{0} {1} → {2}")
    @CsvSource({
        "lost, send, true",
        "unreadable, send, true",
        "unreachable, send, false",
        "lost, open, false",
        "unreadable, receipt, false"
    })
    void onlyASendingThatWasWrittenMayRepeat(String network, String call, boolean repeat) {
        Delivery delivery = of("kiosk");
        GenesysFailure failure = catalogue.judge(answer(0, network, call, -1), delivery, null);
        assertThat(failure.getFailure().status()).isNull();
        assertThat(delivery.possibleRepeat()).isEqualTo(repeat);
    }

    @Test
    void aCallOfNoMessageIsCurableUnlessItsClassIsDead() {
        assertThat(catalogue.judge(answer(418, null, "token", -1), null, null).isCurable())
                .isTrue();
        assertThat(catalogue.judge(answer(400, null, "token", -1), null, null).isCurable())
                .isFalse();
    }

    @Test
    void theCauseIsKept() {
        IOException cause = new IOException("reset");
        assertThat(catalogue.judge(answer(0, "lost", "send", -1), of("kiosk"), cause))
                .hasCause(cause);
    }

    @Test
    void whatMayHaveReachedGenesysBeforeACrashIsSentAgainUnlessTheDialectsSettingIsDead() {
        Delivery fresh = of("messaging");
        assertThatCode(() -> catalogue.mayRepeat(fresh)).doesNotThrowAnyException();
        Delivery sentAgain = of("kiosk");
        sentAgain.mayRepeat();
        assertThatCode(() -> catalogue.mayRepeat(sentAgain)).doesNotThrowAnyException();
        Delivery dead = of("messaging");
        dead.mayRepeat();
        assertThatThrownBy(() -> catalogue.mayRepeat(dead)).isInstanceOfSatisfying(GenesysFailure.class, failure -> {
            assertThat(failure.isCurable()).isFalse();
            assertThat(failure.errorClass().name()).isEqualTo("outcome-unknown");
        });
        assertThat(dead.failure().errorClass()).isEqualTo("outcome-unknown");
    }

    @Test
    void whoPutsAMessageBackHasDecidedAboutWhatWasInDoubtBeforeAndNotAboutALaterCrash() {
        Delivery putBack = of("messaging");
        putBack.mayRepeat();
        putBack.replayed(1);
        assertThatCode(() -> catalogue.mayRepeat(putBack)).doesNotThrowAnyException();
        putBack.unfinished(1);
        assertThatThrownBy(() -> catalogue.mayRepeat(putBack)).isInstanceOf(GenesysFailure.class);
    }

    @Test
    void aFaultOfOursIsToldAsOurs() {
        Delivery delivery = of("messaging");
        catalogue.broken(delivery, new IllegalStateException("secret"));
        assertThat(delivery.failure().errorClass()).isEqualTo("unknown");
        assertThat(delivery.failure().reason())
                .isEqualTo("The bridge itself failed on this message: IllegalStateException");
    }

    @Test
    void aRefusalBeforeSendingIsToldInItsOwnWordsHoweverItIsWrapped() {
        MessageRefused own = new MessageRefused("text is missing");
        for (Throwable refusal : new Throwable[] {own, new RuntimeException(new RuntimeException(own))}) {
            Delivery delivery = of("messaging");
            catalogue.refused(delivery, refusal);
            assertThat(delivery.failure().errorClass()).isEqualTo("payload-invalid");
            assertThat(delivery.failure().reason()).isEqualTo("text is missing");
        }
        Delivery delivery = of("messaging");
        catalogue.refused(delivery, new RuntimeException("outer", new IllegalStateException("root")));
        assertThat(delivery.failure().reason()).isEqualTo("root");
    }

    @Test
    void aRowIsReadAsItStands() {
        assertThat(catalogue.classes())
                .filteredOn(row -> row.name().equals("outcome-unknown"))
                .singleElement()
                .satisfies(row -> {
                    assertThat(row.action()).isEqualTo(Action.WAIT);
                    assertThat(row.firstMs()).isEqualTo(70);
                    assertThat(row.capMs()).isEqualTo(70);
                    assertThat(row.deadIn()).containsExactly("messaging");
                    assertThat(row.threshold()).isOne();
                });
    }

    @Test
    void aMessageThatFailsAgainAtOnceHasNotSpentItsTime() {
        Delivery delivery = of("messaging");
        Answer young = answer(500, null, "send", 5);
        for (int failures = 0; failures < 20; failures++) {
            assertThat(catalogue.judge(young, delivery, null).isCurable()).isTrue();
        }
    }

    /** The budget of retries is asked for what the bridge guesses, not for what Genesys or a new token makes right. */
    @ParameterizedTest(name = "{0} {1} {2} → {3}")
    @CsvSource({"418, , -1, true", "418, , 2000, false", "400, , -1, false", "410, , -1, false", "0, lost, -1, true"})
    void onlyAGuessAsksTheBudgetOfRetries(int status, String network, long askedMs, boolean asks) {
        Delivery delivery = of("kiosk");
        delivery.reopens(true);
        catalogue.judge(
                new Answer("main", "send", "kiosk", status, network, "", "", null, null, "", -1, askedMs, null, null),
                delivery,
                null);
        assertThat(delivery.takeRetry()).isEqualTo(asks);
    }

    @Test
    void aMessageThatIsDeadAsksNoBudgetOfRetries() {
        Delivery delivery = of("messaging");
        for (int attempts = 0; attempts < 3; attempts++) {
            judge(delivery, 418);
        }
        assertThat(delivery.takeRetry()).isFalse();
    }

    @Test
    void oneDeathTooManyPausesTheChannelAndTellsTheLast() {
        Delivery delivery = of("messaging");
        GenesysFailure judged = judge(delivery, 400);
        GenesysFailure mass = catalogue.massRefusal(delivery, judged, 50);
        assertThat(mass.isCurable()).isTrue();
        assertThat(mass.errorClass().name()).isEqualTo("mass-refusal");
        assertThat(mass.getFailure().reason()).isEqualTo("Too many. The last one: payload-invalid: Wrong on lobby.");
        assertThat(mass.getFailure().status()).isEqualTo(400);
        assertThat(mass.getPause().radius()).isEqualTo("channel");
        assertThat(mass.getPause().untilTaken()).isTrue();
        assertThat(delivery.failure()).isEqualTo(mass.getFailure());
        assertThat(delivery.takeRetry()).as("its next call is a guess").isTrue();
    }

    @Test
    void oneThatWasGivenUpTellsWhatItMetAndWhetherGenesysMayHaveIt() {
        Delivery delivery = of("kiosk");
        catalogue.givenUp(delivery);
        assertThat(delivery.failure().errorClass()).isEqualTo("given-up");
        assertThat(delivery.failure().reason()).isEqualTo("An operator gave the message up. It was never tried.");

        Delivery tried = of("kiosk");
        judge(tried, 418);
        catalogue.givenUp(tried);
        assertThat(tried.failure().reason())
                .isEqualTo("An operator gave the message up. The last failure: unknown: It is new.");
        assertThat(tried.failure().status()).isEqualTo(418);

        Delivery doubtful = of("kiosk");
        catalogue.judge(answer(0, "lost", "send", -1), doubtful, null);
        catalogue.givenUp(doubtful);
        assertThat(doubtful.failure().reason()).contains("outcome-unknown: Who knows.", "Genesys may have it");
    }

    /** As they come to a clause that knows nothing of them, in routes from before. */
    @Test
    void oneThatWasGivenUpIsNoFaultOfTheBridges() {
        Delivery delivery = of("kiosk");
        delivery.giveUp();
        assertThat(catalogue.mayTryAgain(delivery, new IllegalStateException())).isFalse();
        catalogue.broken(delivery, new IllegalStateException());
        assertThat(delivery.failure().errorClass()).isEqualTo("given-up");
    }

    @Test
    void aFileWithoutTheRowKnowsNoPoison() {
        assertThat(catalogue.poison()).isNull();
    }

    @Test
    void aPoisonRowSaysWhen() throws IOException {
        String row =
                "  poison: { radius: message, action: dead, attempts: 20, reason: Bad on <channel>., advice: Look. }\n";
        Path file = folder.resolve("poison.yaml");
        String before = Files.readString(folder.resolve("error-classes.yaml"));
        Files.writeString(file, before.replace("classes:\n", "classes:\n" + row));
        assertThatThrownBy(() -> new ErrorCatalogue(file)).hasMessageContaining("attempts and within-ms");

        Files.writeString(
                file, before.replace("classes:\n", "classes:\n" + row.replace("20,", "20, within-ms: 1800000,")));
        ErrorCatalogue bounded = new ErrorCatalogue(file);
        Delivery delivery = of("kiosk");
        GenesysFailure dead = bounded.poisoned(delivery, bounded.judge(answer(503, null, "send", -1), delivery, null));
        assertThat(dead.isCurable()).isFalse();
        assertThat(dead.getFailure().reason()).isEqualTo("Bad on lobby. The last failure: unknown: It is new.");
        assertThat(dead.getFailure().status()).isEqualTo(503);
        assertThat(delivery.failure()).isEqualTo(dead.getFailure());
        assertThat(delivery.takeRetry()).isFalse();
    }

    @Test
    void theOftenerTheBridgeDiedOfAMessageTheLongerItWaits() throws Exception {
        ErrorCatalogue doubling = new ErrorCatalogue(Files.writeString(
                folder.resolve("doubling.yaml"),
                Files.readString(folder.resolve("error-classes.yaml"))
                        .replace("attempts: 2, reason: It is new.", "wait-ms: 1000..900000, reason: It is new.")));
        for (int deaths = 1; deaths < 10; deaths++) {
            long longest = 0;
            for (int i = 0; i < 100; i++) {
                Delivery delivery = of("kiosk");
                delivery.unfinished(deaths);
                doubling.mayRepeat(delivery);
                longest = Math.max(longest, delivery.heldForMillis());
            }
            long limit = deaths == 1 ? 0 : 1000L << (deaths - 2);
            assertThat(longest)
                    .as("after %d deaths", deaths)
                    .isBetween(deaths == 1 ? Long.MIN_VALUE : limit / 2, limit);
        }
    }
}
