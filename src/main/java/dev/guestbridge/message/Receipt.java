package dev.guestbridge.message;

import java.time.Instant;

/**
 * What became of a reply, as it was read from {@code guest.receipt.<channel>}.
 *
 * @param id the reply's id, which is Genesys' own
 * @param externalId the guest it was for
 * @param delivered whether the guest has it; else it never will
 * @param code Genesys' word for why not; null when it was delivered
 * @param reason why not, a sentence for the agent; null when it was delivered
 * @param at when the channel told it
 */
public record Receipt(String id, String externalId, boolean delivered, String code, String reason, Instant at) {

    /** The reply it is for, and what became of it. */
    @Override
    public String toString() {
        return "Receipt[" + id + (delivered ? ", delivered]" : ", failed]");
    }
}
