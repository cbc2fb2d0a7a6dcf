package dev.guestbridge.store;

import dev.guestbridge.message.Letter;
import dev.guestbridge.message.Outcome;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;

/** Begins, settles and keeps without end, and says so of each only after its future completed. */
final class StoreToKill {

    static final String CHANNEL = "whatsapp";

    private static final OutputStream OUT = new FileOutputStream(FileDescriptor.out);

    private StoreToKill() {}

    public static void main(String[] arguments) throws InterruptedException {
        Store store = Store.open(arguments[0], "", "", ForkJoinPool.commonPool());
        Ledger ledger = new Ledger(store);
        Outbox outbox = new Outbox(store, 1_000_000);
        Semaphore window = new Semaphore(50);
        for (int i = 0; ; i++) {
            window.acquire();
            String id = "m" + i;
            Identity message = new Identity(CHANNEL, id, "guest", "f", "bus-" + i);
            ledger.start(message)
                    .thenCompose(entry -> {
                        say("begun", id);
                        return CompletableFuture.allOf(
                                ledger.settle(message, outcome(id)).thenRun(() -> say("settled", id)),
                                outbox.keep(new Letter(0, "q", "g", id, "body")).thenRun(() -> say("kept", id)));
                    })
                    .whenComplete((nothing, failure) -> window.release());
        }
    }

    static Outcome outcome(String id) {
        return new Outcome("delivered", null, 202, null, null, null, "corr", id, "conv", 1, false, Instant.EPOCH);
    }

    /** One write per line, so that a kill leaves whole lines or none. */
    private static void say(String what, String id) {
        try {
            OUT.write((what + " " + id + ".\n").getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
