package dev.guestbridge.check;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class CamelKeysTest {

    private final CamelKeys keys = new CamelKeys();

    @Test
    void thoseThatWeSetAreKnown() throws IOException {
        Properties ours = new Properties();
        try (InputStream text = getClass().getResourceAsStream("/camel.properties")) {
            ours.load(text);
        }
        assertThat(ours.stringPropertyNames()).isNotEmpty().allSatisfy(key -> assertThat(keys.wrong(key))
                .isEmpty());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "camel.main.shutdown-timeout",
                "camel.threadpool.config[mine].max-pool-size",
                "camel.component.jms.recovery-interval",
                "camel.beans.own",
                "camel.somebody.elses"
            })
    void theseAreKnownOrNotOursToKnow(String key) {
        assertThat(keys.wrong(key)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "camel.server.prt | Camel has no such key; did you mean camel.server.port?",
                "camel.component.htp.soTimeout | there is no component 'htp' in lib/; did you mean http?",
                "camel.component.http.soTimeot | the component http has no option 'soTimeot'; did you mean soTimeout?"
            })
    void theseAreWrong(String key, String sentence) {
        assertThat(keys.wrong(key)).contains(sentence);
    }
}
