package dev.guestbridge.console;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.guestbridge.broker.DeadLetter;
import dev.guestbridge.message.Channel;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;

/** Counts what moving dead letters would mean, while it is shown all of them. */
final class DeadPlan {

    /** Letters of one class and channel, and the advice that the first of them bears. */
    record Row(@JsonProperty("class") String errorClass, String channel, int letters, String advice) {
        Row more() {
            return new Row(errorClass, channel, letters + 1, advice);
        }
    }

    /** Letters that are meant and stay all the same. */
    record Left(String why, int letters) {}

    /** So many things of so many guests. */
    record Of(int guests, int number) {}

    /**
     * What it comes to.
     *
     * @param letters how many would move
     * @param guests how many guests they are of
     * @param left what stays although it is meant
     * @param overtaken older letters of the same guests that aren't meant and so stay behind
     * @param later messages that the same guests wrote later, which Genesys has or which wait already: letters come after them
     */
    record Told(int letters, int guests, List<Row> classes, List<Left> left, Of overtaken, Of later) {}

    /** Counts what a guest wrote after a letter was laid on guest.dead. */
    @FunctionalInterface
    interface Later {
        long of(Channel channel, String guest, Instant than);
    }

    private record Guest(Channel channel, String externalId) {}

    private final DeadFilter filter;
    private final long until;
    private final Function<DeadLetter, String> stays;
    private final Map<String, Row> classes = new TreeMap<>();
    private final Map<String, Integer> left = new LinkedHashMap<>();
    private final Map<Guest, Instant> moved = new LinkedHashMap<>();
    private final Map<Guest, Long> newest = new HashMap<>(); // of those that move, their numbers
    private final Map<Guest, List<Long>> staying = new HashMap<>();
    private int letters;
    private long last;
    private boolean inOrder = true;

    /**
     * @param until the number of the newest letter that may move
     * @param stays why a letter can't move; null when it can
     */
    DeadPlan(DeadFilter filter, long until, Function<DeadLetter, String> stays) {
        this.filter = filter;
        this.until = until;
        this.stays = stays;
    }

    void see(DeadLetter letter) {
        inOrder &= letter.number() > last;
        last = Math.max(last, letter.number());
        boolean meant = letter.number() <= until && filter.matches(letter);
        String why = meant ? stays.apply(letter) : null;
        if (why != null) {
            left.merge(why, 1, Integer::sum);
        }
        Guest guest = letter.delivery().externalId() == null
                ? null
                : new Guest(letter.delivery().channel(), letter.delivery().externalId());
        if (meant && why == null) {
            move(letter, guest);
        } else if (guest != null) {
            staying.computeIfAbsent(guest, first -> new ArrayList<>()).add(letter.number());
        }
    }

    private void move(DeadLetter letter, Guest guest) {
        letters++;
        String channel = letter.delivery().channel().name();
        classes.merge(
                letter.errorClass() + "\n" + channel,
                new Row(letter.errorClass(), channel, 1, letter.advice()),
                (row, one) -> row.more());
        if (guest != null) {
            moved.merge(guest, letter.at(), (one, other) -> one.isBefore(other) ? one : other);
            newest.merge(guest, letter.number(), Math::max);
        }
    }

    /** How many would move. */
    int letters() {
        return letters;
    }

    /** The number of the newest letter there is. */
    long last() {
        return last;
    }

    /** Whether they lie in the order in which they came. */
    boolean inOrder() {
        return inOrder;
    }

    Told told(Later later) {
        int guests = 0;
        int messages = 0;
        for (Map.Entry<Guest, Instant> one : moved.entrySet()) {
            long of = later.of(one.getKey().channel(), one.getKey().externalId(), one.getValue());
            guests += of > 0 ? 1 : 0;
            messages += (int) of;
        }
        List<Long> overtaken = newest.entrySet().stream()
                .map(one -> staying.getOrDefault(one.getKey(), List.of()).stream()
                        .filter(number -> number < one.getValue())
                        .count())
                .filter(count -> count > 0)
                .toList();
        return new Told(
                letters,
                moved.size(),
                List.copyOf(classes.values()),
                left.entrySet().stream()
                        .map(one -> new Left(one.getKey(), one.getValue()))
                        .toList(),
                new Of(
                        overtaken.size(),
                        overtaken.stream().mapToInt(Long::intValue).sum()),
                new Of(guests, messages));
    }
}
