package dev.guestbridge.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.guestbridge.fuzz.Mutations;
import java.io.IOException;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class JsonFuzzTest {

    /** All that a refusal may say; so it quotes nothing. */
    static final Pattern SENTENCE =
            Pattern.compile("the JSON text (is longer than 1048576 bytes|is not UTF-8, at byte \\d+"
                    + "|begins with a byte order mark|is empty"
                    + "|(is nested deeper than 64 levels|has more than 20000 tokens|has a field name longer than 256 characters"
                    + "|has a number longer than 100 digits|has a number with an exponent beyond 1000|ends too early|goes on after its end|names a field twice"
                    + "|is not valid JSON)(, at line \\d+, column \\d+)?)");

    // of other bounds, because a number may be a few characters longer when it is written
    private static final JsonMapper SOMEBODY_ELSE = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS, DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
            .build();

    @FuzzTest
    void whatIsReadIsWrittenAndReadAgainTheSame(byte[] text) {
        JsonNode value;
        try {
            value = Json.read(text);
        } catch (Json.Unreadable refused) {
            assertThat(refused).hasMessageMatching(SENTENCE);
            return;
        }
        byte[] written = Json.write(value).getBytes(UTF_8);
        try {
            JsonNode again = SOMEBODY_ELSE.readTree(written);
            assertThat(value.equals(JsonFuzzTest::compare, again))
                    .as(again.toString())
                    .isTrue();
        } catch (IOException notJson) {
            throw new AssertionError(notJson);
        }
    }

    /** 1e0 is written as 1, which is the same number and another kind of node. */
    private static int compare(JsonNode one, JsonNode other) {
        return one.isNumber() && other.isNumber()
                ? one.decimalValue().compareTo(other.decimalValue())
                : one.equals(other) ? 0 : 1;
    }

    @Test
    void holdsForMalformedTexts() {
        Mutations.each(
                getClass(), "whatIsReadIsWrittenAndReadAgainTheSame", this::whatIsReadIsWrittenAndReadAgainTheSame);
    }
}
