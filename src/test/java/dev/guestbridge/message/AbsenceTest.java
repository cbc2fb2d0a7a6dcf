package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.VirtualTime;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.slf4j.Marker;
import org.slf4j.event.Level;
import org.slf4j.helpers.LegacyAbstractLogger;
import org.slf4j.helpers.MessageFormatter;

/** However many meet it, of what is away the log is told when that begins, once a minute, and when it is over. */
class AbsenceTest {

    private final VirtualTime time = new VirtualTime();
    private final Written log = new Written();
    private boolean up = true;
    private int held;
    private int looks;
    private final Absence absence = new Absence(
            log, "The store s", "Until it can, all waits", () -> "messages " + held, this::look, time, time.clock());

    private void look() {
        looks++;
        if (up) {
            absence.here();
        } else {
            absence.away("The store s can't be used: it refuses");
        }
    }

    @Test
    void a_long_absence_that_a_thousand_messages_meet_is_a_line_a_minute() {
        up = false;
        for (int second = 0; second < 150; second++) {
            for (int message = 0; message < 1_000; message++) {
                absence.away("The store s can't be used: it refuses");
            }
            held = second;
            time.pass(1_000);
        }
        up = true;
        time.pass(60_000);
        assertThat(log.lines)
                .containsExactly(
                        "WARN The store s can't be used: it refuses. Until it can, all waits",
                        "WARN for 60 s now: The store s can't be used: it refuses; held: messages 59",
                        "WARN for 2 min now: The store s can't be used: it refuses; held: messages 119",
                        "INFO The store s can be used again, after 2 min; held until then: messages 149");
        assertThat(looks).as("none once it is over").isLessThan(165);
        assertThat(time.tasks()).isZero();
    }

    @Test
    void what_fails_for_some_and_not_for_others_is_one_absence() {
        for (int i = 0; i < 10; i++) {
            absence.away("The store s can't be used: its disk is full");
            time.pass(2_000); // each second a look succeeds
            absence.here();
            time.pass(3_000);
        }
        assertThat(log.lines).hasSize(1);
        time.pass(10_000);
        assertThat(log.lines).hasSize(2).last().asString().startsWith("INFO The store s can be used again, after 46 s");
    }

    @Test
    void the_next_absence_is_told_anew_and_after_the_end_none_is() {
        absence.here();
        absence.away("one");
        time.pass(20_000);
        absence.away("two");
        assertThat(log.lines).hasSize(3).last().asString().startsWith("WARN two.");
        absence.close();
        time.pass(60_000);
        assertThat(log.lines).hasSize(3);
    }

    private static final class Written extends LegacyAbstractLogger {

        private static final long serialVersionUID = 1;

        private final transient List<String> lines = new ArrayList<>();

        @Override
        protected void handleNormalizedLoggingCall(
                Level level, Marker marker, String pattern, Object[] arguments, Throwable thrown) {
            lines.add(level + " "
                    + MessageFormatter.arrayFormat(pattern, arguments).getMessage());
        }

        @Override
        protected String getFullyQualifiedCallerName() {
            return null;
        }

        @Override
        public boolean isTraceEnabled() {
            return false;
        }

        @Override
        public boolean isDebugEnabled() {
            return false;
        }

        @Override
        public boolean isInfoEnabled() {
            return true;
        }

        @Override
        public boolean isWarnEnabled() {
            return true;
        }

        @Override
        public boolean isErrorEnabled() {
            return true;
        }
    }
}
