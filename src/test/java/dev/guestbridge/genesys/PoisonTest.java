package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.VirtualTime;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Which message is to blame for its failures, and which isn't. */
class PoisonTest {

    private static final int FAILURES = 20;
    private static final long WITHIN_MS = 1_800_000;
    private static final int TRY_EVERY_MS = 4_000;

    private final VirtualTime time = new VirtualTime();
    private final Poison poison = new Poison(time.clock());

    private Delivery message(String channel) {
        Channel on = new Channel(channel, "messaging", "main", "int-1", null);
        Instant now = time.clock().instant();
        return new Delivery(on, on.inQueue(), "bus", "m", now, now, "");
    }

    private boolean fails(Delivery delivery) {
        return poison.kills(delivery, FAILURES, WITHIN_MS);
    }

    /** After how many minutes one of these is dead; -1 when none is within ten hours. */
    private long minutesUntilOneDies(List<Delivery> failing, String channelTaken) {
        Instant start = time.clock().instant();
        for (int tries = 0; tries < 10 * 3_600_000 / TRY_EVERY_MS; tries++) {
            if (channelTaken != null) {
                poison.taken(message(channelTaken));
            }
            for (Delivery one : failing) {
                if (fails(one)) {
                    return (time.clock().instant().toEpochMilli() - start.toEpochMilli()) / 60_000;
                }
            }
            time.pass(TRY_EVERY_MS);
        }
        return -1;
    }

    @Test
    void oneThatFailsAloneWhileOthersAreTakenIsToBlameAfterHalfAnHour() {
        assertThat(minutesUntilOneDies(List.of(message("mobile")), "mobile")).isBetween(30L, 35L);
    }

    @Test
    void inAnOutageNoneIs() {
        assertThat(minutesUntilOneDies(List.of(message("mobile")), null)).isEqualTo(-1);
    }

    @Test
    void anotherChannelsLuckProvesNothing() {
        assertThat(minutesUntilOneDies(List.of(message("mobile")), "kiosk")).isEqualTo(-1);
    }

    @Test
    void whereManyFailForLongItIsGenesys() {
        List<Delivery> many =
                IntStream.range(0, 4).mapToObj(i -> message("mobile")).toList();
        assertThat(minutesUntilOneDies(many, "mobile")).isEqualTo(-1);
        assertThat(minutesUntilOneDies(many.subList(0, 3), "mobile")).isNotEqualTo(-1);
    }

    @Test
    void othersWhoseTroublePassesAreNoExcuse() {
        Delivery mine = message("mobile");
        boolean dead = false;
        for (int tries = 0; tries < 1000 && !dead; tries++) {
            for (int i = 0; i < 20; i++) {
                Delivery other = message("mobile");
                fails(other);
                poison.taken(other);
            }
            dead = fails(mine);
            time.pass(TRY_EVERY_MS);
        }
        assertThat(dead).isTrue();
    }

    @Test
    void theTimeOfAnOutageDoesNotCount() {
        Delivery mine = message("mobile");
        poison.taken(message("mobile"));
        fails(mine);
        for (int tries = 0; tries < 2_000; tries++) { // more than two hours in which nothing is taken
            assertThat(fails(mine)).isFalse();
            time.pass(TRY_EVERY_MS);
        }
        for (int i = 0; i < FAILURES - 1; i++) {
            poison.taken(message("mobile"));
            assertThat(fails(mine)).as("so soon after it").isFalse();
            time.pass(TRY_EVERY_MS);
        }
    }

    @Test
    void whatWasBeforeALongSilenceProvesNothing() {
        Delivery mine = message("mobile");
        for (int i = 0; i < FAILURES; i++) {
            poison.taken(message("mobile"));
            assertThat(fails(mine)).isFalse();
            time.pass(WITHIN_MS / FAILURES);
        }
        time.pass(360_000);
        poison.taken(message("mobile"));
        assertThat(fails(mine)).as("it begins anew").isFalse();
    }

    @Test
    void aRunOfFailuresIsOne() {
        Delivery mine = message("mobile");
        for (int i = 0; i < 1000; i++) {
            poison.taken(message("mobile"));
            assertThat(fails(mine)).isFalse();
        }
    }
}
