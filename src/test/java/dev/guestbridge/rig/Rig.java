package dev.guestbridge.rig;

import dev.guestbridge.rig.Outages.Load;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.Supplier;

/** Runs faults against the bridge as processes of its own, and writes one table of figures; exits 1 when one is wrong. */
final class Rig {

    private static final Path DOCUMENT = Path.of("docs/reliability.md");
    private static final String BEGIN = "<!-- figures -->\n";
    private static final String END = "<!-- end of figures -->";

    /** The folder of another version, as its archive unpacks; null when there is none. */
    private static final String PREVIOUS = System.getProperty("rig.previous");

    private Rig() {}

    /** @param part runs only so much of each, to see in minutes whether all of them work */
    private static Map<String, Supplier<List<Figures>>> runs(int part) {
        Load outage = new Load(6_000 / part, 200, 100, 30);
        Map<String, Supplier<List<Figures>>> runs = new LinkedHashMap<>();
        one(runs, "kill-bridge", () -> Kills.bridge(100 / part, 50_000 / part, 2_000));
        one(runs, "kill-embedded", () -> Kills.embedded(30 / part, 15_000 / part, 1_000));
        one(runs, "kill-broker", () -> Kills.broker(20 / part, 50_000 / part, 2_000));
        one(runs, "failover", () -> Kills.failover("failover", "", 10 / Math.min(part, 5), 60_000 / part, 2_000));
        one(
                runs,
                "failover-ha",
                () -> Kills.failover(
                        "failover-ha", "?ha=true&reconnectAttempts=-1", 10 / Math.min(part, 5), 60_000 / part, 2_000));
        one(runs, "term", () -> Kills.term(10 / part, 10_000 / part, 500));
        one(runs, "frozen", () -> Kills.frozen(Math.max(1, 3 / part), 20, 6_000 / part, 300));
        runs.put("crash-points", () -> CrashPoints.all(Math.max(1, 12 / part)));
        one(runs, "api-outage", () -> Outages.refused(outage));
        one(runs, "api-silent", () -> Outages.blackhole(outage));
        one(runs, "answers-lost", () -> Outages.lostAnswers(outage));
        one(runs, "token-outage", () -> Outages.token(outage));
        one(runs, "storm-429", () -> Outages.storm429(outage, 5));
        one(runs, "storm-401", () -> Outages.storm401(outage));
        one(runs, "slow", () -> Outages.slow(outage));
        one(runs, "drip", () -> Outages.drip(outage));
        one(runs, "mixed-5xx", () -> Outages.mixed(new Load(6_000 / part, 500, 100, 0), 30));
        one(runs, "stuck-guests", () -> Limits.stuck(Math.max(1, 3 / part), 12_000 / part, 200, 3, 30));
        one(runs, "webhooks", () -> Replies.repeated(10_000 / part, 2));
        one(runs, "forged", () -> Replies.forged(100_000 / part));
        one(runs, "malformed-queue", () -> Inputs.queue(50_000 / part));
        one(runs, "malformed-webhooks", () -> Replies.malformed(50_000 / part));
        one(runs, "malformed-answers", () -> Inputs.answers(50_000 / part));
        one(runs, "backlog", () -> Limits.backlog(1_000_000 / part, 10_000));
        one(runs, "instance-killed", () -> Instances.killed(Math.max(2, 20 / part)));
        one(runs, "instance-frozen", () -> Instances.frozen(Math.max(2, 6 / part)));
        one(runs, "instances-restarted", () -> Instances.restarted(Math.max(2, 10 / part)));
        one(runs, "database-killed", () -> Instances.databaseKilled(Math.max(2, 10 / part)));
        one(runs, "database-frozen", () -> Instances.databaseFrozen(Math.max(2, 6 / part), 15));
        one(
                runs,
                "instances-rate",
                () -> Instances.rate("instances-rate", 50, Math.max(1, 3 / part), 20_000 / part, 1_000));
        one(
                runs,
                "instances-slow",
                () -> Instances.rate("instances-slow", 500, Math.max(1, 3 / part), 10_000 / part, 1_000));
        if (PREVIOUS != null) {
            one(runs, "instances-upgraded", () -> Instances.upgraded(Path.of(PREVIOUS)));
        }
        one(runs, "disk-full", () -> Limits.diskFull(60));
        return runs;
    }

    /** What ends within three minutes. */
    private static Map<String, Supplier<List<Figures>>> share() {
        Load outage = new Load(1_500, 100, 100, 10);
        Map<String, Supplier<List<Figures>>> runs = new LinkedHashMap<>();
        one(runs, "kill-bridge", () -> Kills.bridge(8, 4_000, 500));
        one(runs, "api-outage", () -> Outages.refused(outage));
        one(runs, "storm-429", () -> Outages.storm429(outage, 3));
        one(runs, "forged", () -> Replies.forged(5_000));
        return runs;
    }

    private static void one(Map<String, Supplier<List<Figures>>> runs, String name, Supplier<Figures> run) {
        runs.put(name, () -> List.of(run.get()));
    }

    public static void main(String[] arguments) throws IOException {
        List<String> asked = new ArrayList<>(List.of(arguments));
        boolean share = asked.remove("--share");
        boolean small = asked.remove("--small");
        Map<String, Supplier<List<Figures>>> runs = share ? share() : runs(small ? 10 : 1);
        if (!runs.keySet().containsAll(asked)) {
            System.err.println("rig: the runs are " + runs.keySet());
            System.exit(2);
        }
        runs.keySet().removeIf(run -> !asked.isEmpty() && !asked.contains(run));
        List<Figures> all = new ArrayList<>();
        runs.forEach((run, faults) -> {
            System.err.println("rig: " + run + " …");
            List<Figures> figures = carriedOut(run, faults);
            figures.forEach(one -> System.err.println(one.row()));
            all.addAll(figures);
        });
        System.out.print(Figures.HEAD);
        all.forEach(figures -> System.out.println(figures.row()));
        if (!share && !small) {
            write(all);
        }
        System.exit(all.stream().allMatch(Figures::isRight) ? 0 : 1);
    }

    private static List<Figures> carriedOut(String run, Supplier<List<Figures>> faults) {
        long start = System.nanoTime();
        try {
            List<Figures> figures = faults.get();
            System.err.println("rig: " + run + " took " + (System.nanoTime() - start) / 1_000_000_000 + " s");
            return figures;
        } catch (RuntimeException | AssertionError e) {
            e.printStackTrace();
            String reason = String.valueOf(e.getMessage()).replaceAll("[|\\s]+", " ");
            return List.of(new Figures(run, 0, 0, null, "broken off: " + reason, false));
        }
    }

    /** Rows of runs that weren't carried out this time stay as they are. */
    private static void write(List<Figures> all) throws IOException {
        String document = Files.readString(DOCUMENT);
        int begin = document.indexOf(BEGIN) + BEGIN.length();
        int end = document.indexOf(END);
        Map<String, String> rows = new LinkedHashMap<>();
        document.substring(begin, end)
                .lines()
                .filter(line -> line.startsWith("| ") && !line.startsWith("| run "))
                .forEach(line -> rows.put(line.substring(2, line.indexOf(" |")), line));
        all.forEach(figures -> rows.put(figures.run(), figures.row()));
        StringBuilder table = new StringBuilder(Figures.HEAD);
        rows.values().forEach(row -> table.append(row).append('\n'));
        table.append('\n').append(bounds(rows.values())).append('\n');
        Files.writeString(DOCUMENT, document.substring(0, begin) + "\n" + table + "\n" + document.substring(end));
    }

    /** What the figures say of messages that weren't tried: of n without a fault at most 3/n have one, at 95 %. */
    private static String bounds(Collection<String> rows) {
        long messages = 0;
        long lost = 0;
        long kills = 0;
        for (String row : rows) {
            String[] cells = row.split("\\|");
            messages += cells[3].isBlank() ? 0 : Long.parseLong(cells[3].strip());
            lost += cells[4].isBlank() ? 0 : Long.parseLong(cells[4].strip());
            kills += cells[2].isBlank() ? 0 : Long.parseLong(cells[2].split("/")[1].strip());
        }
        return lost > 0
                ? "Of %d messages %d were lost.".formatted(messages, lost)
                : String.format(
                        Locale.ROOT,
                        "In all %d messages were sent and %d faults met work in flight. Of %d messages none was lost: at 95 %% that"
                                + " bounds the share lost under such faults to 3/%d, %.4f %%; it doesn't bound it to nothing.",
                        messages,
                        kills,
                        messages,
                        messages,
                        300.0 / Math.max(1, messages));
    }
}
