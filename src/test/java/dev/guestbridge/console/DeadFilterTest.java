package dev.guestbridge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.message.Json;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeadFilterTest {

    private static DeadFilter filter(String body) throws Exception {
        return DeadFilter.of(new Asked(Map.of(), Json.read(body), "nobody"));
    }

    /** What discards by such a question would discard everything. */
    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            delimiter = '|',
            value = {
                "{'guest': ''}|guest is empty",
                "{'guest': null}|guest is empty",
                "{'letter': ''}|letter is empty",
                "{'letter': ','}|letter '' is too short",
                "{'letter': 'b5c0a1de,'}|letter '' is too short",
                "{'letter': ['b5c0a1de']}|letter is empty, or no text",
                "{'channel': {'name': 'mobile'}}|channel is empty, or no text",
                "{'chanel': 'mobile'}|there is no 'chanel' to ask for; did you mean channel?",
                "{'dryrun': true}|there is no 'dryrun'"
            })
    void what_says_nothing_never_means_all(String body, String reason) {
        assertThatThrownBy(() -> filter(body.replace('\'', '"')))
                .isInstanceOf(Refused.class)
                .hasMessageContaining(reason);
    }

    @Test
    void an_empty_parameter_of_the_address_is_refused_too() {
        assertThatThrownBy(() -> DeadFilter.of(new Asked(Map.of("id", ""), Json.read("{}"), "nobody")))
                .hasMessageContaining("id is empty");
    }

    @Test
    void what_is_left_out_says_nothing() throws Exception {
        assertThat(filter("{\"limit\": 5, \"rate\": \"7\", \"dryRun\": true}"))
                .isEqualTo(new DeadFilter(null, null, null, null, null, null, null, null, List.of()));
    }
}
