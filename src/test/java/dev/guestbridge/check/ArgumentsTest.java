package dev.guestbridge.check;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ArgumentsTest {

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    read                                  | -1
                    now()                                 | 0
                    now( )                                | 0
                    read(${body})                         | 1
                    oldest(${body}, 100)                  | 2
                    arrive(${body}, 'a, b', "c, d")       | 3
                    find(${header.a[b, c]}, ${f(x, y)})   | 2
                    """)
    void countsWhatIsGiven(String call, int count) {
        assertThat(Arguments.count(call)).isEqualTo(count);
    }
}
