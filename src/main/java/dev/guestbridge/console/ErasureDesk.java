package dev.guestbridge.console;

import dev.guestbridge.broker.Connections;
import dev.guestbridge.broker.DeadLetters;
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

    private static final int TAKEN_AT_ONCE = 100;
    private static final String WHY = "; 'guestbridge why <guest>' tells what they wait for, and 'guestbridge give-up"
            + " <guest>' gives the first of them up";

    private final Erasure erasure;
    private final Channels channels;
    private final Lanes lanes;
    private final DeadLetters letters;
    private final Connections bus;
    private final boolean shared;

    /** @param shared whether other instances use the same store */
    public ErasureDesk(
            Erasure erasure, DeadLetters letters, Connections bus, Channels channels, Lanes lanes, boolean shared) {
        this.erasure = erasure;
        this.letters = letters;
        this.bus = bus;
        this.channels = channels;
        this.lanes = lanes;
        this.shared = shared;
    }

    /**
     * What erasing came to, or would come to.
     *
     * @param threads at Genesys that the bridge knew
     * @param messages in the ledger, of which a digest stays
     * @param deadLetters on guest.dead
     * @param replies that waited in the store for the broker
     * @param traces of replies that were taken
     * @param notes what stays, and what is in the way; sentences
     */
    record Erased(int threads, int messages, int deadLetters, int replies, int traces, List<String> notes) {}

    /**
     * The letters on guest.dead.
     *
     * @param ids of the guest's
     * @param nobodys of how many nobody can tell whose they are
     */
    private record Dead(List<String> ids, int nobodys) {}

    public void open(Operations operations) {
        operations.read("/threads/erase", this::wouldErase);
        operations.act("/threads/erase", "threads erase", this::erase);
    }

    private Erased wouldErase(Asked asked) throws Exception {
        String guest = asked.required("guest");
        Channel channel = ThreadDesk.channel(asked, channels);
        Erasure.Held held = erasure.look(guest, channel);
        Dead dead = dead(guest, channel);
        List<String> notes = new ArrayList<>();
        String inTheWay = inTheWay(guest, channel, asked);
        if (inTheWay != null) {
            notes.add("Not now: " + inTheWay + ".");
        }
        notes.addAll(staying(guest, channel, dead));
        return new Erased(held.threads(), held.messages(), dead.ids().size(), held.replies(), held.traces(), notes);
    }

    private Erased erase(Asked asked) throws Exception {
        String guest = asked.required("guest");
        Channel channel = ThreadDesk.channel(asked, channels);
        String inTheWay = inTheWay(guest, channel, asked);
        if (inTheWay != null) {
            throw new Refused(409, inTheWay + "; nothing was erased");
        }
        Dead dead = dead(guest, channel);
        int taken = take(dead, guest, channel);
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
        return new Erased(erased.threads(), erased.messages(), taken, erased.replies(), erased.traces(), notes);
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

    private Dead dead(String guest, Channel channel) throws Refused {
        List<String> ids = new ArrayList<>();
        int[] nobodys = {0};
        try {
            letters.look(letter -> {
                boolean ofChannel = channel == null
                        || channel.name().equals(letter.delivery().channel().name());
                String whose = letter.delivery().externalId();
                if (ofChannel && whose == null) {
                    nobodys[0]++;
                } else if (ofChannel && whose.equals(guest)) {
                    ids.add(letter.id());
                }
                return true;
            });
            return new Dead(ids, nobodys[0]);
        } catch (DeadLetters.Unreachable e) {
            throw new Refused(503, e.getMessage() + "; nothing was erased");
        }
    }

    private int take(Dead dead, String guest, Channel channel) throws Exception {
        int taken = 0;
        List<String> left = dead.ids();
        try {
            int fruitless = 0; // so often the broker gave none of them
            while (!left.isEmpty()
                    && fruitless < 2
                    && (fruitless == 0 || letters.bringForward(left.get(0), () -> true))) {
                int some = discard(left);
                taken += some;
                fruitless = some > 0 ? 0 : fruitless + 1;
                left = some < left.size() ? dead(guest, channel).ids() : List.of();
            }
        } catch (DeadLetters.Unreachable e) {
            throw new Refused(503, e.getMessage() + "; " + taken + " dead letters are gone, nothing else; erase again");
        }
        if (!left.isEmpty()) {
            throw new Refused(503, "the broker didn't give " + left.size() + " dead letters in time; erase again");
        }
        return taken;
    }

    /** Takes letters off until the broker gives none of the next ones; how many it took. */
    private int discard(List<String> ids) throws Exception {
        int taken = 0;
        int some = 1;
        for (int from = 0; from < ids.size() && some > 0; from += TAKEN_AT_ONCE) {
            List<String> next = ids.subList(from, Math.min(ids.size(), from + TAKEN_AT_ONCE));
            some = letters.discard(next, moving -> {}).size();
            taken += some;
        }
        return taken;
    }

    private List<String> staying(String guest, Channel channel, Dead dead) {
        List<String> notes = new ArrayList<>();
        Collection<Channel> wanted = channel == null ? channels.all() : List.of(channel);
        try {
            Map<String, Integer> coming =
                    bus.unread(guest, wanted.stream().map(Channel::inQueue).toList());
            if (!coming.isEmpty()) {
                notes.add("Still to be taken, which makes the guest known again: " + counted(coming) + ".");
            }
            List<String> out =
                    new ArrayList<>(wanted.stream().map(Channel::outQueue).toList());
            if (channel == null) {
                out.add(Webhook.UNROUTED);
            }
            Map<String, Integer> unread = bus.unread(guest, out);
            if (!unread.isEmpty()) {
                notes.add("Left unread, for the bridge doesn't take them: " + counted(unread) + ".");
            }
        } catch (Connections.Unreachable e) {
            notes.add("Unread messages weren't looked for: " + e.getMessage() + ".");
        }
        if (dead.nobodys() > 0) {
            notes.add("Left on guest.dead, for nobody can tell whose: "
                    + Words.count(dead.nobodys(), "letter", "letters") + " that can't be read.");
        }
        return notes;
    }

    private static String counted(Map<String, Integer> queues) {
        return queues.entrySet().stream()
                .map(one -> one.getValue() + " on " + one.getKey())
                .collect(Collectors.joining(", "));
    }
}
