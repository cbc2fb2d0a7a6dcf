package dev.guestbridge.message;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a guest said, as it was read from {@code guest.in.<channel>}.
 *
 * @param id the channel's own id, by which a repeat is recognised; the bus' message id when the channel gave none
 * @param guest who said it
 * @param text null when the guest only sends attachments, or only types; of an answer to a reply its words
 * @param attachments never null
 * @param conversationId the conversation it belongs to, where the channel knows it, else null
 * @param participantId the guest's participant in it, where the channel knows it, else null
 * @param attributes custom attributes in the order given, never null
 * @param sentAt when the guest sent it
 * @param typing whether it only tells that the guest is typing
 * @param response what the guest chose from a structured reply; null when it answers none
 */
public record GuestMessage(
        String id,
        Guest guest,
        String text,
        List<Attachment> attachments,
        String conversationId,
        String participantId,
        Map<String, String> attributes,
        Instant sentAt,
        boolean typing,
        Response response) {

    /**
     * What the message means, as 64 hexadecimal digits: two messages have the same just when guest, text, attachments,
     * conversation, participant, attributes, typing and response are the same. A repeat bears it again, however it is written.
     */
    public String fingerprint() {
        Fingerprint print = new Fingerprint();
        print.add(guest.externalId()).add(text).add(conversationId).add(participantId);
        print.add(attachments.size());
        attachments.forEach(file ->
                print.add(file.url()).add(file.mime()).add(file.mediaType()).add(file.filename()));
        print.add(attributes.size());
        new TreeMap<>(attributes).forEach((name, value) -> print.add(name).add(value));
        print.add(typing ? 1 : 0).add(response == null ? 0 : 1);
        if (response != null) {
            print.add(response.type()).add(response.payload()).add(response.inReplyTo());
        }
        return print.hex();
    }

    /** Its id; what the guest said may not end in a log. */
    @Override
    public String toString() {
        return "GuestMessage[" + id + "]";
    }

    /**
     * What the guest chose from a structured reply; its words are the message's text.
     *
     * @param type Genesys' word for what was offered: QuickReply, Button or DatePicker
     * @param payload what stands behind the words
     * @param inReplyTo the id of the structured reply
     */
    public record Response(String type, String payload, String inReplyTo) {

        /** Its type; what the guest chose may not end in a log. */
        @Override
        public String toString() {
            return "Response[" + type + "]";
        }
    }

    /**
     * The one who writes.
     *
     * @param externalId the channel's identity of the guest, any Unicode text, used exactly as given
     * @param name null when unknown
     * @param email null when unknown
     */
    public record Guest(String externalId, String name, String email) {

        /** Nothing of the guest: what is printed may end in a log. */
        @Override
        public String toString() {
            return "Guest";
        }
    }
}
