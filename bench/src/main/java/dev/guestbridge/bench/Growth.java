package dev.guestbridge.bench;

import dev.guestbridge.bench.Plot.Series;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;

/** What becomes of rate, look-ups, start and memory when backlog, known guests and channels grow. */
record Growth(List<Integer> backlogs, List<Integer> guests, List<Integer> channels, Duration window) implements Part {

    private static final Path PLOT = Path.of("docs/performance-growth.svg");
    private static final String WHAT = System.getProperty("bench.growth", "backlog guests channels");

    @Override
    public Result run() {
        StringBuilder tables = new StringBuilder();
        Backlog backlog = new Backlog(backlogs, window);
        KnownGuests known = new KnownGuests(guests, window);
        ManyChannels many = new ManyChannels(channels);
        if (WHAT.contains("backlog")) {
            tables.append(backlog.table()).append('\n');
        }
        if (WHAT.contains("guests")) {
            tables.append(known.table()).append('\n');
        }
        if (WHAT.contains("channels")) {
            tables.append(many.table()).append('\n');
        }
        if (backlog.rates().points().size() > 2) {
            plot(
                    new Plot("messages/s", List.of(backlog.rates(), known.rates())),
                    new Plot("MiB resident", List.of(backlog.memory(), known.memory(), many.memory())));
        }
        return new Result(tables.toString().stripTrailing() + "\n", many.wrong());
    }

    private static void plot(Plot above, Plot below) {
        try {
            Files.writeString(PLOT, Plot.svg(above, below));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Messages a second at the API. */
    static double rate(Site site) {
        var figures = site.figures();
        return (figures.getInteger("distinct") - 1) * 1e9 / figures.getLong("spanNs");
    }

    static Series series(String name) {
        return new Series(name, new TreeMap<>());
    }
}
