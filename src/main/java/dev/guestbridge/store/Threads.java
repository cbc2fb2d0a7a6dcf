package dev.guestbridge.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Webhook;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Remembers what Genesys gave us for each guest of each channel, the most used ones in memory. */
public final class Threads {

    /** How exactly a thread's last use is known: writing it down at every message would cost too much. */
    static final Duration USE_KNOWN_WITHIN = Duration.ofHours(1);

    private static final Duration SHARED_STALE_AFTER = Duration.ofMinutes(1);
    private static final Duration LONGEST_CALL = Duration.ofMinutes(10);
    private static final int PURGED_AT_ONCE = 1_000;
    private static final String COLUMNS = "confirmed_id, thread_id, conversation_id, participant_id, guest_id,"
            + " guest_token, guest_token_expires_at, opened_at, used_at";
    private static final String THE_GUEST = " WHERE org = ? AND channel = ? AND external_id = ?";

    private final Store store;
    private final Clock clock;
    private final Cache<Key, Known> cache;
    private final Cache<Key, Instant> forgotten =
            Caffeine.newBuilder().expireAfterWrite(LONGEST_CALL).build();

    /**
     * Threads of this store; where it is shared, what another instance changed is seen after a minute at the latest.
     *
     * @param cacheSize guests kept in memory
     */
    public Threads(Store store, int cacheSize) {
        this(store, cacheSize, store.isShared() ? SHARED_STALE_AFTER : null);
    }

    /** @param staleAfter how long a guest in memory is believed; null: until it changes here */
    public Threads(Store store, int cacheSize, Duration staleAfter) {
        this(store, cacheSize, staleAfter, Clock.systemUTC());
    }

    Threads(Store store, int cacheSize, Duration staleAfter, Clock clock) {
        this.store = store;
        this.clock = clock;
        Caffeine<Object, Object> settings = Caffeine.newBuilder().maximumSize(cacheSize);
        if (staleAfter != null) {
            settings.expireAfterWrite(staleAfter);
        }
        this.cache = settings.build();
    }

    /** Which guest of which channel. */
    record Key(String org, String channel, String externalId) {

        static Key of(Channel channel, String externalId) {
            return new Key(
                    Columns.key("org", channel.org()),
                    Columns.key("channel", channel.name()),
                    Columns.key("externalId", externalId));
        }
    }

    private record Known(GuestThread thread, Instant usedAt) {}

    @FunctionalInterface
    private interface Reading {
        Known of(Work<Known> work);
    }

    /**
     * What is known of a guest, from memory or else from the store; null when nothing is. After {@link #ended} it is
     * the guest's identity alone, so that the next message opens anew.
     *
     * @throws StoreUnavailable when the guest isn't in memory and the store can't be read
     */
    public GuestThread find(Delivery delivery) {
        return find(delivery.channel(), delivery.externalId());
    }

    GuestThread find(Channel channel, String externalId) {
        return find(channel, externalId, store::read);
    }

    /** @param reading asks the store when the guest isn't in memory */
    private GuestThread find(Channel channel, String externalId, Reading reading) {
        if (!Columns.isKey(externalId)) {
            return null; // such a guest was never remembered
        }
        Key key = Key.of(channel, externalId);
        // the read happens under the key's lock, so that a write's word can't be overtaken by an older one
        Known known = cache.get(key, missing -> reading.of(session -> select(session, missing)));
        if (known == null) {
            return null;
        }
        Instant now = clock.instant();
        if (known.usedAt().plus(USE_KNOWN_WITHIN).isBefore(now)
                && cache.asMap().replace(key, known, new Known(known.thread(), now))) {
            write(key, session -> {
                session.change(
                        "UPDATE guest_thread SET used_at = ?" + THE_GUEST,
                        Columns.time(now),
                        key.org(),
                        key.channel(),
                        key.externalId());
                return select(session, key);
            });
        }
        return known.thread();
    }

    /** What is known of the thread of the guest whom a webhook is for; null too when the store can't tell. */
    public GuestThread ifKnown(Webhook webhook) {
        try {
            return webhook.isRouted() ? find(webhook.channel(), webhook.externalId(), store::readAtOnce) : null;
        } catch (StoreUnavailable unknown) {
            return null;
        }
    }

    /** Notes what a webhook told of a guest's conversation, if it told any. */
    CompletableFuture<Void> told(Webhook webhook) {
        Channel channel = webhook.channel();
        String guest = webhook.externalId();
        String conversation = webhook.conversationId();
        if (channel == null || guest == null || conversation == null) {
            return CompletableFuture.completedFuture(null);
        }
        return store.soon(
                webhook.isEnded()
                        ? ended(channel, guest, conversation, webhook.at())
                        : conversation(channel, guest, conversation, webhook.at()));
    }

    /**
     * Remembers a thread in place of what was known. A conversation that a webhook told of after the thread was opened
     * stays, as does one where the thread brings neither a conversation nor a time of opening.
     *
     * @return the thread as it is known now
     */
    public CompletableFuture<GuestThread> remember(Delivery delivery, GuestThread thread) {
        return remember(delivery.channel(), delivery.externalId(), thread);
    }

    CompletableFuture<GuestThread> remember(Channel channel, String externalId, GuestThread thread) {
        Key key = Key.of(channel, externalId);
        Known known = cache.getIfPresent(key);
        if (known != null && thread.equals(known.thread())) { // most messages bring no news
            return CompletableFuture.completedFuture(thread);
        }
        Instant since = forgotten.getIfPresent(key);
        if (since != null && thread.openedAt() != null && !thread.openedAt().isAfter(since)) {
            return CompletableFuture.completedFuture(thread); // of a message that was being sent when it was forgotten
        }
        String confirmed = thread.externalId() == null ? externalId : thread.externalId();
        String opened = Columns.time(thread.openedAt());
        return write(key, session -> {
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
                            Columns.time(clock.instant()));
                    return select(session, key);
                })
                .thenApply(Known::thread);
    }

    /** Forgets a guest wholly. */
    public CompletableFuture<Void> forget(Channel channel, String externalId) {
        Key key = Key.of(channel, externalId);
        return write(key, session -> {
                    session.change("DELETE FROM guest_thread" + THE_GUEST, key.org(), key.channel(), key.externalId());
                    return null;
                })
                .thenApply(nothing -> null);
    }

    /**
     * Forgets these guests' threads for good: also the message that is just being sent in one of them won't bring it back.
     *
     * @return how many there were
     */
    CompletableFuture<Integer> forgetForGood(List<Key> keys) {
        Instant now = clock.instant();
        keys.forEach(key -> forgotten.put(key, now));
        return store.write(
                        session -> {
                            int gone = 0;
                            for (Key key : keys) {
                                gone += session.change(
                                        "DELETE FROM guest_thread" + THE_GUEST,
                                        key.org(),
                                        key.channel(),
                                        key.externalId());
                            }
                            return gone;
                        },
                        gone -> changed(keys))
                .whenComplete((gone, failure) -> {
                    if (failure != null) {
                        forgotten.invalidateAll(keys);
                    }
                });
    }

    /** Of these guests the store now holds something else than before; to be called when that is committed. */
    void changed(Collection<Key> keys) {
        cache.invalidateAll(keys);
    }

    /**
     * Notes the conversation that a webhook told of, also for a guest never seen; ignored when something newer is known
     * or when it is the one that ended last.
     *
     * @param time Genesys' time of the webhook
     */
    public CompletableFuture<Void> conversation(
            Channel channel, String externalId, String conversationId, Instant time) {
        if (!Columns.isKey(externalId)) {
            return CompletableFuture.completedFuture(null); // a channel could never have sent such a guest
        }
        Key key = Key.of(channel, externalId);
        return write(key, session -> {
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
                            externalId,
                            Columns.text(conversationId),
                            Columns.time(time),
                            Columns.time(clock.instant()));
                    return select(session, key);
                })
                .thenApply(known -> null);
    }

    /**
     * Notes that a conversation ended: where it is still the guest's, all that belonged to it is forgotten, so that the
     * next message opens anew; and a late webhook does not bring it back.
     *
     * @param at Genesys' time of the end
     */
    public CompletableFuture<Void> ended(Channel channel, String externalId, String conversationId, Instant at) {
        if (!Columns.isKey(externalId)) {
            return CompletableFuture.completedFuture(null);
        }
        Key key = Key.of(channel, externalId);
        String conversation = Columns.text(conversationId);
        String time = Columns.time(at);
        return write(key, session -> {
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
                    return select(session, key);
                })
                .thenApply(known -> null);
    }

    /**
     * Forgets guests of whom nothing was heard for long.
     *
     * @param unusedFor to the hour
     * @return how many
     */
    public CompletableFuture<Integer> purge(Duration unusedFor) {
        return purge(Columns.time(clock.instant().minus(unusedFor)), 0);
    }

    private CompletableFuture<Integer> purge(String before, int already) {
        return store.write(
                        session -> session.all(
                                """
                                DELETE FROM guest_thread WHERE (org, channel, external_id) IN (
                                  SELECT org, channel, external_id FROM guest_thread WHERE used_at < ? LIMIT ?)
                                RETURNING org, channel, external_id
                                """,
                                row -> new Key(row.getString(1), row.getString(2), row.getString(3)),
                                before,
                                PURGED_AT_ONCE),
                        (List<Key> gone) -> cache.invalidateAll(gone))
                .thenCompose(gone -> gone.size() < PURGED_AT_ONCE
                        ? CompletableFuture.completedFuture(already + gone.size())
                        : purge(before, already + gone.size()));
    }

    /** Writes, and after the commit puts in memory what the work found in the store then. */
    private CompletableFuture<Known> write(Key key, Work<Known> work) {
        return store.write(work, known -> {
            if (known == null) {
                cache.invalidate(key);
            } else {
                cache.put(key, known);
            }
        });
    }

    private static Known select(Session session, Key key) throws SQLException {
        return session.one(
                "SELECT " + COLUMNS + " FROM guest_thread" + THE_GUEST,
                Threads::known,
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
}
