package dev.guestbridge.dialect;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.GuestMessage.Guest;

/** The parts that the bodies of several dialects share. */
final class Body {

    private Body() {}

    static ObjectNode object() {
        return JsonNodeFactory.instance.objectNode();
    }

    /** Puts a text that may be unknown, which leaves its field out. */
    static ObjectNode putKnown(ObjectNode object, String field, String text) {
        return text == null ? object : object.put(field, text);
    }

    /** How a guest is introduced to Genesys: {@code {"externalId","name","email"}}, as far as known. */
    static ObjectNode introduction(Guest guest) {
        ObjectNode body = object().put("externalId", guest.externalId());
        putKnown(body, "name", guest.name());
        return putKnown(body, "email", guest.email());
    }
}
