package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Option;

/** A command that has the running bridge do something; without {@code --yes} it asks what that would mean. */
abstract class ActingCommand extends AskingCommand {

    @Option(names = "--yes", description = "Do it.")
    private boolean yes;

    /** Whether it is to be done. */
    final boolean isMeant() {
        return yes;
    }

    /** Has it done, and answers what it came to. */
    JsonNode act(Management bridge) throws InterruptedException {
        return bridge.act(question());
    }

    @Override
    final JsonNode answer(Management bridge) throws InterruptedException {
        return yes ? act(bridge) : bridge.ask(question());
    }
}
