package dev.guestbridge.simulator;

/**
 * One webhook on its way.
 *
 * @param organisation whose webhook URL and secret are used, as they are at each attempt
 * @param integration the integration it names, or null
 * @param to the guest's externalId, or null
 * @param id the id it bears, or null
 * @param body the exact bytes
 * @param signature how they are signed
 * @param dueMs when, in milliseconds since 1970, it may go out at the earliest
 */
record Delivery(
        Organisation organisation,
        String integration,
        String to,
        String id,
        byte[] body,
        Signature signature,
        long dueMs) {

    /** One guest's deliveries go one after another. */
    record Lane(Organisation organisation, String integration, String to) {}

    Lane lane() {
        return new Lane(organisation, integration, to);
    }
}
