package dev.guestbridge.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** From the moment at which a message was to be put on its queue to its arrival at the API, under a light load. */
record Latency(int rounds, int warmUp, int seconds, int latencyMs) implements Part {

    private static final Duration LIMIT = Duration.ofMinutes(5);
    private static final List<String> PERCENTILES = List.of("p50", "p99", "p999", "max");

    @Override
    public Result run() {
        List<Candidate> candidates = Candidate.bridges(Candidate.LARGE);
        candidates.add(Candidate.named(Candidate.JDK));
        candidates.add(Candidate.named(Candidate.VERTX));
        Map<String, List<Figures>> rows = new LinkedHashMap<>();
        candidates.forEach(one -> rows.put(
                one.name(),
                PERCENTILES.stream().map(percentile -> new Figures()).toList()));
        List<String> wrong = new ArrayList<>();
        double rate;
        try (Site site = new Site("latency")) {
            rate = limit(site) / 10;
            Bench.say("a tenth of the limit: %.0f messages/s", rate);
            for (int round = 0; round < rounds; round++) {
                List<Candidate> order = new ArrayList<>(candidates);
                Collections.rotate(order, round);
                for (Candidate candidate : order) {
                    measure(site, candidate, rate, rows.get(candidate.name()), wrong);
                }
            }
        }
        StringBuilder table = new StringBuilder("At %.0f messages/s, in milliseconds:\n\n".formatted(rate));
        table.append(Figures.head("candidate", "p50", "p99", "p99.9", "longest"));
        rows.forEach((name, figures) -> table.append(Figures.row(
                "`" + name + "`",
                figures.get(0).told("%.1f"),
                figures.get(1).told("%.1f"),
                figures.get(2).told("%.1f"),
                figures.get(3).told("%.0f"))));
        return new Result(table.toString(), wrong);
    }

    private double limit(Site site) {
        try (Started process = Candidate.named(Candidate.VERTX).start().apply(site)) {
            workOff(site, process);
            return (warmUp - 1) * 1e9 / workOff(site, process).getLong("spanNs");
        }
    }

    private JsonObject workOff(Site site, Started process) {
        site.reset(latencyMs, 0);
        site.load().hold(Load.QUEUE);
        site.load().fill(Load.QUEUE, warmUp, Load.GUESTS);
        site.load().release(Load.QUEUE);
        return arrived(site, process, warmUp);
    }

    private static JsonObject arrived(Site site, Started process, int messages) {
        site.awaitArrival(process, messages, LIMIT);
        return site.figures();
    }

    private void measure(Site site, Candidate candidate, double rate, List<Figures> row, List<String> wrong) {
        try (Started process = candidate.start().apply(site)) {
            workOff(site, process);
            site.reset(latencyMs, 0);
            arrived(site, process, site.load().sendEvenly(rate, Math.max(2, seconds / 4)));
            site.reset(latencyMs, 0);
            JsonObject arrived = arrived(site, process, site.load().sendEvenly(rate, seconds));
            for (int i = 0; i < PERCENTILES.size(); i++) {
                row.get(i).add(arrived.getLong(PERCENTILES.get(i)) / 1e3);
            }
            Bench.say("%s: p99 %.1f ms", candidate.name(), arrived.getLong("p99") / 1e3);
            if (arrived.getInteger("repeats") + arrived.getInteger("outOfOrder") > 0) {
                wrong.add(candidate.name() + ": " + arrived.getInteger("repeats") + " messages came twice, "
                        + arrived.getInteger("outOfOrder") + " out of order");
            }
        }
    }
}
