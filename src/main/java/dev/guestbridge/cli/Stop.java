package dev.guestbridge.cli;

import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.logging.log4j.LogManager;

/** Keeps a process up until it is told to stop, and then lets it stop in order. */
final class Stop {

    private static final int ENDS_WITHIN_S = 30;

    private Stop() {}

    /** Returns never: closes these in turn on SIGTERM or SIGINT, and ends the process with status 0. */
    static void onSignal(AutoCloseable... parts) throws InterruptedException {
        Runtime.getRuntime()
                .addShutdownHook(new Thread(
                        () -> {
                            for (AutoCloseable part : parts) {
                                try {
                                    part.close();
                                } catch (Exception e) {
                                    System.err.println("guestbridge: while stopping: " + e);
                                }
                            }
                            LogManager.shutdown();
                            Runtime.getRuntime().halt(Guestbridge.DONE);
                        },
                        "stop"));
        new CountDownLatch(1).await();
    }

    /**
     * Does this work and returns its status.
     *
     * @param stop is counted down on SIGTERM or SIGINT; the process then ends with the status that the work comes to
     */
    static int early(CountDownLatch stop, Callable<Integer> work) throws Exception {
        CompletableFuture<Integer> status = new CompletableFuture<>();
        Thread hook = new Thread(
                () -> {
                    stop.countDown();
                    int ended = status.completeOnTimeout(Guestbridge.FAULT, ENDS_WITHIN_S, TimeUnit.SECONDS)
                            .join();
                    LogManager.shutdown();
                    Runtime.getRuntime().halt(ended);
                },
                "stop");
        Runtime.getRuntime().addShutdownHook(hook);
        try {
            int ended = work.call();
            status.complete(ended);
            return ended;
        } finally {
            // of a failure, unless the process ends anyway, the caller makes the status
            status.complete(Guestbridge.FAULT);
            forget(hook);
        }
    }

    private static void forget(Thread hook) {
        try {
            Runtime.getRuntime().removeShutdownHook(hook);
        } catch (IllegalStateException e) {
            // it is running: the process ends
        }
    }
}
