package dev.guestbridge.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/** Makes something else of bytes that were right. */
final class Garbage {

    private static final List<String> PIECES = List.of(
            "null",
            "[]",
            "{}",
            "\"\"",
            "-1",
            "1e400",
            "123456789012345678901234567890",
            "true",
            "\\u0000",
            "\\ud800",
            "{{secret}}",
            "${sysenv.PATH}",
            "\u202e",
            "\"id\":\"again\",",
            ",",
            "}",
            "]",
            "\"",
            "[".repeat(200),
            "{\"a\":".repeat(100),
            "x".repeat(3_000));

    private Garbage() {}

    static byte[] of(Random random, byte[] right) {
        byte[] bytes = right.clone();
        for (int i = random.nextInt(3); i >= 0; i--) {
            bytes = once(random, bytes);
        }
        return bytes;
    }

    private static byte[] once(Random random, byte[] bytes) {
        if (bytes.length == 0) {
            return new byte[] {(byte) random.nextInt(256)};
        }
        int at = random.nextInt(bytes.length);
        int to = at + random.nextInt(Math.min(40, bytes.length - at) + 1);
        switch (random.nextInt(7)) {
            case 0:
                bytes[at] ^= (byte) (1 << random.nextInt(8));
                return bytes;
            case 1:
                return Arrays.copyOf(bytes, at);
            case 2:
                return spliced(bytes, at, to, new byte[0]);
            case 3:
                return spliced(bytes, at, at, Arrays.copyOfRange(bytes, at, to));
            case 4: {
                byte[] noise = new byte[random.nextInt(20)];
                random.nextBytes(noise);
                return spliced(bytes, at, to, noise);
            }
            default:
                return spliced(
                        bytes, at, to, PIECES.get(random.nextInt(PIECES.size())).getBytes(UTF_8));
        }
    }

    private static byte[] spliced(byte[] bytes, int from, int to, byte[] piece) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        all.write(bytes, 0, from);
        all.writeBytes(piece);
        all.write(bytes, to, bytes.length - to);
        return all.toByteArray();
    }
}
