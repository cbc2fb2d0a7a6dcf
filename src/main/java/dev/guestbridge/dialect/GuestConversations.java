package dev.guestbridge.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Request;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.regex.Pattern;

/** A conversation that the organisation opens for a guest, who then speaks in it with a token of their own. */
public final class GuestConversations implements Dialect {

    private static final String CONVERSATIONS = "/api/v2/conversations/messaging/guest/conversations";
    private static final Duration LONGEST_TOKEN = Duration.ofDays(365);
    private static final Pattern TOKEN = Pattern.compile("[\\x21-\\x7e]+");

    @Override
    public String name() {
        return "guest-conversations";
    }

    @Override
    public boolean needsQueue() {
        return true;
    }

    @Override
    public Request open(Channel channel, GuestMessage message, GuestThread known, Instant now) {
        return canSpeak(known, now) ? null : Request.to(CONVERSATIONS, Body.introduction(message.guest()));
    }

    @Override
    public GuestThread opened(GuestMessage message, JsonNode answer, Instant now) throws UnreadableAnswer {
        String token = Answer.text(answer, "guestToken");
        if (!TOKEN.matcher(token).matches()) {
            throw new UnreadableAnswer("the opening's answer holds a 'guestToken' that no header can carry");
        }
        return new GuestThread(
                message.guest().externalId(),
                null,
                Answer.text(answer, "id"),
                null,
                Answer.text(answer, "guestId"),
                token,
                expiry(answer.path("expiresIn"), now),
                now);
    }

    @Override
    public Request send(Channel channel, GuestMessage message, GuestThread thread) {
        ObjectNode body = Body.object();
        body.putObject("to").put("id", channel.queue());
        body.putObject("from").put("id", thread.guestId());
        body.put("text", PlainText.of(message));
        String path = CONVERSATIONS + "/" + Request.segment(thread.conversationId()) + "/messages";
        return new Request(path, Map.of(), thread.guestToken(), body);
    }

    private static boolean canSpeak(GuestThread known, Instant now) {
        return known != null
                && known.conversationId() != null
                && known.guestId() != null
                && known.guestToken() != null
                && (known.guestTokenExpiresAt() == null || now.isBefore(known.guestTokenExpiresAt()));
    }

    /** Null, which is until Genesys refuses it, when the answer tells no sensible time. */
    private static Instant expiry(JsonNode expiresIn, Instant now) {
        if (!expiresIn.isNumber() || !expiresIn.canConvertToLong() || expiresIn.longValue() <= 0) {
            return null;
        }
        return now.plusSeconds(Math.min(expiresIn.longValue(), LONGEST_TOKEN.toSeconds()));
    }
}
