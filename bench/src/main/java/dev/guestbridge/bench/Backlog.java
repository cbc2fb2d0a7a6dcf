package dev.guestbridge.bench;

import dev.guestbridge.bench.Plot.Series;
import java.time.Duration;
import java.util.List;

/** Rate and memory of the bridge while ever more messages wait on its queue. */
final class Backlog {

    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final List<Integer> sizes;
    private final Duration window;
    private final Series rates = Growth.series("by backlog");
    private final Series memory = Growth.series("by backlog");

    Backlog(List<Integer> sizes, Duration window) {
        this.sizes = sizes;
        this.window = window;
    }

    Series rates() {
        return rates;
    }

    Series memory() {
        return memory;
    }

    String table() {
        StringBuilder table = new StringBuilder(
                Figures.head("messages waiting", "worked off", "messages/s", "live heap, MiB", "resident, MiB"));
        sizes.forEach(size -> table.append(row(size)));
        return table.toString();
    }

    private String row(int size) {
        Load load;
        try (Site site = new Site("growth");
                Started bridge = site.bridge(KnownGuests.SETTINGS, Site.freePort())) {
            load = site.load();
            KnownGuests.warmUp(site, bridge, Load.QUEUE);
            load.hold(Load.QUEUE);
            load.fill(Load.QUEUE, size, Load.GUESTS);
            site.reset(KnownGuests.LATENCY_MS, 0);
            load.release(Load.QUEUE);
            long end = System.nanoTime() + window.toNanos();
            bridge.until(
                    "the window",
                    LIMIT,
                    () -> System.nanoTime() > end || site.figures().getInteger("distinct") == size);
            double rate = Growth.rate(site);
            int worked = site.figures().getInteger("distinct");
            long resident = bridge.residentMiB();
            Bench.say("backlog %d: %.0f messages/s", size, rate);
            rates.points().put(size, rate);
            memory.points().put(size, (double) resident);
            return Figures.row(size, worked, "%.0f".formatted(rate), bridge.liveHeapMiB(), resident);
        }
    }
}
