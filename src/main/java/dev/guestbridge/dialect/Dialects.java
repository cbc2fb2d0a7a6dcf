package dev.guestbridge.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.BadPart;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.Request;
import dev.guestbridge.message.Spelling;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** The dialects there are, by name; each message is written in that of its channel. */
public final class Dialects {

    private final List<Dialect> all = new ArrayList<>();
    private final Clock clock;

    public Dialects(Clock clock) {
        this.clock = clock;
    }

    /** All of them; {@code routes/beans.camel.yaml} puts them in. */
    public List<Dialect> getAll() {
        return all;
    }

    /** The dialect of this name; null when there is none. */
    public Dialect named(String name) {
        return all.stream()
                .filter(dialect -> dialect.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    /** The call that opens a thread for this message, with which an attempt begins; null when there is nothing to open. */
    public Request open(Delivery delivery, GuestThread known) throws MessageRefused {
        delivery.attempt();
        return delivery.message().typing()
                ? null
                : of(delivery).open(delivery.channel(), delivery.message(), known, clock.instant());
    }

    /** The thread that the opening's answer tells of. */
    public GuestThread opened(Delivery delivery, JsonNode answer) throws Dialect.UnreadableAnswer {
        return of(delivery).opened(delivery.message(), answer, clock.instant());
    }

    /** The call that sends this message. */
    public Request send(Delivery delivery, GuestThread known) throws MessageRefused {
        GuestThread thread = known == null ? GuestThread.of(delivery.externalId()) : known;
        Request request = delivery.message().typing()
                ? of(delivery).typing(delivery.channel(), delivery.message())
                : of(delivery).send(delivery.channel(), delivery.message(), thread);
        delivery.reopens(of(delivery).canReopen(delivery.message()));
        return request;
    }

    /** The call that tells what became of a reply. */
    public Request receipt(Delivery delivery) throws MessageRefused {
        Request request = of(delivery).receipt(delivery.channel(), delivery.receipt());
        delivery.attempt();
        return request;
    }

    /** The thread as the sending's answer leaves it. */
    public GuestThread sent(Delivery delivery, GuestThread known, JsonNode answer) {
        GuestThread thread = known == null ? GuestThread.of(delivery.externalId()) : known;
        return of(delivery).sent(thread, answer);
    }

    /**
     * Refuses a channel that its dialect can't serve.
     *
     * @throws BadPart naming the parameter and the reason
     */
    public void check(Channel channel) {
        Dialect dialect = named(channel.dialect());
        if (dialect == null) {
            List<String> names = all.stream().map(Dialect::name).sorted().toList();
            throw BadPart.parameter(
                    "dialect",
                    "is '" + channel.dialect() + "', but must be one of " + String.join(", ", names)
                            + Spelling.hint(channel.dialect(), names));
        }
        if (dialect.needsQueue() && channel.queue() == null) {
            throw BadPart.parameter(
                    "queue", "is missing; the dialect " + dialect.name() + " opens conversations in a Genesys queue");
        }
    }

    private Dialect of(Delivery delivery) {
        return named(delivery.channel().dialect());
    }
}
