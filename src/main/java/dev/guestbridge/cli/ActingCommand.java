package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import picocli.CommandLine.Mixin;

/** A command that has the running bridge do something; without {@code --yes} it asks what that would mean. */
abstract class ActingCommand extends AskingCommand {

    @Mixin
    private Consent consent;

    final Consent consent() {
        return consent;
    }

    /** Whether it is to be done. */
    final boolean isMeant() {
        return consent.isGiven();
    }

    /** Has it done, and answers what it came to. */
    JsonNode act(Management bridge) throws InterruptedException {
        return bridge.act(question());
    }

    @Override
    final JsonNode answer(Management bridge) throws InterruptedException {
        return isMeant() ? act(bridge) : bridge.ask(question());
    }
}
