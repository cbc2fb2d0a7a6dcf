package dev.guestbridge.bench;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.openjdk.jmh.runner.options.TimeValue;

/** Measures the bridge beside what one would build instead, and beside the limit; exits 1 only when counts are wrong. */
final class Bench {

    private static final int LATENCY_MS = 50;

    /** Not part of a look at all. */
    private static final Set<String> LONG = Set.of("startup", "growth", "jmh");

    private static final int ROUNDS = Integer.getInteger("bench.rounds", 3);
    private static final int WARM_UPS = Integer.getInteger("bench.warm-ups", 2);
    private static final int SECONDS = Integer.getInteger("bench.seconds", 180);
    private static final int MESSAGES = Integer.getInteger("bench.messages", 20_000);

    private Bench() {}

    private static Map<String, Part> parts(boolean small) {
        Map<String, Part> parts = new LinkedHashMap<>();
        parts.put(
                "throughput",
                small
                        ? new Throughput(1, 1, 1_000, 100, LATENCY_MS)
                        : new Throughput(ROUNDS, WARM_UPS, MESSAGES, Load.GUESTS, LATENCY_MS));
        parts.put("latency", small ? new Latency(1, 1_000, 2, LATENCY_MS) : new Latency(3, 20_000, 60, LATENCY_MS));
        parts.put(
                "quota",
                small
                        ? new Quota(List.of(3_000), 10, LATENCY_MS)
                        : new Quota(List.of(300, 3_000), SECONDS, LATENCY_MS));
        parts.put("calls", small ? new Calls(100, 5, LATENCY_MS) : new Calls(1_000, 10, LATENCY_MS));
        parts.put("webhook", small ? new Intake(1, 1, 2) : new Intake(ROUNDS, 30, 20));
        parts.put(
                "startup",
                small
                        ? new Startup(1, Duration.ofSeconds(1))
                        : new Startup(Integer.getInteger("bench.starts", 5), Duration.ofSeconds(10)));
        parts.put(
                "growth",
                small
                        ? new Growth(List.of(1_000, 2_000), List.of(1_000), List.of(1, 5), Duration.ofSeconds(5))
                        : new Growth(
                                List.of(10_000, 100_000, 1_000_000),
                                List.of(1_000, 10_000, 100_000, 1_000_000),
                                List.of(1, 5, 50, 500),
                                Duration.ofSeconds(Integer.getInteger("bench.window", 60))));
        parts.put("jmh", small ? new Jmh(1, 1, TimeValue.milliseconds(200)) : new Jmh(3, 5, TimeValue.seconds(1)));
        return parts;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> asked = new ArrayList<>(List.of(arguments));
        boolean small = asked.remove("--small");
        Map<String, Part> parts = parts(small);
        if (!parts.keySet().containsAll(asked)) {
            System.err.println("bench: the parts are " + parts.keySet() + ", and --small");
            System.exit(2);
        }
        parts.keySet().removeIf(part -> asked.isEmpty() ? small && LONG.contains(part) : !asked.contains(part));
        List<String> wrong = new ArrayList<>();
        for (Map.Entry<String, Part> part : parts.entrySet()) {
            say("%s …", part.getKey());
            long start = System.nanoTime();
            Part.Result result = carriedOut(part.getValue());
            say("%s took %d s", part.getKey(), (System.nanoTime() - start) / 1_000_000_000);
            System.out.println(part.getKey() + "\n\n" + result.table());
            wrong.addAll(result.wrong());
            if (!small && !isPartial() && !result.table().isEmpty()) {
                Document.write(part.getKey(), result.table());
            }
        }
        wrong.forEach(one -> System.err.println("bench: wrong: " + one));
        System.exit(wrong.isEmpty() ? 0 : 1);
    }

    private static Part.Result carriedOut(Part part) {
        try {
            return part.run();
        } catch (RuntimeException e) {
            e.printStackTrace();
            return new Part.Result("", List.of("broken off: " + e.getMessage()));
        }
    }

    /** Somebody looks into something: what comes out isn't for the document. */
    static boolean isPartial() {
        return System.getProperties().stringPropertyNames().stream().anyMatch(name -> name.startsWith("bench."));
    }

    /** Tells people how far it is. */
    static void say(String format, Object... arguments) {
        System.err.println("bench: " + String.format(Locale.ROOT, format, arguments));
    }
}
