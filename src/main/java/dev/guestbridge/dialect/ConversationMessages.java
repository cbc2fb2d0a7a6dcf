package dev.guestbridge.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestMessage.Guest;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Request;
import java.time.Instant;

/** Messages put into a conversation that exists already and that the guest message names. */
public final class ConversationMessages implements Dialect {

    @Override
    public String name() {
        return "conversation-messages";
    }

    @Override
    public boolean canReopen(GuestMessage message) {
        return false;
    }

    @Override
    public Request open(Channel channel, GuestMessage message, GuestThread known, Instant now) {
        return null;
    }

    @Override
    public GuestThread opened(GuestMessage message, JsonNode answer, Instant now) {
        return GuestThread.of(message.guest().externalId());
    }

    @Override
    public Request send(Channel channel, GuestMessage message, GuestThread thread) throws MessageRefused {
        String conversation = message.conversationId();
        if (conversation == null) {
            throw new MessageRefused("conversationId is missing; the dialect conversation-messages sends into"
                    + " a conversation that the message names");
        }
        Guest guest = message.guest();
        ObjectNode body = Body.object();
        body.putObject("to")
                .put("id", conversation)
                .put("conversationId", conversation)
                .put("type", "conversation");
        body.putObject("from")
                .put("name", guest.name() == null ? guest.externalId() : guest.name())
                .put("address", guest.externalId())
                .put("type", "user");
        body.put("text", PlainText.of(message)).put("type", "text");
        return Request.to("/api/v2/conversations/messages", body);
    }
}
