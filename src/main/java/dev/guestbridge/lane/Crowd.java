package dev.guestbridge.lane;

import dev.guestbridge.lane.Gate.Turn;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;

/**
 * The calls that wait before a gate: newcomers, behind them those whose fate tells nothing of others, and last those whose
 * message Genesys has refused for good already.
 */
final class Crowd {

    /** Where one of them is taken from. */
    enum Place {
        OLDEST,
        NEWEST,
        SILENT,
        REFUSED;

        boolean isOfNewcomers() {
            return this == OLDEST || this == NEWEST;
        }

        /** Where to look for a newcomer when what came from here came to nothing. */
        Place other() {
            return this == OLDEST ? NEWEST : OLDEST;
        }
    }

    private final Deque<CompletableFuture<Turn>> newcomers = new ArrayDeque<>();
    private final Deque<CompletableFuture<Turn>> silent = new ArrayDeque<>();
    private final Deque<CompletableFuture<Turn>> refused = new ArrayDeque<>();

    CompletableFuture<Turn> add(boolean refusedBefore, boolean tells) {
        CompletableFuture<Turn> one = new CompletableFuture<>();
        if (refusedBefore) {
            refused.add(one);
        } else if (tells) {
            newcomers.add(one);
        } else {
            silent.add(one);
        }
        return one;
    }

    /** Whether it waited still. */
    boolean remove(Object one) {
        return newcomers.remove(one) || silent.remove(one) || refused.remove(one);
    }

    int size() {
        return notRefused() + refused.size();
    }

    boolean isEmpty() {
        return size() == 0;
    }

    int newcomers() {
        return newcomers.size();
    }

    int notRefused() {
        return newcomers.size() + silent.size();
    }

    /** The next from there; null when nobody waits there. */
    CompletableFuture<Turn> next(Place place) {
        return switch (place) {
            case OLDEST -> newcomers.poll();
            case NEWEST -> newcomers.pollLast();
            case SILENT -> silent.poll();
            case REFUSED -> refused.poll();
        };
    }

    /** Where the next is to be taken from: the first of these places where somebody waits; null when nobody does. */
    Place first(Place... places) {
        for (Place place : places) {
            boolean empty =
                    switch (place) {
                        case OLDEST, NEWEST -> newcomers.isEmpty();
                        case SILENT -> silent.isEmpty();
                        case REFUSED -> refused.isEmpty();
                    };
            if (!empty) {
                return place;
            }
        }
        return null;
    }
}
