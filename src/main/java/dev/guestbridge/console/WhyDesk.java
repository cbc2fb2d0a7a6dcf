package dev.guestbridge.console;

import dev.guestbridge.broker.Connections;
import dev.guestbridge.broker.QueueCount;
import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.lane.InLane;
import dev.guestbridge.lane.Pauses;
import dev.guestbridge.lane.Standstill;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Outcome;
import dev.guestbridge.store.Accounts.Account;
import dev.guestbridge.store.StoreUnavailable;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Answers why a guest, a message or a channel doesn't go on: what is most in the way first, and what to do about it. */
public final class WhyDesk {

    private static final int LANES = 3;
    private static final int NAMED = 3;
    private static final int SHOWN = 5;
    private static final int OFTEN = 10; // as no message is tried that merely waits with the others
    private static final String DEAD = "guest.dead";

    private final Whereabouts whereabouts;
    private final Pauses pauses;
    private final Connections connections;
    private final Channels channels;
    private final Clock clock;
    private final int keepDays;

    /** @param keepDays how long the ledger remembers */
    public WhyDesk(
            Whereabouts whereabouts,
            Pauses pauses,
            Connections connections,
            Channels channels,
            Clock clock,
            int keepDays) {
        this.whereabouts = whereabouts;
        this.pauses = pauses;
        this.connections = connections;
        this.channels = channels;
        this.clock = clock;
        this.keepDays = keepDays;
    }

    public void open(Operations operations) {
        operations.read("/why", this::why);
    }

    private Why why(Asked asked) throws Refused {
        String of = asked.required("of");
        String only = MessageDesk.channel(asked, channels);
        Channel channel = channels.named(of);
        Reasons reasons = new Reasons();
        List<InLane> held = whereabouts.held(of, only);
        List<Account> known = known(of, only, reasons);
        boolean isMessage = !held.isEmpty() || !known.isEmpty();
        if (!held.isEmpty()) {
            tellHeld(held, reasons);
        } else if (!known.isEmpty()) {
            tellKnown(known, reasons);
        }
        String about = isMessage ? "message" : "channel";
        if (channel != null) {
            tellChannel(channel, reasons);
        } else if (!isMessage) {
            about = tellOther(of, only, reasons);
        }
        List<Seen> seen = whereabouts.seen(held, known).stream().limit(SHOWN).toList();
        tellTrace(traceOf(held, known), "logs, statuses and spans", reasons);
        return reasons.why(of, about, seen);
    }

    /** Of what is neither message nor channel; what it is. */
    private String tellOther(String of, String only, Reasons reasons) {
        List<SeenReply> replies = replies(of, only);
        if (replies.isEmpty()) {
            tellUnknown(of, only, reasons);
            return "nothing";
        }
        tellReply(replies.get(0), reasons);
        return "reply";
    }

    private List<SeenReply> replies(String of, String channel) {
        try {
            return whereabouts.replies(of, channel);
        } catch (StoreUnavailable e) {
            return List.of(); // was told when the messages were asked for
        }
    }

    private void tellReply(SeenReply newest, Reasons reasons) {
        String reply = "reply %s of organisation %s: %s".formatted(newest.id(), newest.org(), newest.sentence());
        if (newest.state().equals("queued")) {
            reasons.tell("no message of that name is known, only " + reply);
        } else {
            reasons.matter(reply);
        }
        tellTroubles(List.of(newest.queue()), reasons);
        tellTrace(newest.traceId(), "logs and spans, and on its queue", reasons);
    }

    private List<Account> known(String of, String channel, Reasons reasons) {
        try {
            return whereabouts.known(of, channel);
        } catch (StoreUnavailable e) {
            reasons.matter("nothing is sent without the store: " + e.getMessage());
            return List.of();
        }
    }

    private static String traceOf(List<InLane> held, List<Account> known) {
        if (!held.isEmpty()) {
            return held.get(0).delivery().trace().id();
        }
        return known.isEmpty() ? null : known.get(0).traceId();
    }

    private static void tellTrace(String trace, String where, Reasons reasons) {
        if (trace != null) {
            reasons.tell("its trace is %s, in %s".formatted(trace, where));
        }
    }

    // what stands at the head of a lane holds up all of it: the message that is nearest to it tells of the lane
    private void tellHeld(List<InLane> held, Reasons reasons) {
        Collection<List<InLane>> lanes = held.stream()
                .collect(Collectors.groupingBy(
                        one -> List.of(
                                one.delivery().queue(),
                                String.valueOf(one.delivery().externalId())),
                        LinkedHashMap::new,
                        Collectors.toList()))
                .values();
        lanes.stream().limit(LANES).forEach(lane -> tellLane(lane, reasons));
        if (lanes.size() > LANES) {
            reasons.tell("it is known in %d more lanes; name a channel".formatted(lanes.size() - LANES));
        }
    }

    private void tellLane(List<InLane> lane, Reasons reasons) {
        InLane nearest = lane.get(0);
        InLane head = new InLane(nearest.head(), Math.min(nearest.place(), 0), nearest.head());
        Delivery first = head.delivery();
        Situation situation = whereabouts.situation(head);
        tellTroubles(List.of(first.channel().statusQueue(), DEAD), reasons);
        List<Standstill> inTheWay = situation.pause() == null ? List.of() : pauses.inTheWayOf(first.channel());
        inTheWay.forEach(pause -> reasons.pause(pause, clock.instant()));
        if (nearest.place() > 0) {
            reasons.matter("%s waits behind %s of its guest, the first of which is %s"
                    .formatted(
                            name(nearest.delivery()),
                            Words.count(nearest.place(), "message", "messages"),
                            name(first)));
        }
        if (inTheWay.isEmpty()) {
            Integer together = Integer.valueOf(lane.size());
            reasons.matter("%s: %s".formatted(name(first), situation.sentence()));
            if (situation.why() != null) {
                reasons.cause(situation.why(), situation.nextTry(), together);
            }
        } else if (nearest.place() <= 0) {
            reasons.tell(name(first) + " is one of those that wait");
        }
        if (first.isGivenUp()) {
            reasons.tell(
                    "an operator gave it up: it leaves for guest.dead as soon as no call of it is under way, unless"
                            + " Genesys takes it");
        } else if (first.failure() != null && (inTheWay.isEmpty() || first.attempts() >= OFTEN)) {
            reasons.tell("%s: guestbridge give-up %s"
                    .formatted(
                            inTheWay.isEmpty()
                                    ? "to give it up, so that its guest's next ones go on"
                                    : "if others get through in between, it is this message that Genesys fails on; to give it up",
                            Words.argument(first.id())));
        }
        if (first.possibleRepeat()) {
            reasons.tell("Genesys may have it already, for one of its sendings came to no known end");
        }
        if (lane.size() > 1) {
            reasons.tell("behind it " + Words.count(lane.size() - 1L, "message waits", "messages wait"));
        }
    }

    private void tellKnown(List<Account> known, Reasons reasons) {
        Account newest = known.get(0);
        Outcome outcome = newest.outcome();
        String name = name(newest.id(), newest.channel());
        if (outcome == null) {
            reasons.matter("the fate of %s is open: %s".formatted(name, Seen.open(newest)));
            String elsewhere = whereabouts.elsewhere(newest);
            reasons.tell("it comes again from guest.in.%s, unless another instance holds it or it lies on guest.dead%s"
                    .formatted(newest.channel(), elsewhere == null ? "" : "; " + elsewhere));
        } else if (outcome.state().equals("dead")) {
            reasons.death(name, outcome);
            reasons.tell("it lies on guest.dead until somebody takes it away, and nothing waits for it");
        } else if (outcome.state().equals("delivered")) {
            reasons.tell("nothing is the matter: Genesys took %s at %s, at attempt %d%s%s"
                    .formatted(
                            name,
                            Words.at(outcome.at()),
                            outcome.attempts(),
                            outcome.genesysId() == null ? "" : ", as " + outcome.genesysId(),
                            outcome.conversationId() == null ? "" : ", in conversation " + outcome.conversationId()));
        } else {
            reasons.tell("nothing is the matter: %s wasn't sent: %s".formatted(name, outcome.reason()));
        }
        if (outcome != null && outcome.possibleRepeat()) {
            reasons.tell("Genesys may have it twice, for one of its sendings came to no known end");
        }
        List<Account> died = known.stream()
                .skip(1)
                .filter(one -> one.outcome() != null && one.outcome().state().equals("dead"))
                .toList();
        if (!died.isEmpty()) {
            reasons.tell("before it %s, last %s of %s"
                    .formatted(
                            Words.count(died.size(), "message died", "messages died"),
                            name(died.get(0).id(), died.get(0).channel()),
                            died.get(0).outcome().errorClass()));
        }
    }

    private void tellChannel(Channel channel, Reasons reasons) {
        List<InLane> held = whereabouts.held(channel);
        List<Standstill> inTheWay = pauses.inTheWayOf(channel);
        List<QueueCount> queues =
                tellTroubles(List.of(channel.inQueue(), channel.outQueue(), channel.statusQueue(), DEAD), reasons);
        inTheWay.forEach(pause -> reasons.pause(pause, clock.instant()));
        List<InLane> failing = held.stream()
                .filter(one -> one.place() <= 0 && one.delivery().failure() != null)
                .toList();
        if (inTheWay.isEmpty() && !failing.isEmpty()) {
            Situation first = whereabouts.situation(failing.get(0));
            reasons.matter("%s tried again%s, for the longest time %s"
                    .formatted(
                            Words.count(failing.size(), "guest's message is", "guests' messages are"),
                            first.why() == null ? "" : ", after " + first.why().errorClass(),
                            failing.stream()
                                    .limit(NAMED)
                                    .map(one -> one.delivery().id())
                                    .collect(Collectors.joining(", "))));
            if (first.why() != null) {
                reasons.cause(first.why(), first.nextTry(), failing.size());
            }
        }
        Map<String, Long> waiting = held.stream()
                .filter(one -> one.place() == 0)
                .collect(Collectors.groupingBy(one -> whereabouts.situation(one).waitsFor(), Collectors.counting()));
        tellWaiting(waiting.get("budget"), "the budget of organisation " + channel.org(), reasons);
        tellWaiting(waiting.get("token"), "a token of organisation " + channel.org(), reasons);
        tellWaiting(waiting.get("place"), "a place among the calls under way, genesys.calls-in-flight", reasons);
        if (reasons.well()) {
            reasons.tell("nothing stands still on channel " + channel.name());
        }
        queues.stream()
                .filter(queue -> queue.name().equals(channel.inQueue()))
                .forEach(queue -> tellLying(queue, held, reasons));
    }

    private static void tellWaiting(Long waiting, String words, Reasons reasons) {
        if (waiting != null) {
            String many = Words.count(waiting, "guest's message waits", "guests' messages wait");
            reasons.matter(many + " for " + words, null, waiting.intValue());
        }
    }

    /** Tells what is wrong with these queues, and returns those that the broker tells of. */
    private List<QueueCount> tellTroubles(List<String> names, Reasons reasons) {
        try {
            List<QueueCount> queues = connections.count(names);
            queues.forEach(queue -> tellTrouble(queue, reasons));
            return queues;
        } catch (Connections.Unreachable e) {
            reasons.matter("nothing comes or goes: " + e.getMessage());
            return List.of();
        }
    }

    private static void tellTrouble(QueueCount queue, Reasons reasons) {
        boolean unread = queue.consumers() == 0;
        if (!queue.exists()) {
            reasons.matter("the broker lacks the queue " + queue.name());
        } else if (queue.trouble() != null) {
            reasons.matter(queue.trouble());
        } else if (unread && queue.name().startsWith("guest.in.")) {
            reasons.matter("nobody reads %s, not even this bridge; the log tells what the broker refuses"
                    .formatted(queue.name()));
        } else if (unread && queue.messages() > 0 && queue.name().startsWith("guest.out.")) {
            reasons.matter("nobody reads %s, where %s; see that the channel's own program runs"
                    .formatted(queue.name(), Words.count(queue.messages(), "reply lies", "replies lie")));
        }
    }

    private void tellUnknown(String of, String only, Reasons reasons) {
        reasons.matter("this bridge knows no guest, message or channel '%s'%s"
                .formatted(of, only == null ? "" : ", on channel " + only));
        List<Channel> looked = new ArrayList<>(only == null ? channels.all() : List.of(channels.named(only)));
        List<QueueCount> queues =
                tellTroubles(looked.stream().map(Channel::inQueue).toList(), reasons);
        for (int i = 0; i < queues.size(); i++) {
            if (queues.get(i).messages() > 0) {
                tellLying(queues.get(i), whereabouts.held(looked.get(i)), reasons);
            }
        }
        reasons.tell("it is looked for letter by letter: the id or guest.externalId of the message's body");
        reasons.tell("a message is known from its turn in its guest's lane on, and for %d days (store.keep-days)"
                .formatted(keepDays));
        reasons.tell("what was refused before that, as its body can't be read or its id is another message's, lies on"
                + " guest.dead: 'guestbridge dead list'");
        String elsewhere = whereabouts.elsewhere(null);
        reasons.tell(
                elsewhere == null
                        ? "if another instance, or a bridge on another broker, may have it, ask there"
                        : elsewhere);
    }

    // what a consumer has taken lies there too until its fate is known
    private static void tellLying(QueueCount queue, List<InLane> held, Reasons reasons) {
        long here = held.stream()
                .filter(one -> one.delivery().queue().equals(queue.name()))
                .count();
        long waiting = Math.max(0, queue.messages() - here);
        if (waiting > 0) {
            reasons.tell("of %s this bridge holds %s, and %s"
                    .formatted(
                            queue.name(),
                            Words.count(here, "message", "messages"),
                            Words.count(waiting, "more lies there", "more lie there")));
        } else {
            reasons.tell(
                    here == 0
                            ? "nothing lies on " + queue.name()
                            : "on %s lies nothing but %s that this bridge holds"
                                    .formatted(queue.name(), Words.count(here, "message", "messages")));
        }
    }

    /** A message that is held, as sentences name it. */
    static String name(Delivery delivery) {
        String name = name(delivery.id(), delivery.channel().name());
        return delivery.carriesReceipt() ? "the receipt for " + name : name;
    }

    private static String name(String id, String channel) {
        return "message " + id + " of channel " + channel;
    }
}
