package dev.guestbridge.rig;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.rig.History.Findings;
import dev.guestbridge.rig.History.Heard;
import dev.guestbridge.rig.History.Sent;
import dev.guestbridge.rig.History.Told;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The checker sees each kind of wrong in a history that is right but for it. */
class HistoryTest {

    private final List<Sent> sent = new ArrayList<>();
    private final List<Heard> heard = new ArrayList<>();
    private final List<Told> told = new ArrayList<>();

    @BeforeEach
    void twoGuestsSayThreeThingsEach() {
        for (int i = 0; i < 6; i++) {
            sent.add(new Sent("m" + i, "guest" + i % 2, i));
            heard.add(heard(i));
            told.add(new Told("m" + i, "guest" + i % 2, "delivered", false));
        }
    }

    @Test
    void a_right_history_is_good() {
        assertThat(findings()).isEqualTo(new Findings(6, 0, 0, 0, 0, 0, 0, 0, 0));
        assertThat(findings().isGood()).isTrue();
    }

    @Test
    void lost_though_it_is_told_to_be_delivered() {
        heard.remove(3);

        assertThat(findings()).isEqualTo(new Findings(6, 1, 0, 0, 0, 0, 0, 0, 0));
        assertThat(findings().isGood()).isFalse();
    }

    @Test
    void lost_without_a_word() {
        heard.remove(3);
        told.remove(3);

        assertThat(findings()).isEqualTo(new Findings(6, 1, 0, 0, 0, 0, 0, 0, 1));
    }

    @Test
    void what_is_dead_or_still_queued_is_not_lost() {
        heard.remove(5);
        heard.remove(4);
        told.remove(5);
        told.set(4, new Told("m4", "guest0", "dead", false));

        Findings findings = new History(sent, heard, told, Set.of("m5")).findings("int");

        assertThat(findings).isEqualTo(new Findings(6, 0, 1, 0, 0, 0, 0, 0, 0));
    }

    @Test
    void repeated_in_silence() {
        heard.add(new Heard("m2", "guest0", "int", false));

        assertThat(findings()).isEqualTo(new Findings(6, 0, 0, 1, 1, 0, 0, 0, 0));
        assertThat(findings().isGood()).isFalse();
    }

    @Test
    void repeated_twice_and_flagged() {
        heard.add(new Heard("m2", "guest0", "int", false));
        heard.add(new Heard("m2", "guest0", "int", false));
        told.set(2, new Told("m2", "guest0", "delivered", true));

        assertThat(findings()).isEqualTo(new Findings(6, 0, 0, 2, 0, 0, 0, 0, 0));
        assertThat(findings().isGood()).isTrue();
    }

    @Test
    void repeated_before_an_agents_eyes() {
        heard.add(heard(2));
        told.set(2, new Told("m2", "guest0", "delivered", true));

        assertThat(findings()).isEqualTo(new Findings(6, 0, 0, 1, 0, 1, 0, 0, 0));
        assertThat(findings().isGood()).isFalse();
    }

    @Test
    void swapped() {
        heard.set(2, heard(4));
        heard.set(4, heard(2));

        assertThat(findings()).isEqualTo(new Findings(6, 0, 0, 0, 0, 0, 1, 0, 0));
        assertThat(findings().isGood()).isFalse();
    }

    @Test
    void guests_may_overtake_each_other() {
        heard.set(2, heard(3));
        heard.set(3, heard(2));

        assertThat(findings().isGood()).isTrue();
    }

    @Test
    void from_nowhere() {
        heard.add(new Heard("m7", "guest0", "int", true));

        assertThat(findings()).isEqualTo(new Findings(6, 0, 0, 0, 0, 0, 0, 1, 0));
        assertThat(findings().isGood()).isFalse();
    }

    @Test
    void at_another_guest_or_channel() {
        heard.set(1, new Heard("m1", "guest0", "int", true));
        heard.set(2, new Heard("m2", "guest0", "another", true));

        assertThat(findings().phantoms()).isEqualTo(2);
        assertThat(findings().lost()).isEqualTo(2);
    }

    @Test
    void told_twice_or_of_what_was_never_sent() {
        told.add(told.get(1));
        told.add(new Told("m9", "guest1", "delivered", false));

        assertThat(findings()).isEqualTo(new Findings(6, 0, 0, 0, 0, 0, 0, 0, 2));
        assertThat(findings().isGood()).isFalse();
    }

    @Test
    void a_message_sent_twice_by_its_channel_has_a_second_fate() {
        told.add(new Told("m1", "guest1", "duplicate", false));
        told.add(new Told("m1", "guest1", "waiting", false));

        assertThat(findings().isGood()).isTrue();
    }

    private static Heard heard(int number) {
        return new Heard("m" + number, "guest" + number % 2, "int", true);
    }

    private Findings findings() {
        return new History(sent, heard, told, Set.of()).findings("int");
    }
}
