package dev.guestbridge.broker;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What lay on the queues when the broker was last asked, which it is every so often: whoever looks here waits for nobody. */
public final class QueueWatch implements AutoCloseable {

    private final Connections connections;
    private final List<String> names;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "queue-watch");
        thread.setDaemon(true);
        return thread;
    });
    private volatile Map<String, QueueCount> counts = Map.of();
    private volatile boolean reachable = true; // until the first answer: that it hasn't been asked is no trouble

    /** @param every how long it waits between two questions */
    public QueueWatch(Connections connections, Collection<String> names, Duration every) {
        this.connections = connections;
        this.names = List.copyOf(names);
        clock.scheduleWithFixedDelay(this::ask, 1_000, every.toMillis(), TimeUnit.MILLISECONDS);
    }

    /** What the broker said of a queue; null when it lacks the queue, or hasn't answered the last time. */
    public QueueCount of(String queue) {
        return counts.get(queue);
    }

    /** Whether it answered the last time. */
    public boolean reachable() {
        return reachable;
    }

    private void ask() {
        try {
            counts = connections.count(names).stream()
                    .filter(QueueCount::exists)
                    .collect(Collectors.toUnmodifiableMap(QueueCount::name, Function.identity()));
            reachable = true;
        } catch (Connections.Unreachable e) {
            counts = Map.of(); // what lay there before may be gone
            reachable = false;
        }
    }

    @Override
    public void close() {
        clock.shutdownNow();
    }
}
