package dev.guestbridge.lane;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.VirtualTime;
import dev.guestbridge.lane.Gate.Turn;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Pause;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class GateTest {

    private static final Failure DOWN = new Failure("unavailable", "It is down.", "Wait.", 503, null, null);
    private static final Pause AFTER_FIVE = new Pause("org", 5, 500, 5000, -1, false);
    private static final Pause AT_ONCE = new Pause("org", 1, 500, 5000, -1, false);
    private static final Pause FOR_TEN_SECONDS = new Pause("org", 5, 1000, 5000, 10_000, false);
    private static final Pause UNTIL_TAKEN = new Pause("channel", 1, 500, 5000, -1, true);

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
        gate.pass(null).thenAccept(turn -> {
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
        CompletableFuture<Turn> first = gate.pass(null).toCompletableFuture();
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
        assertThat(gate.pass(ofTheFirstStep).toCompletableFuture()).isCompletedWithValue(ofTheFirstStep);
        assertThat(gate.failed(ofTheFirstStep, DOWN, AT_ONCE)).isTrue();
        assertThat(gate.pass(ofTheFirstStep).toCompletableFuture())
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
        assertThat(gate.pass(last()).toCompletableFuture()).isCompletedWithValue(last());
        gate.failed(last(), DOWN, AT_ONCE);
        assertThat(gate.pass(last()).toCompletableFuture()).isNotDone();
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
        arrive(3);
        time.pass(1000);
        gate.answered(last(), false);
        time.pass(1000);
        assertThat(passed).hasSize(1);
        gate.answered(last(), true);
        assertThat(passed).hasSize(2);
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
        var waiting = gate.pass(null).toCompletableFuture();
        var waitingToo = gate.pass(null).toCompletableFuture();
        gate.close();
        assertThat(waiting).isCompletedExceptionally();
        assertThat(waitingToo).isCompletedExceptionally();
        assertThat(gate.pass(null).toCompletableFuture()).isCompletedExceptionally();
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
