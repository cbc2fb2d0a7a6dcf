package dev.guestbridge.console;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.guestbridge.lane.InLane;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Outcome;
import dev.guestbridge.store.Accounts.Account;
import java.time.Instant;

/**
 * One message, as operators see it; never what it says.
 *
 * @param carries message, or receipt: what a channel tells of a reply
 * @param state waiting, sending, ending; open when its fate isn't written down and this bridge doesn't hold it; else what
 *     became of it: delivered, dead, dropped
 * @param ahead how many messages of its guest are before it; null when it isn't held
 * @param errorClass of what it waits for, or died of; null when it is neither
 * @param correlationId Genesys' id of the call
 * @param traceId by which logs, statuses and spans name it; null when it isn't known
 * @param attempts null when they aren't counted yet
 * @param waitsFor guest, pause, retry, token, budget, place, answer, end or reading; null when it isn't held
 * @param nextTry null when none has a time
 * @param possibleRepeat whether Genesys may have it twice, or may have it though its fate is open
 * @param sentence all that matters of it
 */
record Seen(
        String channel,
        String id,
        String externalId,
        String carries,
        String state,
        Integer ahead,
        @JsonProperty("class") String errorClass,
        String reason,
        String advice,
        Integer status,
        String code,
        String correlationId,
        String traceId,
        Integer attempts,
        String waitsFor,
        Instant nextTry,
        boolean possibleRepeat,
        String genesysId,
        String conversationId,
        Instant sentAt,
        Instant takenAt,
        Instant begunAt,
        Instant settledAt,
        String sentence) {

    /** One that this bridge holds. */
    static Seen held(InLane held, Situation situation) {
        Delivery delivery = held.delivery();
        Failure why = situation.why();
        return new Seen(
                delivery.channel().name(),
                delivery.id(),
                delivery.externalId(),
                delivery.carriesReceipt() ? "receipt" : "message",
                situation.state(),
                held.place() == InLane.NONE ? null : held.place(),
                why == null ? null : why.errorClass(),
                why == null ? null : why.reason(),
                why == null ? null : why.advice(),
                why == null ? null : why.status(),
                why == null ? null : why.code(),
                why == null ? null : why.correlationId(),
                delivery.trace().id(),
                delivery.attempts(),
                situation.waitsFor(),
                situation.nextTry(),
                delivery.possibleRepeat(),
                null,
                null,
                delivery.sentAt(),
                delivery.takenAt(),
                null,
                null,
                situation.sentence());
    }

    /** One that the ledger knows. */
    static Seen known(Account account) {
        Outcome outcome = account.outcome();
        if (outcome == null) {
            return new Seen(
                    account.channel(),
                    account.id(),
                    account.externalId(),
                    "message",
                    "open",
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    null,
                    account.traceId(),
                    null,
                    null,
                    null,
                    mayBeTaken(account),
                    null,
                    null,
                    null,
                    null,
                    account.begunAt(),
                    null,
                    Words.sentence(open(account)));
        }
        return new Seen(
                account.channel(),
                account.id(),
                account.externalId(),
                "message",
                outcome.state(),
                null,
                outcome.errorClass(),
                outcome.reason(),
                outcome.advice(),
                outcome.status(),
                outcome.code(),
                outcome.correlationId(),
                account.traceId(),
                outcome.attempts(),
                null,
                null,
                outcome.possibleRepeat(),
                outcome.genesysId(),
                outcome.conversationId(),
                null,
                null,
                account.begunAt(),
                outcome.at(),
                fate(outcome));
    }

    /** Whether Genesys may have one whose fate isn't written down. */
    static boolean mayBeTaken(Account account) {
        return account.starts() > 0 || account.maybeTaken();
    }

    /** What is known of such a one, as the end of a sentence that names it. */
    static String open(Account account) {
        return "it was tried at " + Words.at(account.begunAt())
                + (mayBeTaken(account)
                        ? ", and Genesys may have it, for the end of that isn't known"
                        : ", and Genesys has nothing of it")
                + "; this bridge doesn't hold it now";
    }

    private static String fate(Outcome outcome) {
        String at = Words.at(outcome.at());
        return switch (outcome.state()) {
            case "delivered" -> "Genesys took it at " + at + ".";
            case "dead" -> "Dead since " + at + ": " + outcome.errorClass() + ": " + outcome.reason();
            default -> outcome.reason() == null ? "Not sent." : outcome.reason();
        };
    }
}
