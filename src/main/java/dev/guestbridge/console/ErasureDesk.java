package dev.guestbridge.console;

import dev.guestbridge.broker.GuestLetters;
import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Webhook;
import dev.guestbridge.store.Erasure;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Takes away all that the bridge holds of a guest, and says what it can't take. */
public final class ErasureDesk {

    private static final String WHY = "; 'guestbridge why <guest>' tells what they wait for";

    private final Erasure erasure;
    private final Channels channels;
    private final Lanes lanes;
    private final GuestLetters letters;
    private final boolean shared;

    /** @param shared whether other instances use the same store */
    public ErasureDesk(Erasure erasure, Channels channels, Lanes lanes, GuestLetters letters, boolean shared) {
        this.erasure = erasure;
        this.channels = channels;
        this.lanes = lanes;
        this.letters = letters;
        this.shared = shared;
    }

    /**
     * What erasing came to, or would come to.
     *
     * @param threads at Genesys that the bridge knew
     * @param messages in the ledger, of which a digest stays
     * @param deadLetters on guest.dead
     * @param replies that waited in the store for the broker
     * @param notes what stays, and what is in the way; sentences
     */
    record Erased(int threads, int messages, int deadLetters, int replies, List<String> notes) {}

    public void open(Operations operations) {
        operations.read("/threads/erase", this::wouldErase);
        operations.act("/threads/erase", "threads erase", this::erase);
    }

    private Erased wouldErase(Asked asked) throws Exception {
        String guest = asked.required("guest");
        Channel channel = ThreadDesk.channel(asked, channels);
        Erasure.Held held = erasure.look(guest, channel);
        GuestLetters.Dead dead = dead(guest, channel);
        List<String> notes = new ArrayList<>();
        String inTheWay = inTheWay(guest, channel, asked);
        if (inTheWay != null) {
            notes.add("Not now: " + inTheWay + ".");
        }
        notes.addAll(staying(guest, channel, dead));
        return new Erased(held.threads(), held.messages(), dead.ids().size(), held.replies(), notes);
    }

    private Erased erase(Asked asked) throws Exception {
        String guest = asked.required("guest");
        Channel channel = ThreadDesk.channel(asked, channels);
        String inTheWay = inTheWay(guest, channel, asked);
        if (inTheWay != null) {
            throw new Refused(409, inTheWay + "; nothing was erased");
        }
        GuestLetters.Dead dead = dead(guest, channel);
        int taken = take(dead);
        Erasure.Held erased = erasure.erase(guest, channel).get();
        List<String> notes = staying(guest, channel, dead);
        String log = erasure.endLog();
        if (log != null) {
            notes.add(Character.toUpperCase(log.charAt(0)) + log.substring(1) + ".");
        }
        if (shared) {
            notes.add("Other instances on this store may know the guest's thread for up to a minute.");
        }
        if (!ThreadDesk.underWay(lanes, guest, channel).isEmpty()) {
            notes.add("The guest wrote again meanwhile, and is known again; erase once more when that is settled.");
        }
        return new Erased(erased.threads(), erased.messages(), taken, erased.replies(), notes);
    }

    /** Why a guest can't be erased now: what is under way would write them down again; null when nothing is. */
    private String inTheWay(String guest, Channel channel, Asked asked) {
        List<String> held = ThreadDesk.underWay(lanes, guest, channel);
        if (!held.isEmpty()) {
            return "messages of the guest are under way (" + String.join(", ", held) + ")" + WHY;
        }
        List<String> unsettled = erasure.unsettled(guest, channel);
        return unsettled.isEmpty() || "true".equals(asked.optional("unsettled"))
                ? null
                : "of messages of the guest the ledger doesn't know what became (" + String.join(", ", unsettled)
                        + "): they wait on the bus or in another instance" + WHY
                        + ", and --unsettled erases all the same when they are lost";
    }

    private GuestLetters.Dead dead(String guest, Channel channel) throws Refused {
        try {
            return letters.dead(guest, channel == null ? null : channel.name());
        } catch (GuestLetters.Unreachable e) {
            throw new Refused(503, e.getMessage() + "; nothing was erased");
        }
    }

    private int take(GuestLetters.Dead dead) throws Refused {
        try {
            return letters.take(dead.ids());
        } catch (GuestLetters.Unreachable e) {
            throw new Refused(503, e.getMessage() + "; some dead letters may be gone, nothing else is; erase again");
        }
    }

    private List<String> staying(String guest, Channel channel, GuestLetters.Dead dead) {
        List<String> notes = new ArrayList<>();
        Collection<Channel> wanted = channel == null ? channels.all() : List.of(channel);
        try {
            Map<String, Integer> coming =
                    letters.unread(guest, wanted.stream().map(Channel::inQueue).toList());
            if (!coming.isEmpty()) {
                notes.add("Still to be taken are " + counted(coming) + "; the guest will be known again then.");
            }
            List<String> out =
                    new ArrayList<>(wanted.stream().map(Channel::outQueue).toList());
            if (channel == null) {
                out.add(Webhook.UNROUTED);
            }
            Map<String, Integer> unread = letters.unread(guest, out);
            if (!unread.isEmpty()) {
                notes.add("Unread are " + counted(unread) + "; they stay, for they aren't the bridge's to take.");
            }
        } catch (GuestLetters.Unreachable e) {
            notes.add("Unread messages weren't looked for: " + e.getMessage() + ".");
        }
        if (dead.unreadable() > 0) {
            notes.add("Of " + dead.unreadable()
                    + " letters on guest.dead nobody can tell whose they are, for they can't be read; they stay.");
        }
        return notes;
    }

    private static String counted(Map<String, Integer> queues) {
        return queues.entrySet().stream()
                .map(one -> one.getValue() + " on " + one.getKey())
                .collect(Collectors.joining(", "));
    }
}
