package dev.guestbridge.cli;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Rows for people: columns as wide as what is in them, the last one free. */
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    /** @param headings printed in capitals */
    Table(String... headings) {
        rows.add(Arrays.stream(headings)
                .map(heading -> heading.toUpperCase(Locale.ROOT))
                .toList());
    }

    /** Adds a row; an absent cell stays empty. */
    Table row(Object... cells) {
        rows.add(Arrays.stream(cells)
                .map(cell -> cell == null ? "" : Shown.text(cell.toString()))
                .toList());
        return this;
    }

    void print(PrintWriter out) {
        int columns = rows.get(0).size();
        int[] widths = new int[columns];
        for (List<String> row : rows) {
            for (int i = 0; i < columns - 1; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < columns; i++) {
                line.append(row.get(i))
                        .append(" ".repeat(Math.max(0, widths[i] - row.get(i).length())));
                line.append(i < columns - 1 ? "  " : "");
            }
            out.println(line.toString().stripTrailing());
        }
        out.flush();
    }
}
