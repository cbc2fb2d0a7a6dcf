package dev.guestbridge.genesys;

import dev.guestbridge.message.Channel;

/**
 * What came of a call that wasn't a yes, as far as telling failures apart needs it.
 *
 * @param org the organisation that was called
 * @param call open, send, receipt or token
 * @param dialect the channel's dialect; null for token calls
 * @param status the HTTP status; 0 when there was no answer
 * @param network untrusted (no byte of the request was written, for the certificate is wrong), unreachable (no byte of it
 *     was written), lost (written, no answer), unreadable (a yes that can't be read), foreign (a no that isn't in Genesys'
 *     words), died (the bridge itself, before an answer came), or null
 * @param code Genesys' error code; empty when it gave none
 * @param text Genesys' error message; empty when it gave none
 * @param token stale when a newer token may cure, fresh when one has been tried, void when Genesys doesn't know even a
 *     new one, guest when it was a guest's own; null when it isn't about tokens
 * @param scopes complete, missing, dropped (asked for, but not granted) or unknown; null when it wasn't asked
 * @param missingScopes what the call needs and the token hasn't got, space separated; empty when nothing is missing
 * @param threadAgeMs milliseconds since the thread was opened; negative when unknown
 * @param retryAfterMs what Genesys asked to wait, in milliseconds; negative when it asked nothing
 * @param redirectedTo the host that the answer would send the request to; null when it isn't a redirect
 * @param correlationId Genesys' correlation id; null when it gave none
 */
record Answer(
        String org,
        String call,
        String dialect,
        int status,
        String network,
        String code,
        String text,
        String token,
        String scopes,
        String missingScopes,
        long threadAgeMs,
        long retryAfterMs,
        String redirectedTo,
        String correlationId) {

    /** None, because the call brought none. */
    static Answer none(String org, String call, String dialect, String network, long threadAgeMs) {
        return new Answer(org, call, dialect, 0, network, "", "", null, null, "", threadAgeMs, -1, null, null);
    }

    /** None, because the bridge itself didn't live to hear it. */
    static Answer died(Channel channel) {
        return none(channel.org(), "send", channel.dialect(), "died", -1);
    }
}
