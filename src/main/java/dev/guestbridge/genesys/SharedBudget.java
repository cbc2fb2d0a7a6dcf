package dev.guestbridge.genesys;

import dev.guestbridge.message.Lender;
import dev.guestbridge.message.Lender.Rate;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;

/**
 * This instance's part of a budget that several share. It borrows for those who wait, a fifth of a second's worth at a
 * time and a little before the last ones are spent, so instances that all have much to do take turns.
 */
final class SharedBudget implements Budget {

    private static final long WORTH_NS = 200_000_000;
    private static final long AHEAD_NS = 100_000_000;
    private static final long LOOK_AGAIN_NS = 50_000_000;

    private final String org;
    private final Rate rate;
    private final int most;
    private final Lender lender;
    private final LongSupplier nanos;
    private final ScheduledExecutorService clock;
    private final Executor workers;

    private final Deque<Waiting> waiting = new ArrayDeque<>();
    private final Deque<Long> borrowed = new ArrayDeque<>(); // when each may be spent
    private final Deque<Spare> spares = new ArrayDeque<>();
    private boolean asking;
    private boolean looking;
    private boolean waking;
    private long wakeAt;

    private record Waiting(BooleanSupplier wanted, CompletableFuture<Boolean> turn) {}

    /**
     * @param perMinute how many requests a minute all instances have together
     * @param nanos the time by which waits are measured, in nanoseconds
     */
    SharedBudget(
            String org,
            int perMinute,
            Lender lender,
            LongSupplier nanos,
            ScheduledExecutorService clock,
            Executor workers) {
        this.org = org;
        this.rate = Rate.of(perMinute);
        this.most = (int) Math.max(1, WORTH_NS / rate.intervalNanos());
        this.lender = lender;
        this.nanos = nanos;
        this.clock = clock;
        this.workers = workers;
    }

    @Override
    public CompletionStage<Boolean> take(boolean first, BooleanSupplier wanted) {
        Waiting mine = new Waiting(wanted, new CompletableFuture<>());
        synchronized (this) {
            if (first) {
                waiting.addFirst(mine);
            } else {
                waiting.addLast(mine);
            }
        }
        serve();
        return mine.turn();
    }

    @Override
    public CompletionStage<Boolean> takeSpare(BooleanSupplier late) {
        Spare mine = new Spare(late, new CompletableFuture<>());
        synchronized (this) {
            spares.add(mine);
        }
        serveSpares();
        return mine.turn();
    }

    private void serve() {
        int wanted;
        synchronized (this) {
            long now = nanos.getAsLong();
            while (isWanted() && !borrowed.isEmpty() && borrowed.peek() - now <= 0) {
                borrowed.remove();
                waiting.remove().turn().completeAsync(() -> true, workers);
            }
            if (waiting.isEmpty()) {
                borrowed.clear(); // a fifth of a second's worth at most; kept, it would be too much later
            }
            boolean mayAsk = !asking && waiting.size() > borrowed.size();
            boolean asks = mayAsk && (borrowed.isEmpty() || borrowed.getLast() - now <= AHEAD_NS);
            if (!borrowed.isEmpty()) {
                long next = borrowed.peek();
                long ask = borrowed.getLast() - AHEAD_NS;
                wake(mayAsk && !asks && ask - next < 0 ? ask : next, now);
            }
            wanted = asks ? Math.min(most, waiting.size() - borrowed.size()) : 0;
            asking |= asks;
        }
        if (wanted > 0) {
            lender.lend(org, rate, wanted).whenComplete((firstIn, failure) -> lent(wanted, firstIn, failure));
        }
    }

    /** Whether somebody waits who can use a request; those who can't any longer are sent away. */
    private boolean isWanted() {
        while (!waiting.isEmpty() && !waiting.peek().wanted().getAsBoolean()) {
            waiting.remove().turn().completeAsync(() -> false, workers);
        }
        return !waiting.isEmpty();
    }

    // measured from the answer on, so that none is spent before its time
    private void lent(int count, Long firstIn, Throwable failure) {
        synchronized (this) {
            asking = false;
            if (failure == null) {
                long first = nanos.getAsLong() + firstIn;
                for (int i = 0; i < count; i++) {
                    borrowed.add(first + i * rate.intervalNanos());
                }
            } else {
                Deque<Waiting> without = new ArrayDeque<>();
                while (waiting.size() > borrowed.size()) {
                    without.addFirst(waiting.removeLast());
                }
                workers.execute(() -> without.forEach(one -> one.turn().completeExceptionally(failure)));
            }
        }
        serve();
        serveSpares();
    }

    private void wake(long at, long now) {
        if (waking && wakeAt - at <= 0) {
            return;
        }
        waking = true;
        wakeAt = at;
        clock.schedule(
                () -> {
                    synchronized (this) {
                        waking &= wakeAt != at;
                    }
                    serve();
                },
                at - now,
                TimeUnit.NANOSECONDS);
    }

    private void serveSpares() {
        Spare first;
        synchronized (this) {
            spares.removeIf(one -> one.endsIfLate(workers));
            first = asking || !waiting.isEmpty() ? null : spares.poll();
            asking |= first != null;
            lookLater();
        }
        if (first != null) {
            lender.lendSpare(org, rate).whenComplete((granted, failure) -> lentSpare(first, granted, failure));
        }
    }

    private void lentSpare(Spare asked, Boolean granted, Throwable failure) {
        boolean refused = failure == null && !granted;
        synchronized (this) {
            asking = false;
            if (refused) {
                spares.addFirst(asked);
                lookLater();
            } else if (failure == null) {
                asked.turn().completeAsync(() -> true, workers);
            } else {
                workers.execute(() -> asked.turn().completeExceptionally(failure));
            }
        }
        serve();
        if (!refused) {
            serveSpares();
        }
    }

    private void lookLater() {
        if (!spares.isEmpty() && !looking) {
            looking = true;
            clock.schedule(this::lookAgain, LOOK_AGAIN_NS, TimeUnit.NANOSECONDS);
        }
    }

    private void lookAgain() {
        synchronized (this) {
            looking = false;
        }
        serveSpares();
    }
}
