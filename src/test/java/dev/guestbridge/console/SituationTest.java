package dev.guestbridge.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.lane.InLane;
import dev.guestbridge.lane.Standstill;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Delivery.Step;
import dev.guestbridge.message.Failure;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a message that is held is said to wait for. */
class SituationTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final Channel MOBILE = new Channel("mobile", "external-threads", "main", "int-mobile", null);
    private static final Failure DOWN = new Failure("unavailable", "It is down.", "Wait.", 503, null, null);
    private static final Failure NO_SCOPE = new Failure("scope-missing", "A scope lacks.", "Give it.", 403, null, null);

    private final Delivery delivery = delivery("m-1");

    private static Delivery delivery(String id) {
        return new Delivery(MOBILE, MOBILE.inQueue(), "bus-" + id, id, NOON, NOON, "{}");
    }

    private Situation first(Standstill... pauses) {
        return Situation.of(new InLane(delivery, 0, delivery), List.of(pauses), 300, NOON);
    }

    private static Standstill pause(Instant nextProbe, boolean probing, boolean resuming) {
        return new Standstill("channel mobile", NO_SCOPE, NOON, nextProbe, 2, 0, 1, probing, resuming, false);
    }

    @ParameterizedTest
    @CsvSource({
        "LANE, waiting, reading, looked for in the ledger",
        "TURN, waiting, turn, Nothing stands in its way",
        "TOKEN, waiting, token, a token of organisation main",
        "BUDGET, waiting, budget, 300 requests a minute (genesys.main.requests-per-minute)",
        "PLACE, waiting, place, genesys.calls-in-flight",
        "CALL, sending, answer, Genesys' answer is awaited",
        "END, ending, end, its channel told"
    })
    void eachStepHasItsWords(Step step, String state, String waitsFor, String words) {
        delivery.comesTo(step);
        assertThat(first().state()).isEqualTo(state);
        assertThat(first().waitsFor()).isEqualTo(waitsFor);
        assertThat(first().sentence()).contains(words);
    }

    @Test
    void oneThatIsTriedAgainNamesItsFailureAndTheTime() {
        delivery.attempt();
        delivery.callStarts();
        delivery.failed(DOWN, 0);
        delivery.holdFor(60_000);
        delivery.comesTo(Step.TURN);
        assertThat(first().waitsFor()).isEqualTo("retry");
        assertThat(first().why()).isEqualTo(DOWN);
        assertThat(first().nextTry()).isBetween(NOON.plusSeconds(50), NOON.plusSeconds(60));
        assertThat(first().sentence())
                .startsWith("1 attempt came to unavailable. The next one is at 2026-11-21T12:01:00Z");
    }

    @Test
    void aPauseComesBeforeItsOwnFailure() {
        delivery.failed(DOWN, 0);
        delivery.holdFor(60_000);
        delivery.comesTo(Step.TURN);
        Situation paused = first(pause(NOON.plusSeconds(7), false, false));
        assertThat(paused.waitsFor()).isEqualTo("pause");
        assertThat(paused.why()).isEqualTo(NO_SCOPE);
        assertThat(paused.nextTry()).isEqualTo(NOON.plusSeconds(7));
        assertThat(paused.sentence())
                .isEqualTo("Paused: channel mobile, scope-missing. The next probe goes at 2026-11-21T12:00:07Z;"
                        + " 2 guests' messages wait.");
    }

    @Test
    void aPauseThatEndsHasNoNextTry() {
        delivery.comesTo(Step.TURN);
        assertThat(first(pause(NOON.plusSeconds(7), true, false)).nextTry()).isNull();
        assertThat(first(pause(NOON.plusSeconds(7), true, false)).sentence()).contains("A probe is under way");
        assertThat(first(pause(NOON.plusSeconds(7), false, true)).nextTry()).isNull();
        assertThat(first(pause(NOON.plusSeconds(7), false, true)).sentence()).contains("resumes step by step");
    }

    @Test
    void whoeverIsTheProbeIsntSaidToWaitForThePause() {
        delivery.comesTo(Step.CALL);
        assertThat(first(pause(NOON, true, false)).waitsFor()).isEqualTo("answer");
    }

    @Test
    void oneBehindOthersWaitsForWhatTheFirstWaitsFor() {
        Delivery head = delivery("m-0");
        head.comesTo(Step.TURN);
        Situation behind = Situation.of(
                new InLane(delivery, 3, head), List.of(pause(NOON.plusSeconds(7), false, false)), 300, NOON);
        assertThat(behind.waitsFor()).isEqualTo("guest");
        assertThat(behind.why()).isEqualTo(NO_SCOPE);
        assertThat(behind.nextTry()).isEqualTo(NOON.plusSeconds(7));
        assertThat(behind.sentence()).isEqualTo("It waits behind 3 messages of its guest, the first of them m-0.");
    }

    @Test
    void oneThatCantBeReadIsOnItsWayToTheDeadLetters() {
        delivery.shares(new Failure("payload-invalid", "text is missing", "Correct it.", null, null, null));
        Situation refused = Situation.of(new InLane(delivery, InLane.NONE, delivery), List.of(), 300, NOON);
        assertThat(refused.waitsFor()).isEqualTo("end");
        assertThat(refused.sentence()).contains("leaves for guest.dead: text is missing");
    }
}
