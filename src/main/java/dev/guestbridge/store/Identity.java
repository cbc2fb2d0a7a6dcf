package dev.guestbridge.store;

import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessage;

/**
 * Which message the ledger is asked about.
 *
 * @param id the channel's id of the message, 1 to 512 characters
 * @param externalId the guest's identity, for people who read the ledger
 * @param fingerprint tells messages with the same id apart
 * @param busId the bus' id of the message that brought it; may be null
 * @param replayed whether an operator put it back from the dead letters: dead, it is tried again
 * @param holder who has taken it from the bus, as instance and taking; null when that isn't known
 * @param traceId of the trace that it belongs to; may be null
 * @param spanId of the span of its way there; null when nobody collects it
 */
record Identity(
        String channel,
        String id,
        String externalId,
        String fingerprint,
        String busId,
        boolean replayed,
        String holder,
        String traceId,
        String spanId) {

    Identity {
        Columns.key("channel", channel);
        Columns.key("id", id);
        Columns.key("fingerprint", fingerprint);
        externalId = Columns.text(externalId);
        busId = Columns.text(busId);
    }

    /** A message that comes from its channel. */
    Identity(String channel, String id, String externalId, String fingerprint, String busId) {
        this(channel, id, externalId, fingerprint, busId, false, null, null, null);
    }

    static Identity of(Delivery delivery, String instance) {
        GuestMessage message = delivery.message();
        return new Identity(
                delivery.channel().name(),
                message.id(),
                message.guest().externalId(),
                delivery.fingerprint(),
                delivery.busId(),
                delivery.replays() > 0,
                instance + '/' + delivery.taking(),
                delivery.trace().id(),
                delivery.trace().spanId());
    }

    /** The instance that has taken it from the bus; null when that isn't known. */
    String instance() {
        return holder == null ? null : holder.substring(0, holder.indexOf('/'));
    }

    /** What stands in the place of id and fingerprint once its guest was erased: who holds the message can tell, no other. */
    String erased() {
        return Columns.digest(channel + '\0' + id + '\0' + fingerprint); // none of them holds a NUL
    }
}
