package dev.guestbridge.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;

/**
 * Whether the time of a check tells how near a forged signature came: Welch's t-test, run by hand on a quiet machine. Above
 * 4.5 it does; what is slower than nine in ten is left out, for it is the machine's own.
 */
public final class SignatureTiming {

    private static final List<String> SECRETS =
            List.of("the first secret of the timing test", "the second secret of the timing test");
    private static final int WARM_UP = 200_000;

    private static boolean last;

    private SignatureTiming() {}

    /** @param arguments how many checks of each kind */
    public static void main(String[] arguments) {
        int samples = arguments.length == 0 ? 200_000 : Integer.parseInt(arguments[0]);
        byte[] body = "x".repeat(500).getBytes(UTF_8);
        byte[] right = Hmac.of(SECRETS.get(0).getBytes(UTF_8), body);
        byte[] second = Hmac.of(SECRETS.get(1).getBytes(UTF_8), body);
        Object far = header(right, 0);
        compare("wrong in its first byte against wrong in its last", body, far, header(right, 31), samples);
        compare("the same twice, for comparison", body, far, header(right, 0), samples);
        compare("signed by the first secret against by the second", body, header(right), header(second), samples);
        compare("wrong in two ways, of other digits", body, header(right, 0), header(second, 31), samples);
        compare("genuine against wrong", body, header(right), far, samples);
        compare("absent against wrong", body, null, far, samples);
    }

    private static Object header(byte[] mac, int wrongByte) {
        byte[] wrong = mac.clone();
        wrong[wrongByte] ^= 1;
        return header(wrong);
    }

    private static Object header(byte[] mac) {
        return "sha256=" + Base64.getEncoder().encodeToString(mac);
    }

    private static void compare(String what, byte[] body, Object one, Object other, int samples) {
        Signatures signatures = new Signatures();
        Random random = new Random(20261121);
        double[][] nanos = new double[2][samples];
        int[] taken = new int[2];
        for (int i = -WARM_UP; taken[0] < samples || taken[1] < samples; i++) {
            int kind = random.nextInt(2);
            Object header = kind == 0 ? one : other;
            long start = System.nanoTime();
            last ^= signatures.verify(body, header, SECRETS);
            long end = System.nanoTime();
            if (i >= 0 && taken[kind] < samples) {
                nanos[kind][taken[kind]++] = end - start;
            }
        }
        double[] all = new double[2 * samples];
        System.arraycopy(nanos[0], 0, all, 0, samples);
        System.arraycopy(nanos[1], 0, all, samples, samples);
        Arrays.sort(all);
        double limit = all[(int) (all.length * 0.9)];
        double[] a = Arrays.stream(nanos[0]).filter(n -> n < limit).toArray();
        double[] b = Arrays.stream(nanos[1]).filter(n -> n < limit).toArray();
        double t = (mean(a) - mean(b)) / Math.sqrt(variance(a) / a.length + variance(b) / b.length);
        System.out.printf("%s: %.0f and %.0f ns, t = %.2f%n", what, mean(a), mean(b), t);
    }

    private static double mean(double[] values) {
        return Arrays.stream(values).average().orElseThrow();
    }

    private static double variance(double[] values) {
        double mean = mean(values);
        return Arrays.stream(values).map(v -> (v - mean) * (v - mean)).sum() / (values.length - 1);
    }
}
