package dev.guestbridge.dialect;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Request;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;

/** A conversation opened in a queue for an external contact, and messages to the guest's participant in it. */
public final class Messaging implements Dialect {

    private static final String MESSAGING = "/api/v2/conversations/messaging";

    @Override
    public String name() {
        return "messaging";
    }

    @Override
    public boolean needsQueue() {
        return true;
    }

    @Override
    public boolean canReopen(GuestMessage message) {
        return message.conversationId() == null;
    }

    @Override
    public Request open(Channel channel, GuestMessage message, GuestThread known, Instant now) {
        boolean opened = known != null && known.conversationId() != null && known.participantId() != null;
        if (message.conversationId() != null || opened) {
            return null;
        }
        String externalId = message.guest().externalId();
        ObjectNode body = Body.object();
        body.putObject("externalContact").put("id", externalId);
        body.putObject("to").put("id", channel.queue());
        return new Request(MESSAGING, Map.of("X-Guest-Id", guestId(channel, externalId)), null, body);
    }

    @Override
    public GuestThread opened(GuestMessage message, JsonNode answer, Instant now) throws UnreadableAnswer {
        return new GuestThread(
                message.guest().externalId(),
                null,
                Answer.text(answer, "id"),
                Answer.text(answer, "participantId"),
                null,
                null,
                null,
                now);
    }

    @Override
    public Request send(Channel channel, GuestMessage message, GuestThread thread) throws MessageRefused {
        String conversation = message.conversationId();
        String participant = thread.participantId();
        if (conversation == null) {
            conversation = thread.conversationId();
        } else if (message.participantId() != null) {
            participant = message.participantId();
        } else if (!conversation.equals(thread.conversationId())) {
            participant = null;
        }
        if (participant == null) {
            throw new MessageRefused("participantId is missing; the message names a conversation"
                    + " in which the guest's participant is not known");
        }
        ObjectNode body = Body.object();
        body.putObject("to").put("id", participant).putNull("externalId");
        body.put("text", PlainText.of(message)).put("type", "text");
        return Request.to(MESSAGING + "/" + Request.segment(conversation) + "/messages", body);
    }

    /** The thread as it was: conversation and participant come as a pair, from the opening alone. */
    @Override
    public GuestThread sent(GuestThread thread, JsonNode answer) {
        return thread;
    }

    private static String guestId(Channel channel, String externalId) {
        // a header holds ASCII alone and an externalId any text, so the guest goes by a name-based UUID, the same for
        // ever
        String guest = channel.org() + "/" + channel.name() + "/" + externalId;
        return UUID.nameUUIDFromBytes(guest.getBytes(UTF_8)).toString();
    }
}
