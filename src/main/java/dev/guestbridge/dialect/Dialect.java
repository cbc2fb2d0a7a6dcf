package dev.guestbridge.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Receipt;
import dev.guestbridge.message.Request;
import java.time.Instant;

/**
 * One of the shapes in which Genesys takes guest messages: how a thread is opened and a message sent, and what the
 * answers tell. Functions from value to value: a dialect calls nobody and keeps nothing.
 */
public interface Dialect {

    /** The name that channels call it by. */
    String name();

    /** Whether new conversations go to a Genesys queue that the channel must name. */
    default boolean needsQueue() {
        return false;
    }

    /** Whether a new conversation can take the place of one that Genesys closed or doesn't know. */
    default boolean canReopen(GuestMessage message) {
        return true;
    }

    /**
     * The call that opens a thread for this message, or null when there is nothing to open: the dialect has no such
     * call, or the message or the known thread brings all that sending needs.
     *
     * @param known what the store knows of the guest's thread, or null
     * @param now tells whether what is known is still good
     * @throws MessageRefused when the message lacks what the opening needs
     */
    Request open(Channel channel, GuestMessage message, GuestThread known, Instant now) throws MessageRefused;

    /**
     * The thread that the opening's answer tells of.
     *
     * @param answer never null; may lack fields
     * @throws UnreadableAnswer when the answer lacks what later calls need
     */
    GuestThread opened(GuestMessage message, JsonNode answer, Instant now) throws UnreadableAnswer;

    /**
     * The call that sends the message.
     *
     * @param thread what is known of the guest's thread; never null
     * @throws MessageRefused when the message lacks what the dialect needs
     */
    Request send(Channel channel, GuestMessage message, GuestThread thread) throws MessageRefused;

    /**
     * The call that tells that the guest is typing; nothing is opened for it.
     *
     * @throws MessageRefused when the dialect has none
     */
    default Request typing(Channel channel, GuestMessage message) throws MessageRefused {
        throw new MessageRefused("type is typing, which the dialect " + name() + " has no call for");
    }

    /**
     * The call that tells what became of a reply.
     *
     * @throws MessageRefused when the dialect has none
     */
    default Request receipt(Channel channel, Receipt receipt) throws MessageRefused {
        throw new MessageRefused("a receipt came, which the dialect " + name() + " has no call for");
    }

    /**
     * The thread as the sending's answer leaves it.
     *
     * @param answer an empty object when Genesys said yes without a body
     */
    default GuestThread sent(GuestThread thread, JsonNode answer) {
        String conversation = answer.path("conversationId").asText(null);
        return conversation == null ? thread : thread.inConversation(conversation);
    }

    /** Genesys said yes, but its answer lacks what later calls need; the sentence names the field. */
    final class UnreadableAnswer extends Exception {
        public UnreadableAnswer(String reason) {
            super(reason);
        }
    }
}
