package dev.guestbridge.message;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16BE;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.Charset;
import java.util.HexFormat;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class JsonTest {

    static Stream<Arguments> refused() {
        String name = "n".repeat(Json.MAX_NAME + 1);
        return Stream.of(
                arguments("", "the JSON text is empty"),
                arguments(" \n\t", "the JSON text is empty"),
                arguments("{\"secret\"", "the JSON text ends too early, at line 1, column 10"),
                arguments("{\"a\":\"secret", "the JSON text ends too early, at line 1, column 13"),
                arguments("[\n secret]", "the JSON text is not valid JSON, at line 2, column 8"),
                arguments("{'a':1}", "the JSON text is not valid JSON, at line 1, column 2"),
                arguments("[1,]", "the JSON text is not valid JSON, at line 1, column 4"),
                arguments("[01]", "the JSON text is not valid JSON, at line 1, column 3"),
                arguments("[NaN]", "the JSON text is not valid JSON, at line 1, column 5"),
                arguments("[1] // secret", "the JSON text is not valid JSON, at line 1, column 5"),
                arguments("\"a\nb\"", "the JSON text is not valid JSON, at line 1, column 3"),
                arguments("\u0000{}", "the JSON text is not valid JSON, at line 1, column 2"),
                arguments("{\"secret\":1,\"secret\":2}", "the JSON text names a field twice, at line 1, column 21"),
                arguments("{} {}", "the JSON text goes on after its end, at line 1, column 4"),
                arguments("{} secret", "the JSON text is not valid JSON, at line 1, column 10"),
                arguments("\uFEFF{}", "the JSON text begins with a byte order mark"),
                arguments("[".repeat(65), "the JSON text is nested deeper than 64 levels"),
                arguments("{\"" + name + "\":1}", "the JSON text has a field name longer than 256 characters"),
                arguments("[" + "1".repeat(101) + "]", "the JSON text has a number longer than 100 digits"),
                arguments("[1." + "1".repeat(100) + "]", "the JSON text has a number longer than 100 digits"),
                arguments("[1e1001]", "the JSON text has a number with an exponent beyond 1000"),
                arguments("[1e-1001]", "the JSON text has a number with an exponent beyond 1000"),
                arguments("{\"secret\":1e99999999}", "the JSON text has a number with an exponent beyond 1000"),
                arguments("{\"secret\":1e9999999999}", "the JSON text has a number with an exponent beyond 1000"),
                arguments("[" + "1,".repeat(20_000) + "1]", "the JSON text has more than 20000 tokens"),
                arguments("\"" + "é".repeat(524_288) + "\"", "the JSON text is longer than 1048576 bytes"),
                arguments("\"" + "x".repeat(1_048_575) + "\"", "the JSON text is longer than 1048576 bytes"));
    }

    @ParameterizedTest
    @MethodSource("refused")
    void refusesWithAReasonThatQuotesNothing(String text, String reason) {
        assertThatThrownBy(() -> Json.read(text))
                .isInstanceOf(Json.Unreadable.class)
                .hasMessageStartingWith(reason)
                .hasMessageNotContaining("secret");
        assertThatThrownBy(() -> Json.read(text.getBytes(UTF_8)))
                .isInstanceOf(Json.Unreadable.class)
                .hasMessageStartingWith(reason)
                .hasMessageNotContaining("secret");
    }

    static Stream<String> justWithinALimit() {
        return Stream.of(
                "[".repeat(64) + "]".repeat(64),
                "{\"" + "n".repeat(256) + "\":1}",
                "[" + "1".repeat(100) + "]",
                "[" + "1,".repeat(19_997) + "1]",
                "\"" + "x".repeat(1_048_574) + "\"",
                "\"" + "é".repeat(524_287) + "\"");
    }

    @ParameterizedTest
    @MethodSource("justWithinALimit")
    void takesWhatIsJustWithinALimit(String text) throws Exception {
        assertThat(Json.write(Json.read(text))).isEqualTo(text);
        assertThat(Json.write(Json.read(text.getBytes(UTF_8)))).isEqualTo(text);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "22c08022", // U+0000, overlong
                "22c1bf22", // U+007F, overlong
                "22e080af22", // a slash, overlong
                "22eda08022", // U+D800, a lone surrogate
                "22eda0bdedb88022", // an emoji as two surrogates, CESU-8
                "22f490808022", // beyond U+10FFFF
                "22c322", // an é cut off
                "22ff22",
                "fffe7b007d00", // UTF-16 with a byte order mark
                "0000feff0000007b0000007d"
            })
    void refusesBytesThatAreNotUtf8(String hex) {
        assertThatThrownBy(() -> Json.read(HexFormat.of().parseHex(hex)))
                .isInstanceOf(Json.Unreadable.class)
                .hasMessageMatching("the JSON text is not (UTF-8, at byte \\d+|valid JSON, at line 1, column \\d+)");
    }

    @Test
    void namesTheByteThatIsNotUtf8() {
        assertThatThrownBy(() -> Json.read("[\"Zoë\"]".getBytes(ISO_8859_1)))
                .hasMessage("the JSON text is not UTF-8, at byte 5");
    }

    static Stream<Charset> otherEncodings() {
        return Stream.of(UTF_16BE, UTF_16LE, Charset.forName("UTF-32BE"), Charset.forName("UTF-32LE"));
    }

    @ParameterizedTest
    @MethodSource("otherEncodings")
    void doesNotGuessEncodings(Charset encoding) {
        assertThatThrownBy(() -> Json.read("{\"a\":1}".getBytes(encoding))).isInstanceOf(Json.Unreadable.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"{}", "\"\"", "0", "null", "true"})
    void takesAnyValue(String text) throws Exception {
        assertThat(Json.write(Json.read(text))).isEqualTo(text);
    }

    @Test
    void takesAnotherLimitWhereOneIsGiven() throws Exception {
        assertThat(Json.read("[12]", 4)).hasSize(1);
        assertThat(Json.read("[12]".getBytes(UTF_8), 4)).hasSize(1);
        assertThat(Json.read("\"" + "x".repeat(2_000_000) + "\"", 2_000_002).textValue())
                .hasSize(2_000_000);
        assertThatThrownBy(() -> Json.read("[12]", 3)).hasMessage("the JSON text is longer than 3 bytes");
        assertThatThrownBy(() -> Json.read("[12]".getBytes(UTF_8), 3))
                .hasMessage("the JSON text is longer than 3 bytes");
    }

    @Test
    void listsOfOurOwnMayBeLong() throws Exception {
        byte[] list = ("[" + "1,".repeat(Json.MAX_TOKENS) + "1]").getBytes(UTF_8);
        assertThatThrownBy(() -> Json.read(list)).hasMessageContaining("has more than 20000 tokens");
        assertThat(Json.readOwn(list, list.length)).hasSize(Json.MAX_TOKENS + 1);
        assertThatThrownBy(() -> Json.readOwn(list, list.length - 1)).hasMessageContaining("is longer than");
    }

    /** Cut off after each character in turn, whatever that breaks. */
    @Test
    void readsTheTextsThatCameWholeBeforeTheEndWasCutOff() throws Exception {
        String text =
                "{\"id\":\"a\",\"channel\":{\"id\":\"b\",\"list\":[1,{}]},\"number\":1.5e2,\"no\":false,\"text\":\"c\"}";
        for (int length = 1; length <= text.length(); length++) {
            ObjectNode expected = JsonNodeFactory.instance.objectNode();
            if (length > text.indexOf("\"a\"") + 2) {
                expected.put("id", "a");
            }
            if (length > text.indexOf("\"c\"") + 2) {
                expected.put("text", "c");
            }
            assertThat(Json.readBeginning(text.substring(0, length)))
                    .as(text.substring(0, length))
                    .isEqualTo(expected);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "<html>", "[", "\"id\"", "{id:1", "{\"id\":secret,\"a", "{\"id\":\"a\",\"id\":\"secret\""})
    void findsNoBeginningOfAnObjectWhereThereIsNone(String text) {
        assertThatThrownBy(() -> Json.readBeginning(text))
                .isInstanceOf(Json.Unreadable.class)
                .hasMessageNotContaining("secret");
    }

    @Test
    void passesNumbersOnAsTheyCame() throws Exception {
        String numbers = "[1.10,0.1,12345678901234567890,1E+400,-7]";
        assertThat(Json.write(Json.read(numbers))).isEqualTo(numbers);
    }

    @Test
    void writesALoneSurrogateAsItsEscape() throws Exception {
        String text = "\"a\\ud83d b\\ude00 😀 \\udc00\"";
        assertThat(Json.write(Json.read(text))).isEqualTo(text);
    }
}
