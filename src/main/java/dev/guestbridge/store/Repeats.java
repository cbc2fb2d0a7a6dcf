package dev.guestbridge.store;

import dev.guestbridge.message.Trace;
import dev.guestbridge.message.Webhook;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;

/** Remembers the webhooks that were taken, so that one that Genesys sends again is recognised, and what operators ask of them. */
public final class Repeats {

    private static final int PURGED_AT_ONCE = 1_000;

    private final Store store;
    private final Consumer<String> waits;
    private final Clock clock;

    /** @param outbox learns at each look whether replies wait for the same queue, whichever instance keeps them */
    public Repeats(Store store, Outbox outbox) {
        this(store, outbox::waits, Clock.systemUTC());
    }

    /** Those that tell no outbox what waits. */
    public Repeats(Store store) {
        this(store, Clock.systemUTC());
    }

    Repeats(Store store, Clock clock) {
        this(store, queue -> {}, clock);
    }

    private Repeats(Store store, Consumer<String> waits, Clock clock) {
        this.store = store;
        this.waits = waits;
        this.clock = clock;
    }

    /** What is known of a webhook. */
    public enum Known {
        NEW,
        /** The same came before. */
        REPEAT,
        /** Another came before by the same id and time. */
        ALTERED
    }

    /**
     * Whether this webhook was remembered; a repeat is counted. The outbox learns in passing whether replies wait for the
     * same queue. Two at the very same time may both be new: the broker's duplicate detection is the second net.
     *
     * @return NEW also when the store can't tell now: the broker drops a repeat
     */
    public Known look(Webhook webhook) {
        Known known = known(webhook.org(), webhook.id(), webhook.time(), webhook.digest(), webhook.getQueue());
        if (known == Known.REPEAT) {
            count(webhook); // isn't waited for: Genesys has its answer without
        }
        return known;
    }

    Known known(String org, String id, String time, String digest, String queue) {
        try {
            Found found = store.readAtOnce(session -> session.one(
                    """
                    SELECT
                      (SELECT CASE WHEN COALESCE(digest, ?) = ? THEN 'REPEAT' ELSE 'ALTERED' END FROM webhook_repeat
                       WHERE org = ? AND id = ? AND time = ?),
                      (SELECT 1 FROM outbox WHERE queue = ? LIMIT 1)
                    """,
                    row -> new Found(row.getString(1), row.getInt(2) == 1),
                    digest,
                    digest,
                    org,
                    Columns.keyOrDigest(id),
                    Columns.keyOrDigest(time),
                    queue));
            if (found.waiting()) {
                waits.accept(queue);
            }
            return found.before() == null ? Known.NEW : Known.valueOf(found.before());
        } catch (StoreUnavailable unknown) {
            return Known.NEW;
        }
    }

    private record Found(String before, boolean waiting) {}

    private void count(Webhook webhook) {
        String now = Columns.time(clock.instant());
        store.write(session -> session.change(
                "UPDATE webhook_repeat SET repeats = repeats + 1, repeated_at = ? WHERE org = ? AND id = ? AND time = ?",
                now,
                webhook.org(),
                Columns.keyOrDigest(webhook.id()),
                Columns.keyOrDigest(webhook.time())));
    }

    /** Remembers that this webhook was taken. */
    CompletableFuture<Void> remember(Webhook webhook) {
        String now = Columns.time(clock.instant());
        return store.soon(store.write(session -> {
            session.change(
                    """
                    INSERT INTO webhook_repeat (org, id, time, digest, taken_at, channel, external_id, kind,
                      conversation_id, trace_id, kept)
                    VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, (SELECT 1 FROM outbox WHERE duplicate_id = ?))
                    ON CONFLICT DO NOTHING
                    """,
                    webhook.org(),
                    Columns.keyOrDigest(webhook.id()),
                    Columns.keyOrDigest(webhook.time()),
                    webhook.digest(),
                    now,
                    webhook.isRouted() ? webhook.channel().name() : null,
                    keyOrNothing(webhook.externalId()),
                    webhook.type(),
                    keyOrNothing(webhook.conversationId()),
                    webhook.trace().id(),
                    webhook.getDuplicateId());
            return null;
        }));
    }

    private static String keyOrNothing(String value) {
        return Columns.isKey(value) ? value : null;
    }

    /**
     * A webhook that was taken, without what it says.
     *
     * @param channel null: none, it lies on guest.unrouted
     * @param kind of reply; null when it is none that we know
     * @param traceId of the trace that it belongs to; null when it isn't known
     * @param sentAt Genesys' time; null when that can't be read
     * @param takenAt when its reply was durable: on its queue, or in the outbox
     * @param waits whether it still is in the outbox
     * @param queuedAt when it was put on its queue; null while it waits
     * @param repeats how often the same came again, as far as that could be written down
     * @param repeatedAt when it last did; null when it didn't
     */
    public record Taken(
            String org,
            String channel,
            String id,
            String externalId,
            String kind,
            String conversationId,
            String traceId,
            Instant sentAt,
            Instant takenAt,
            boolean waits,
            Instant queuedAt,
            int repeats,
            Instant repeatedAt) {}

    /**
     * The webhooks taken for a guest, and those that bear this id or belong to a trace of this id, the newest first.
     *
     * @param orgs whose webhooks are looked through for the id
     * @param channel null for those of all channels, and of none
     * @param most how many are wanted at most
     * @throws StoreUnavailable when the store can't be read
     */
    public List<Taken> of(String guestOrId, Collection<String> orgs, String channel, int most) {
        String id = Columns.keyOrDigest(guestOrId);
        Whose whose = new Whose(guestOrId, channel);
        return store.read(session -> {
            // one index each, as for the ledger
            List<Taken> found = new ArrayList<>(session.all(
                    "SELECT * FROM webhook_repeat WHERE " + whose.condition() + " ORDER BY taken_at DESC LIMIT " + most,
                    Repeats::taken,
                    whose.values()));
            for (String org : orgs) {
                found.addAll(
                        session.all("SELECT * FROM webhook_repeat WHERE org = ? AND id = ?", Repeats::taken, org, id));
            }
            if (Trace.fits(guestOrId)) {
                found.addAll(session.all("SELECT * FROM webhook_repeat WHERE trace_id = ?", Repeats::taken, guestOrId));
            }
            return found.stream()
                    .distinct()
                    .sorted(Comparator.comparing(Taken::takenAt).reversed())
                    .limit(most)
                    .toList();
        });
    }

    private static Taken taken(ResultSet row) throws SQLException {
        Instant takenAt = Columns.time(row.getString("taken_at"));
        int kept = row.getInt("kept");
        boolean waits = kept == 1;
        boolean hadTo = !row.wasNull();
        return new Taken(
                row.getString("org"),
                row.getString("channel"),
                row.getString("id"),
                row.getString("external_id"),
                row.getString("kind"),
                row.getString("conversation_id"),
                row.getString("trace_id"),
                instant(row.getString("time")),
                takenAt,
                waits,
                hadTo ? Columns.time(row.getString("queued_at")) : takenAt,
                row.getInt("repeats"),
                Columns.time(row.getString("repeated_at")));
    }

    private static Instant instant(String time) {
        try {
            return OffsetDateTime.parse(time).toInstant();
        } catch (DateTimeParseException notATime) {
            return null;
        }
    }

    /** How many webhooks taken name a guest. */
    int naming(Whose whose) {
        return store.read(session -> session.one(
                "SELECT COUNT(*) FROM webhook_repeat WHERE " + whose.condition(),
                row -> row.getInt(1),
                whose.values()));
    }

    /**
     * Forgets for whom they were, and their traces, which other systems name too; that they were taken stays known.
     *
     * @return of how many
     */
    CompletableFuture<Integer> forgetGuest(Whose whose) {
        return store.write(session -> session.change(
                "UPDATE webhook_repeat SET external_id = NULL, conversation_id = NULL, trace_id = NULL WHERE "
                        + whose.condition(),
                whose.values()));
    }

    /**
     * Forgets webhooks taken longer ago than this.
     *
     * @return how many
     */
    public CompletableFuture<Integer> purge(Duration olderThan) {
        String before = Columns.time(clock.instant().minus(olderThan));
        return Batches.all(
                PURGED_AT_ONCE,
                () -> store.write(session -> session.change(
                        """
                        DELETE FROM webhook_repeat WHERE (org, id, time) IN (
                          SELECT org, id, time FROM webhook_repeat WHERE taken_at < ? LIMIT ?)
                        """,
                        before,
                        PURGED_AT_ONCE)));
    }
}
