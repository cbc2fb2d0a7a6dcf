package dev.guestbridge.store;

import dev.guestbridge.message.Lender;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Lends requests by one row an organisation, which holds the moment until which they are lent: a statement moves it on, by
 * the database's clock alone. It fails with {@link StoreUnavailable} when the database can't be used.
 */
public final class Leases implements Lender {

    /** Many instances have borrowed until then at most; a moment beyond was written before the clock was set back. */
    private static final long FARTHEST_NS = Duration.ofSeconds(30).toNanos();

    private static final int FARTHEST_INTERVALS = 100;

    // the statement's own time, by its row's lock, not the transaction's
    private static final String NOW = Presence.NOW;
    private static final String LEND = "UPDATE shared_budget"
            + " SET lent_until = greatest(least(lent_until, " + NOW + " + ?), " + NOW + " - ?) + ?"
            + " WHERE org = ? RETURNING lent_until - ? - " + NOW;
    private static final String LEND_SPARE = "UPDATE shared_budget"
            + " SET lent_until = greatest(least(lent_until, " + NOW + "), " + NOW + " - ?) + ?"
            + " WHERE org = ? AND (lent_until <= " + NOW + " OR lent_until > " + NOW + " + ?) RETURNING org";
    private static final String BEGIN =
            "INSERT INTO shared_budget (org, lent_until) VALUES (?, 0) ON CONFLICT (org) DO NOTHING";

    private final Store store;
    private final ThreadPoolExecutor asking =
            new ThreadPoolExecutor(1, 1, 10, TimeUnit.SECONDS, new LinkedBlockingQueue<>(), task -> {
                Thread thread = new Thread(task, "store-leases");
                thread.setDaemon(true);
                return thread;
            });

    public Leases(Store store) {
        this.store = store;
        asking.allowCoreThreadTimeOut(true);
    }

    @Override
    public boolean isShared() {
        return store.isShared();
    }

    @Override
    public CompletionStage<Long> lend(String org, Rate rate, int count) {
        long length = rate.intervalNanos() * count;
        Work<Long> lend =
                session -> session.one(LEND, row -> row.getLong(1), farthest(rate), saved(rate), length, org, length);
        return asked(() -> {
            Long first = store.alone(lend);
            if (first == null) {
                begun(org);
                first = store.alone(lend);
            }
            return first;
        });
    }

    @Override
    public CompletionStage<Boolean> lendSpare(String org, Rate rate) {
        Work<Boolean> lend = session ->
                session.one(LEND_SPARE, row -> true, saved(rate), rate.intervalNanos(), org, farthest(rate)) != null;
        return asked(() -> store.alone(lend) || begun(org) && store.alone(lend));
    }

    private static long saved(Rate rate) {
        return (rate.burst() - 1) * rate.intervalNanos();
    }

    private static long farthest(Rate rate) {
        return Math.max(FARTHEST_NS, FARTHEST_INTERVALS * rate.intervalNanos());
    }

    /** Whether this was the first word of the organisation. */
    private boolean begun(String org) {
        return store.alone(session -> session.change(BEGIN, org)) > 0;
    }

    private <T> CompletableFuture<T> asked(Supplier<T> question) {
        CompletableFuture<T> answer = new CompletableFuture<>();
        asking.execute(() -> {
            try {
                answer.complete(question.get());
            } catch (Throwable e) { // an Error must not leave anybody waiting
                answer.completeExceptionally(e);
            }
        });
        return answer;
    }
}
