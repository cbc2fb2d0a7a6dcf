package dev.guestbridge.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Request;
import java.time.Instant;

/** A thread for each guest, addressed by the channel's own identity of the guest. */
public final class ExternalThreads implements Dialect {

    private static final String THREADS = "/api/v2/conversations/messaging/external/threads";

    @Override
    public String name() {
        return "external-threads";
    }

    @Override
    public Request open(Channel channel, GuestMessage message, GuestThread known, Instant now) {
        boolean opened = known != null && known.openedAt() != null;
        return opened ? null : Request.to(THREADS, Body.introduction(message.guest()));
    }

    @Override
    public GuestThread opened(GuestMessage message, JsonNode answer, Instant now) throws UnreadableAnswer {
        return new GuestThread(
                Answer.text(answer, "externalId"),
                Answer.textOrNull(answer, "threadId"),
                Answer.textOrNull(answer, "conversationId"),
                null,
                null,
                null,
                null,
                now);
    }

    @Override
    public Request send(Channel channel, GuestMessage message, GuestThread thread) {
        // Genesys compares sender.id with the identity that the opening confirmed, character for character
        String externalId = thread.externalId();
        ObjectNode body = Body.object();
        Body.putKnown(
                body.putObject("sender").put("id", externalId),
                "name",
                message.guest().name());
        body.put("text", PlainText.of(message));
        return Request.to(THREADS + "/" + Request.segment(externalId) + "/messages", body);
    }
}
