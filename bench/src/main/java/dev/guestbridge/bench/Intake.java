package dev.guestbridge.bench;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.function.Consumer;

/** How many signed webhooks a second are taken, the reply durably on its queue before the 200, and how soon. */
record Intake(int rounds, int warmUp, int seconds) implements Part {

    private static final int CONNECTIONS = 64;

    private record Door(String name, BiFunction<Site, Integer, Started> start, Figures rate, Figures p50, Figures p99) {
        Door(String name, BiFunction<Site, Integer, Started> start) {
            this(name, start, new Figures(), new Figures(), new Figures());
        }
    }

    @Override
    public Result run() {
        List<Door> doors = List.of(
                new Door("bridge", (site, port) -> site.bridge(Map.of(), port)), new Door("bare", Intake::bare));
        List<String> wrong = new ArrayList<>();
        try (Site site = new Site("webhook")) {
            inTurn(doors, door -> {
                Poster.Posted posted = posted(site, door, 0, wrong);
                door.rate().add(posted.perSecond());
                Bench.say("%s: %.0f webhooks/s", door.name(), posted.perSecond());
            });
            double half = doors.get(0).rate().median() / 2;
            inTurn(doors, door -> {
                Poster.Posted posted = posted(site, door, half, wrong);
                door.p50().add(posted.micros().getValueAtPercentile(50) / 1e3);
                door.p99().add(posted.micros().getValueAtPercentile(99) / 1e3);
                Bench.say("%s: p99 %.1f ms", door.name(), posted.micros().getValueAtPercentile(99) / 1e3);
            });
            return new Result(table(doors, half), wrong);
        }
    }

    private void inTurn(List<Door> doors, Consumer<Door> measure) {
        for (int round = 0; round < rounds; round++) {
            List<Door> order = new ArrayList<>(doors);
            Collections.rotate(order, round);
            order.forEach(measure);
        }
    }

    private static Started bare(Site site, int port) {
        Started bare = site.java(BareWebhook.class, List.of(site.brokerUrl(), String.valueOf(port)));
        bare.awaitUp();
        return bare;
    }

    private Poster.Posted posted(Site site, Door door, double perSecond, List<String> wrong) {
        int port = Site.freePort();
        long before = site.load().replies();
        try (Started process = door.start().apply(site, port);
                Poster poster = new Poster(port, CONNECTIONS)) {
            Poster.Posted warm = poster.post(0, warmUp);
            Poster.Posted posted = perSecond == 0 ? poster.post(0, seconds) : poster.post(perSecond, seconds);
            long taken = warm.taken() + posted.taken();
            process.until("replies", Duration.ofMinutes(1), () -> site.load().replies() - before >= taken);
            long replies = site.load().replies() - before;
            if (replies != taken || warm.refused() + posted.refused() > 0) {
                wrong.add("%s: %d webhooks answered 200, %d not; %d replies"
                        .formatted(door.name(), taken, warm.refused() + posted.refused(), replies));
            }
            return posted;
        }
    }

    private static String table(List<Door> doors, double half) {
        Map<String, Door> byName = new LinkedHashMap<>();
        doors.forEach(door -> byName.put(door.name(), door));
        Door bare = byName.get("bare");
        StringBuilder table = new StringBuilder(Figures.head(
                "intake",
                "webhooks/s, " + CONNECTIONS + " connections",
                "of `bare`",
                String.format(Locale.ROOT, "p50 at %.0f/s, ms", half),
                "p99, ms",
                "p99 of `bare`'s"));
        doors.forEach(door -> table.append(Figures.row(
                "`" + door.name() + "`",
                door.rate().told("%.0f"),
                String.format(
                        Locale.ROOT, "%.2f", door.rate().median() / bare.rate().median()),
                door.p50().told("%.1f"),
                door.p99().told("%.1f"),
                String.format(
                        Locale.ROOT, "%.1f", door.p99().median() / bare.p99().median()))));
        return table.toString();
    }
}
