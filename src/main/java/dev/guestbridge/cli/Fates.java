package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.HdrHistogram.Histogram;

/** What became of each message of a load, and how long it took from when it was due. */
final class Fates {

    private enum Fate {
        PLANNED,
        HANDED_OVER,
        SENT,
        WAITING,
        ENDED,
        FAILED
    }

    private static final String NOT_SAID = "not said";
    private static final int DIGITS = 3;

    private final byte[] fates;
    private final int[] count = new int[Fate.values().length];
    private final SortedMap<String, Integer> ends = new TreeMap<>();
    private final SortedMap<String, Integer> dead = new TreeMap<>();
    private final Map<Integer, String> waiting = new HashMap<>();
    private final Histogram micros = new Histogram(DIGITS);
    private int waited;
    private int toldAgain;
    private int possibleRepeats;
    private int replies;
    private long behindNanos;
    private long lastSentNanos;
    private long lastDeliveredNanos;
    private boolean over;

    Fates(int messages) {
        fates = new byte[messages];
        count[Fate.PLANNED.ordinal()] = messages;
    }

    /** It goes to the broker, so many nanoseconds after it was due. */
    synchronized void handedOver(int number, long late) {
        move(number, Fate.HANDED_OVER);
        behindNanos = Math.max(behindNanos, late);
    }

    /** The broker has it, so many nanoseconds after the start. */
    synchronized void sent(int number, long at) {
        lastSentNanos = Math.max(lastSentNanos, at);
        if (is(number, Fate.HANDED_OVER)) { // its status may have been faster
            move(number, Fate.SENT);
        }
    }

    /** The broker didn't take it. */
    synchronized void failed(int number) {
        if (is(number, Fate.HANDED_OVER)) {
            move(number, Fate.FAILED);
        }
    }

    /**
     * Its status tells this.
     *
     * @param at nanoseconds after the start
     * @param due nanoseconds after the start
     */
    synchronized void told(int number, JsonNode status, long at, long due) {
        String state = status.path("state").asText();
        String errorClass = status.path("class").asText(NOT_SAID);
        boolean waits = state.equals("waiting");
        if (is(number, Fate.ENDED)) {
            toldAgain += waits ? 0 : 1; // that it waits may be told by another thread, a little too late
            return;
        }
        if (waits) {
            if (waiting.put(number, errorClass) == null) {
                waited++;
            }
            move(number, Fate.WAITING);
            return;
        }
        waiting.remove(number);
        move(number, Fate.ENDED);
        ends.merge(state, 1, Integer::sum);
        if (status.path("possibleRepeat").asBoolean()) {
            possibleRepeats++;
        }
        if (state.equals("dead")) {
            dead.merge(errorClass, 1, Integer::sum);
        }
        if (state.equals("delivered")) {
            lastDeliveredNanos = Math.max(lastDeliveredNanos, at);
            micros.recordValue(Math.max(0, at - due) / 1_000);
        }
    }

    /** An agent answered. */
    synchronized void replied() {
        replies++;
        notifyAll();
    }

    /** Nobody need wait any longer. */
    synchronized void over() {
        over = true;
        notifyAll();
    }

    /** Returns when all that were handed over came to their end, or that time is over. */
    synchronized void awaitEnds(long nanos) throws InterruptedException {
        long end = System.nanoTime() + nanos;
        while (!over && open() > 0 && left(end) > 0) {
            wait(left(end));
        }
    }

    /** Returns when all that were delivered are answered, or nobody has answered for that long. */
    synchronized void awaitReplies(long nanos) throws InterruptedException {
        int before = -1;
        long end = 0;
        while (!over && replies < ended("delivered") && (replies > before || left(end) > 0)) {
            if (replies > before) {
                before = replies;
                end = System.nanoTime() + nanos;
            }
            wait(Math.max(1, left(end)));
        }
    }

    private static long left(long end) {
        long nanos = end - System.nanoTime();
        return nanos <= 0 ? 0 : TimeUnit.NANOSECONDS.toMillis(nanos) + 1;
    }

    /** One line on how things stand. */
    synchronized String told() {
        return "sent " + sent() + ", delivered " + ended("delivered") + ", waiting " + waiting.size() + ", dead "
                + ended("dead");
    }

    /** What it came to. */
    synchronized LoadReport report(LoadPlan plan, long sendingNanos, boolean stopped, String lost) {
        SortedMap<String, Integer> waitingBy = new TreeMap<>();
        waiting.values().forEach(errorClass -> waitingBy.merge(errorClass, 1, Integer::sum));
        return new LoadReport(
                plan,
                stopped,
                lost,
                new LoadReport.Counts(
                        fates.length,
                        sent(),
                        count(Fate.FAILED) + count(Fate.HANDED_OVER),
                        ended("delivered"),
                        dead,
                        ended("duplicate"),
                        ended("dropped"),
                        waitingBy,
                        count(Fate.SENT),
                        waited,
                        possibleRepeats,
                        toldAgain,
                        replies),
                perSecond(sent(), Math.max(sendingNanos, lastSentNanos)),
                perSecond(ended("delivered"), Math.max(sendingNanos, lastDeliveredNanos)),
                behindNanos / 1e6,
                micros.copy());
    }

    private static double perSecond(int messages, long nanos) {
        return nanos <= 0 ? 0 : messages * 1e9 / nanos;
    }

    private int sent() {
        return count(Fate.SENT) + count(Fate.WAITING) + count(Fate.ENDED);
    }

    private int open() {
        return count(Fate.HANDED_OVER) + count(Fate.SENT) + count(Fate.WAITING);
    }

    private int ended(String state) {
        return ends.getOrDefault(state, 0);
    }

    private int count(Fate fate) {
        return count[fate.ordinal()];
    }

    private boolean is(int number, Fate fate) {
        return fates[number] == fate.ordinal();
    }

    private void move(int number, Fate to) {
        count[fates[number]]--;
        count[to.ordinal()]++;
        fates[number] = (byte) to.ordinal();
        notifyAll();
    }
}
