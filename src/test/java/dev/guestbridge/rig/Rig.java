package dev.guestbridge.rig;

import dev.guestbridge.rig.Outages.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/** Runs faults against the bridge as processes of its own, and writes one table of figures; exits 1 when one is wrong. */
final class Rig {

    private static final Path DOCUMENT = Path.of("docs/reliability.md");
    private static final String BEGIN = "<!-- figures -->\n";
    private static final String END = "<!-- end of figures -->";

    private Rig() {}

    private static Map<String, Supplier<Figures>> runs() {
        Load outage = new Load(6_000, 200, 100, 30);
        Map<String, Supplier<Figures>> runs = new LinkedHashMap<>();
        runs.put("kill-bridge", () -> Kills.bridge(100, 50_000, 2_000));
        runs.put("kill-embedded", () -> Kills.embedded(30, 15_000, 1_000));
        runs.put("kill-broker", () -> Kills.broker(20, 50_000, 2_000));
        runs.put("api-outage", () -> Outages.refused(outage));
        runs.put("api-silent", () -> Outages.blackhole(outage));
        runs.put("answers-lost", () -> Outages.lostAnswers(outage));
        runs.put("token-outage", () -> Outages.token(outage));
        runs.put("storm-429", () -> Outages.storm429(outage, 5));
        runs.put("storm-401", () -> Outages.storm401(outage));
        runs.put("slow", () -> Outages.slow(outage));
        runs.put("drip", () -> Outages.drip(outage));
        runs.put("mixed-5xx", () -> Outages.mixed(new Load(6_000, 500, 100, 0), 30));
        runs.put("term", () -> Kills.term(10, 10_000, 500));
        runs.put("frozen", () -> Kills.frozen(3, 20, 6_000, 300));
        return runs;
    }

    /** What ends within three minutes. */
    private static Map<String, Supplier<Figures>> share() {
        Load outage = new Load(1_500, 100, 100, 10);
        Map<String, Supplier<Figures>> runs = new LinkedHashMap<>();
        runs.put("kill-bridge", () -> Kills.bridge(8, 4_000, 500));
        runs.put("kill-broker", () -> Kills.broker(2, 2_000, 200));
        runs.put("api-outage", () -> Outages.refused(outage));
        runs.put("storm-429", () -> Outages.storm429(outage, 3));
        return runs;
    }

    public static void main(String[] arguments) throws IOException {
        List<String> asked = new ArrayList<>(List.of(arguments));
        boolean share = asked.remove("--share");
        Map<String, Supplier<Figures>> runs = share ? share() : runs();
        if (!runs.keySet().containsAll(asked)) {
            System.err.println("rig: the runs are " + runs.keySet());
            System.exit(2);
        }
        runs.keySet().removeIf(run -> !asked.isEmpty() && !asked.contains(run));
        List<Figures> all = new ArrayList<>();
        runs.forEach((run, faults) -> {
            System.err.println("rig: " + run + " …");
            Figures figures = carriedOut(run, faults);
            System.err.println(figures.row());
            all.add(figures);
        });
        System.out.print(Figures.HEAD);
        all.forEach(figures -> System.out.println(figures.row()));
        if (!share) {
            write(all);
        }
        System.exit(all.stream().allMatch(Figures::isRight) ? 0 : 1);
    }

    private static Figures carriedOut(String run, Supplier<Figures> faults) {
        long start = System.nanoTime();
        try {
            Figures figures = faults.get();
            System.err.println("rig: " + run + " took " + (System.nanoTime() - start) / 1_000_000_000 + " s");
            return figures;
        } catch (RuntimeException | AssertionError e) {
            e.printStackTrace();
            String reason = String.valueOf(e.getMessage()).replaceAll("[|\\s]+", " ");
            return new Figures(run, 0, 0, null, "broken off: " + reason, false);
        }
    }

    /** Rows of runs that weren't carried out this time stay as they are. */
    private static void write(List<Figures> all) throws IOException {
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        Map<String, String> rows = new LinkedHashMap<>();
        runs().keySet().forEach(run -> rows.put(run, null));
        document.substring(begin, end)
                .lines()
                .filter(line -> line.startsWith("| "))
                .forEach(line -> rows.replace(line.substring(2, line.indexOf(" |")), line));
        String date = LocalDate.now() + ", " + Runtime.getRuntime().availableProcessors() + " cores";
        all.forEach(figures -> rows.put(figures.run(), figures.row()));
        StringBuilder table = new StringBuilder(Figures.HEAD);
        rows.values().stream().filter(row -> row != null).forEach(row -> table.append(row)
                .append('\n'));
        table.append("\nLast written ").append(date).append(".\n");
        Files.writeString(DOCUMENT, document.substring(0, begin) + "\n" + table + "\n" + document.substring(end));
    }
}
