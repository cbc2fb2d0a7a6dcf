package dev.guestbridge.console;

import dev.guestbridge.genesys.Organisations;
import dev.guestbridge.lane.InLane;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.lane.Pauses;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.store.Accounts;
import dev.guestbridge.store.Accounts.Account;
import dev.guestbridge.store.Instances;
import dev.guestbridge.store.Repeats;
import dev.guestbridge.store.StoreUnavailable;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** What the bridge knows of a guest's messages, those it holds and those whose fate it has written down, and of the replies. */
public final class Whereabouts {

    /** How many messages are told at most. */
    static final int MOST = 50;

    private static final int MOST_HELD = 25;

    private final Lanes lanes;
    private final Pauses pauses;
    private final Accounts accounts;
    private final Repeats repeats;
    private final Instances instances;
    private final Organisations organisations;
    private final Clock clock;

    public Whereabouts(
            Lanes lanes,
            Pauses pauses,
            Accounts accounts,
            Repeats repeats,
            Instances instances,
            Organisations organisations,
            Clock clock) {
        this.lanes = lanes;
        this.pauses = pauses;
        this.accounts = accounts;
        this.repeats = repeats;
        this.instances = instances;
        this.organisations = organisations;
        this.clock = clock;
    }

    /**
     * The messages held of a guest, with an id, or of a trace; those at the head of their lanes first.
     *
     * @param channel null for those of all channels
     */
    List<InLane> held(String guestOrId, String channel) {
        return held(delivery ->
                (channel == null || channel.equals(delivery.channel().name()))
                        && (guestOrId.equals(delivery.id())
                                || guestOrId.equals(delivery.externalId())
                                || guestOrId.equals(delivery.trace().id())));
    }

    /** All that is held of a channel, in the same order. */
    List<InLane> held(Channel channel) {
        return held(delivery -> channel.name().equals(delivery.channel().name()));
    }

    private List<InLane> held(Predicate<Delivery> wanted) {
        return lanes.held(wanted).stream()
                .sorted(Comparator.comparingInt(InLane::place)
                        .thenComparing(one -> one.delivery().takenAt()))
                .toList();
    }

    /** What one that is held waits for. */
    Situation situation(InLane held) {
        Channel channel = held.delivery().channel();
        return Situation.of(
                held,
                pauses.inTheWayOf(channel),
                organisations.named(channel.org()).requestsPerMinute(),
                clock.instant());
    }

    /**
     * The messages of a guest, or with an id, that the ledger knows, the newest first.
     *
     * @param channel null for those of all channels
     * @throws dev.guestbridge.store.StoreUnavailable when the ledger can't be read
     */
    List<Account> known(String guestOrId, String channel) {
        return accounts.of(guestOrId, channel, MOST);
    }

    /**
     * Which other instance may hold what this one doesn't, as the end of a sentence; null when there is none.
     *
     * @param open a message whose fate is open; null when none is known
     */
    String elsewhere(Account open) {
        try {
            String one = open == null ? null : instances.triedBy(open.channel(), open.id());
            if (one != null) {
                return "instance " + one + " tried it last: ask there";
            }
            List<String> others = instances.others();
            return others.isEmpty() ? null : "ask the other instances: " + String.join(", ", others);
        } catch (StoreUnavailable e) {
            return null;
        }
    }

    /**
     * The replies to a guest, or with an id, the newest first, {@value #MOST} at most.
     *
     * @param channel null for those of all channels
     * @throws dev.guestbridge.store.StoreUnavailable when the store can't be read
     */
    List<SeenReply> replies(String guestOrId, String channel) {
        return repeats.of(guestOrId, organisations.names(), channel, MOST).stream()
                .map(SeenReply::of)
                .toList();
    }

    /**
     * Both, the newest first, {@value #MOST} at most: of the held ones those that are next.
     *
     * @param held as {@link #held} gave them
     * @param known as {@link #known} gave them
     */
    List<Seen> seen(List<InLane> held, List<Account> known) {
        Stream<Seen> first = held.stream()
                .limit(MOST_HELD)
                .sorted(Comparator.comparing((InLane one) -> one.delivery().takenAt())
                        .thenComparing(InLane::place)
                        .reversed())
                .map(one -> Seen.held(one, situation(one)));
        Stream<Seen> then = known.stream()
                .filter(account -> held.stream().noneMatch(one -> isOf(one, account)))
                .map(Seen::known);
        return Stream.concat(first, then).limit(MOST).toList();
    }

    // a settled message is still held when a repeat of it waits for its turn
    private static boolean isOf(InLane held, Account account) {
        boolean same = account.channel().equals(held.delivery().channel().name())
                && account.id().equals(held.delivery().id());
        return same && (account.outcome() == null || held.delivery().step() == Delivery.Step.END);
    }
}
