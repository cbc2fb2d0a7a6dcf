package dev.guestbridge.console;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.VirtualTime;
import dev.guestbridge.console.Sessions.Session;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** A login on the page lasts while somebody uses it, and no longer than a day's work. */
class SessionsTest {

    private final VirtualTime time = new VirtualTime();
    private final Sessions sessions = new Sessions(Duration.ofMinutes(30), time.clock());

    @Test
    void one_that_nobody_uses_is_over_and_a_page_that_refreshes_itself_doesnt_count() {
        Session session = sessions.begin("ada");
        minutes(29);
        assertThat(sessions.of(session.id(), true)).extracting(Session::user).isEqualTo("ada");
        minutes(29);
        assertThat(sessions.of(session.id(), false)).isNotNull();
        minutes(1);
        assertThat(sessions.of(session.id(), true)).isNull();
        assertThat(sessions.of(session.id(), true)).as("it doesn't come back").isNull();
    }

    @Test
    void one_that_is_always_used_is_over_after_twelve_hours() {
        Session session = sessions.begin("ada");
        for (int i = 1; i < 12 * 60; i++) {
            minutes(1);
            assertThat(sessions.of(session.id(), true)).isNotNull();
        }
        minutes(1);
        assertThat(sessions.of(session.id(), true)).isNull();
    }

    @Test
    void there_are_at_most_so_many_and_the_one_that_was_not_used_for_longest_gives_way() {
        List<Session> begun = new ArrayList<>();
        for (int i = 0; i < 32; i++) {
            begun.add(sessions.begin("ada"));
            time.pass(1);
        }
        assertThat(sessions.of(begun.get(0).id(), true)).isNotNull();
        time.pass(1);
        Session one = sessions.begin("ada");
        assertThat(sessions.of(begun.get(1).id(), false)).isNull();
        assertThat(sessions.of(begun.get(0).id(), false)).isNotNull();
        assertThat(sessions.of(one.id(), false)).isNotNull();
    }

    @Test
    void ids_and_tokens_are_long_and_never_the_same_and_stand_in_no_log() {
        Set<String> secrets = new HashSet<>();
        for (int i = 0; i < 100; i++) {
            Session session = sessions.begin("ada");
            assertThat(List.of(session.id(), session.token())).allMatch(secret -> secret.matches("[\\w-]{43}"));
            assertThat(session.toString()).doesNotContain(session.id(), session.token());
            secrets.add(session.id());
            secrets.add(session.token());
        }
        assertThat(secrets).hasSize(200);
    }

    @Test
    void a_token_is_that_of_its_own_session() {
        Session session = sessions.begin("ada");
        assertThat(session.bears(session.token())).isTrue();
        assertThat(session.bears(sessions.begin("ada").token())).isFalse();
        assertThat(session.bears("")).isFalse();
        assertThat(session.bears(null)).isFalse();
    }

    @Test
    void one_that_was_ended_is_over() {
        Session session = sessions.begin("ada");
        sessions.end(session.id());
        assertThat(sessions.of(session.id(), true)).isNull();
        assertThat(sessions.of("", true)).isNull();
    }

    private void minutes(int minutes) {
        time.pass(TimeUnit.MINUTES.toMillis(minutes));
    }
}
