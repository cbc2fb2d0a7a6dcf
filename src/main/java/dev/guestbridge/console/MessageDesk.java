package dev.guestbridge.console;

import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.lane.InLane;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Spelling;
import java.util.List;

/** Where a guest's messages are, and the replies. */
public final class MessageDesk {

    private final Whereabouts whereabouts;
    private final Channels channels;

    public MessageDesk(Whereabouts whereabouts, Channels channels) {
        this.whereabouts = whereabouts;
        this.channels = channels;
    }

    /**
     * What is known.
     *
     * @param held how many of them the bridge holds, which may be more than are told
     */
    record Known(String of, int held, List<Seen> messages, List<SeenReply> replies) {}

    public void open(Operations operations) {
        operations.read("/messages", this::known);
    }

    private Known known(Asked asked) throws Refused {
        String of = asked.required("of");
        String channel = channel(asked, channels);
        List<InLane> held = whereabouts.held(of, channel);
        return new Known(
                of,
                held.size(),
                whereabouts.seen(held, whereabouts.known(of, channel)),
                whereabouts.replies(of, channel));
    }

    /** The channel that is asked for; null when none is. */
    static String channel(Asked asked, Channels channels) throws Refused {
        String name = asked.optional("channel");
        if (name != null && channels.named(name) == null) {
            List<String> names = channels.all().stream().map(Channel::name).toList();
            throw Refused.unknown(
                    "there is no channel '" + name + "': " + String.join(", ", names) + Spelling.hint(name, names));
        }
        return name;
    }
}
