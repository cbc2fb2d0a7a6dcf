package dev.guestbridge.cli;

import picocli.CommandLine.Option;

/** Whether what a command could do is to be done; else it only tells what that would mean. */
final class Consent {

    @Option(names = "--yes", description = "Do it.")
    private boolean given;

    boolean isGiven() {
        return given;
    }

    /** Says so when nothing was done for want of it. */
    void tellIfMissing(Terminal terminal) {
        if (!given) {
            terminal.tell("nothing was changed; --yes does it");
        }
    }
}
