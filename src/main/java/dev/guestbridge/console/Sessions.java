package dev.guestbridge.console;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;

/** Who is logged in on the page, in memory alone: whoever restarts the bridge, or changes the password, logs all out. */
public final class Sessions {

    private static final Duration LONGEST = Duration.ofHours(12);
    private static final int MOST = 32;
    private static final int RANDOM_BYTES = 32;

    private final Duration idle;
    private final Clock clock;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Session> sessions = new HashMap<>(); // by id; guarded by this

    /** @param idle how long one lasts that nobody uses */
    public Sessions(Duration idle, Clock clock) {
        this.idle = idle;
        this.clock = clock;
    }

    /**
     * One that has begun.
     *
     * @param id what the browser shows to be known again; no script of a page can read it
     * @param token what each act must bear besides; the page can read it, and no page of another site
     */
    record Session(String id, String token, String user, Instant since, Instant used) {

        /** Whether this is its token; how long it takes tells nothing. */
        boolean bears(String said) {
            return said != null
                    && MessageDigest.isEqual(
                            said.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
        }

        /** Whose it is; id and token are secret. */
        @Override
        public String toString() {
            return "Session[" + user + "]";
        }
    }

    /** Begins a new one; when there are too many, the one that wasn't used for longest ends. */
    synchronized Session begin(String user) {
        Instant now = clock.instant();
        sessions.values().removeIf(one -> isOver(one, now));
        if (sessions.size() >= MOST) {
            sessions.values().stream()
                    .min(Comparator.comparing(Session::used))
                    .ifPresent(oldest -> sessions.remove(oldest.id()));
        }
        Session session = new Session(secret(), secret(), user, now, now);
        sessions.put(session.id(), session);
        return session;
    }

    /**
     * The session of this id; null when there is none, or none any more.
     *
     * @param used whether somebody uses it now; a page that refreshes itself doesn't
     */
    synchronized Session of(String id, boolean used) {
        Instant now = clock.instant();
        Session session = sessions.get(id);
        if (session == null || isOver(session, now)) {
            sessions.remove(id);
            return null;
        }
        if (used) {
            sessions.put(id, new Session(id, session.token(), session.user(), session.since(), now));
        }
        return session;
    }

    synchronized void end(String id) {
        sessions.remove(id);
    }

    private boolean isOver(Session session, Instant now) {
        return !now.isBefore(session.used().plus(idle))
                || !now.isBefore(session.since().plus(LONGEST));
    }

    private String secret() {
        byte[] bytes = new byte[RANDOM_BYTES];
        random.nextBytes(bytes);
        return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
    }
}
