package dev.guestbridge.message;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;

/** Says when to tell the log of what happens often: at once, and then once in a while, with how often it happened. */
public final class Seldom {

    private final Duration silence;
    private final Clock clock;
    private final Map<String, Kind> kinds = new HashMap<>();

    private static final class Kind {
        private Instant told = Instant.MIN;
        private long untold;
    }

    /**
     * @param silence after a kind was told
     * @param clock one that isn't set, or the silence lasts for as long as it was set back
     */
    public Seldom(Duration silence, Clock clock) {
        this.silence = silence;
        this.clock = clock;
    }

    /**
     * It happened once more.
     *
     * @param kind one of few
     * @return how often it happened since it was told; 0 when it isn't to be told now
     */
    public synchronized long toTell(String kind) {
        Kind known = kinds.computeIfAbsent(kind, first -> new Kind());
        known.untold++;
        Instant now = clock.instant();
        if (known.told.isAfter(now.minus(silence))) {
            return 0;
        }
        long telling = known.untold;
        known.untold = 0;
        known.told = now;
        return telling;
    }
}
