package dev.guestbridge.store;

import dev.guestbridge.message.Outcome;

/** A message's fate is in the ledger already, so nothing of it is sent. */
public final class Settled extends Exception {

    private final transient Outcome outcome;

    Settled(Outcome outcome) {
        super("the message is " + outcome.state(), null, false, false);
        this.outcome = outcome;
    }

    /** What became of it. */
    public Outcome getOutcome() {
        return outcome;
    }
}
