package dev.guestbridge.store;

import dev.guestbridge.message.GuestThread;
import dev.guestbridge.store.Threads.Key;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;

/** The table of threads within a work: what is read of it, and how each word about a guest changes the guest's row. */
record ThreadTable(Session session) {

    private static final String THE_GUEST = " WHERE org = ? AND channel = ? AND external_id = ?";

    /** @param usedAt as exactly as {@link Threads#USE_KNOWN_WITHIN} says */
    record Known(GuestThread thread, Instant usedAt) {}

    /** What is known of a guest; null when nothing is. */
    Known row(Key key) throws SQLException {
        return session.one(
                """
                SELECT confirmed_id, thread_id, conversation_id, participant_id, guest_id, guest_token,
                  guest_token_expires_at, opened_at, used_at FROM guest_thread"""
                        + THE_GUEST,
                ThreadTable::known,
                key.org(),
                key.channel(),
                key.externalId());
    }

    private static Known known(ResultSet row) throws SQLException {
        GuestThread thread = new GuestThread(
                row.getString("confirmed_id"),
                row.getString("thread_id"),
                row.getString("conversation_id"),
                row.getString("participant_id"),
                row.getString("guest_id"),
                row.getString("guest_token"),
                Columns.time(row.getString("guest_token_expires_at")),
                Columns.time(row.getString("opened_at")));
        return new Known(thread, Columns.time(row.getString("used_at")));
    }

    /** The guest's thread is used. */
    void use(Key key, Instant now) throws SQLException {
        session.change(
                "UPDATE guest_thread SET used_at = ?" + THE_GUEST,
                Columns.time(now),
                key.org(),
                key.channel(),
                key.externalId());
    }

    /**
     * A thread takes the place of what was known. A conversation that a webhook told of after the thread was opened stays,
     * as does one where the thread brings neither a conversation nor a time of opening.
     */
    void put(Key key, GuestThread thread, Instant now) throws SQLException {
        String confirmed = thread.externalId() == null ? key.externalId() : thread.externalId();
        String opened = Columns.time(thread.openedAt());
        session.change(
                """
                INSERT INTO guest_thread AS t (org, channel, external_id, confirmed_id, thread_id,
                  conversation_id, conversation_at, participant_id, guest_id, guest_token,
                  guest_token_expires_at, opened_at, used_at)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (org, channel, external_id) DO UPDATE SET
                  confirmed_id = excluded.confirmed_id,
                  thread_id = excluded.thread_id,
                  conversation_id = CASE
                    WHEN excluded.opened_at IS NULL AND excluded.conversation_id IS NULL
                      OR t.conversation_at > excluded.opened_at
                    THEN COALESCE(t.conversation_id, excluded.conversation_id)
                    ELSE excluded.conversation_id END,
                  conversation_at = CASE
                    WHEN excluded.opened_at IS NULL OR t.conversation_at > excluded.opened_at
                    THEN t.conversation_at
                    ELSE excluded.opened_at END,
                  ended_conversation_id = CASE
                    WHEN t.ended_conversation_id = excluded.conversation_id THEN NULL
                    ELSE t.ended_conversation_id END,
                  participant_id = excluded.participant_id,
                  guest_id = excluded.guest_id,
                  guest_token = excluded.guest_token,
                  guest_token_expires_at = excluded.guest_token_expires_at,
                  opened_at = excluded.opened_at,
                  used_at = excluded.used_at
                """,
                key.org(),
                key.channel(),
                key.externalId(),
                Columns.text(confirmed),
                Columns.text(thread.threadId()),
                Columns.text(thread.conversationId()),
                opened,
                Columns.text(thread.participantId()),
                Columns.text(thread.guestId()),
                Columns.text(thread.guestToken()),
                Columns.time(thread.guestTokenExpiresAt()),
                opened,
                Columns.time(now));
    }

    /**
     * A webhook told of a conversation; ignored when something newer is known or when it is the one that ended last.
     *
     * @param at Genesys' time of the webhook
     */
    void speak(Key key, String conversationId, Instant at, Instant now) throws SQLException {
        session.change(
                """
                INSERT INTO guest_thread AS t
                  (org, channel, external_id, confirmed_id, conversation_id, conversation_at, used_at)
                VALUES (?, ?, ?, ?, ?, ?, ?)
                ON CONFLICT (org, channel, external_id) DO UPDATE SET
                  conversation_id = excluded.conversation_id,
                  conversation_at = excluded.conversation_at,
                  used_at = excluded.used_at
                WHERE (t.conversation_at IS NULL OR t.conversation_at <= excluded.conversation_at)
                  AND (t.ended_conversation_id IS NULL
                    OR t.ended_conversation_id <> excluded.conversation_id)
                """,
                key.org(),
                key.channel(),
                key.externalId(),
                key.externalId(),
                Columns.text(conversationId),
                Columns.time(at),
                Columns.time(now));
    }

    /**
     * A conversation ended: where it is still the guest's, all that belonged to it goes, so that the next message opens
     * anew; and a late webhook does not bring it back.
     *
     * @param at Genesys' time of the end
     */
    void end(Key key, String conversationId, Instant at) throws SQLException {
        String conversation = Columns.text(conversationId);
        String time = Columns.time(at);
        int cleared = session.change(
                """
                UPDATE guest_thread SET thread_id = NULL, conversation_id = NULL, participant_id = NULL,
                  guest_id = NULL, guest_token = NULL, guest_token_expires_at = NULL, opened_at = NULL,
                  ended_conversation_id = conversation_id,
                  conversation_at = CASE WHEN conversation_at > ? THEN conversation_at ELSE ? END
                """
                        + THE_GUEST + " AND conversation_id = ?",
                time,
                time,
                key.org(),
                key.channel(),
                key.externalId(),
                conversation);
        if (cleared == 0) {
            session.change(
                    "UPDATE guest_thread SET ended_conversation_id = ?" + THE_GUEST
                            + " AND (conversation_at IS NULL OR conversation_at <= ?)",
                    conversation,
                    key.org(),
                    key.channel(),
                    key.externalId(),
                    time);
        }
    }

    /** Takes a guest's thread away; tells how many there were. */
    int remove(Key key) throws SQLException {
        return session.change("DELETE FROM guest_thread" + THE_GUEST, key.org(), key.channel(), key.externalId());
    }

    /** Takes away some that were last used before that time; tells which. */
    List<Key> purge(Instant before, int most) throws SQLException {
        return session.all(
                """
                DELETE FROM guest_thread WHERE (org, channel, external_id) IN (
                  SELECT org, channel, external_id FROM guest_thread WHERE used_at < ? LIMIT ?)
                RETURNING org, channel, external_id
                """,
                row -> new Key(row.getString(1), row.getString(2), row.getString(3)),
                Columns.time(before),
                most);
    }
}
