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
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** A published schema, which what channels put on the bus must fit. */
final class Form {

    /** The schema can't be used; the sentence names the file and the reason. */
    private static final class BadSchema extends Mistake {
        BadSchema(Path file, String reason) {
            super(file + ": " + reason, Place.of(file), reason);
        }
    }

    private static final String REFUSAL = "x-refusal";

    private final JsonSchema schema;

    /**
     * @param schema the file
     * @throws Mistake when it can't be used; names the file and the reason
     */
    Form(Path schema) {
        JsonMetaSchema words = JsonMetaSchema.builder(JsonMetaSchema.getV202012())
                .keyword(new NonValidationKeyword(REFUSAL))
                .build();
        SchemaValidatorsConfig config = SchemaValidatorsConfig.builder()
                .errorMessageKeyword(REFUSAL)
                .regularExpressionFactory(Form::expression)
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
            throw new BadSchema(schema, "can't be read");
        } catch (Json.Unreadable | JsonSchemaException | IllegalArgumentException e) {
            throw new BadSchema(schema, e.getMessage());
        }
    }

    /** @throws MessageRefused when the body doesn't fit; names up to three faults by field, never quotes the guest */
    void demand(JsonNode body) throws MessageRefused {
        List<String> faults = Faults.of(schema.validate(body));
        if (!faults.isEmpty()) {
            throw new MessageRefused(String.join("; ", faults));
        }
    }

    /** What the bus brought, as JSON. */
    static JsonNode json(Delivery delivery) throws MessageRefused {
        if (delivery.unread() != null) {
            throw new MessageRefused(delivery.unread());
        }
        Object payload = delivery.payload();
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

    /** Tells a delivery whose body doesn't fit what it names all the same. */
    static void name(Delivery delivery, JsonNode body) {
        delivery.names(usable(body.path("id"), 200), usable(body.path("guest").path("externalId"), 512));
    }

    private static String usable(JsonNode name, int longest) {
        String text = name.textValue();
        return text == null || text.isEmpty() || text.length() > longest ? null : text;
    }

    private static RegularExpression expression(String regex) {
        // in Java $ matches before a final line break too; in JSON Schema it does not
        Pattern pattern = Pattern.compile(regex.endsWith("$") ? regex.substring(0, regex.length() - 1) + "\\z" : regex);
        return value -> pattern.matcher(value).find();
    }
}
