package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.message.Pause;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetryAfterTest {

    private static final Instant NOW = Instant.parse("2026-11-21T10:00:00Z");

    @ParameterizedTest(name = "Retry-After {0}, Date {1}: {2}")
    @CsvSource(
            delimiter = '|',
            nullValues = "-",
            textBlock =
                    """
            -                              | -                             | back-off
            3                              | -                             | 3000
            ' 3 '                          | -                             | 3000
            0                              | -                             | 1000
            299                            | -                             | 299000
            301                            | -                             | 300000
            999999999                      | -                             | 300000
            99999999999999999999           | -                             | 300000
            -5                             | -                             | back-off
            1.5                            | -                             | back-off
            1e3                            | -                             | back-off
            soon                           | -                             | back-off
            ''                             | -                             | back-off
            Sat, 21 Nov 2026 10:00:07 GMT  | -                             | 7000
            Sat, 21 Nov 2026 10:00:07 GMT  | Sat, 21 Nov 2026 10:00:00 GMT | 7000
            Sat, 21 Nov 2026 09:00:07 GMT  | Sat, 21 Nov 2026 09:00:00 GMT | 7000
            Sat, 21 Nov 2026 11:00:07 GMT  | Sat, 21 Nov 2026 11:00:00 GMT | 7000
            Saturday, 21-Nov-26 10:00:07 GMT | -                           | 7000
            Sat Nov 21 10:00:07 2026       | -                             | back-off
            Sat, 21 Nov 2026 09:59:00 GMT  | -                             | 1000
            Sat, 01 Jan 2000 00:00:00 GMT  | -                             | 1000
            Sat, 21 Nov 2026 10:20:00 GMT  | -                             | 300000
            Fri, 31 Dec 9999 23:59:59 GMT  | -                             | 300000
            Sat, 21 Nov 2026 10:00:07 GMT  | yesterday                     | 7000
            Sat, 99 Nov 2026 10:00:07 GMT  | -                             | back-off
            """)
    void isRead(String retryAfter, String date, String wait) {
        Map<String, Object> headers = new HashMap<>();
        if (retryAfter != null) {
            headers.put("retry-after", retryAfter);
        }
        if (date != null) {
            headers.put("date", date);
        }
        long asked = RetryAfter.millis(HttpAnswer.of(429, headers, ""), NOW);
        Pause pause = new Pause("org", 1, 1000, 5000, asked, 0);
        assertThat(pause.asked() ? String.valueOf(pause.probeMs(1)) : "back-off")
                .isEqualTo(wait);
    }
}
