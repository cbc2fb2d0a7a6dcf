package dev.guestbridge.genesys;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * How many messages of a channel Genesys' answers make dead: no more than a limit within any minute, and none from then
 * on until Genesys takes one. A channel whose every message is refused would else empty its queue into the dead letters.
 */
public final class Refusals {

    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final int perMinute;
    private final Clock clock;
    private final Map<String, Channel> channels = new ConcurrentHashMap<>();

    private static final class Channel {
        private final Deque<Instant> dead = new ArrayDeque<>();
        private boolean stopped;
    }

    /** @param perMinute how many messages of one channel may die within a minute; 0: any number */
    public Refusals(int perMinute, Clock clock) {
        this.perMinute = perMinute;
        this.clock = clock;
    }

    int perMinute() {
        return perMinute;
    }

    /** Whether one more message may die; if so it is counted. */
    boolean mayDie(String channel) {
        if (perMinute == 0) {
            return true;
        }
        Channel one = channels.computeIfAbsent(channel, name -> new Channel());
        synchronized (one) {
            Instant now = clock.instant();
            while (!one.dead.isEmpty() && !one.dead.peek().plus(MINUTE).isAfter(now)) {
                one.dead.remove();
            }
            one.stopped |= one.dead.size() >= perMinute;
            if (!one.stopped) {
                one.dead.add(now);
            }
            return !one.stopped;
        }
    }

    /** Genesys took a message of this channel: not all are refused. */
    void taken(String channel) {
        Channel one = channels.get(channel);
        if (one != null) {
            synchronized (one) {
                one.stopped = false;
            }
        }
    }
}
