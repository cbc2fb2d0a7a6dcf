package dev.guestbridge.cli;

import java.io.PrintWriter;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.function.Supplier;

/** Shows on stderr how far something is: a bar where somebody watches, else a line every few seconds. */
final class Progress implements AutoCloseable {

    private static final int WIDTH = 30;
    private static final int BAR_MS = 250;
    private static final int LINE_MS = 5_000;

    private final PrintWriter err;
    private final boolean watched;
    private final DoubleSupplier done;
    private final Supplier<String> told;
    private final ScheduledExecutorService timer;

    /**
     * @param watched whether stderr is a terminal
     * @param done from 0 to 1
     * @param told the rest of the line
     */
    Progress(PrintWriter err, boolean watched, DoubleSupplier done, Supplier<String> told) {
        this.err = err;
        this.watched = watched;
        this.done = done;
        this.told = told;
        this.timer = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
        });
    }

    void start() {
        int every = watched ? BAR_MS : LINE_MS;
        timer.scheduleAtFixedRate(this::show, every, every, TimeUnit.MILLISECONDS);
    }

    private synchronized void show() {
        double share = done.getAsDouble();
        if (watched) {
            int filled = (int) Math.round(share * WIDTH);
            // back to the line's start, and what was longer before is cleared
            err.print("\r[" + "#".repeat(filled) + "-".repeat(WIDTH - filled) + "] " + told.get() + "\033[K");
        } else {
            err.printf("%3.0f %%  %s%n", share * 100, told.get());
        }
        err.flush();
    }

    @Override
    public void close() {
        timer.shutdownNow();
        if (watched) {
            show();
            err.println();
        }
    }
}
