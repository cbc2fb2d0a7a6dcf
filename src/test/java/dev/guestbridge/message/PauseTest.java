package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PauseTest {

    private static final Pause HALF_A_SECOND_TO_FIVE = new Pause("org", 5, 500, 5000, -1, 0);

    @ParameterizedTest
    @CsvSource({"1, 500", "2, 1000", "3, 2000", "4, 4000", "5, 5000", "50, 5000"})
    void aMessageWaitsAnythingUpToADoublingLimitAndNeverNothing(int n, long limit) {
        LongStream waits =
                LongStream.generate(() -> HALF_A_SECOND_TO_FIVE.waitMs(n)).limit(2000);
        var seen = waits.summaryStatistics();
        assertThat(seen.getMin()).isBetween(50L, limit / 4);
        assertThat(seen.getMax()).isBetween(limit * 3 / 4, limit);
    }

    @ParameterizedTest
    @CsvSource({"1, 500, 700", "4, 4000, 5600", "50, 5000, 7000"})
    void aProbeWaitsThatLimitAndUpToTwoFifthsMore(int n, long least, long most) {
        var seen = LongStream.generate(() -> HALF_A_SECOND_TO_FIVE.probeMs(n))
                .limit(2000)
                .summaryStatistics();
        assertThat(seen.getMin()).isBetween(least, least + 50 + least / 20);
        assertThat(seen.getMax()).isBetween(most - 50 - most / 20, most);
    }

    @ParameterizedTest
    @CsvSource({
        "0, 1000",
        "1, 1000",
        "1000, 1000",
        "2500, 2500",
        "300000, 300000",
        "300001, 300000",
        "31536000000, 300000"
    })
    void whatGenesysAsksForGoesBeforeBothFromASecondToFiveMinutes(long asked, long wait) {
        Pause pause = new Pause("org", 5, 500, 5000, asked, 0);
        assertThat(pause.asked()).isTrue();
        assertThat(pause.waitMs(1)).isEqualTo(wait);
        assertThat(pause.probeMs(9)).isEqualTo(wait);
    }

    @Test
    void aClassWithoutWaitsStillDoesNotTryAgainAtOnce() {
        Pause none = new Pause("org", 1, 0, 0, -1, 0);
        assertThat(none.waitMs(1)).isEqualTo(50);
        assertThat(none.probeMs(1)).isEqualTo(50);
    }
}
