package dev.guestbridge.simulator;

import java.util.List;

/**
 * What a simulator starts with.
 *
 * @param port on 127.0.0.1; 0: any free one
 * @param organisations at least one; names and client ids are unique
 * @param journalEntries how many requests, and how many webhook attempts, are remembered; the oldest are dropped
 * @param webhookTimeoutMs milliseconds that a webhook's receiver has to answer
 * @param webhookRetryDelayMs milliseconds before each of the five repeats of a webhook
 */
public record SimulatorSettings(
        int port,
        List<OrganisationSettings> organisations,
        int journalEntries,
        int webhookTimeoutMs,
        int webhookRetryDelayMs) {

    /** @throws IllegalArgumentException names what is wrong */
    public SimulatorSettings {
        organisations = List.copyOf(organisations);
        if (port < 0 || port > 65535) {
            throw new IllegalArgumentException("port must be 0 to 65535");
        }
        if (organisations.isEmpty()) {
            throw new IllegalArgumentException("organisations must name at least one");
        }
        if (isRepeated(organisations.stream().map(OrganisationSettings::name).toList())) {
            throw new IllegalArgumentException("organisations must have different names");
        }
        if (isRepeated(
                organisations.stream().map(OrganisationSettings::clientId).toList())) {
            throw new IllegalArgumentException("organisations must have different clientIds");
        }
        if (journalEntries < 1 || webhookTimeoutMs < 1 || webhookRetryDelayMs < 1) {
            throw new IllegalArgumentException(
                    "journalEntries, webhookTimeoutMs and webhookRetryDelayMs must be 1 or more");
        }
    }

    /** Genesys' own timing, and a journal of 200,000 entries. */
    public static SimulatorSettings of(int port, OrganisationSettings... organisations) {
        return new SimulatorSettings(port, List.of(organisations), 200_000, 10_000, 5_000);
    }

    /** The same with another pause before a webhook is repeated, in milliseconds. */
    public SimulatorSettings withWebhookRetryDelayMs(int delayMs) {
        return new SimulatorSettings(port, organisations, journalEntries, webhookTimeoutMs, delayMs);
    }

    /** The same with another time limit for a webhook's receiver, in milliseconds. */
    public SimulatorSettings withWebhookTimeoutMs(int timeoutMs) {
        return new SimulatorSettings(port, organisations, journalEntries, timeoutMs, webhookRetryDelayMs);
    }

    /** The same with another number of requests to remember. */
    public SimulatorSettings withJournalEntries(int entries) {
        return new SimulatorSettings(port, organisations, entries, webhookTimeoutMs, webhookRetryDelayMs);
    }

    private static boolean isRepeated(List<String> names) {
        return names.stream().distinct().count() < names.size();
    }
}
