package dev.guestbridge.lane;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Meters;
import io.micrometer.core.instrument.Timer;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** Counts what became of the messages of each queue, and how long it took from the bus to there. */
final class Settlements {

    private final Meters meters;
    // looked up in the registry once: that costs more than all else that is done to count a message
    private final Map<String, Map<String, Timer>> timers = new ConcurrentHashMap<>();

    Settlements(Meters meters) {
        this.meters = meters;
    }

    /** @param errorClass why it is dead; null when it isn't */
    void count(Delivery delivery, String state, String errorClass, Duration took) {
        Map<String, Timer> known = timers.get(delivery.queue());
        String key = errorClass == null ? state : state + " " + errorClass;
        Timer timer = known == null ? null : known.get(key);
        if (timer == null) {
            timer = timers.computeIfAbsent(delivery.queue(), queue -> new ConcurrentHashMap<>())
                    .computeIfAbsent(key, first -> timer(delivery, state, errorClass));
        }
        timer.record(took);
    }

    private Timer timer(Delivery delivery, String state, String errorClass) {
        Channel channel = delivery.channel();
        return Timer.builder("guestbridge.messages.settled")
                .tag("org", channel.org())
                .tag("channel", channel.name())
                .tag("kind", delivery.carriesReceipt() ? "receipt" : "message")
                .tag("outcome", state)
                .tag("class", errorClass == null ? "none" : errorClass)
                .register(meters.registry());
    }
}
