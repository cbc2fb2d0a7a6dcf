package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/** The schemas of open messaging's inbound bodies. */
final class OpenMessagingForm {

    private static final Pattern TIME = Pattern.compile("\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d{3})?Z");
    private static final Set<String> ID_TYPES = Set.of("email", "phone", "opaque");
    private static final Set<String> MEDIA_TYPES = Set.of("Image", "Video", "Audio", "File", "Link");
    private static final Set<String> STATUSES = Set.of("Sent", "Delivered", "Failed", "Published", "Removed");
    private static final Set<String> BUTTONS = Set.of("Button", "QuickReply", "DatePicker");
    private static final Set<String> REASONS = Set.of(
            "MessageExpired",
            "RateLimited",
            "MessageNotAllowed",
            "GeneralError",
            "UnsupportedMessage",
            "UnknownMessage",
            "InvalidMessageStructure",
            "InvalidDestination",
            "ServerError",
            "MediaTypeNotAllowed",
            "InvalidMediaContentLength",
            "RecipientOptedOut",
            "DataFiltered");

    private OpenMessagingForm() {}

    static void message(JsonNode body) throws GenesysError {
        fromChannel(body);
        JsonNode text = body.path("text");
        JsonNode content = body.path("content");
        if (!text.isMissingNode() && !text.isTextual()) {
            throw GenesysError.badRequest("'text' should be string");
        }
        if (!content.isMissingNode() && !content.isArray()) {
            throw GenesysError.badRequest("'content' should be array");
        }
        if (Json.text(body, "text") == null && content.isEmpty()) {
            throw GenesysError.badRequest("should have required property 'content', should have required property"
                    + " '.text', should match some schema in anyOf");
        }
        if (content.size() > 1) {
            throw GenesysError.badRequest("only one Attachment is allowed");
        }
        for (JsonNode item : content) {
            attachment(item);
        }
        JsonNode metadata = body.path("metadata");
        if (!metadata.isMissingNode() && !isFlat(metadata)) {
            throw GenesysError.badRequest();
        }
    }

    static void event(JsonNode body) throws GenesysError {
        fromChannel(body);
        JsonNode events = body.path("events");
        if (!events.isArray() || events.isEmpty()) {
            throw missing("events");
        }
        for (JsonNode event : events) {
            oneOf(event, "eventType", Set.of("Typing"));
        }
    }

    static void receipt(JsonNode body) throws GenesysError {
        required(body, "id");
        JsonNode channel = object(body, "channel");
        required(object(channel, "to"), "id");
        time(channel);
        oneOf(body, "status", STATUSES);
        JsonNode reasons = body.path("reasons");
        if (!reasons.isMissingNode() && !reasons.isArray()) {
            throw GenesysError.badRequest("'reasons' should be array");
        }
        for (JsonNode reason : reasons) {
            required(reason, "message");
            if (reason.has("code")) {
                oneOf(reason, "code", REASONS);
            }
        }
        JsonNode last = body.path("isFinalReceipt");
        if (!last.isMissingNode() && !last.isBoolean()) {
            throw GenesysError.badRequest("'isFinalReceipt' should be boolean");
        }
    }

    static void response(JsonNode body) throws GenesysError {
        fromChannel(body);
        JsonNode button = object(body, "buttonResponse");
        oneOf(button, "type", BUTTONS);
        required(button, "text");
        required(button, "payload");
        required(body, "originatingMessageId");
    }

    private static void fromChannel(JsonNode body) throws GenesysError {
        JsonNode channel = object(body, "channel");
        JsonNode from = object(channel, "from");
        required(from, "id");
        if (!ID_TYPES.contains(required(from, "idType").toLowerCase(Locale.ROOT))) {
            throw GenesysError.invalidValue("'idType' should be one of Email, Phone, Opaque");
        }
        texts(from, List.of("nickname", "firstName", "lastName", "email"));
        time(channel);
        texts(channel, List.of("messageId"));
        JsonNode metadata = channel.path("metadata");
        if (!metadata.isMissingNode() && !metadata.isObject()) {
            throw GenesysError.badRequest("'metadata' should be object");
        }
        if (metadata.has("customAttributes") && !isFlat(metadata.get("customAttributes"))) {
            throw GenesysError.badRequest("'customAttributes' should be an object of strings");
        }
    }

    private static void attachment(JsonNode item) throws GenesysError {
        if (item.has("contentType")
                && !"Attachment".equals(item.get("contentType").textValue())) {
            throw GenesysError.invalidValue("'contentType' should be Attachment");
        }
        JsonNode attachment = object(item, "attachment");
        oneOf(attachment, "mediaType", MEDIA_TYPES);
        if (!required(attachment, "url").matches("https?://[^\\s/].*")) {
            throw GenesysError.invalidValue("'url' should be a URL that Genesys can fetch");
        }
        required(attachment, "mime");
        texts(attachment, List.of("id", "text", "sha256", "filename"));
    }

    private static void time(JsonNode channel) throws GenesysError {
        String time = required(channel, "time");
        try {
            if (TIME.matcher(time).matches()) {
                Instant.parse(time);
                return;
            }
        } catch (DateTimeException e) {
            // a day or an hour that there isn't: refused below like any other form
        }
        throw GenesysError.live(400, "invalid.date", "'time' should be yyyy-MM-ddTHH:mm:ss[.mmm]Z");
    }

    private static JsonNode object(JsonNode parent, String field) throws GenesysError {
        JsonNode value = parent.path(field);
        if (value.isMissingNode()) {
            throw missing(field);
        }
        if (!value.isObject()) {
            throw GenesysError.badRequest("'" + field + "' should be object");
        }
        return value;
    }

    private static String required(JsonNode parent, String field) throws GenesysError {
        if (!parent.has(field)) {
            throw missing(field);
        }
        String text = Json.text(parent, field);
        if (text == null) {
            throw GenesysError.badRequest("'" + field + "' should be string");
        }
        return text;
    }

    private static void oneOf(JsonNode parent, String field, Set<String> allowed) throws GenesysError {
        if (!allowed.contains(required(parent, field))) {
            throw GenesysError.invalidValue("'" + field + "' should be one of "
                    + allowed.stream().sorted().toList());
        }
    }

    private static void texts(JsonNode parent, List<String> fields) throws GenesysError {
        for (String field : fields) {
            if (parent.has(field) && !parent.get(field).isTextual()) {
                throw GenesysError.badRequest("'" + field + "' should be string");
            }
        }
    }

    private static boolean isFlat(JsonNode node) {
        if (!node.isObject()) {
            return false;
        }
        for (JsonNode value : node) {
            if (!value.isTextual()) {
                return false;
            }
        }
        return true;
    }

    private static GenesysError missing(String field) {
        return GenesysError.badRequest("should have required property '" + field + "'");
    }
}
