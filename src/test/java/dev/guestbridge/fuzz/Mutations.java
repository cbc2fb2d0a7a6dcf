package dev.guestbridge.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * The same malformed inputs at each run: the seeds of a fuzz test with a few edits each. How many is the system property
 * {@code volume}.
 */
public final class Mutations {

    private static final int LONGEST = 64 * 1024;

    private static final List<byte[]> AWKWARD = Stream.of(
                    "{",
                    "}",
                    "[",
                    "]",
                    "\"",
                    ":",
                    ",",
                    "\\",
                    "\n",
                    "\r\n",
                    "'",
                    "#",
                    "&a",
                    "*a",
                    "- ",
                    "---\n",
                    "%",
                    ";",
                    "\0",
                    "\\u0000",
                    "\\ud83d",
                    "\\udE00",
                    "\uFEFF",
                    "\u2028",
                    "\u202E",
                    "🙋🏽‍♀️",
                    "ÿ",
                    "\t",
                    " ",
                    "/",
                    "../",
                    "%2e%2e",
                    "?",
                    "@",
                    "null",
                    "true",
                    "NaN",
                    "-0",
                    "1e99999",
                    "1e-9999999999",
                    "1.10",
                    "[[[[[[[[",
                    "9".repeat(101),
                    "n".repeat(300),
                    "\"id\":",
                    "\"guest\":{\"externalId\":\"",
                    "\"type\":\"",
                    "{{secret}}",
                    "${sysenv.PATH}",
                    "sha256=",
                    "=",
                    "==")
            .map(text -> text.getBytes(UTF_8))
            .toList();

    private final List<byte[]> seeds;
    private final Random random;

    private Mutations(List<byte[]> seeds, long seed) {
        this.seeds = seeds;
        this.random = new Random(seed);
    }

    /** Hands as many malformed inputs to a property as the system property {@code volume} says; 300 when it is absent. */
    public static void each(Class<?> fuzzTest, String method, Consumer<byte[]> property) {
        Mutations mutations = new Mutations(seeds(fuzzTest, method), 20261121);
        for (int i = Integer.getInteger("volume", 300); i > 0; i--) {
            byte[] input = mutations.next();
            try {
                property.accept(input);
            } catch (Throwable broken) {
                throw new AssertionError(
                        "breaks it: " + java.util.HexFormat.of().formatHex(input), broken);
            }
        }
    }

    private static List<byte[]> seeds(Class<?> fuzzTest, String method) {
        try {
            Path folder = Path.of(fuzzTest.getResource(fuzzTest.getSimpleName() + "Inputs/" + method)
                    .toURI());
            try (Stream<Path> files = Files.list(folder)) {
                return files.sorted().map(Mutations::bytes).toList();
            }
        } catch (IOException | URISyntaxException e) {
            throw new AssertionError(e);
        }
    }

    private static byte[] bytes(Path file) {
        try {
            return Files.readAllBytes(file);
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private byte[] next() {
        byte[] input = anySeed();
        for (int edits = 1 + random.nextInt(5); edits > 0; edits--) {
            input = edited(input);
        }
        return input;
    }

    private byte[] anySeed() {
        return seeds.get(random.nextInt(seeds.size())).clone();
    }

    private byte[] edited(byte[] input) {
        int at = random.nextInt(input.length + 1);
        int to = Math.min(input.length, at + (random.nextInt(4) == 0 ? random.nextInt(64) : 1));
        return switch (random.nextInt(8)) {
            case 0 -> joined(input, at, new byte[] {(byte) random.nextInt(256)}, to);
            case 1 -> joined(input, at, new byte[0], to);
            case 2 -> joined(input, to, java.util.Arrays.copyOfRange(input, at, to), to);
            case 3 -> joined(input, at, new byte[0], input.length);
            case 4 -> spliced(input, at);
            case 5 -> flipped(input, at);
            default -> joined(input, at, AWKWARD.get(random.nextInt(AWKWARD.size())), random.nextBoolean() ? at : to);
        };
    }

    private byte[] spliced(byte[] input, int at) {
        byte[] other = anySeed();
        int from = random.nextInt(other.length + 1);
        return joined(input, at, java.util.Arrays.copyOfRange(other, from, other.length), input.length);
    }

    private byte[] flipped(byte[] input, int at) {
        if (at < input.length) {
            input[at] ^= (byte) (1 << random.nextInt(8));
        }
        return input;
    }

    private static byte[] joined(byte[] input, int end, byte[] middle, int start) {
        ByteArrayOutputStream whole = new ByteArrayOutputStream(input.length + middle.length);
        whole.write(input, 0, end);
        whole.writeBytes(middle);
        whole.write(input, start, input.length - start);
        return whole.size() > LONGEST ? input : whole.toByteArray();
    }
}
