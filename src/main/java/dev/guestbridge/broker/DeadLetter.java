package dev.guestbridge.broker;

import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessage;
import java.nio.charset.StandardCharsets;
import java.time.Instant;

/**
 * A message that lies on guest.dead, and why it does.
 *
 * @param id tells it from the other letters: its JMSMessageID, without the {@code ID:} before it
 * @param number the broker's own of it; what came later has a greater one, also when others were put behind it
 * @param errorClass of the error catalogue; {@value #EXPIRED} when its producer let it expire, {@value #FOREIGN} when it
 *     doesn't say why it lies there
 * @param reason what happened, which may quote what Genesys said; null when unknown
 * @param advice what to do about it; null when unknown
 * @param status Genesys' HTTP status; null when there was no answer
 * @param correlationId Genesys' id of the call, or null
 * @param at when it was laid there
 * @param attempts how often it was sent before
 * @param delivery the message itself, as the bus would bring it again
 */
public record DeadLetter(
        String id,
        long number,
        String errorClass,
        String reason,
        String advice,
        Integer status,
        String correlationId,
        Instant at,
        int attempts,
        Delivery delivery) {

    public static final String EXPIRED = "expired";
    public static final String FOREIGN = "foreign";

    /** Where it came from, and where it goes when it is put back. */
    public String queue() {
        return delivery.queue();
    }

    /** What the guest wrote: the message's text where it can be read, else all of the body; null when there is none. */
    public String text() {
        GuestMessage message = delivery.message();
        return message == null ? body() : message.text();
    }

    /** The body as text; null when it is neither text nor bytes, or too long to be read. */
    public String body() {
        if (delivery.payload() instanceof byte[] bytes) {
            return new String(bytes, StandardCharsets.UTF_8);
        }
        return delivery.payload() instanceof String text ? text : null;
    }

    /** Its id and class; what guests write may not end in a log. */
    @Override
    public String toString() {
        return "DeadLetter[" + id + ", " + errorClass + "]";
    }
}
