package dev.guestbridge.broker;

import dev.guestbridge.message.Channel;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;

/** The queues that the bridge needs on its bus. */
public final class Queues {

    private static final List<String> COMMON = List.of("guest.dead", "guest.unrouted");

    private Queues() {}

    /**
     * Their names; the address of each is called the same.
     *
     * @param receipts the value of {@code reply.receipts}
     */
    public static List<String> of(Collection<Channel> channels, String receipts) {
        return Stream.concat(COMMON.stream(), channels.stream().flatMap(channel -> of(channel, receipts)))
                .toList();
    }

    private static Stream<String> of(Channel channel, String receipts) {
        Stream<String> queues = Stream.of(channel.inQueue(), channel.outQueue(), channel.statusQueue());
        return channel.takesReceipts() && !receipts.equals("off")
                ? Stream.concat(queues, Stream.of(channel.receiptQueue()))
                : queues;
    }
}
