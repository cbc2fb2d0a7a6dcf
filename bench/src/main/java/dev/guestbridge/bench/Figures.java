package dev.guestbridge.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/** The same figure of several rounds. */
final class Figures {

    private final List<Double> rounds = new ArrayList<>();

    void add(double figure) {
        rounds.add(figure);
    }

    double median() {
        List<Double> sorted = rounds.stream().sorted().toList();
        int middle = sorted.size() / 2;
        return sorted.size() % 2 == 1 ? sorted.get(middle) : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
    }

    /** Median and, with several rounds, spread. */
    String told(String format) {
        String median = String.format(Locale.ROOT, format, median());
        return rounds.size() == 1
                ? median
                : median
                        + String.format(
                                Locale.ROOT,
                                " (" + format + " … " + format + ")",
                                Collections.min(rounds),
                                Collections.max(rounds));
    }

    static String row(Object... cells) {
        StringBuilder row = new StringBuilder("|");
        for (Object cell : cells) {
            row.append(' ').append(cell).append(" |");
        }
        return row.append('\n').toString();
    }

    static String head(String... cells) {
        return row((Object[]) cells) + "|" + "---|".repeat(cells.length) + "\n";
    }
}
