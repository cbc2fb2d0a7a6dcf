package dev.guestbridge.lane;

/** An operator gave the message up: it waits for nothing any more, and is dead. */
public final class GivenUp extends Exception {

    GivenUp() {
        super("given up by an operator", null, false, false);
    }
}
