package dev.guestbridge.store;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Webhook;
import dev.guestbridge.store.ThreadTable.Known;
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

    @FunctionalInterface
    private interface Reading {
        Known of(Work<Known> work);
    }

    @FunctionalInterface
    private interface Change {
        void in(ThreadTable table) throws SQLException;
    }

    /**
     * What is known of a guest, from memory or else from the store; null when nothing is. After {@link #ended} it is
     * the guest's identity alone, so that the next message opens anew.
     *
     * @throws StoreUnavailable when the guest isn't in memory and the store can't be read
     */
    public GuestThread find(Delivery delivery) {
        return of(delivery.channel(), delivery.externalId());
    }

    GuestThread of(Channel channel, String externalId) {
        return of(channel, externalId, store::read);
    }

    /** @param reading asks the store when the guest isn't in memory */
    private GuestThread of(Channel channel, String externalId, Reading reading) {
        if (!Columns.isKey(externalId)) {
            return null; // such a guest was never remembered
        }
        Key key = Key.of(channel, externalId);
        // the read happens under the key's lock, so that a write's word can't be overtaken by an older one
        Known known = cache.get(key, missing -> reading.of(session -> new ThreadTable(session).row(missing)));
        if (known == null) {
            return null;
        }
        Instant now = clock.instant();
        if (known.usedAt().plus(USE_KNOWN_WITHIN).isBefore(now)
                && cache.asMap().replace(key, known, new Known(known.thread(), now))) {
            write(key, table -> table.use(key, now));
        }
        return known.thread();
    }

    /** What is known of the thread of the guest whom a webhook is for; null too when the store can't tell. */
    public GuestThread ifKnown(Webhook webhook) {
        try {
            return webhook.isRouted() ? of(webhook.channel(), webhook.externalId(), store::readAtOnce) : null;
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
        return keep(delivery.channel(), delivery.externalId(), thread);
    }

    CompletableFuture<GuestThread> keep(Channel channel, String externalId, GuestThread thread) {
        Key key = Key.of(channel, externalId);
        Known known = cache.getIfPresent(key);
        if (known != null && thread.equals(known.thread())) { // most messages bring no news
            return CompletableFuture.completedFuture(thread);
        }
        Instant since = forgotten.getIfPresent(key);
        if (since != null && thread.openedAt() != null && !thread.openedAt().isAfter(since)) {
            return CompletableFuture.completedFuture(thread); // of a message that was being sent when it was forgotten
        }
        return write(key, table -> table.put(key, thread, clock.instant())).thenApply(Known::thread);
    }

    /** Forgets a guest wholly. */
    public CompletableFuture<Void> forget(Channel channel, String externalId) {
        Key key = Key.of(channel, externalId);
        return write(key, table -> table.remove(key)).thenApply(nothing -> null);
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
                                gone += new ThreadTable(session).remove(key);
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
        return write(key, table -> table.speak(key, conversationId, time, clock.instant()))
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
        return write(key, table -> table.end(key, conversationId, at)).thenApply(known -> null);
    }

    /**
     * Forgets guests of whom nothing was heard for long.
     *
     * @param unusedFor to the hour
     * @return how many
     */
    public CompletableFuture<Integer> purge(Duration unusedFor) {
        Instant before = clock.instant().minus(unusedFor);
        return Batches.all(PURGED_AT_ONCE, () -> store.write(
                        session -> new ThreadTable(session).purge(before, PURGED_AT_ONCE),
                        (List<Key> gone) -> cache.invalidateAll(gone))
                .thenApply(List::size));
    }

    /** Changes what the store holds of a guest, and after the commit puts in memory what it holds then. */
    private CompletableFuture<Known> write(Key key, Change change) {
        return store.write(
                session -> {
                    ThreadTable table = new ThreadTable(session);
                    change.in(table);
                    return table.row(key);
                },
                known -> {
                    if (known == null) {
                        cache.invalidate(key);
                    } else {
                        cache.put(key, known);
                    }
                });
    }
}
