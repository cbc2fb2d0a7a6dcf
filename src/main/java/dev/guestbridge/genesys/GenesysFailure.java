package dev.guestbridge.genesys;

import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Pause;
import java.util.Locale;

/** Anything but a yes from Genesys, with its class and what to do about it. */
public final class GenesysFailure extends Exception {

    private final ErrorClass errorClass;
    private final Failure failure;
    private final boolean curable;
    private final Pause pause;
    private final long waitMs;

    /**
     * @param curable whether the message is to be tried again
     * @param pause what is to stop besides the message
     * @param waitMs how long the message waits before, in milliseconds
     */
    GenesysFailure(ErrorClass errorClass, Failure failure, boolean curable, Pause pause, long waitMs, Throwable cause) {
        super(failure.errorClass() + ": " + failure.reason(), cause);
        this.errorClass = errorClass;
        this.failure = failure;
        this.curable = curable;
        this.pause = pause;
        this.waitMs = waitMs;
    }

    /** The catalogue's row. */
    public ErrorClass errorClass() {
        return errorClass;
    }

    /** The catalogue's action, in the catalogue's spelling. */
    public String getAction() {
        return errorClass.action().name().toLowerCase(Locale.ROOT);
    }

    public Failure getFailure() {
        return failure;
    }

    /** Whether the message is to be tried again; else it is dead. */
    public boolean isCurable() {
        return curable;
    }

    /** What is to stop. */
    public Pause getPause() {
        return pause;
    }

    /** How long the message waits before it is tried again, in milliseconds. */
    public long getWaitMs() {
        return waitMs;
    }

    /** The same, when a part of the wait that Genesys asked for is over. */
    GenesysFailure withRest(long restMs) {
        Pause rest = new Pause(
                pause.radius(), pause.threshold(), pause.firstMs(), pause.capMs(), restMs, pause.triesApartMs());
        return new GenesysFailure(errorClass, failure, curable, rest, rest.waitMs(1), this);
    }
}
