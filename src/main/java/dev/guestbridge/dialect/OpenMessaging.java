package dev.guestbridge.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Attachment;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestMessage.Guest;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Receipt;
import dev.guestbridge.message.Request;
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
        return message.response() == null ? message(channel, message) : response(channel, message);
    }

    @Override
    public Request typing(Channel channel, GuestMessage message) {
        ObjectNode body = Body.object();
        ObjectNode from = body.putObject("channel").set("from", from(message.guest()));
        from.put("time", MILLISECONDS.format(message.sentAt()));
        body.putArray("events").addObject().put("eventType", "Typing");
        return inbound(channel, "event", body);
    }

    @Override
    public Request receipt(Channel channel, Receipt receipt) {
        ObjectNode body = Body.object().put("id", receipt.id());
        ObjectNode to = body.putObject("channel");
        to.putObject("to").put("id", receipt.externalId());
        to.put("time", MILLISECONDS.format(receipt.at()));
        body.put("status", receipt.delivered() ? "Delivered" : "Failed");
        if (!receipt.delivered()) {
            body.putArray("reasons").addObject().put("code", receipt.code()).put("message", receipt.reason());
        }
        return inbound(channel, "receipt", body.put("isFinalReceipt", true));
    }

    private static Request response(Channel channel, GuestMessage message) {
        ObjectNode body = Body.object();
        body.set("channel", channelOf(message));
        body.putObject("buttonResponse")
                .put("type", message.response().type())
                .put("text", message.text())
                .put("payload", message.response().payload());
        body.put("originatingMessageId", message.response().inReplyTo());
        return inbound(channel, "structured/response", body);
    }

    private static Request message(Channel channel, GuestMessage message) {
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
        return inbound(channel, "message?prefetchConversationId=true", body);
    }

    private static Request inbound(Channel channel, String what, ObjectNode body) {
        String integration = Request.segment(channel.integration());
        return Request.to("/api/v2/conversations/messages/" + integration + "/inbound/open/" + what, body);
    }

    private static ObjectNode channelOf(GuestMessage message) {
        ObjectNode channel = Body.object().put("messageId", message.id());
        channel.set("from", from(message.guest()));
        channel.put("time", MILLISECONDS.format(message.sentAt()));
        if (!message.attributes().isEmpty()) {
            ObjectNode attributes = channel.putObject("metadata").putObject("customAttributes");
            message.attributes().forEach(attributes::put);
        }
        return channel;
    }

    private static ObjectNode from(Guest guest) {
        ObjectNode from = Body.object().put("id", guest.externalId()).put("idType", "Opaque");
        Body.putKnown(from, "nickname", guest.name());
        return Body.putKnown(from, "email", guest.email());
    }

    private static ObjectNode attachment(Attachment file) {
        ObjectNode attachment = Body.object()
                .put("mediaType", file.mediaType())
                .put("url", file.url())
                .put("mime", file.mime());
        return Body.putKnown(attachment, "filename", file.filename());
    }
}
