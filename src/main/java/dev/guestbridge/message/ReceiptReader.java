package dev.guestbridge.message;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Instant;

/** Reads receipts as the published schema has them, and refuses others with a sentence for an operator. */
public final class ReceiptReader {

    private static final String NO_CODE = "GeneralError";
    private static final String NO_REASON = "The channel couldn't deliver it.";

    private final Form form;

    /**
     * @param schema the file receipt.schema.json
     * @throws Mistake when it can't be used; names the file and the reason
     */
    public ReceiptReader(Path schema) {
        this.form = new Form(schema);
    }

    /**
     * The receipt that the bus brought; the delivery keeps it.
     *
     * @throws MessageRefused naming up to three faults by field; never quotes the guest
     */
    public Receipt read(Delivery delivery) throws MessageRefused {
        JsonNode json = Form.json(delivery);
        try {
            return delivery.read(receipt(json, delivery.sentAt()));
        } catch (MessageRefused refused) {
            Form.name(delivery, json);
            throw refused;
        }
    }

    Receipt receipt(JsonNode json, Instant at) throws MessageRefused {
        form.demand(json);
        boolean delivered = json.get("status").textValue().equals("delivered");
        return new Receipt(
                json.get("id").textValue(),
                json.get("guest").get("externalId").textValue(),
                delivered,
                delivered ? null : or(json.path("code"), NO_CODE),
                delivered ? null : or(json.path("reason"), NO_REASON),
                at);
    }

    private static String or(JsonNode text, String otherwise) {
        return text.asText("").isEmpty() || text.isNull() ? otherwise : text.textValue();
    }
}
