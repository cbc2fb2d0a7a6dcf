package dev.guestbridge.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SignaturesTest {

    private static final String SECRET = "It's a Secret to Everybody";
    private static final byte[] BODY = "Hello, World!".getBytes(UTF_8);
    private static final String MAC = "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
    private static final String DIGITS =
            Base64.getEncoder().encodeToString(HexFormat.of().parseHex(MAC));
    private static final String GENUINE = "sha256=" + DIGITS;

    private final Signatures signatures = new Signatures();

    private boolean verify(Object header) {
        return signatures.verify(BODY, header, List.of(SECRET));
    }

    /** RFC 4231, the test cases 1, 2, 6 and 7, whose keys are text. */
    @ParameterizedTest(name = "{1}")
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
            0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b | Hi There                     | b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7
            4a656665                                 | what do ya want for nothing? | 5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843
            """)
    void knownAnswersOfRfc4231(String key, String text, String mac) {
        String secret = new String(HexFormat.of().parseHex(key), UTF_8);
        String header =
                "sha256=" + Base64.getEncoder().encodeToString(HexFormat.of().parseHex(mac));
        assertThat(signatures.verify(text.getBytes(UTF_8), header, List.of(secret)))
                .isTrue();
    }

    /** What GitHub documents for a header of the same form, in hexadecimal digits there. */
    @Test
    void knownAnswerOfGitHub() {
        assertThat(verify(GENUINE)).isTrue();
    }

    /** The other vectors of RFC 4231 have keys that are no text; they check the test's own HMAC, which the fuzz test trusts. */
    @ParameterizedTest
    @CsvSource({
        "aa, 20, dd, 50, 773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe",
        "aa, 131, 54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374, 1, 60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"
    })
    void knownAnswersOfRfc4231ForBinaryKeys(String key, int keys, String text, int texts, String mac) {
        HexFormat hex = HexFormat.of();
        byte[] told = Hmac.of(hex.parseHex(key.repeat(keys)), hex.parseHex(text.repeat(texts)));
        assertThat(hex.formatHex(told)).isEqualTo(mac);
    }

    @ParameterizedTest
    @ValueSource(ints = {1, 63, 64, 65, 200})
    void secretsOfEveryLengthAreUsedWhole(int length) {
        String secret = "é".repeat(length);
        String header = Hmac.header(secret, BODY);
        assertThat(signatures.verify(BODY, header, List.of(secret))).isTrue();
        assertThat(signatures.verify(BODY, header, List.of(secret + "x"))).isFalse();
    }

    /** The mistakes that receivers of signed webhooks make most, each of which would let somebody in. */
    @ParameterizedTest(name = "<{0}>")
    @ValueSource(
            strings = {
                "",
                " ",
                "sha256=",
                "$",
                "sha1=$",
                "SHA256=$",
                "sha256:$",
                " sha256=$",
                "sha256=$ ",
                "sha256= $",
                "sha256=$\n",
                "sha256=$\r\nX: y",
                "sha256=$,sha256=$",
                "sha256=$;",
                "v1,$",
                "sha256=$=",
                "sha256=\u0000$",
                "sha256=AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
                "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"
            })
    void headersOfAnotherFormAreRefused(String form) {
        assertThat(verify(form.replace("$", DIGITS))).isFalse();
    }

    @Test
    void aHeaderCutShortAnywhereIsRefused() {
        for (int length = 0; length < GENUINE.length(); length++) {
            assertThat(verify(GENUINE.substring(0, length))).as("%d", length).isFalse();
        }
    }

    @Test
    void anAbsentADoubledAndABinaryHeaderAreRefused() {
        assertThat(verify(null)).isFalse();
        assertThat(verify(List.of(GENUINE))).isFalse();
        assertThat(verify(List.of(GENUINE, GENUINE))).isFalse();
        assertThat(verify(GENUINE.getBytes(UTF_8))).isFalse();
        assertThat(verify(new StringBuilder(GENUINE))).isFalse();
    }

    @Test
    void digitsThatOnlyLookAlikeAreRefused() {
        assertThat(DIGITS).contains("c", "1");
        assertThat(verify(GENUINE.replace('c', 'с'))).as("a Cyrillic c").isFalse();
        assertThat(verify(GENUINE.replace('1', '１'))).as("a wide 1").isFalse();
        assertThat(verify(GENUINE.replace('=', '＝'))).as("a wide equals sign").isFalse();
        String secret = IntStream.iterate(0, i -> i + 1)
                .mapToObj(Integer::toString)
                .filter(one -> Hmac.header(one, BODY).contains("/"))
                .findFirst()
                .orElseThrow();
        String header = Hmac.header(secret, BODY);
        assertThat(signatures.verify(BODY, header, List.of(secret))).isTrue();
        assertThat(signatures.verify(BODY, header.replace('/', '_'), List.of(secret)))
                .as("the address-safe alphabet")
                .isFalse();
    }

    /** The last digit has two bits to spare, so that decoders read four spellings as one signature. */
    @Test
    void oneSignatureHasOneSpelling() {
        String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
        int accepted = 0;
        for (char last : alphabet.toCharArray()) {
            accepted += verify(GENUINE.substring(0, GENUINE.length() - 2) + last + "=") ? 1 : 0;
        }
        assertThat(accepted).isOne();
        assertThat(verify(GENUINE.substring(0, GENUINE.length() - 1)))
                .as("without padding")
                .isFalse();
    }

    @Test
    void everyBitOfTheBodyCounts() {
        for (int bit = 0; bit < BODY.length * 8; bit++) {
            byte[] altered = BODY.clone();
            altered[bit / 8] ^= (byte) (1 << bit % 8);
            assertThat(signatures.verify(altered, GENUINE, List.of(SECRET))).isFalse();
        }
        assertThat(signatures.verify(new byte[0], GENUINE, List.of(SECRET))).isFalse();
        assertThat(signatures.verify((new String(BODY, UTF_8) + "\n").getBytes(UTF_8), GENUINE, List.of(SECRET)))
                .isFalse();
    }

    @Test
    void theBodyIsBytesAndNotText() {
        byte[] noUtf8 = {(byte) 0xC0, (byte) 0x80, (byte) 0xFF, 0};
        String header = Hmac.header(SECRET, noUtf8);
        assertThat(signatures.verify(noUtf8, header, List.of(SECRET))).isTrue();
        byte[] asText = new String(noUtf8, UTF_8).getBytes(UTF_8);
        assertThat(signatures.verify(asText, header, List.of(SECRET))).isFalse();
        assertThat(signatures.verify(new String(noUtf8, ISO_8859_1).getBytes(UTF_8), header, List.of(SECRET)))
                .isFalse();
    }

    @Test
    void anAbsentBodyIsAnEmptyOne() {
        String header = Hmac.header(SECRET, new byte[0]);
        assertThat(signatures.verify(null, header, List.of(SECRET))).isTrue();
        assertThat(signatures.verify(new byte[0], header, List.of(SECRET))).isTrue();
        assertThat(signatures.verify(null, GENUINE, List.of(SECRET))).isFalse();
    }

    /** While a secret is rotated either signs, wherever it stands; afterwards the old one is out. */
    @Test
    void everyLiveSecretSignsAndNoOther() {
        String old = Hmac.header("the old one", BODY);
        assertThat(signatures.verify(BODY, old, List.of("the old one", "the new one")))
                .isTrue();
        assertThat(signatures.verify(BODY, old, List.of("the new one", "the old one")))
                .isTrue();
        assertThat(signatures.verify(BODY, old, List.of("the new one"))).isFalse();
        assertThat(signatures.verify(BODY, old, List.of())).isFalse();
    }

    /** Before the body is read, only the form can be told; of what has the form the body's signature is told. */
    @Test
    void aHeaderOfAnotherFormIsToldWithoutItsBody() {
        assertThat(Signatures.isWellFormed(GENUINE)).isTrue();
        assertThat(Signatures.isWellFormed(Hmac.header("somebody else's", BODY)))
                .isTrue();
        assertThat(Signatures.isWellFormed("sha256=" + MAC)).isFalse();
        assertThat(Signatures.isWellFormed(GENUINE + GENUINE)).isFalse();
    }

    /** Nobody learns from the time that an answer takes which secret signed, or how near a guess was. */
    @Test
    void theBodyIsSignedWithEverySecretWhateverTheHeaderIs() {
        String unlike = "sha256=" + "A".repeat(42) + "E=";
        for (Object header : new Object[] {
            null, "", unlike, GENUINE, List.of(GENUINE), Hmac.header("the second", BODY), Hmac.header("other", BODY)
        }) {
            List<String> used = new ArrayList<>();
            Iterable<String> secrets = () ->
                    Stream.of(SECRET, "the second", "the third").peek(used::add).iterator();
            signatures.verify(BODY, header, secrets);
            assertThat(used).as("%s", header).containsExactly(SECRET, "the second", "the third");
        }
    }
}
