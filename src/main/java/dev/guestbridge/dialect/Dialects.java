package dev.guestbridge.dialect;

import dev.guestbridge.message.Channel;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The dialects there are, by name. */
public final class Dialects {

    private final Map<String, Dialect> byName = new TreeMap<>();

    /** @throws IllegalArgumentException when two dialects bear one name */
    public Dialects(List<Dialect> dialects) {
        for (Dialect dialect : dialects) {
            if (byName.put(dialect.name(), dialect) != null) {
                throw new IllegalArgumentException("two dialects are named " + dialect.name());
            }
        }
    }

    /** Those that come with Guestbridge. */
    public static Dialects shipped() {
        return new Dialects(List.of(
                new ExternalThreads(),
                new OpenMessaging(),
                new GuestConversations(),
                new Messaging(),
                new ConversationMessages()));
    }

    /** @throws IllegalArgumentException naming the known ones when there is none of that name */
    public Dialect named(String name) {
        Dialect dialect = byName.get(name);
        if (dialect == null) {
            throw new IllegalArgumentException(
                    "no dialect is named '" + name + "'; known are " + String.join(", ", byName.keySet()));
        }
        return dialect;
    }

    /**
     * Refuses a channel that its dialect can't serve.
     *
     * @throws IllegalArgumentException naming the parameter and the reason
     */
    public void check(Channel channel) {
        Dialect dialect = byName.get(channel.dialect());
        if (dialect == null) {
            throw new IllegalArgumentException("parameter 'dialect' is '" + channel.dialect() + "', but must be one of "
                    + String.join(", ", byName.keySet()));
        }
        if (dialect.needsQueue() && channel.queue() == null) {
            throw new IllegalArgumentException("parameter 'queue' is missing; the dialect " + dialect.name()
                    + " opens conversations in a Genesys queue");
        }
    }
}
