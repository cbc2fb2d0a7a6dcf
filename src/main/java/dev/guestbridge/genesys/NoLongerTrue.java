package dev.guestbridge.genesys;

/** What was to be sent isn't true any more, so nobody should hear of it. */
public final class NoLongerTrue extends Exception {

    NoLongerTrue() {
        super("it came too late to be true", null, false, false);
    }
}
