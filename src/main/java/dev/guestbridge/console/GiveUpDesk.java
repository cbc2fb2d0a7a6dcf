package dev.guestbridge.console;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.lane.InLane;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.store.Accounts.Account;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Gives up a message that holds its guest, on an operator's word: it becomes a dead letter, and its guest's next one goes on. */
public final class GiveUpDesk {

    private final Whereabouts whereabouts;
    private final Channels channels;

    public GiveUpDesk(Whereabouts whereabouts, Channels channels) {
        this.whereabouts = whereabouts;
        this.channels = channels;
    }

    /**
     * What is given up, or would be.
     *
     * @param behind how many messages of its guest wait behind it
     * @param sentences what it is, what was tried, and what becomes of it
     */
    record GivenUp(Seen message, long behind, List<String> sentences) {}

    public void open(Operations operations) {
        operations.read("/messages/give-up", asked -> told(first(asked), false));
        operations.act("/messages/give-up", "give up", this::about, asked -> {
            InLane first = first(asked);
            GivenUp told = told(first, true);
            first.delivery().giveUp();
            return told;
        });
    }

    private GivenUp told(InLane first, boolean meant) {
        Delivery delivery = first.delivery();
        Situation situation = whereabouts.situation(first);
        long behind = whereabouts.held(delivery.channel()).stream()
                .filter(one -> one.head() == delivery && one.place() > 0)
                .count();
        List<String> sentences = new ArrayList<>();
        sentences.add("%s was sent at %s and has been held since %s; %s.%s"
                .formatted(
                        WhyDesk.name(delivery),
                        Words.at(delivery.sentAt()),
                        Words.at(delivery.takenAt()),
                        delivery.attempts() == 0
                                ? "it was never tried"
                                : "it was tried " + Words.count(delivery.attempts(), "time", "times"),
                        delivery.isGivenUp() ? " It was given up before." : ""));
        sentences.add(situation.sentence());
        if (situation.why() != null) {
            sentences.add("The cause is " + situation.why().errorClass() + ": "
                    + situation.why().reason());
        }
        if (delivery.possibleRepeat()) {
            sentences.add("Genesys may have it already, for one of its sendings came to no known end.");
        }
        sentences.add(
                behind == 0
                        ? "nothing of its guest waits behind it"
                        : "behind it "
                                + Words.count(behind, "message of its guest waits", "messages of its guest wait"));
        sentences.add(fate(delivery, meant) + next(situation));
        return new GivenUp(
                Seen.held(first, situation),
                behind,
                sentences.stream().map(Words::sentence).toList());
    }

    private static String fate(Delivery delivery, boolean meant) {
        String when =
                switch (delivery.step()) {
                    case CALL -> "its call is under way, and what Genesys takes is delivered; else it ";
                    case END -> "Genesys has just answered, and what it took is delivered; else it ";
                    case TOKEN, BUDGET, PLACE -> "once that wait is over it ";
                    default -> "it ";
                };
        return when + (meant ? "leaves" : "would leave") + " for guest.dead"
                + (delivery.carriesReceipt() ? "" : ", its channel is told so");
    }

    private static String next(Situation situation) {
        return situation.pause() == null
                ? ", and its guest's next message goes on"
                : ", and its guest's next message waits in its place, for "
                        + situation.pause().name() + " is paused";
    }

    /** The message at the head of a lane that is asked for. */
    private InLane first(Asked asked) throws Refused {
        String of = asked.required("of");
        String channel = MessageDesk.channel(asked, channels);
        List<InLane> held = whereabouts.held(of, channel);
        List<InLane> first = held.stream().filter(one -> one.place() == 0).toList();
        if (held.isEmpty()) {
            throw Refused.unknown(nothing(of, channel));
        }
        if (first.isEmpty()) {
            throw new Refused(409, notFirst(held.get(0)) + "; nothing was given up");
        }
        if (first.size() > 1) {
            throw new Refused(
                    409,
                    "several are the first of their lanes: "
                            + first.stream()
                                    .map(one -> WhyDesk.name(one.delivery()))
                                    .collect(Collectors.joining(", "))
                            + "; name one by its id or trace, or its channel by --channel");
        }
        String goesOn = goesOn(first.get(0), of);
        if (goesOn != null) {
            throw new Refused(409, WhyDesk.name(first.get(0).delivery()) + " " + goesOn + "; nothing was given up");
        }
        return first.get(0);
    }

    private static String notFirst(InLane one) {
        return one.place() == InLane.NONE
                ? WhyDesk.name(one.delivery()) + " was just taken, and holds nobody yet"
                : "%s waits behind %s, which is the first of its guest: give that one up"
                        .formatted(WhyDesk.name(one.delivery()), WhyDesk.name(one.head()));
    }

    /** Why it need not be given up; null when it may. A guest's name alone may mean another message than a moment ago. */
    private String goesOn(InLane first, String of) {
        Delivery delivery = first.delivery();
        Situation situation = whereabouts.situation(first);
        boolean named = of.equals(delivery.id()) || of.equals(delivery.trace().id());
        return named || situation.why() != null
                ? null
                : "is the first of the guest, and has failed in nothing: to give it up all the same, name it by its id";
    }

    private String nothing(String of, String channel) {
        String sentence =
                "this bridge holds no message of a guest '%s', nor one with that id or trace%s; nothing was given up"
                        .formatted(of, channel == null ? "" : ", on channel " + channel);
        List<Account> known = whereabouts.known(of, channel);
        Account newest = known.isEmpty() ? null : known.get(0);
        if (newest != null && newest.outcome() != null) {
            return "%s: message %s of channel %s is %s since %s"
                    .formatted(
                            sentence,
                            newest.id(),
                            newest.channel(),
                            newest.outcome().state(),
                            Words.at(newest.outcome().at()));
        }
        String elsewhere = whereabouts.elsewhere(newest);
        return elsewhere == null ? sentence : sentence + "; " + elsewhere;
    }

    /** For the log of acts: the message, however it was asked for. */
    private ObjectNode about(Asked asked) {
        ObjectNode about = JsonNodeFactory.instance.objectNode();
        try {
            Delivery delivery = first(asked).delivery();
            return about.put("channel", delivery.channel().name())
                    .put("id", delivery.id())
                    .put("traceId", delivery.trace().id())
                    .put("guest", delivery.externalId());
        } catch (Refused none) {
            return about.put("guest", asked.optional("of")); // who may be one, and isn't told
        }
    }
}
