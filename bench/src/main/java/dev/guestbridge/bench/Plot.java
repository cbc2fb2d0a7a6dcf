package dev.guestbridge.bench;

import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.SortedMap;

/** A figure against sizes, the sizes on a logarithmic scale; drawn in colours that dark and light pages both bear. */
record Plot(String unit, List<Series> series) {

    /** @param points the figure at each size */
    record Series(String name, SortedMap<Integer, Double> points) {}

    private static final List<String> COLOURS = List.of("#2f81d6", "#d9822b", "#3f9e5a");
    private static final int WIDTH = 680;
    private static final int HEIGHT = 230;
    private static final int LEFT = 60;
    private static final int RIGHT = 130;
    private static final int TOP = 26;
    private static final int BOTTOM = 36;
    private static final int DECADES = 6;
    private static final int STEPS = 4;

    /** Both of them, one above the other. */
    static String svg(Plot above, Plot below) {
        return """
                <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" font-family="sans-serif" font-size="12" fill="#808890">
                %s%s</svg>
                """
                .formatted(WIDTH, 2 * HEIGHT, above.drawn(0), below.drawn(HEIGHT));
    }

    private String drawn(int top) {
        double most = series.stream()
                .flatMap(one -> one.points().values().stream())
                .mapToDouble(value -> value)
                .max()
                .orElse(1);
        double step = round(most / STEPS);
        double end = step * Math.ceil(most / step);
        StringBuilder drawing = new StringBuilder("<g transform=\"translate(0 %d)\">%n".formatted(top));
        drawing.append(text(LEFT, TOP - 10, "start", unit));
        for (double value = 0; value <= end; value += step) {
            int y = y(value, end);
            drawing.append(line(LEFT, y, WIDTH - RIGHT, y));
            drawing.append(text(LEFT - 6, y + 4, "end", "%.0f".formatted(value)));
        }
        for (int decade = 0; decade <= DECADES; decade++) {
            int x = x(Math.pow(10, decade));
            drawing.append(line(x, TOP, x, HEIGHT - BOTTOM));
            drawing.append(text(x, HEIGHT - BOTTOM + 16, "middle", "%,d".formatted((int) Math.pow(10, decade))));
        }
        int number = 0;
        for (Series one : series) {
            drawing.append(drawn(one, end, COLOURS.get(number)));
            drawing.append("<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"/>%n"
                    .formatted(WIDTH - RIGHT + 14, TOP + 4 + 20 * number, COLOURS.get(number)));
            drawing.append(text(WIDTH - RIGHT + 24, TOP + 8 + 20 * number, "start", one.name()));
            number++;
        }
        return drawing.append("</g>\n").toString();
    }

    private static String drawn(Series series, double end, String colour) {
        StringBuilder path = new StringBuilder();
        StringBuilder points = new StringBuilder();
        for (Map.Entry<Integer, Double> point : series.points().entrySet()) {
            int x = x(point.getKey());
            int y = y(point.getValue(), end);
            path.append(path.isEmpty() ? "M" : " L").append(x).append(' ').append(y);
            points.append("<circle cx=\"%d\" cy=\"%d\" r=\"4\" fill=\"%s\"><title>%s, %d: %.0f</title></circle>%n"
                    .formatted(x, y, colour, series.name(), point.getKey(), point.getValue()));
        }
        return "<path d=\"%s\" fill=\"none\" stroke=\"%s\" stroke-width=\"2\"/>%n".formatted(path, colour) + points;
    }

    // the next of 1, 2, 5, 10, 20 …
    private static double round(double step) {
        double power = Math.pow(10, Math.floor(Math.log10(step)));
        double digit = step / power;
        return power * (digit <= 1 ? 1 : digit <= 2 ? 2 : digit <= 5 ? 5 : 10);
    }

    private static int x(double size) {
        return LEFT + (int) Math.round(Math.log10(size) / DECADES * (WIDTH - LEFT - RIGHT));
    }

    private static int y(double value, double end) {
        return HEIGHT - BOTTOM - (int) Math.round(value / end * (HEIGHT - TOP - BOTTOM));
    }

    private static String line(int x1, int y1, int x2, int y2) {
        return "<path d=\"M%d %d L%d %d\" stroke=\"#808890\" stroke-opacity=\"0.25\"/>%n".formatted(x1, y1, x2, y2);
    }

    private static String text(int x, int y, String anchor, String text) {
        return String.format(Locale.ROOT, "<text x=\"%d\" y=\"%d\" text-anchor=\"%s\">%s</text>%n", x, y, anchor, text);
    }
}
