package dev.guestbridge.message;

import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;

/** Lends requests of an organisation's budget to the instances that share it. */
public interface Lender {

    /**
     * How fast requests are lent so that no minute is ever lent more than the budget: 99 % of it as the rate, half a
     * percent at once, and half a percent is left for requests that reach Genesys later than others.
     *
     * @param intervalNanos from one request to the next, in nanoseconds
     * @param burst so many at once, after a while without any
     */
    record Rate(long intervalNanos, int burst) {

        /** Of a budget of so many requests a minute. */
        public static Rate of(int perMinute) {
            int percent = Math.max(1, perMinute / 100);
            int rate = Math.max(1, perMinute - percent);
            return new Rate((TimeUnit.MINUTES.toNanos(1) + rate - 1) / rate, Math.max(1, percent / 2));
        }
    }

    /** Whether other instances may borrow too; if not, there is no need to. */
    boolean isShared();

    /**
     * Lends requests that follow each other in the rate's intervals, after all that were lent before.
     *
     * @return nanoseconds until the first of them may be spent; 0 or less: at once
     */
    CompletionStage<Long> lend(String org, Rate rate, int count);

    /** Lends one request that may be spent at once, unless one is lent already that is still to be spent. */
    CompletionStage<Boolean> lendSpare(String org, Rate rate);
}
