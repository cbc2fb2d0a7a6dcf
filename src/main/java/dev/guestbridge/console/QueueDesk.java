package dev.guestbridge.console;

import dev.guestbridge.broker.Connections;
import dev.guestbridge.broker.QueueCount;
import dev.guestbridge.broker.Queues;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** What lies on the bus, who reads it, and what is wrong with that. */
public final class QueueDesk {

    private final Connections connections;
    private final Lanes lanes;
    private final List<String> names;
    private final String receipts;

    /** @param receipts the value of {@code reply.receipts} */
    public QueueDesk(Connections connections, Lanes lanes, Channels channels, String receipts) {
        this.connections = connections;
        this.lanes = lanes;
        this.receipts = receipts;
        this.names = Queues.of(channels.all(), "reported").stream()
                .sorted(Comparator.comparing(name -> channels.all().stream().noneMatch(one -> isOf(one, name))))
                .toList();
    }

    /**
     * One queue.
     *
     * @param held how many of its messages this bridge has taken and not settled yet
     * @param trouble what is wrong, a sentence; null when nothing is
     * @param note what should be seen though nothing is wrong, a sentence; may be null
     */
    record Queued(String queue, long messages, int consumers, long held, String trouble, String note) {}

    public void open(Operations operations) {
        operations.read("/queues", asked -> queues());
    }

    private List<Queued> queues() throws Refused {
        Map<String, Long> held = lanes.held(delivery -> true).stream()
                .collect(Collectors.groupingBy(one -> one.delivery().queue(), Collectors.counting()));
        try {
            return connections.count(names).stream()
                    .filter(queue -> queue.exists() || !isReceipts(queue))
                    .map(queue -> {
                        long here = held.getOrDefault(queue.name(), 0L);
                        return new Queued(
                                queue.name(), queue.messages(), queue.consumers(), here, trouble(queue), note(queue));
                    })
                    .toList();
        } catch (Connections.Unreachable e) {
            throw new Refused(503, e.getMessage());
        }
    }

    private String trouble(QueueCount queue) {
        if (!queue.exists()) {
            return "The broker lacks it; create it, anycast and durable.";
        }
        if (queue.trouble() != null) {
            return Words.sentence(queue.trouble());
        }
        if (queue.consumers() > 0) {
            return null;
        }
        if (queue.name().startsWith("guest.in.")) {
            return "Nobody reads it, not even this bridge: the log tells what the broker refuses.";
        }
        if (queue.messages() == 0) {
            return null;
        }
        if (isReceipts(queue)) {
            return receipts.equals("off")
                    ? "Nobody reads it, because reply.receipts is off: the channel's program needn't report."
                    : "Nobody reads it: restart the bridge, which looks for this queue when it starts.";
        }
        return isOfAChannel(queue) ? "Nobody reads it: see that the channel's own program runs." : null;
    }

    private static String note(QueueCount queue) {
        if (queue.messages() > 0 && queue.name().equals("guest.dead")) {
            return "They can't be delivered as they are; 'guestbridge dead list' tells why.";
        }
        if (queue.messages() > 0 && queue.name().equals("guest.unrouted")) {
            return "Webhooks that match no channel: compare their channel.id with 'integration' in routes/channels/.";
        }
        if (queue.consumers() > 1 && queue.name().startsWith("guest.in.")) {
            return "Several read it: a guest's messages keep their order only with a JMSXGroupID.";
        }
        return null;
    }

    private static boolean isOfAChannel(QueueCount queue) {
        return queue.name().startsWith("guest.out.") || queue.name().startsWith("guest.status.");
    }

    private static boolean isReceipts(QueueCount queue) {
        return queue.name().startsWith("guest.receipt.");
    }

    private static boolean isOf(Channel channel, String name) {
        return List.of(channel.inQueue(), channel.outQueue(), channel.statusQueue(), channel.receiptQueue())
                .contains(name);
    }
}
