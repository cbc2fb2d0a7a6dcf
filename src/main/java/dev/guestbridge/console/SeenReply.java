package dev.guestbridge.console;

import dev.guestbridge.message.Webhook;
import dev.guestbridge.store.Repeats.Taken;
import java.time.Instant;

/**
 * One reply, as operators see it; never what it says.
 *
 * @param kind text, structured, typing, receipt or ended; null when it is none that channels are told
 * @param traceId by which logs and spans name it; null when it isn't known
 * @param queue where it went, or is to go
 * @param state queued, on its channel's queue; waiting, in the store for the broker; or unrouted, on guest.unrouted
 * @param sentAt Genesys' time; null when that can't be read
 * @param takenAt when Genesys was told that it is safe
 * @param queuedAt null while it waits
 * @param repeats how often Genesys sent it again
 * @param sentence all that matters of it
 */
record SeenReply(
        String org,
        String channel,
        String id,
        String externalId,
        String kind,
        String conversationId,
        String traceId,
        String queue,
        String state,
        Instant sentAt,
        Instant takenAt,
        Instant queuedAt,
        int repeats,
        Instant repeatedAt,
        String sentence) {

    static SeenReply of(Taken taken) {
        boolean routed = taken.channel() != null;
        String queue = routed ? "guest.out." + taken.channel() : Webhook.UNROUTED;
        return new SeenReply(
                taken.org(),
                taken.channel(),
                taken.id(),
                taken.externalId(),
                taken.kind(),
                taken.conversationId(),
                taken.traceId(),
                queue,
                taken.waits() ? "waiting" : routed ? "queued" : "unrouted",
                taken.sentAt(),
                taken.takenAt(),
                taken.queuedAt(),
                taken.repeats(),
                taken.repeatedAt(),
                way(taken, queue) + again(taken));
    }

    private static String way(Taken taken, String queue) {
        if (taken.waits()) {
            return "It waits in the store since " + Words.at(taken.takenAt()) + " to be put on " + queue
                    + ": the broker couldn't take it.";
        }
        String put = "Put on " + queue + " at " + Words.at(taken.queuedAt());
        if (!taken.queuedAt().equals(taken.takenAt())) {
            put += "; it waited in the store since " + Words.at(taken.takenAt()) + ", for the broker couldn't take it";
        }
        return put + (taken.channel() == null ? "; no channel is to have it." : ".");
    }

    private static String again(Taken taken) {
        return taken.repeats() == 0
                ? ""
                : " Genesys sent it " + Words.count(taken.repeats(), "time", "times") + " more, last at "
                        + Words.at(taken.repeatedAt()) + "; that went no further.";
    }
}
