package dev.guestbridge.dialect;

import java.time.Clock;
import java.util.stream.Stream;

/** The dialects as routes/beans.camel.yaml binds them. */
final class ShippedDialects {

    private ShippedDialects() {}

    static Dialects all() {
        return all(Clock.systemUTC());
    }

    static Dialects all(Clock clock) {
        Dialects dialects = new Dialects(clock);
        Stream.of(
                        new ExternalThreads(),
                        new OpenMessaging(),
                        new GuestConversations(),
                        new Messaging(),
                        new ConversationMessages())
                .forEach(dialects.getAll()::add);
        return dialects;
    }

    static Dialect named(String name) {
        return all().named(name);
    }
}
