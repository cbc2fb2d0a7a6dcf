package dev.guestbridge.cli;

import dev.guestbridge.genesys.ErrorClass;
import dev.guestbridge.message.Channel;
import java.util.Set;

/**
 * What is behind a refusal that doesn't say so, and what cures it: what integrators found out who were stuck on it.
 *
 * @param cause sentences
 * @param cure sentences
 */
record Remedy(String cause, String cure) {

    /**
     * Of messages that met this class of failure.
     *
     * @param status HTTP's; 0 when there was no answer
     * @param code Genesys' own; empty when it gave none
     * @param missing the scopes that the channel's calls need and the token hasn't got; null when nobody tells
     * @param row of the error catalogue; null when it knows no such class any more
     * @param advice as it was given to the message
     */
    static Remedy of(
            Channel channel,
            String errorClass,
            int status,
            String code,
            Set<String> missing,
            ErrorClass row,
            String advice) {
        boolean hasScopes = missing != null && missing.isEmpty();
        String dialect = channel.dialect();
        return switch (errorClass) {
            case "sender-mismatch" -> senderMismatch();
            case "payload-invalid" ->
                status == 0
                        ? refusedByUs()
                        : dialect.equals("conversation-messages") && code.equals("invalid_payload")
                                ? noOpenConversation()
                                : general(channel, row, advice);
            case "not-propagated" -> serverError(channel);
            case "unavailable" ->
                dialect.equals("guest-conversations") && status == 500
                        ? serverError(channel)
                        : general(channel, row, advice);
            case "scope-missing" ->
                missing != null && !missing.isEmpty()
                        ? scopeMissing(channel, missing)
                        : hasScopes && dialect.equals("messaging") ? guestHeaderLost(channel) : noRight(channel);
            case "feature-disabled" ->
                missing != null && !missing.isEmpty()
                        ? featureDisabled(channel.org(), missing)
                        : general(channel, row, advice);
            case "identity-unknown" -> identityUnknown();
            default -> general(channel, row, advice);
        };
    }

    private static Remedy senderMismatch() {
        return new Remedy(
                "Genesys answers 400 'Invalid sender': it holds that the thread belongs to another id than the sender's. The"
                        + " bridge sends the externalId that Genesys confirmed when it opened the thread, opened a new one, and"
                        + " was refused again.",
                "Compare guest.externalId in the dead letter with the contact in Genesys, character for character: no threadId,"
                        + " no fresh UUID, no other case. Correct it in the channel and send the message again.");
    }

    private static Remedy noOpenConversation() {
        return new Remedy(
                "Genesys answers 400 'Message payload is invalid. 'to' field …' though 'to' and 'from' are written as it wants"
                        + " them: it says so, too, when the conversation is closed, and when conversationId is a participant's"
                        + " id or a placeholder.",
                "Let the channel name an open conversation of this guest in conversationId, and send the message again; see"
                        + " that the OAuth client is of the grant client credentials, for tokens of users are refused.");
    }

    private static Remedy refusedByUs() {
        return new Remedy(
                "The bridge refused them itself, before anything was sent: a field is missing, or isn't what"
                        + " config/schemas/guest-message.schema.json asks for.",
                "The dead letter's deadReason names the field; correct it in the channel and send the message again.");
    }

    private static Remedy serverError(Channel channel) {
        return new Remedy(
                "Genesys answers 500, and no word why, to a message that is right: just after a conversation is opened it"
                        + " doesn't know the guest everywhere yet, and it answers a 'to' that it can't use in the same way.",
                "Nothing for half a minute: the bridge tries again, and opens no second conversation. If it stays so, check the"
                        + " parameter queue in routes/channels/" + channel.name()
                        + ".camel.yaml: it must be the id of a Genesys queue or user that exists. An id in the body, the third"
                        + " known cause, the bridge never sends.");
    }

    private static Remedy guestHeaderLost(Channel channel) {
        return new Remedy(
                "Genesys answers 401 to an opening though the token has every scope for it: so it does when the header"
                        + " X-Guest-Id, which the bridge sends with each opening, doesn't arrive.",
                "Look for a proxy or gateway before genesys." + channel.org()
                        + ".api-url that drops headers it doesn't know."
                        + " If there is none, the right is missing in the client's role or division, not in its scopes.");
    }

    private static Remedy noRight(Channel channel) {
        return new Remedy(
                "Genesys refuses the calls though no scope is known to be missing: the right isn't in the OAuth client's role"
                        + " or division, or the calls need more than genesys.scopes." + channel.dialect() + " says.",
                "In Genesys, give the role of the OAuth client of organisation " + channel.org()
                        + " Conversation > Message > Receive, in the division of the queue. The bridge resumes by itself.");
    }

    /** The token hasn't got scopes, and wasn't asked to have them. */
    static Remedy scopeMissing(Channel channel, Set<String> missing) {
        String scopes = String.join(" ", missing);
        return new Remedy(
                "The token lacks " + scopes + ", which the dialect " + channel.dialect()
                        + " needs: Genesys answers 401 or 403, the same as for an expired token or an id that doesn't exist.",
                "In Genesys, give the OAuth client of organisation " + channel.org() + " the scope " + scopes
                        + "; if its tokens bear only what is asked for, add it to genesys." + channel.org()
                        + ".scope too. The bridge resumes by itself.");
    }

    /** The token hasn't got scopes that were asked for. */
    static Remedy featureDisabled(String org, Set<String> missing) {
        String scopes = String.join(" ", missing);
        return new Remedy(
                "The scope " + scopes + " is asked for (genesys." + org
                        + ".scope), and Genesys leaves it out of the token"
                        + " without a word: the feature it belongs to is off for this OAuth client.",
                "In Genesys, switch on the guest feature of the OAuth client of organisation " + org
                        + "; new tokens have the scope then, and the bridge resumes by itself.");
    }

    private static Remedy identityUnknown() {
        return new Remedy(
                "Genesys answers 401 to a good token with every scope: so it does when the conversation or the participant that"
                        + " is named doesn't exist, or isn't this guest's.",
                "Where the channel sets conversationId and participantId, both must be those that Genesys gave for this guest,"
                        + " of one opening; or leave them out, and the bridge opens a conversation.");
    }

    private static Remedy general(Channel channel, ErrorClass row, String advice) {
        return new Remedy(row == null ? "" : filledIn(row.reason(), channel), advice);
    }

    private static String filledIn(String sentence, Channel channel) {
        return sentence.replace("<org>", channel.org())
                .replace("<channel>", channel.name())
                .replace("<host>", "another address")
                .replace("<limit>", "channel.refusals-per-minute")
                .replace(": <scopes>", "");
    }
}
