package dev.guestbridge.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** How much of what an API allows is used for deliveries, and how often it has to refuse. */
record Quota(List<Integer> limits, int seconds, int latencyMs) implements Part {

    @Override
    public Result run() {
        StringBuilder table = new StringBuilder(Figures.head(
                "allowed per minute",
                "candidate",
                "delivered",
                "share of what is allowed",
                "429s per 1,000 calls",
                "deliveries in 10 s, fewest … most"));
        List<String> wrong = new ArrayList<>();
        for (int limit : limits) {
            try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
                String store = postgres.getJdbcUrl("postgres", "postgres");
                for (Candidate candidate : candidates(limit, store)) {
                    try (Site site = new Site("quota")) { // what one leaves on the queue isn't the next one's
                        table.append(measure(site, candidate, limit, wrong));
                    }
                }
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
        return new Result(table.toString(), wrong);
    }

    private static List<Candidate> candidates(int limit, String store) {
        Map<String, String> settings = Map.of("GENESYS_MAIN_REQUESTS_PER_MINUTE", String.valueOf(limit));
        List<Candidate> candidates = Candidate.bridges(settings);
        candidates.add(Candidate.twoBridges(settings, store));
        candidates.addAll(Candidate.all().stream()
                .filter(candidate -> candidate.name().equals(Candidate.NAIVE))
                .toList());
        candidates.removeIf(candidate -> !candidate.isAsked());
        return candidates;
    }

    private String measure(Site site, Candidate candidate, int limit, List<String> wrong) {
        site.reset(latencyMs, limit);
        site.load().hold(Load.QUEUE); // who is ready first would take it all
        site.load().fill(Load.QUEUE, limit * (seconds + 120) / 60, Load.GUESTS);
        try (Started process = candidate.start().apply(site)) {
            site.load().release(Load.QUEUE);
            process.until(
                    "first call", Duration.ofMinutes(1), () -> site.figures().getInteger("calls") > 0);
            process.until(
                    "end",
                    Duration.ofSeconds(seconds + 60),
                    () -> site.figures().getLong("sinceFirstCallNs") >= seconds * 1_000_000_000L);
            JsonObject arrived = site.figures();
            int[] slices = slices(arrived.getJsonArray("slices"));
            int delivered = IntStream.of(slices).sum();
            double share = delivered * 60.0 / ((double) limit * seconds);
            Bench.say("%s at %d/min: %.3f of what is allowed", candidate.name(), limit, share);
            if (candidate.ordered() && arrived.getInteger("outOfOrder") > 0) {
                wrong.add(candidate.name() + ": " + arrived.getInteger("outOfOrder") + " messages out of order");
            }
            return Figures.row(
                    limit,
                    "`" + candidate.name() + "`",
                    delivered,
                    "%.3f".formatted(share),
                    "%.1f".formatted(arrived.getInteger("refused") * 1e3 / arrived.getInteger("calls")),
                    IntStream.of(slices).min().orElse(0) + " … "
                            + IntStream.of(slices).max().orElse(0));
        }
    }

    private int[] slices(JsonArray counted) {
        return IntStream.range(0, seconds / 10).map(counted::getInteger).toArray();
    }
}
