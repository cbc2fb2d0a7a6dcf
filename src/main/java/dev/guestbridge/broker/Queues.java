package dev.guestbridge.broker;

import dev.guestbridge.message.Channel;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** The queues that the bridge needs on its bus. */
public final class Queues {

    private static final String UNROUTED = "guest.unrouted";
    private static final List<String> COMMON = List.of("guest.dead", UNROUTED);

    private Queues() {}

    /** Those without which guests' messages and replies can't travel. */
    public static List<String> required(Collection<Channel> channels) {
        return of(channels, "off");
    }

    /**
     * Their names; the address of each is called the same.
     *
     * @param receipts the value of {@code reply.receipts}
     */
    public static List<String> of(Collection<Channel> channels, String receipts) {
        return Stream.concat(COMMON.stream(), channels.stream().flatMap(channel -> of(channel, receipts)))
                .toList();
    }

    /** Those that take replies, and webhooks that are nobody's. */
    public static List<String> replies(Collection<Channel> channels) {
        return Stream.concat(channels.stream().map(Channel::outQueue), Stream.of(UNROUTED))
                .toList();
    }

    private static Stream<String> of(Channel channel, String receipts) {
        Stream<String> queues = Stream.of(channel.inQueue(), channel.outQueue(), channel.statusQueue());
        return channel.takesReceipts() && !receipts.equals("off")
                ? Stream.concat(queues, Stream.of(channel.receiptQueue()))
                : queues;
    }
}
