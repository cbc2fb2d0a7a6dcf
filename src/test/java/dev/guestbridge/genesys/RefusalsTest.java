package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.VirtualTime;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RefusalsTest {

    private final VirtualTime time = new VirtualTime();
    private final Refusals refusals = new Refusals(50, time.clock());

    private long die(String channel, int tries) {
        return IntStream.range(0, tries).filter(i -> refusals.mayDie(channel)).count();
    }

    @Test
    void fiftyDieAndTheNextDoesNot() {
        assertThat(die("whatsapp", 10_000)).isEqualTo(50);
    }

    @Test
    void noneDiesAnyMoreHoweverLongItLastsUntilOneIsTaken() {
        die("whatsapp", 51);
        for (int minutes = 0; minutes < 60; minutes++) {
            time.pass(60_000);
            assertThat(die("whatsapp", 3)).isZero();
        }
        refusals.taken("whatsapp");
        assertThat(die("whatsapp", 1)).isEqualTo(1);
    }

    @Test
    void oneThatIsTakenDoesNotStartTheMinuteAnew() {
        die("whatsapp", 51);
        time.pass(30_000);
        refusals.taken("whatsapp");
        assertThat(die("whatsapp", 10)).isZero();
        time.pass(30_000);
        refusals.taken("whatsapp");
        assertThat(die("whatsapp", 100)).isEqualTo(50);
    }

    @Test
    void fiftyAMinuteForEverAreNotTooMany() {
        for (int minutes = 0; minutes < 10; minutes++) {
            assertThat(die("whatsapp", 50)).isEqualTo(50);
            time.pass(60_000);
        }
    }

    @Test
    void itIsAnyMinuteNotOneOfTheClock() {
        time.pass(59_000);
        assertThat(die("whatsapp", 30)).isEqualTo(30);
        time.pass(2000);
        assertThat(die("whatsapp", 30)).isEqualTo(20);
    }

    @Test
    void eachChannelHasItsOwn() {
        die("whatsapp", 51);
        assertThat(die("mobile", 51)).isEqualTo(50);
    }

    @Test
    void zeroIsNoLimit() {
        Refusals none = new Refusals(0, time.clock());
        assertThat(IntStream.range(0, 1000).allMatch(i -> none.mayDie("whatsapp")))
                .isTrue();
    }
}
