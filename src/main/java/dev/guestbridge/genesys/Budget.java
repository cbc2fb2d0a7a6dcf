package dev.guestbridge.genesys;

import java.util.concurrent.CompletionStage;
import java.util.function.BooleanSupplier;

/** One organisation's requests: those that come first, in order, and those that take what the others leave. */
interface Budget {

    /**
     * Completes when there is one more to spend, first come, first served.
     *
     * @param first whether it goes before those who wait already
     * @param wanted tells whether it can still be used; when it can't, the wait ends with false, and nothing is spent
     */
    CompletionStage<Boolean> take(boolean first, BooleanSupplier wanted);

    /**
     * Completes when there is one to spend that nobody of the others waits for.
     *
     * @param late tells that there is no use in waiting any longer; the wait then fails with {@link NoLongerTrue}
     */
    CompletionStage<Boolean> takeSpare(BooleanSupplier late);
}
