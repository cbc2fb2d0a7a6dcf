package dev.guestbridge.simulator;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Predicate;

/** The newest requests; of long ones only the newest keep headers and bodies. */
final class Journal {

    private static final long MOST_BYTES = 64L * 1024 * 1024;

    private final int most;
    private final Deque<JournalEntry> entries = new ArrayDeque<>();
    private final Deque<JournalEntry> detailed = new ArrayDeque<>();
    private long bytes;
    private long dropped;
    private long sequence;

    /** @param most how many requests to remember */
    Journal(int most) {
        this.most = most;
    }

    /**
     * Writes one request down.
     *
     * @param status what was answered; null when nothing was
     * @param fault the fault that touched it, or null
     */
    void write(Call call, String outcome, Integer status, Fault fault) {
        JournalEntry entry = new JournalEntry(++sequence, call, outcome, status, fault);
        entries.add(entry);
        detailed.add(entry);
        bytes += entry.bytes();
        while (bytes > MOST_BYTES) {
            JournalEntry oldest = detailed.remove();
            bytes -= oldest.bytes();
            oldest.forgetDetails();
        }
        if (entries.size() > most) {
            dropped++;
            if (entries.remove() == detailed.peek()) {
                bytes -= detailed.remove().bytes();
            }
        }
    }

    /** @param newest at most so many, the newest */
    List<JournalEntry> find(Predicate<JournalEntry> wanted, int newest) {
        List<JournalEntry> found =
                new ArrayList<>(entries.stream().filter(wanted).toList());
        return found.size() > newest ? found.subList(found.size() - newest, found.size()) : found;
    }

    long dropped() {
        return dropped;
    }

    void forget() {
        entries.clear();
        detailed.clear();
        bytes = 0;
        dropped = 0;
    }
}
