package dev.guestbridge.genesys;

import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One row of the catalogue: by what an answer is told to be of a class. A condition that is null always holds.
 *
 * @param statusFrom the lowest HTTP status; 0 with statusTo 0 = no condition
 * @param statusTo the highest HTTP status
 * @param code the whole of Genesys' error code
 * @param text a part of Genesys' error message
 * @param dialect the channel's dialect
 * @param call which call failed: open, send, receipt or token
 * @param network what went wrong instead of an answer: untrusted, unreachable, lost, unreadable, foreign or died
 * @param token stale when a newer token may cure, fresh when one has been tried, void when Genesys doesn't know even a
 *     new one, guest when it was a guest's own
 * @param scopes complete, missing, dropped or unknown, once the token has been looked into
 * @param threadYoungerMs the thread was opened at most so many milliseconds ago; 0 = no condition
 * @param errorClass the class it is a sign of
 * @param because why it is so
 */
record Sign(
        int statusFrom,
        int statusTo,
        Pattern code,
        Pattern text,
        String dialect,
        String call,
        String network,
        String token,
        String scopes,
        long threadYoungerMs,
        String errorClass,
        String because) {

    boolean holds(Answer answer) {
        return (statusTo == 0 || answer.status() >= statusFrom && answer.status() <= statusTo)
                && (code == null || code.matcher(answer.code()).matches())
                && (text == null || text.matcher(answer.text()).find())
                && (dialect == null || dialect.equals(answer.dialect()))
                && (call == null || call.equals(answer.call()))
                && (network == null ? answer.network() == null || hasNoCondition() : network.equals(answer.network()))
                && (token == null || token.equals(answer.token()))
                && (scopes == null || scopes.equals(answer.scopes()))
                && (threadYoungerMs == 0 || answer.threadAgeMs() >= 0 && answer.threadAgeMs() <= threadYoungerMs);
    }

    private boolean hasNoCondition() {
        return specificity() == 0;
    }

    /** The more conditions, the more specific; one status weighs more than a range of them. */
    int specificity() {
        long conditions = Stream.of(code, text, dialect, call, network, token, scopes)
                        .filter(Objects::nonNull)
                        .count()
                + (threadYoungerMs > 0 ? 1 : 0);
        int status = statusTo == 0 ? 0 : statusFrom == statusTo ? 2 : 1;
        return (int) conditions * 2 + status;
    }
}
