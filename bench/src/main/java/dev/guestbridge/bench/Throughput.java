package dev.guestbridge.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** How fast each candidate works off the same backlog, and what it takes for that. */
record Throughput(int rounds, int warmUps, int messages, int guests, int latencyMs) implements Part {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private record Row(Figures rate, Figures cpu, Figures memory, Figures outOfOrder) {
        Row() {
            this(new Figures(), new Figures(), new Figures(), new Figures());
        }
    }

    @Override
    public Result run() {
        Map<String, Row> rows = new LinkedHashMap<>();
        Candidate.all().forEach(candidate -> rows.put(candidate.name(), new Row()));
        List<String> wrong = new ArrayList<>();
        try (Site site = new Site("throughput")) {
            for (int round = 0; round < rounds; round++) {
                List<Candidate> order = new ArrayList<>(Candidate.all());
                Collections.rotate(order, round);
                for (Candidate candidate : order) {
                    measure(site, candidate, rows.get(candidate.name()), wrong);
                }
            }
        }
        return new Result(table(rows), wrong);
    }

    private void measure(Site site, Candidate candidate, Row row, List<String> wrong) {
        try (Started process = candidate.start().apply(site)) {
            for (int i = 0; i < warmUps; i++) {
                workOff(site, process, candidate);
            }
            double before = process.cpuSeconds();
            JsonObject arrived = workOff(site, process, candidate);
            row.cpu().add((process.cpuSeconds() - before) * 1_000 / messages);
            row.memory().add(process.peakMiB());
            row.rate().add((messages - 1) * 1e9 / arrived.getLong("spanNs"));
            row.outOfOrder().add(arrived.getInteger("outOfOrder"));
            Bench.say("%s: %.0f messages/s", candidate.name(), (messages - 1) * 1e9 / arrived.getLong("spanNs"));
            wrong.addAll(judged(candidate, arrived, site.load().takeDelivered()));
        }
    }

    /** The backlog is there before the first message is let go. */
    private JsonObject workOff(Site site, Started process, Candidate candidate) {
        Load load = site.load();
        site.reset(latencyMs, 0);
        load.takeDelivered();
        load.hold(Load.QUEUE);
        load.fill(Load.QUEUE, messages, guests);
        load.release(Load.QUEUE);
        site.awaitArrival(process, messages, LIMIT);
        process.until("all told", LIMIT, () -> !candidate.tellsStatus() || load.delivered() >= messages);
        return site.figures();
    }

    private List<String> judged(Candidate candidate, JsonObject arrived, long delivered) {
        List<String> wrong = new ArrayList<>();
        if (arrived.getInteger("repeats") > 0) {
            wrong.add(candidate.name() + ": " + arrived.getInteger("repeats") + " messages came twice");
        }
        if (candidate.ordered() && arrived.getInteger("outOfOrder") > 0) {
            wrong.add(candidate.name() + ": " + arrived.getInteger("outOfOrder") + " messages out of order");
        }
        if (candidate.tellsStatus() && delivered != messages) {
            wrong.add(candidate.name() + ": " + delivered + " statuses of " + messages);
        }
        return wrong;
    }

    private static String table(Map<String, Row> rows) {
        StringBuilder table = new StringBuilder(Figures.head(
                "candidate",
                "messages/s",
                "of `vertx`",
                "of `naive camel`",
                "of `jdk client`",
                "CPU s per 1,000",
                "peak memory, MiB",
                "out of order"));
        rows.forEach((name, row) -> table.append(Figures.row(
                "`" + name + "`",
                row.rate().told("%.0f"),
                ratio(rows, name, Candidate.VERTX),
                ratio(rows, name, Candidate.NAIVE),
                ratio(rows, name, Candidate.JDK),
                row.cpu().told("%.2f"),
                row.memory().told("%.0f"),
                row.outOfOrder().told("%.0f"))));
        return table.toString();
    }

    private static String ratio(Map<String, Row> rows, String name, String of) {
        if (!rows.containsKey(of)) {
            return "";
        }
        double ratio = rows.get(name).rate().median() / rows.get(of).rate().median();
        return String.format(Locale.ROOT, "%.2f", ratio);
    }
}
