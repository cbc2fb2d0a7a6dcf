package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import org.HdrHistogram.Histogram;

/**
 * The figures of a load, for people and for programs.
 *
 * @param stopped whether somebody stopped it early
 * @param lost why the broker was lost on the way; null when it wasn't
 * @param sentPerSecond what was reached, and so {@code deliveredPerSecond}
 * @param behindMs how far sending was behind the plan at most
 * @param micros from when a message was due to its status 'delivered'
 */
record LoadReport(
        LoadPlan plan,
        boolean stopped,
        String lost,
        Counts counts,
        double sentPerSecond,
        double deliveredPerSecond,
        double behindMs,
        Histogram micros) {

    /**
     * How many messages came to what.
     *
     * @param sent that the broker has
     * @param notSent that it didn't take, or never said that it did
     * @param dead by error class
     * @param waiting that wait still, by error class
     * @param notTold that the broker has and that no status was seen of
     * @param waited that were told to wait at some time, whatever came of them
     * @param toldAgain final statuses of messages that had one already
     * @param replies of agents
     */
    record Counts(
            int planned,
            int sent,
            int notSent,
            int delivered,
            SortedMap<String, Integer> dead,
            int duplicate,
            int dropped,
            SortedMap<String, Integer> waiting,
            int notTold,
            int waited,
            int possibleRepeats,
            int toldAgain,
            int replies) {}

    private static final Map<String, Double> PERCENTILES = new LinkedHashMap<>();

    static {
        PERCENTILES.put("p50", 50.0);
        PERCENTILES.put("p90", 90.0);
        PERCENTILES.put("p99", 99.0);
        PERCENTILES.put("p99.9", 99.9);
        PERCENTILES.put("max", 100.0);
    }

    /** Whether all that were due were sent, and all that were sent delivered. */
    boolean allDelivered() {
        return lost == null
                && counts.notSent() == 0
                && counts.delivered() > 0
                && counts.delivered() == counts.sent()
                && (stopped || counts.sent() == counts.planned());
    }

    /** All figures as one JSON object. */
    String json() {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        all.put("run", plan.run())
                .put("channel", plan.channel().name())
                .put("rate", plan.rate())
                .put("durationSeconds", plan.duration().toMillis() / 1e3)
                .put("guests", plan.guests())
                .put("seed", plan.seed());
        all.putObject("sizeBytes")
                .put("least", plan.size().least())
                .put("most", plan.size().most());
        all.put("stopped", stopped).put("lost", lost).put("allDelivered", allDelivered());
        all.setAll((ObjectNode) new ObjectMapper().<JsonNode>valueToTree(counts));
        all.put("sentPerSecond", rounded(sentPerSecond))
                .put("deliveredPerSecond", rounded(deliveredPerSecond))
                .put("behindMs", rounded(behindMs));
        ObjectNode latency = all.putObject("latencyMs");
        if (counts.delivered() > 0) {
            PERCENTILES.forEach((name, percentile) -> latency.put(name, millis(percentile)));
        }
        return all.toString();
    }

    /** The same for people. */
    String text() {
        StringBuilder text = new StringBuilder(plan.told()).append('\n');
        line(
                text,
                "sent",
                counts.sent(),
                "of %d planned, %.1f/s, at most %.0f ms late".formatted(counts.planned(), sentPerSecond, behindMs));
        line(text, "delivered", counts.delivered(), "%.1f/s".formatted(deliveredPerSecond));
        line(text, "dead", sum(counts.dead()), byClass(counts.dead()));
        line(text, "waiting", sum(counts.waiting()), byClass(counts.waiting()));
        line(text, "not told", counts.notTold(), "");
        more(text, "not sent", counts.notSent());
        more(text, "duplicate", counts.duplicate());
        more(text, "dropped", counts.dropped());
        more(text, "told again", counts.toldAgain());
        line(text, "possible repeats", counts.possibleRepeats(), "");
        line(text, "waited on the way", counts.waited(), "");
        line(text, "replies", counts.replies(), "");
        if (counts.delivered() > 0) {
            text.append("from when it was due to delivered, ms\n");
            PERCENTILES.forEach(
                    (name, percentile) -> text.append("  %-6s %10.1f%n".formatted(name, millis(percentile))));
        }
        if (lost != null) {
            text.append("the broker was lost: ").append(lost).append('\n');
        }
        text.append(allDelivered() ? "all delivered" : "NOT ALL DELIVERED");
        return text.append(stopped ? ", stopped early" : "").toString();
    }

    private static void line(StringBuilder text, String name, int count, String more) {
        text.append("%-18s %8d   %s".formatted(name, count, more).stripTrailing())
                .append('\n');
    }

    private static void more(StringBuilder text, String name, int count) {
        if (count > 0) {
            line(text, name, count, "");
        }
    }

    private static int sum(Map<String, Integer> counts) {
        return counts.values().stream().mapToInt(Integer::intValue).sum();
    }

    private static String byClass(Map<String, Integer> counts) {
        return counts.isEmpty() ? "" : counts.toString().replaceAll("[{}]", "").replace('=', ' ');
    }

    private double millis(double percentile) {
        return rounded(micros.getValueAtPercentile(percentile) / 1e3);
    }

    private static double rounded(double value) {
        return Math.round(value * 1e3) / 1e3;
    }
}
