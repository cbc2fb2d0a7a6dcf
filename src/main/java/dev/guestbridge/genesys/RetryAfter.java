package dev.guestbridge.genesys;

import java.time.Duration;
import java.time.Instant;
import org.apache.hc.client5.http.utils.DateUtils;

/** The wait that an answer's Retry-After header asks for. */
final class RetryAfter {

    private static final long HUGE_MS = Duration.ofDays(365).toMillis();

    private RetryAfter() {}

    /**
     * In seconds, or as a date, which is taken against the answer's own Date: clocks may differ.
     *
     * @param now the time here, for answers without a Date
     * @return milliseconds, zero when the time is over; negative when there is no such header, or one that says nothing
     */
    static long millis(HttpAnswer http, Instant now) {
        String text = http.header("Retry-After");
        if (text == null) {
            return -1;
        }
        String value = text.strip();
        if (value.matches("\\d+")) {
            return value.length() > 9 ? HUGE_MS : Long.parseLong(value) * 1000;
        }
        Instant until = date(value);
        if (until == null) {
            return -1;
        }
        Instant answered = date(http.header("Date"));
        return Math.max(
                0, Duration.between(answered == null ? now : answered, until).toMillis());
    }

    private static Instant date(String text) {
        return text == null ? null : DateUtils.parseStandardDate(text.strip());
    }
}
