package dev.guestbridge.store;

import dev.guestbridge.store.Threads.Key;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The threads of all guests as operators read, move and forget them; never more than a page of them is in memory. */
public final class ThreadRegister {

    private static final String OF_GUEST = " FROM guest_thread WHERE external_id = ?";
    private static final String PUT =
            """
            INSERT INTO guest_thread (org, channel, external_id, confirmed_id, thread_id, conversation_id, conversation_at,
              ended_conversation_id, participant_id, guest_id, guest_token, guest_token_expires_at, opened_at, used_at)
            VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (org, channel, external_id) DO""";
    private static final String REPLACE =
            """
            \sUPDATE SET
              confirmed_id = excluded.confirmed_id, thread_id = excluded.thread_id,
              conversation_id = excluded.conversation_id, conversation_at = excluded.conversation_at,
              ended_conversation_id = excluded.ended_conversation_id, participant_id = excluded.participant_id,
              guest_id = excluded.guest_id, guest_token = excluded.guest_token,
              guest_token_expires_at = excluded.guest_token_expires_at, opened_at = excluded.opened_at,
              used_at = excluded.used_at""";

    private final Store store;
    private final Threads threads;
    private final Clock clock;

    /** @param threads are told of what changes here */
    public ThreadRegister(Store store, Threads threads, Clock clock) {
        this.store = store;
        this.threads = threads;
        this.clock = clock;
    }

    /**
     * All that is known of one guest's thread; every part but the first three may be null.
     *
     * @param guest as the channel names the guest
     * @param confirmedId as Genesys names the guest
     * @param conversationAt Genesys' time of the newest word about the conversation
     * @param endedConversationId the conversation that ended last
     * @param guestToken secret
     * @param usedAt within the hour
     */
    public record Entry(
            String org,
            String channel,
            String guest,
            String confirmedId,
            String threadId,
            String conversationId,
            Instant conversationAt,
            String endedConversationId,
            String participantId,
            String guestId,
            String guestToken,
            Instant guestTokenExpiresAt,
            Instant openedAt,
            Instant usedAt) {

        /** @throws IllegalArgumentException when no store could keep the guest as it is */
        public Entry {
            Columns.key("org", org);
            Columns.key("channel", channel);
            Columns.key("guest", guest);
        }

        /** The same without the guest's token. */
        public Entry withoutSecrets() {
            return new Entry(
                    org,
                    channel,
                    guest,
                    confirmedId,
                    threadId,
                    conversationId,
                    conversationAt,
                    endedConversationId,
                    participantId,
                    guestId,
                    null,
                    guestTokenExpiresAt,
                    openedAt,
                    usedAt);
        }

        Key key() {
            return new Key(org, channel, guest);
        }

        /** Whose it is, but not what is in it. */
        @Override
        public String toString() {
            return "Entry[" + org + ", " + channel + "]";
        }
    }

    /**
     * Which threads are meant; null: whichever.
     *
     * @param openedSince those opened then or later
     * @param usedBefore those last used before then, to the hour
     */
    public record Filter(String org, String channel, Instant openedSince, Instant usedBefore) {}

    /** Where a page ended, and the next one begins. */
    public record Place(String org, String channel, String guest) {}

    /**
     * What a guest's threads are.
     *
     * @param channel null: in whichever channel
     * @throws StoreUnavailable when the store can't be read
     */
    public List<Entry> of(String guest, String channel) {
        if (!Columns.isKey(guest)) {
            return List.of(); // such a guest was never remembered
        }
        return store.read(session -> channel == null
                ? session.all("SELECT *" + OF_GUEST + " ORDER BY org, channel", ThreadRegister::entry, guest)
                : session.all("SELECT *" + OF_GUEST + " AND channel = ?", ThreadRegister::entry, guest, channel));
    }

    /**
     * The next threads, in the order of organisation, channel and guest.
     *
     * @param after where the page before ended; null: from the first on
     * @throws StoreUnavailable when the store can't be read
     */
    public List<Entry> page(Filter filter, Place after, int limit) {
        StringBuilder sql = new StringBuilder("SELECT * FROM guest_thread WHERE 1 = 1");
        List<Object> values = new ArrayList<>();
        and(sql, values, "org = ?", filter.org());
        and(sql, values, "channel = ?", filter.channel());
        and(sql, values, "opened_at >= ?", Columns.time(filter.openedSince()));
        and(sql, values, "used_at < ?", Columns.time(filter.usedBefore()));
        if (after != null) {
            sql.append(" AND (org, channel, external_id) > (?, ?, ?)");
            values.addAll(List.of(after.org(), after.channel(), after.guest()));
        }
        sql.append(" ORDER BY org, channel, external_id LIMIT ?");
        values.add(limit);
        return store.read(session -> session.all(sql.toString(), ThreadRegister::entry, values.toArray()));
    }

    private static void and(StringBuilder sql, List<Object> values, String condition, String value) {
        if (value != null) {
            sql.append(" AND ").append(condition);
            values.add(value);
        }
    }

    /** How many of these guests have a thread already. */
    public int known(List<Entry> entries) {
        return store.read(session -> {
            int known = 0;
            for (Entry entry : entries) {
                known += session.one(
                                        "SELECT 1" + OF_GUEST + " AND channel = ? AND org = ?",
                                        row -> true,
                                        entry.guest(),
                                        entry.channel(),
                                        entry.org())
                                == null
                        ? 0
                        : 1;
            }
            return known;
        });
    }

    /**
     * Writes these threads, all or none.
     *
     * @param replace whether they take the place of those that are there; else those stay
     * @return how many were written
     */
    public CompletableFuture<Integer> put(List<Entry> entries, boolean replace) {
        String now = Columns.time(clock.instant());
        String sql = PUT + (replace ? REPLACE : " NOTHING");
        return store.write(
                session -> {
                    int written = 0;
                    for (Entry entry : entries) {
                        written += session.change(
                                sql,
                                entry.org(),
                                entry.channel(),
                                entry.guest(),
                                Columns.text(entry.confirmedId() == null ? entry.guest() : entry.confirmedId()),
                                Columns.text(entry.threadId()),
                                Columns.text(entry.conversationId()),
                                Columns.time(entry.conversationAt()),
                                Columns.text(entry.endedConversationId()),
                                Columns.text(entry.participantId()),
                                Columns.text(entry.guestId()),
                                Columns.text(entry.guestToken()),
                                Columns.time(entry.guestTokenExpiresAt()),
                                Columns.time(entry.openedAt()),
                                entry.usedAt() == null ? now : Columns.time(entry.usedAt()));
                    }
                    return written;
                },
                written -> threads.changed(entries.stream().map(Entry::key).toList()));
    }

    /**
     * Forgets a guest's threads, so that the next message opens anew; one that is just being sent in them ends there.
     *
     * @param channel null: in whichever channel
     * @return how many there were
     */
    public CompletableFuture<Integer> forget(String guest, String channel) {
        return threads.forgetForGood(of(guest, channel).stream().map(Entry::key).toList());
    }

    private static Entry entry(ResultSet row) throws SQLException {
        return new Entry(
                row.getString("org"),
                row.getString("channel"),
                row.getString("external_id"),
                row.getString("confirmed_id"),
                row.getString("thread_id"),
                row.getString("conversation_id"),
                Columns.time(row.getString("conversation_at")),
                row.getString("ended_conversation_id"),
                row.getString("participant_id"),
                row.getString("guest_id"),
                row.getString("guest_token"),
                Columns.time(row.getString("guest_token_expires_at")),
                Columns.time(row.getString("opened_at")),
                Columns.time(row.getString("used_at")));
    }
}
