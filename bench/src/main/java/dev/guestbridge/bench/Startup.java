package dev.guestbridge.bench;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** How long the bridge with its embedded broker takes from the launcher's exec to ready, and what it then holds. */
record Startup(int starts, Duration idle) implements Part {

    private static final String JAVA_25 = System.getenv("JAVA25_HOME");
    private static final Duration LIMIT = Duration.ofMinutes(5);

    private record Variant(String name, String home, boolean archived, String options) {}

    private record Row(Figures ready, Figures cpu, Figures resident, Figures peak) {
        Row() {
            this(new Figures(), new Figures(), new Figures(), new Figures());
        }
    }

    private static List<Variant> variants(String home) {
        return List.of(
                new Variant("default", home, false, Site.HEAP),
                new Variant("archive", home, true, Site.HEAP),
                new Variant("archive, serial collector", home, true, Site.HEAP + " -XX:+UseSerialGC"),
                new Variant("archive, parallel collector", home, true, Site.HEAP + " -XX:+UseParallelGC"));
    }

    @Override
    public Result run() {
        List<Variant> all = new ArrayList<>(variants(System.getProperty("java.home")));
        if (JAVA_25 != null && Files.isExecutable(Path.of(JAVA_25, "bin/java"))) {
            all.addAll(variants(JAVA_25).subList(0, 2));
        }
        Map<Variant, Row> rows = new LinkedHashMap<>();
        all.forEach(variant -> rows.put(variant, new Row()));
        try (Site site = new Site("startup")) {
            all.stream().filter(Variant::archived).map(Variant::home).distinct().forEach(home -> archive(site, home));
            for (int start = 0; start < starts; start++) {
                rows.forEach((variant, row) -> start(site, variant, row));
            }
        }
        StringBuilder table = new StringBuilder(
                Figures.head("Java", "start", "to ready, s", "CPU to ready, s", "resident, MiB", "most resident, MiB"));
        rows.forEach((variant, row) -> table.append(Figures.row(
                version(variant.home()),
                variant.name(),
                row.ready().told("%.2f"),
                row.cpu().told("%.1f"),
                row.resident().told("%.0f"),
                row.peak().told("%.0f"))));
        if (all.size() == variants("").size()) {
            table.append(Figures.row("25", "not tried: JAVA25_HOME names none", "", "", "", ""));
        }
        return new Result(table.toString(), List.of());
    }

    private static void archive(Site site, String home) {
        try (Started writing = site.launch("archive", Map.of("JAVA_HOME", home))) {
            writing.awaitEnd(LIMIT);
        }
    }

    private void start(Site site, Variant variant, Row row) {
        Map<String, String> environment = Map.of(
                "JAVA_HOME",
                variant.home(),
                "BROKER_URL",
                "embedded",
                "BROKER_EMBEDDED_PORT",
                String.valueOf(Site.freePort()),
                "GUESTBRIDGE_JAVA_OPTS",
                variant.options() + (variant.archived() ? "" : withoutArchive(variant.home())));
        long start = System.nanoTime();
        try (Started bridge = site.bridge(environment, Site.freePort())) {
            row.ready().add((System.nanoTime() - start) / 1e9);
            Bench.say(
                    "%s, %s: %.2f s",
                    version(variant.home()), variant.name(), row.ready().median());
            row.cpu().add(bridge.cpuSeconds());
            long end = System.nanoTime() + idle.toNanos();
            bridge.until("idle", idle.plusMinutes(1), () -> System.nanoTime() > end);
            row.resident().add(bridge.residentMiB());
            row.peak().add(bridge.peakMiB());
        }
    }

    // later options win over the launcher's
    static String withoutArchive(String home) {
        return version(home).compareTo("25") < 0
                ? " -XX:SharedArchiveFile=" + home + "/lib/server/classes.jsa"
                : " -XX:AOTMode=off";
    }

    private static String version(String home) {
        return Started.read(Path.of(home, "release")).replaceAll("(?s).*JAVA_VERSION=\"([^\"]*)\".*", "$1");
    }
}
