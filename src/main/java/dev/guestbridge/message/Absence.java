package dev.guestbridge.message;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Tells the log of something that the bridge stands on and that can't be used: a line when that begins, one a minute while it
 * lasts, and one when it is over, however many messages and connections meet it. Until then it looks each second.
 */
public final class Absence implements AutoCloseable {

    private static final long LOOKS_EVERY_MS = 1_000;
    private static final Duration REMINDS_EVERY = Duration.ofMinutes(1);
    // longer than a message waits between two tries: what fails for some and not for others is one absence
    private static final Duration UNHARMED = Duration.ofSeconds(7);
    private static final long LOOK_ENDS_MS = 3_000;

    private final Logger log;
    private final String what;
    private final String meanwhile;
    private final Supplier<String> held;
    private final Runnable look;
    private final ScheduledExecutorService alarms;
    private final Clock clock;

    private volatile boolean lasts;
    private Instant since;
    private Instant toldAt;
    private Instant failedAt;
    private Instant backAt; // the first success since; null when there was none
    private String reason;

    /**
     * @param what is away, as a sentence begins
     * @param meanwhile sentences that say what becomes of messages until it is back
     * @param held what waits now, such as {@code messages 3}
     * @param look finds out how it is, and says so by {@link #away} or {@link #here}
     */
    public Absence(Logger log, String what, String meanwhile, Supplier<String> held, Runnable look) {
        this(log, what, meanwhile, held, look, alarms(), Clock.systemUTC());
    }

    Absence(
            Logger log,
            String what,
            String meanwhile,
            Supplier<String> held,
            Runnable look,
            ScheduledExecutorService alarms,
            Clock clock) {
        this.log = log;
        this.what = what;
        this.meanwhile = meanwhile;
        this.held = held;
        this.look = look;
        this.alarms = alarms;
        this.clock = clock;
    }

    private static ScheduledExecutorService alarms() {
        return Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "absence");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * It can't be used.
     *
     * @param sentence that says so and why
     */
    public synchronized void away(String sentence) {
        if (alarms.isShutdown()) {
            return;
        }
        reason = sentence.replaceFirst("\\.$", "");
        failedAt = clock.instant();
        backAt = null;
        if (!lasts) {
            lasts = true;
            since = failedAt;
            toldAt = failedAt;
            log.warn("{}. {}", reason, meanwhile);
            lookAgain();
        }
    }

    /** It was used with success; costs next to nothing where that is nothing new. */
    public void here() {
        if (lasts) {
            isBack();
        }
    }

    private synchronized void isBack() {
        if (backAt == null) {
            backAt = clock.instant();
        }
    }

    private void lookAgain() {
        alarms.schedule(this::look, LOOKS_EVERY_MS, TimeUnit.MILLISECONDS);
    }

    private void look() {
        try {
            look.run();
        } catch (RuntimeException e) { // the next look must follow, whatever it was
            log.debug("{}: a look failed", what, e);
        }
        tell(held.get()); // asked before this is locked: it locks others
    }

    private synchronized void tell(String waiting) {
        Instant now = clock.instant();
        if (backAt != null && !failedAt.plus(UNHARMED).isAfter(now)) {
            lasts = false;
            log.info("{} can be used again, after {}; held until then: {}", what, told(backAt), waiting);
            return;
        }
        if (!toldAt.plus(REMINDS_EVERY).isAfter(now)) {
            toldAt = now;
            log.warn("for {} now: {}; held: {}", told(now), reason, waiting);
        }
        if (!alarms.isShutdown()) {
            lookAgain();
        }
    }

    private String told(Instant until) {
        Duration lasted = Duration.between(since, until);
        return lasted.toMinutes() < 2 ? lasted.toSeconds() + " s" : lasted.toMinutes() + " min";
    }

    /** Tells nothing any more; a look that is under way has a moment to end. */
    @Override
    public void close() {
        alarms.shutdownNow();
        try {
            alarms.awaitTermination(LOOK_ENDS_MS, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
