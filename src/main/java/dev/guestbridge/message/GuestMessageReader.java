package dev.guestbridge.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaException;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SchemaValidatorsConfig;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.regex.RegularExpression;
import java.io.IOException;
import java.nio.file.Files;
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
import java.util.regex.Pattern;

/** Reads guest messages as the published schema has them, and refuses others with a sentence for an operator. */
public final class GuestMessageReader {

    private static final String REFUSAL = "x-refusal";
    private static final DateTimeFormatter DATE_TIME_ZONE = new DateTimeFormatterBuilder()
            .append(DateTimeFormatter.ISO_LOCAL_DATE_TIME)
            .appendPattern("[XXX][XX][X]")
            .toFormatter(Locale.ROOT)
            .withResolverStyle(ResolverStyle.STRICT);

    private final JsonSchema schema;

    /**
     * @param schema the file guest-message.schema.json
     * @throws IllegalArgumentException when it can't be used; names the file and the reason
     */
    public GuestMessageReader(Path schema) {
        JsonMetaSchema words = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                .keyword(new NonValidationKeyword(REFUSAL))
                .build();
        SchemaValidatorsConfig config = SchemaValidatorsConfig.builder()
                .errorMessageKeyword(REFUSAL)
                .regularExpressionFactory(GuestMessageReader::expression)
                .typeLoose(false)
                .locale(Locale.ROOT)
                .build();
        try {
            this.schema = JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(VersionFlag.V202012))
                    .metaSchema(words)
                    .build()
                    .getSchema(Json.read(Files.readAllBytes(schema)), config);
            this.schema.initializeValidators();
        } catch (IOException e) {
            throw new IllegalArgumentException(schema + ": can't be read");
        } catch (Json.Unreadable | JsonSchemaException | IllegalArgumentException e) {
            throw new IllegalArgumentException(schema + ": " + e.getMessage());
        }
    }

    /**
     * The message that a body holds.
     *
     * @param busId the bus' id of the message, for a message without an id of its own
     * @param busTime when the bus took it, for a message that does not say when it was sent
     * @throws MessageRefused naming up to three faults by field; never quotes the guest
     */
    public GuestMessage read(String body, String busId, Instant busTime) throws MessageRefused {
        try {
            return message(Json.read(body), busId, busTime);
        } catch (Json.Unreadable e) {
            throw new MessageRefused(e.getMessage());
        }
    }

    /** As the other, from a body in UTF-8. */
    public GuestMessage read(byte[] body, String busId, Instant busTime) throws MessageRefused {
        try {
            return message(Json.read(body), busId, busTime);
        } catch (Json.Unreadable e) {
            throw new MessageRefused(e.getMessage());
        }
    }

    /** As the others, from what the bus brought; the delivery keeps it. */
    public GuestMessage read(Delivery delivery) throws MessageRefused {
        JsonNode json = json(delivery.payload());
        try {
            return delivery.read(message(json, delivery.spareId(), delivery.sentAt()));
        } catch (MessageRefused refused) {
            delivery.names(
                    usable(json.path("id"), 200), usable(json.path("guest").path("externalId"), 512));
            throw refused;
        }
    }

    private static JsonNode json(Object payload) throws MessageRefused {
        try {
            if (payload instanceof String text) {
                return Json.read(text);
            }
            if (payload instanceof byte[] bytes) {
                return Json.read(bytes);
            }
        } catch (Json.Unreadable e) {
            throw new MessageRefused(e.getMessage());
        }
        throw new MessageRefused("the body is neither a text nor a bytes message; guest messages are JSON in UTF-8");
    }

    private static String usable(JsonNode name, int longest) {
        String text = name.textValue();
        return text == null || text.isEmpty() || text.length() > longest ? null : text;
    }

    private GuestMessage message(JsonNode json, String busId, Instant busTime) throws MessageRefused {
        List<String> faults = Faults.of(schema.validate(json));
        if (!faults.isEmpty()) {
            throw new MessageRefused(String.join("; ", faults));
        }
        JsonNode guest = json.get("guest");
        String id = json.path("id").textValue();
        return new GuestMessage(
                id == null ? busId : id,
                new GuestMessage.Guest(guest.get("externalId").textValue(), text(guest, "name"), text(guest, "email")),
                text(json, "text"),
                attachments(json.path("attachments")),
                text(json, "conversationId"),
                text(json, "participantId"),
                attributes(json.path("attributes")),
                sentAt(text(json, "sentAt"), busTime));
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

    private static RegularExpression expression(String regex) {
        // in Java $ matches before a final line break too; in JSON Schema it does not
        Pattern pattern = Pattern.compile(regex.endsWith("$") ? regex.substring(0, regex.length() - 1) + "\\z" : regex);
        return value -> pattern.matcher(value).find();
    }
}
