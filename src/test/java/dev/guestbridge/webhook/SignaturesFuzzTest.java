package dev.guestbridge.webhook;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.guestbridge.fuzz.Mutations;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Of all headers there are, exactly one goes with a body and a secret. */
class SignaturesFuzzTest {

    private static final String SECRET = "a-webhook-secret-of-32-characters";
    private static final String BASE64 = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/=";

    private final Signatures signatures = new Signatures();

    /** @param input a header, in which $ stands for the genuine signature; a line of edits to it; the body */
    @FuzzTest
    void exactlyOneHeaderIsAccepted(byte[] input) {
        String[] lines = new String(input, ISO_8859_1).split("\n", 3);
        byte[] body = lines[lines.length - 1].getBytes(ISO_8859_1);
        String genuine = Hmac.header(SECRET, body);
        String header = lines[0].replace("$", genuine.substring("sha256=".length()));
        header = lines.length == 3 ? edited(header, lines[1]) : header;

        assertThat(signatures.verify(body, header, List.of("another", SECRET, "a third")))
                .as(header)
                .isEqualTo(header.equals(genuine));
        assertThat(signatures.verify(body, genuine, List.of(SECRET))).isTrue();
        assertThat(signatures.verify(body, genuine, List.of("another"))).isFalse();
        assertThat(signatures.verify(body, header, List.of())).isFalse();
    }

    private static String edited(String header, String edits) {
        StringBuilder text = new StringBuilder(header);
        for (int i = 0; i + 1 < edits.length() && !text.isEmpty(); i += 2) {
            text.setCharAt(edits.charAt(i) % text.length(), edits.charAt(i + 1));
        }
        return text.toString();
    }

    @Test
    void holdsForMalformedHeaders() {
        Mutations.each(getClass(), "exactlyOneHeaderIsAccepted", this::exactlyOneHeaderIsAccepted);
    }

    /** Half of them keep the genuine header and alter the body, half the other way round. */
    @Test
    void noneOfManyForgedOrAlteredWebhooksIsAccepted() {
        Random random = new Random(20261121);
        byte[] body = "{\"id\":\"r-1\",\"channel\":{\"to\":{\"id\":\"g\"}},\"type\":\"Text\",\"text\":\"Good day\"}"
                .getBytes(UTF_8);
        String genuine = Hmac.header(SECRET, body);
        int accepted = 0;
        for (int i = Integer.getInteger("volume", 300); i > 0; i--) {
            byte[] altered = body.clone();
            StringBuilder header = new StringBuilder(genuine);
            if (random.nextBoolean()) {
                altered[random.nextInt(altered.length)] ^= (byte) (1 << random.nextInt(8));
            } else {
                int at = random.nextInt(header.length());
                char other = BASE64.charAt(random.nextInt(BASE64.length()));
                // also what a decoder may take for the same: other spare bits in the last digit
                header.setCharAt(at, other == header.charAt(at) ? '.' : other);
            }
            accepted += signatures.verify(altered, header.toString(), List.of(SECRET)) ? 1 : 0;
        }
        assertThat(accepted).isZero();
        assertThat(signatures.verify(body, genuine, List.of(SECRET))).isTrue();
    }
}
