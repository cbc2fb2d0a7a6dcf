package dev.guestbridge.store;

import dev.guestbridge.message.Outcome;
import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.LongAdder;

/** Measures how many messages a second the ledger looks up, begins and settles; arguments: url, callers, seconds. */
final class StoreThroughput {

    private StoreThroughput() {}

    public static void main(String[] arguments) throws InterruptedException {
        int callers = Integer.parseInt(arguments[1]);
        int seconds = Integer.parseInt(arguments[2]);
        try (Store store = Store.open(arguments[0], "", "", ForkJoinPool.commonPool())) {
            run(store, callers, 3, "warm");
            run(store, callers, seconds, "now ");
        }
    }

    private static void run(Store store, int callers, int seconds, String name) throws InterruptedException {
        Ledger ledger = new Ledger(store);
        ExecutorService readers = Executors.newFixedThreadPool(64);
        Semaphore window = new Semaphore(callers);
        LongAdder settled = new LongAdder();
        LongAdder waited = new LongAdder();
        long commits = store.commits();
        long works = store.works();
        long start = System.nanoTime();
        for (int i = 0; System.nanoTime() - start < seconds * 1_000_000_000L; i++) {
            window.acquire();
            String id = name + i + "-7b0c1c52-7f7a-4f0b-9d0c";
            long begun = System.nanoTime();
            Identity message =
                    new Identity("whatsapp", id, "+49 151 " + i % 1000, "0123456789abcdef0123456789abcdef", "ID:" + id);
            CompletableFuture.runAsync(() -> ledger.entry(message), readers)
                    .thenCompose(nothing -> ledger.start(message))
                    .thenCompose(entry -> ledger.settle(
                            message,
                            new Outcome("delivered", null, 202, null, null, null, id, id, id, 1, false, Instant.now())))
                    .whenComplete((nothing, failure) -> {
                        settled.increment();
                        waited.add(System.nanoTime() - begun);
                        window.release();
                    });
        }
        window.acquire(callers);
        readers.shutdown();
        double elapsed = (System.nanoTime() - start) / 1e9;
        System.out.printf(
                "%s %.0f pairs/s, mean %.1f ms a pair, %.0f works a commit%n",
                name,
                settled.sum() / elapsed,
                waited.sum() / 1e6 / settled.sum(),
                (double) (store.works() - works) / (store.commits() - commits));
    }
}
