package dev.guestbridge.lane;

/** What the message depends on was paused after it had passed, so it goes back to wait with the others. */
public final class PausedMeanwhile extends Exception {

    PausedMeanwhile() {
        super("paused meanwhile");
    }
}
