package dev.guestbridge.cli;

import java.util.concurrent.CountDownLatch;
import org.apache.logging.log4j.LogManager;

/** Keeps a process up until it is told to stop, and then lets it stop in order. */
final class Stop {

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
}
