package dev.guestbridge.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.VirtualTime;
import dev.guestbridge.lane.Gate.Turn;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Pause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final Failure DOWN = new Failure("unavailable", "It is down.", "Wait.", 503, null, null);
    private static final Pause AFTER_FIVE = new Pause("org", 5, 500, 5000, -1, 0);
    private static final Pause AT_ONCE = new Pause("org", 1, 500, 5000, -1, 0);
    private static final Pause FOR_TEN_SECONDS = new Pause("org", 5, 1000, 5000, 10_000, 0);
    private static final Pause UNTIL_TAKEN = new Pause("channel", 1, 500, 5000, -1, 1200);

    private static final Pause MASS_REFUSAL = new Pause("channel", 1, 5000, 60_000, -1, 1200);

    private final VirtualTime time = new VirtualTime();
    private final List<String> told = new ArrayList<>();
    private final List<Turn> passed = new ArrayList<>();
    private final List<Integer> order = new ArrayList<>();
    private final Gate gate = new Gate("organisation main", time, time, time.clock(), new Gate.Watcher() {
        @Override
        public void shut(String name, Failure cause, Instant since) {
            told.add("shut");
        }

        @Override
        public void opened(String name, Failure cause, Instant since) {
            told.add("opened");
        }
    });

    private void arrive(int count) {
        IntStream.range(0, count).forEach(this::arriveAs);
    }

    private void arriveAs(int number) {
        arriveAs(number, false, true);
    }

    private void arriveAs(int number, boolean refusedBefore, boolean tells) {
        gate.pass(null, refusedBefore, tells).thenAccept(turn -> {
            passed.add(turn);
            order.add(number);
        });
    }

    private Turn last() {
        return passed.get(passed.size() - 1);
    }

    private void shutBy(Pause pause) {
        arrive(1);
        assertThat(gate.failed(last(), DOWN, pause)).isTrue();
        passed.clear();
        order.clear();
    }

    @Test
    void whatWaitedPassesInStepsThatDouble() {
        shutBy(AT_ONCE);
        arrive(40);
        time.pass(1000);
        assertThat(passed).as("the probe alone").hasSize(1);
        gate.answered(last(), true);
        List<Integer> steps = new ArrayList<>();
        for (int before = 1; passed.size() < 40; before = passed.size()) {
            time.pass(before == 1 ? 0 : 250);
            steps.add(passed.size() - before);
            gate.answered(last(), true);
        }
        assertThat(steps).containsExactly(1, 2, 4, 8, 16, 8);
        assertThat(order).as("in the order of their coming").isSorted();
        assertThat(gate.state()).as("open, as nobody waits any more").isNull();
        assertThat(told).containsExactly("shut", "opened");
    }

    @Test
    void whoWaitsNoMoreIsNoProbe() {
        shutBy(AT_ONCE);
        CompletableFuture<Turn> first = gate.pass(null, false, true).toCompletableFuture();
        arrive(1);
        gate.withdraw(first);
        assertThat(first).isCompletedExceptionally();
        assertThat(gate.queued()).isOne();
        time.pass(1000);
        assertThat(passed).as("the one behind it").hasSize(1);
        gate.withdraw(first);
        gate.answered(last(), true);
        assertThat(gate.state()).isNull();
    }

    @Test
    void theNextStepWaitsForAnAnswerToTheLast() {
        shutBy(AT_ONCE);
        arrive(40);
        time.pass(1000);
        gate.answered(last(), true);
        time.pass(10_000);
        assertThat(passed).as("the probe and the first step").hasSize(2);
        gate.answered(last(), true);
        assertThat(passed).hasSize(4);
    }

    @Test
    void aStepWhoseAnswersAreLostDoesNotHoldTheRestForEver() {
        shutBy(AT_ONCE);
        arrive(4);
        time.pass(1000);
        gate.answered(last(), true);
        time.pass(61_000);
        assertThat(passed).hasSize(4);
    }

    @Test
    void aTurnIsGoodForAnOpeningAndASendingWhileItResumes() {
        shutBy(AT_ONCE);
        arrive(4);
        time.pass(1000);
        gate.answered(last(), true);
        Turn ofTheFirstStep = last();
        assertThat(gate.pass(ofTheFirstStep, false, true).toCompletableFuture()).isCompletedWithValue(ofTheFirstStep);
        assertThat(gate.failed(ofTheFirstStep, DOWN, AT_ONCE)).isTrue();
        assertThat(gate.pass(ofTheFirstStep, false, true).toCompletableFuture())
                .as("shut again")
                .isNotDone();
    }

    @Test
    void newcomersQueueBehindWhatWaits() {
        shutBy(AT_ONCE);
        arrive(4);
        time.pass(1000);
        gate.answered(last(), true);
        arriveAs(99);
        for (int step = 0; step < 3; step++) {
            gate.answered(last(), true);
            time.pass(250);
        }
        assertThat(order).containsExactly(0, 1, 2, 3, 99);
    }

    private void shutByFive() {
        for (int i = 0; i < 5; i++) {
            arrive(1);
            gate.failed(last(), DOWN, AFTER_FIVE);
        }
        passed.clear();
        order.clear();
    }

    @Test
    void asManyFailuresWhileItResumesShutItAgainWithoutAWord() {
        shutByFive();
        arrive(40);
        time.pass(1000);
        gate.answered(last(), true);
        for (int i = 0; i < 4; i++) {
            assertThat(gate.failed(last(), DOWN, AFTER_FIVE)).isFalse();
            time.pass(250);
        }
        assertThat(passed).as("one by one, as nothing gets through").hasSize(6);
        assertThat(gate.failed(last(), DOWN, AFTER_FIVE)).isTrue();
        time.pass(300);
        assertThat(passed).as("nothing but the next probe, later").hasSize(6);
        assertThat(told).containsExactly("shut");
        time.pass(1200);
        assertThat(passed).hasSize(7);
        assertThat(last().probe()).isTrue();
    }

    @Test
    void aStepThatFailedIsFollowedByTheNextAtOnceWhenItIsDue() {
        shutByFive();
        arrive(3);
        time.pass(1000);
        gate.answered(last(), true);
        time.pass(1000);
        assertThat(passed).as("the probe and the first step").hasSize(2);
        gate.failed(last(), DOWN, AFTER_FIVE);
        assertThat(passed).hasSize(3);
    }

    @Test
    void aFailedProbeIsEnough() {
        shutByFive();
        arrive(2);
        time.pass(1000);
        assertThat(gate.failed(last(), DOWN, AFTER_FIVE)).isTrue();
        time.pass(300);
        assertThat(passed).hasSize(1);
    }

    @Test
    void failuresThatAreToldBeforeTheSuccessesOfTheSameStepDontShutIt() {
        shutByFive();
        arrive(100);
        time.pass(1000);
        gate.answered(last(), true);
        for (int step = 1; step < 16; step *= 2) {
            gate.answered(last(), true);
            passed.clear();
            time.pass(250);
        }
        assertThat(passed).hasSize(16);
        for (int i = 0; i < 10; i++) {
            assertThat(gate.failed(passed.get(i), DOWN, AFTER_FIVE)).isFalse();
        }
        time.pass(1000);
        assertThat(passed).as("the rest may still be taken").hasSize(16);
        gate.answered(passed.get(10), true);
        assertThat(passed).as("no more than before, as most of it failed").hasSize(32);
        for (int i = 16; i < 31; i++) {
            assertThat(gate.failed(passed.get(i), DOWN, AFTER_FIVE)).isFalse();
        }
        assertThat(gate.failed(passed.get(31), DOWN, AFTER_FIVE))
                .as("nothing of it was taken")
                .isTrue();
    }

    @Test
    void aGenesysThatFailsEveryThirdCallIsUsedAllTheSame() {
        shutByFive();
        arrive(400);
        int heard = 0;
        for (int quarters = 0; quarters < 40 && gate.state() != null; quarters++) {
            time.pass(250);
            for (; heard < passed.size(); heard++) {
                if (heard % 3 == 1) {
                    assertThat(gate.failed(passed.get(heard), DOWN, AFTER_FIVE)).isFalse();
                    arrive(1);
                } else {
                    gate.answered(passed.get(heard), true);
                }
            }
        }
        assertThat(told).as("within ten seconds").containsExactly("shut", "opened");
        assertThat(passed).hasSizeGreaterThan(400);
    }

    @Test
    void fourFailuresInARowDoNotShutItAndTheFifthDoes() {
        for (int i = 0; i < 4; i++) {
            arrive(1);
            assertThat(gate.failed(last(), DOWN, AFTER_FIVE)).isFalse();
        }
        arrive(1);
        gate.answered(last(), true);
        for (int i = 0; i < 4; i++) {
            arrive(1);
            assertThat(gate.failed(last(), DOWN, AFTER_FIVE)).isFalse();
        }
        arrive(1);
        assertThat(gate.failed(last(), DOWN, AFTER_FIVE)).isTrue();
    }

    @Test
    void nothingPassesBeforeTheTimeThatGenesysAskedFor() {
        shutBy(FOR_TEN_SECONDS);
        arrive(40);
        time.pass(9999);
        assertThat(passed).isEmpty();
        time.pass(1);
        assertThat(passed).as("one first").hasSize(1);
        time.pass(1000);
        assertThat(passed).as("nobody knows yet that the cause is gone").hasSize(1);
        gate.answered(last(), true);
        assertThat(passed).hasSize(3);
    }

    @Test
    void theTimeThatTheLastRefusalAsksForCounts() {
        arrive(2);
        Turn early = passed.get(0);
        Turn late = passed.get(1);
        gate.failed(early, DOWN, FOR_TEN_SECONDS);
        passed.clear();
        arrive(1);
        time.pass(700);
        assertThat(gate.failed(late, DOWN, FOR_TEN_SECONDS)).isTrue();
        time.pass(9_999);
        assertThat(passed).isEmpty();
        time.pass(1);
        assertThat(passed).hasSize(1);
    }

    @Test
    void inALongOutageThereIsAtMostOneProbeInFiveSecondsAndTheNextIsNeverMoreThanSevenAway() {
        shutBy(AT_ONCE);
        arrive(10);
        List<Long> probes = new ArrayList<>();
        for (long end = time.nanos() + 600_000_000_000L; time.nanos() < end; ) {
            int before = passed.size();
            time.pass(10);
            if (passed.size() > before) {
                probes.add(time.nanos() / 1_000_000);
                gate.failed(last(), DOWN, AT_ONCE);
                arriveAs(order.get(order.size() - 1));
            }
        }
        List<Long> gaps = IntStream.range(6, probes.size())
                .mapToObj(i -> probes.get(i) - probes.get(i - 1))
                .toList();
        assertThat(gaps).hasSizeGreaterThan(80).allMatch(gap -> gap >= 5000 && gap <= 7010);
        assertThat(gaps)
                .as("not in step with other instances")
                .anyMatch(gap -> gap < 5800)
                .anyMatch(gap -> gap > 6200);
    }

    @Test
    void probesAreTakenFromThoseWhoWaitInTurn() {
        shutBy(AT_ONCE);
        arrive(3);
        for (int i = 0; i < 6; i++) {
            time.pass(8000);
            gate.failed(last(), DOWN, AT_ONCE);
            arriveAs(order.get(order.size() - 1));
        }
        assertThat(order).containsExactly(0, 1, 2, 0, 1, 2);
    }

    @Test
    void aProbeWhoseEndNobodyToldIsFollowedByAnother() {
        shutBy(AT_ONCE);
        arrive(2);
        time.pass(1000);
        assertThat(passed).hasSize(1);
        time.pass(60_000);
        assertThat(passed).hasSize(2);
    }

    @Test
    void aProbeMayCallAsOftenAsItsAttemptNeeds() {
        shutBy(AT_ONCE);
        arrive(2);
        time.pass(1000);
        assertThat(gate.pass(last(), false, true).toCompletableFuture()).isCompletedWithValue(last());
        gate.failed(last(), DOWN, AT_ONCE);
        assertThat(gate.pass(last(), false, true).toCompletableFuture()).isNotDone();
    }

    @Test
    void whatPassedBeforeItWasShutIsNotAllowedAfterwards() {
        arrive(2);
        assertThat(gate.allows(passed.get(1))).isTrue();
        gate.failed(passed.get(0), DOWN, AT_ONCE);
        assertThat(gate.allows(passed.get(1))).isFalse();
        arrive(1);
        time.pass(1000);
        assertThat(gate.allows(last())).as("the probe").isTrue();
    }

    @Test
    void newsFromBeforeItWasShutChangesNothing() {
        arrive(2);
        gate.failed(passed.get(0), DOWN, AT_ONCE);
        gate.answered(passed.get(1), true);
        gate.failed(passed.get(1), DOWN, AT_ONCE);
        arrive(1);
        time.pass(1000);
        assertThat(passed).as("the first pause's probe").hasSize(3);
    }

    @Test
    void aPauseThatOnlyAYesEndsOutlastsRefusals() {
        shutBy(UNTIL_TAKEN);
        IntStream.range(0, 3).forEach(number -> arriveAs(number, true, true));
        time.pass(1000);
        gate.answered(last(), false);
        time.pass(1000);
        assertThat(passed).hasSize(1);
        gate.answered(last(), true);
        assertThat(passed).hasSize(2);
    }

    /** Genesys takes only these, refuses the others, and so they come again. */
    private int callsUntil(BooleanSupplier done, Set<Integer> good) {
        int judged = 0;
        for (long end = time.nanos() + 86_400_000_000_000L; !done.getAsBoolean() && time.nanos() < end; ) {
            time.pass(100);
            for (; judged < passed.size() && !done.getAsBoolean(); judged++) {
                Turn turn = passed.get(judged);
                int number = order.get(judged);
                if (good.contains(number)) {
                    gate.answered(turn, true);
                } else {
                    gate.failed(turn, DOWN, MASS_REFUSAL);
                    arriveAs(number, true, true);
                }
            }
        }
        return judged;
    }

    @Test
    void oneGoodGuestAmongAThousandBadOnesIsFoundAsFastAsRefusalsAreNotTooMany() {
        shutBy(MASS_REFUSAL);
        arrive(1000);
        long before = time.nanos();
        int calls = callsUntil(() -> order.contains(700), Set.of(700));
        assertThat(calls).as("nobody twice, but by a probe").isLessThanOrEqualTo(1050);
        long minutes = (time.nanos() - before) / 60_000_000_000L;
        assertThat(minutes).as("of guests, by the gate's own time").isLessThanOrEqualTo(20);
        assertThat(calls).as("50 a minute, and the probes").isLessThanOrEqualTo((int) (minutes + 1) * 52 + 4);
    }

    @Test
    void whereMessagesAreMendedAtTheirSourceTheNewestTellsSo() {
        shutBy(UNTIL_TAKEN);
        arrive(1000);
        callsUntil(() -> passed.size() == 20, Set.of());
        arriveAs(5000);
        arriveAs(5001);
        int already = passed.size();
        callsUntil(() -> order.containsAll(List.of(5000, 5001)), Set.of(5000, 5001));
        assertThat(passed.size() - already).isLessThanOrEqualTo(5);
    }

    @Test
    void theOldestAreTriedWhateverComesMeanwhile() {
        shutBy(UNTIL_TAKEN);
        arrive(10);
        for (int newer = 100; !order.containsAll(List.of(0, 1, 2, 3)); newer++) {
            arriveAs(newer);
            int calls = passed.size();
            callsUntil(() -> passed.size() > calls, Set.of());
            assertThat(newer).isLessThan(120);
        }
    }

    @Test
    void aNewcomerThatIsTakenFreesNewcomersAndTheRefusedAreTriedAgainAtTheSamePace() {
        shutBy(UNTIL_TAKEN);
        IntStream.range(0, 100).forEach(number -> arriveAs(number, true, true));
        arriveAs(500);
        time.pass(1200);
        assertThat(order).as("a newcomer first").endsWith(500);
        gate.answered(last(), true);
        assertThat(gate.state().trickling()).isTrue();
        int before = passed.size();
        arriveAs(501);
        assertThat(order).as("nothing holds newcomers up").endsWith(501);
        time.pass(60_000);
        assertThat(passed).as("no more a minute than are not too many").hasSize(before + 1 + 50);
        assertThat(order.subList(before + 1, before + 51)).isSorted();
        gate.answered(last(), false);
        time.pass(62_000);
        assertThat(gate.state()).as("what was refused is gone").isNull();
        assertThat(told).containsExactly("shut", "opened");
    }

    @Test
    void aRefusedOneThatIsTakenFreesAll() {
        shutBy(UNTIL_TAKEN);
        IntStream.range(0, 40).forEach(number -> arriveAs(number, true, true));
        time.pass(1000);
        gate.answered(last(), true);
        for (int step = 1; step <= 32; step *= 2) {
            gate.answered(last(), true);
            time.pass(250);
        }
        assertThat(passed).hasSize(40);
        gate.answered(last(), true);
        assertThat(gate.state()).isNull();
    }

    @Test
    void aRefusedOneThatIsTakenWhileTheyAreTriedAgainFreesTheRest() {
        shutBy(UNTIL_TAKEN);
        IntStream.range(0, 100).forEach(number -> arriveAs(number, true, true));
        arriveAs(500);
        time.pass(1200);
        gate.answered(last(), true);
        time.pass(1200);
        gate.answered(last(), true);
        assertThat(gate.state().trickling()).isFalse();
        gate.answered(last(), true);
        time.pass(250);
        gate.answered(last(), true);
        time.pass(250);
        assertThat(passed)
                .as("the newcomer, one of the refused, and steps of 1, 2 and 4")
                .hasSize(9);
    }

    @Test
    void aStepInWhichMessagesAreRefusedForTheirOwnSakeIsHeardAndIsNotDoubled() {
        shutBy(UNTIL_TAKEN);
        arrive(40);
        time.pass(1000);
        gate.answered(last(), true);
        for (int step = 2; step < 10; step++) {
            assertThat(passed).hasSize(step);
            gate.answered(last(), false);
            time.pass(250);
        }
    }

    @Test
    void tooManyRefusalsShutItAgainAndNewcomersAreTriedAgain() {
        shutBy(UNTIL_TAKEN);
        arrive(40);
        time.pass(1000);
        gate.answered(last(), true);
        assertThat(gate.failed(last(), DOWN, UNTIL_TAKEN)).isTrue();
        assertThat(gate.state().resuming()).isFalse();
        int before = passed.size();
        time.pass(1200);
        assertThat(passed.size() - before).isPositive();
        assertThat(gate.allows(last())).isTrue();
    }

    @Test
    void noMoreThanEightAreTriedWithoutAnAnswer() {
        shutBy(UNTIL_TAKEN);
        arrive(1000);
        time.pass(300_000);
        assertThat(passed.stream().filter(turn -> !turn.probe())).hasSize(8);
        Turn first = passed.stream().filter(turn -> !turn.probe()).findFirst().orElseThrow();
        assertThat(gate.allows(first)).as("a long wait for the budget").isTrue();
        assertThat(gate.pass(first, false, true).toCompletableFuture()).isCompletedWithValue(first);
        gate.inconclusive(first);
        assertThat(passed.stream().filter(turn -> !turn.probe())).hasSize(9);
        time.pass(600_000);
        assertThat(passed.stream().filter(turn -> !turn.probe()))
                .as("those whose end nobody told keep no place for ever")
                .hasSizeGreaterThan(15);
    }

    @Test
    void anotherCauseEndsTheTrying() {
        shutBy(UNTIL_TAKEN);
        arrive(10);
        time.pass(2400);
        Turn tried = passed.stream().filter(turn -> !turn.probe()).findFirst().orElseThrow();
        gate.failed(passed.stream().filter(Turn::probe).findFirst().orElseThrow(), DOWN, FOR_TEN_SECONDS);
        assertThat(gate.allows(tried)).isFalse();
        int before = passed.size();
        time.pass(9_999);
        assertThat(passed).hasSize(before);
    }

    @Test
    void whatTellsNothingOfOthersIsFreedWithTheNewcomers() {
        shutBy(MASS_REFUSAL);
        arriveAs(1, true, true);
        IntStream.range(10, 17).forEach(number -> arriveAs(number, false, false));
        arriveAs(500);
        time.pass(1200);
        gate.answered(last(), true);
        for (int step = 0; step < 3; step++) {
            gate.inconclusive(last());
            time.pass(250);
        }
        assertThat(order).startsWith(500, 10, 11, 12, 13);
        gate.inconclusive(last());
        assertThat(gate.state().trickling())
                .as("only the refused one waits any more")
                .isTrue();
    }

    @Test
    void whatTellsNothingOfOthersIsTriedAfterThoseThatDo() {
        shutBy(UNTIL_TAKEN);
        arriveAs(0, true, true);
        arriveAs(1, false, false);
        arriveAs(2);
        assertThat(gate.state().newcomers()).isOne();
        time.pass(1300);
        assertThat(order).containsExactly(2);
        gate.inconclusive(last());
        time.pass(100);
        assertThat(order).containsExactly(2, 1);
        gate.inconclusive(last());
        time.pass(100);
        assertThat(order).containsExactly(2, 1, 0);
    }

    @Test
    void anyAnswerEndsAllOtherPauses() {
        shutBy(AT_ONCE);
        arrive(1);
        time.pass(1000);
        gate.answered(last(), false);
        assertThat(gate.state()).isNull();
    }

    @Test
    void itShowsWhatItIsShutForAndHowManyWait() {
        shutBy(AT_ONCE);
        arrive(4);
        assertThat(gate.cause()).isEqualTo(DOWN);
        Standstill shut = gate.state();
        assertThat(shut.name()).isEqualTo("organisation main");
        assertThat(shut.cause()).isEqualTo(DOWN);
        assertThat(shut.since()).isEqualTo(time.clock().instant());
        assertThat(shut.nextProbe())
                .isBetween(shut.since().plusMillis(500), shut.since().plusMillis(700));
        assertThat(shut.waiting()).isEqualTo(4);
        assertThat(shut.probes()).isZero();
        assertThat(shut.resuming()).isFalse();

        time.pass(1000);
        gate.failed(last(), DOWN, AT_ONCE);
        assertThat(gate.state().probes()).isOne();
        time.pass(2000);
        gate.answered(last(), true);
        assertThat(gate.state().resuming()).isTrue();
        assertThat(gate.state().waiting()).isOne();
        gate.answered(last(), true);
        time.pass(250);
        gate.answered(last(), true);
        assertThat(gate.state()).isNull();
        assertThat(gate.cause()).isNull();
    }

    @Test
    void theWaitBeforeAProbeDoublesUpToItsLimit() {
        shutBy(AT_ONCE);
        arrive(10);
        for (long wait : new long[] {500, 1000, 2000, 4000, 5000, 5000}) {
            int before = passed.size();
            time.pass(wait - 1);
            assertThat(passed).as("less than %d ms", wait).hasSize(before);
            time.pass(wait * 4 / 10 + 1);
            assertThat(passed).hasSize(before + 1);
            gate.failed(last(), DOWN, AT_ONCE);
        }
    }

    @Test
    void aProbeThatIsDueGoesAsSoonAsSomebodyComes() {
        shutBy(AT_ONCE);
        time.pass(30_000);
        arrive(2);
        assertThat(passed).singleElement().matches(Turn::probe);
    }

    @Test
    void aProbeThatToldNothingIsSoonFollowedByAnother() {
        shutBy(AT_ONCE);
        arrive(3);
        time.pass(1000);
        gate.inconclusive(last());
        assertThat(passed).hasSize(1);
        time.pass(100);
        assertThat(passed).hasSize(2);
        assertThat(last().probe()).isTrue();
        assertThat(gate.state().resuming()).isFalse();
    }

    @Test
    void aStepThatToldNothingLetsTheNextGo() {
        shutBy(AT_ONCE);
        arrive(4);
        time.pass(1000);
        gate.answered(last(), true);
        gate.inconclusive(last());
        time.pass(250);
        assertThat(passed).as("the probe, a step of one and one of two").hasSize(4);
    }

    @Test
    void whatToldNothingChangesNothingWhenItPassedBeforeOrTheGateIsOpen() {
        arrive(2);
        gate.inconclusive(last());
        assertThat(gate.state()).isNull();
        Turn old = last();
        shutBy(AT_ONCE);
        arrive(1);
        gate.inconclusive(old);
        time.pass(400);
        assertThat(passed).as("not before its time").isEmpty();
    }

    @Test
    void anOperatorsWordLetsOneProbeGoBeforeItIsDue() {
        shutBy(AT_ONCE);
        arrive(3);
        assertThat(gate.state().probing()).isFalse();
        assertThat(gate.probeNow().probing()).isTrue();
        assertThat(passed).singleElement().matches(Turn::probe);
        assertThat(gate.probeNow().probing()).isTrue();
        assertThat(passed).as("one at a time").hasSize(1);

        gate.failed(last(), DOWN, AT_ONCE);
        assertThat(gate.state().probing()).isFalse();
        assertThat(gate.state().probes()).isOne();
        time.pass(999);
        assertThat(passed).as("the wait goes on as if nobody had asked").hasSize(1);
        time.pass(500);
        assertThat(passed).hasSize(2);
    }

    @Test
    void whatItLetsThroughByAnOperatorsWordOpensItStepByStep() {
        shutBy(AT_ONCE);
        arrive(4);
        gate.probeNow();
        gate.answered(last(), true);
        assertThat(passed).as("the probe and the first step").hasSize(2);
        assertThat(gate.state().resuming()).isTrue();
        assertThat(gate.probeNow().resuming()).isTrue();
        assertThat(passed).as("no step sooner").hasSize(2);
        gate.answered(last(), true);
        time.pass(250);
        assertThat(passed).hasSize(4);
    }

    @Test
    void anOperatorsWordIsForTheNextToComeWhenNobodyWaits() {
        shutBy(FOR_TEN_SECONDS);
        assertThat(gate.probeNow().nextProbe()).isEqualTo(time.clock().instant());
        arrive(2);
        assertThat(passed).singleElement().matches(Turn::probe);
    }

    @Test
    void itStillOpensAtTheTimeThatGenesysNamedWhenNobodyCame() {
        shutBy(FOR_TEN_SECONDS);
        gate.probeNow();
        time.pass(10_000);
        assertThat(gate.state()).isNull();
    }

    @Test
    void aRefusalThatNamesATimeAgainIsKeptToAfterAnOperatorsWord() {
        shutBy(FOR_TEN_SECONDS);
        arrive(2);
        gate.probeNow();
        gate.failed(last(), DOWN, FOR_TEN_SECONDS);
        time.pass(9_999);
        assertThat(passed).hasSize(1);
        time.pass(1);
        assertThat(passed).hasSize(2);
    }

    @Test
    void anOperatorsWordChangesNothingWhenItIsOpenOrCloses() {
        assertThat(gate.probeNow()).isNull();
        shutBy(AT_ONCE);
        gate.close();
        assertThat(gate.probeNow().probing()).isFalse();
        assertThat(time.tasks()).isZero();
    }

    @Test
    void aFailureFromBeforeIsNoPauseWhenItIsOpenAgain() {
        arrive(1);
        Turn old = last();
        shutBy(AT_ONCE);
        arrive(1);
        time.pass(1000);
        gate.answered(last(), true);
        assertThat(gate.state()).isNull();
        assertThat(gate.failed(old, DOWN, AT_ONCE)).isFalse();
        assertThat(gate.state()).isNull();
    }

    @Test
    void whatWaitsWhenTheBridgeStopsGoesBackToTheBusAndNothingPassesAnyMore() {
        shutBy(AT_ONCE);
        var waiting = gate.pass(null, false, true).toCompletableFuture();
        var waitingToo = gate.pass(null, false, true).toCompletableFuture();
        gate.close();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(waitingToo).isCompletedExceptionally();
        assertThat(gate.pass(null, false, true).toCompletableFuture()).isCompletedExceptionally();
        assertThat(time.tasks()).as("no alarm rings any more").isZero();
    }

    @Test
    void aCallThatFailsAfterItWasClosedWakesNobody() {
        shutBy(AT_ONCE);
        arrive(1);
        time.pass(1000);
        gate.close();
        assertThat(gate.failed(last(), DOWN, AT_ONCE)).isTrue();
        assertThat(time.tasks()).isZero();
    }
}
