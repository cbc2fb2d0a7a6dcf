package dev.guestbridge.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Attachment;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestMessage.Guest;
import dev.guestbridge.message.GuestThread;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;

/** Genesys' documented open messaging: the first message opens the conversation by itself. */
public final class OpenMessaging implements Dialect {

    private static final DateTimeFormatter MILLISECONDS = DateTimeFormatter.ofPattern(
                    "uuuu-MM-dd'T'HH:mm:ss.SSS'Z'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    @Override
    public String name() {
        return "open-messaging";
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
    public Request send(Channel channel, GuestMessage message, GuestThread thread) {
        ObjectNode body = Body.object();
        body.set("channel", channelOf(message));
        // a message may carry one attachment; the others become lines of the text
        List<Attachment> attachments = message.attachments();
        List<Attachment> others = attachments.isEmpty() ? attachments : attachments.subList(1, attachments.size());
        Body.putKnown(body, "text", PlainText.of(message, others));
        if (!attachments.isEmpty()) {
            body.putArray("content")
                    .addObject()
                    .put("contentType", "Attachment")
                    .set("attachment", attachment(attachments.get(0)));
        }
        return Request.to(
                "/api/v2/conversations/messages/" + Request.segment(channel.integration())
                        + "/inbound/open/message?prefetchConversationId=true",
                body);
    }

    private static ObjectNode channelOf(GuestMessage message) {
        Guest guest = message.guest();
        ObjectNode channel = Body.object().put("messageId", message.id());
        ObjectNode from =
                channel.putObject("from").put("id", guest.externalId()).put("idType", "Opaque");
        Body.putKnown(from, "nickname", guest.name());
        Body.putKnown(from, "email", guest.email());
        channel.put("time", MILLISECONDS.format(message.sentAt()));
        if (!message.attributes().isEmpty()) {
            ObjectNode attributes = channel.putObject("metadata").putObject("customAttributes");
            message.attributes().forEach(attributes::put);
        }
        return channel;
    }

    private static ObjectNode attachment(Attachment file) {
        ObjectNode attachment = Body.object()
                .put("mediaType", file.mediaType())
                .put("url", file.url())
                .put("mime", file.mime());
        return Body.putKnown(attachment, "filename", file.filename());
    }
}
