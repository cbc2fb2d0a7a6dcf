package dev.guestbridge.store;

import dev.guestbridge.message.Channel;

/**
 * The rows of a guest, in the tables that name one by {@code external_id}.
 *
 * @param channel null: of whichever channel
 */
record Whose(String guest, String channel) {

    /** @param channel null: of whichever channel */
    static Whose of(String guest, Channel channel) {
        return new Whose(guest, channel == null ? null : channel.name());
    }

    /** What follows WHERE. */
    String condition() {
        return channel == null ? "external_id = ?" : "external_id = ? AND channel = ?";
    }

    /** What takes the places in it. */
    Object[] values() {
        String known = Columns.text(guest);
        return channel == null ? new Object[] {known} : new Object[] {known, channel};
    }
}
