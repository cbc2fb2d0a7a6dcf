package dev.guestbridge.bench;

import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What arrived at the API since it was told to count anew; the text of each message says which one it is. */
final class Arrivals {

    private static final long SLICE_NS = TimeUnit.SECONDS.toNanos(10);
    private static final int SLICES = 360;

    private final BitSet heard = new BitSet();
    private final Map<String, Integer> newest = new HashMap<>();
    private final Histogram micros = new Histogram(TimeUnit.MINUTES.toMicros(10), 3);
    private final int[] slices = new int[SLICES];
    private long calls;
    private long refused;
    private long openings;
    private long distinct;
    private long repeats;
    private long outOfOrder;
    private long firstCall;
    private long first;
    private long last;

    void refused(long now) {
        called(now);
        refused++;
    }

    void opened(long now) {
        called(now);
        openings++;
    }

    /** Counts a message whose text is written by {@link Load}. */
    void message(String body, long now) {
        called(now);
        int text = body.indexOf("\"no ") + 4;
        int at = body.indexOf(" at ", text);
        int number = Integer.parseInt(body, text, at, 10);
        if (heard.get(number)) {
            repeats++;
            return;
        }
        heard.set(number);
        int before = newest.merge(guest(body), number, Math::max);
        outOfOrder += before > number ? 1 : 0;
        long planned = Long.parseLong(body, at + 4, body.indexOf(' ', at + 4), 10);
        if (planned != 0) {
            micros.recordValue(Math.max(0, (now - planned) / 1_000));
        }
        first = distinct++ == 0 ? now : first;
        last = now;
        slices[(int) Math.min(SLICES - 1, (now - firstCall) / SLICE_NS)]++;
    }

    private void called(long now) {
        firstCall = calls++ == 0 ? now : firstCall;
    }

    private static String guest(String body) {
        int from = body.indexOf("\"guest-") + 1;
        return body.substring(from, body.indexOf('"', from));
    }

    long distinct() {
        return distinct;
    }

    JsonObject toJson() {
        return new JsonObject()
                .put("calls", calls)
                .put("refused", refused)
                .put("openings", openings)
                .put("distinct", distinct)
                .put("repeats", repeats)
                .put("outOfOrder", outOfOrder)
                .put("sinceFirstCallNs", calls == 0 ? 0 : System.nanoTime() - firstCall)
                .put("spanNs", last - first)
                .put("p50", micros.getValueAtPercentile(50))
                .put("p99", micros.getValueAtPercentile(99))
                .put("p999", micros.getValueAtPercentile(99.9))
                .put("max", micros.getMaxValue())
                .put("slices", slices());
    }

    private JsonArray slices() {
        JsonArray array = new JsonArray();
        for (int slice : slices) {
            array.add(slice);
        }
        return array;
    }
}
