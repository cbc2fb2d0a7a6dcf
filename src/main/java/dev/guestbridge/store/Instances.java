package dev.guestbridge.store;

import java.util.List;

/** The instances that share a store, by the names under which operators find them. */
public final class Instances {

    private static final String NAME = "COALESCE(name, 'one that tells no name')";

    private final Store store;

    public Instances(Store store) {
        this.store = store;
    }

    /** Tells the others where operators find this one, such as {@code host:9876}. */
    public void introduce(String name) {
        store.introduce(name);
    }

    /**
     * The other ones that live; none of a store that nobody shares.
     *
     * @throws StoreUnavailable when the store can't be read
     */
    public List<String> others() {
        return store.isShared()
                ? store.read(session -> session.all(
                        "SELECT " + NAME + " FROM instance WHERE id <> ? AND " + Presence.SEEN + " ORDER BY 1",
                        row -> row.getString(1),
                        store.instance(),
                        Presence.BELIEVED_NANOS))
                : List.of();
    }

    /**
     * The other one that tried a message last, whose fate is open; null when none did that lives.
     *
     * @throws StoreUnavailable when the store can't be read
     */
    public String triedBy(String channel, String id) {
        return store.isShared()
                ? store.read(session -> session.one(
                        "SELECT " + NAME + " FROM instance JOIN ledger ON ledger.tried_by = instance.id"
                                + " WHERE ledger.channel = ? AND ledger.id = ? AND ledger.state = 'open'"
                                + " AND instance.id <> ? AND " + Presence.SEEN,
                        row -> row.getString(1),
                        channel,
                        id,
                        store.instance(),
                        Presence.BELIEVED_NANOS))
                : null;
    }
}
