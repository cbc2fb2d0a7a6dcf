package dev.guestbridge.message;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.GuestMessage.Response;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeFormatterBuilder;
import java.time.format.DateTimeParseException;
import java.time.format.ResolverStyle;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Reads guest messages as the published schema has them, and refuses others with a sentence for an operator. */
public final class GuestMessageReader {

    private static final DateTimeFormatter DATE_TIME_ZONE = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final Form form;

    /**
     * @param schema the file guest-message.schema.json
     * @throws Mistake when it can't be used; names the file and the reason
     */
    public GuestMessageReader(Path schema) {
        this.form = new Form(schema);
    }

    /**
     * The message that a body holds.
     *
     * @param busId the bus' id of the message, for a message without an id of its own
     * @param busTime when the bus took it, for a message that does not say when it was sent
     * @throws MessageRefused naming up to three faults by field; never quotes the guest
     */
    public GuestMessage parse(String body, String busId, Instant busTime) throws MessageRefused {
        try {
            return message(Json.read(body), busId, busTime);
        } catch (Json.Unreadable e) {
            throw new MessageRefused(e.getMessage());
        }
    }

    /** As the other, from a body in UTF-8. */
    public GuestMessage parse(byte[] body, String busId, Instant busTime) throws MessageRefused {
        try {
            return message(Json.read(body), busId, busTime);
        } catch (Json.Unreadable e) {
            throw new MessageRefused(e.getMessage());
        }
    }

    /** The message that the bus brought; the delivery keeps it. */
    public GuestMessage read(Delivery delivery) throws MessageRefused {
        JsonNode json = Form.json(delivery);
        try {
            return delivery.read(message(json, delivery.spareId(), delivery.sentAt()));
        } catch (MessageRefused refused) {
            Form.name(delivery, json);
            throw refused;
        }
    }

    private GuestMessage message(JsonNode json, String busId, Instant busTime) throws MessageRefused {
        form.demand(json);
        JsonNode guest = json.get("guest");
        String id = json.path("id").textValue();
        String type = json.path("type").asText("");
        JsonNode response = type.equals("response") ? json.get("response") : null;
        return new GuestMessage(
                id == null ? busId : id,
                new GuestMessage.Guest(guest.get("externalId").textValue(), text(guest, "name"), text(guest, "email")),
                text(response == null ? json : response, "text"),
                attachments(json.path("attachments")),
                text(json, "conversationId"),
                text(json, "participantId"),
                attributes(json.path("attributes")),
                sentAt(text(json, "sentAt"), busTime),
                type.equals("typing"),
                response == null ? null : response(response, text(json, "inReplyTo")));
    }

    private static Response response(JsonNode response, String inReplyTo) {
        return new Response(
                response.get("type").textValue(), response.get("payload").textValue(), inReplyTo);
    }

    private static List<Attachment> attachments(JsonNode items) {
        List<Attachment> attachments = new ArrayList<>();
        for (JsonNode item : items) {
            attachments.add(new Attachment(
                    text(item, "url"), text(item, "mime"), text(item, "mediaType"), text(item, "filename")));
        }
        return List.copyOf(attachments);
    }

    private static Map<String, String> attributes(JsonNode object) {
        Map<String, String> attributes = new LinkedHashMap<>();
        object.properties().forEach(attribute -> {
            if (!attribute.getValue().isNull()) {
                attributes.put(attribute.getKey(), attribute.getValue().textValue());
            }
        });
        return Collections.unmodifiableMap(attributes);
    }

    private static Instant sentAt(String text, Instant otherwise) throws MessageRefused {
        if (text == null) {
            return otherwise;
        }
        try {
            return DATE_TIME_ZONE.parse(text.replace(',', '.'), Instant::from);
        } catch (DateTimeParseException e) {
            throw new MessageRefused("sentAt is not a date and time that exists");
        }
    }

    private static String text(JsonNode object, String field) {
        String text = object.path(field).textValue();
        return text == null || text.isEmpty() ? null : text;
    }
}
