package dev.guestbridge.console;

import dev.guestbridge.console.Operations.Refused;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Deque;
import java.util.Iterator;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Knows who has the operators' password, told as HTTP Basic writes it; whoever guesses is soon made to wait. */
public final class Login implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Login.class);
    private static final Duration WINDOW = Duration.ofMinutes(1);
    private static final int FAILURES_OF_AN_ADDRESS = 5;
    private static final int FAILURES = 60;
    private static final Duration BELIEVED_FOR = Duration.ofMinutes(10);
    private static final String BASIC = "Basic ";
    private static final int LONGEST = 1_024;
    private static final int KEY_BYTES = 32;

    private final String user;
    private final PasswordHash password;
    private final Clock clock;
    private final byte[] key = new byte[KEY_BYTES];
    private final Deque<Attempt> failures = new ArrayDeque<>(); // and those that aren't decided yet; guarded by this
    // one at a time: guessing must cost no more than a core, and hold no thread that others need
    private final ExecutorService hashing = Executors.newSingleThreadExecutor(task -> {
        Thread thread = new Thread(task, "login");
        thread.setDaemon(true);
        return thread;
    });
    private byte[] believed; // guarded by this
    private Instant believedUntil; // guarded by this

    /** @param user the only one */
    public Login(String user, PasswordHash password, Clock clock) {
        this.user = user;
        this.password = password;
        this.clock = clock;
        new SecureRandom().nextBytes(key);
    }

    private record Attempt(String address, Instant at) {}

    /** Who says this, if the very same was found right a short while ago; else null. */
    synchronized String known(String authorization) {
        boolean same = authorization != null
                && believed != null
                && clock.instant().isBefore(believedUntil)
                && MessageDigest.isEqual(believed, keyed(authorization));
        return same ? user : null;
    }

    /**
     * Who says this.
     *
     * @param authorization the header; null when there is none
     * @return the user's name; fails with {@link Refused}, 401 or 429
     */
    CompletableFuture<String> ask(String address, String authorization) {
        byte[] said = said(authorization);
        if (said == null) {
            return CompletableFuture.failedFuture(
                    new Refused(401, "who are you? Log in on the page, or say so by HTTP Basic, as management.user"));
        }
        Attempt attempt;
        try {
            attempt = begin(address);
        } catch (Refused tooOften) {
            return CompletableFuture.failedFuture(tooOften);
        }
        return CompletableFuture.supplyAsync(() -> isRight(said), hashing)
                .thenCompose(right -> right
                        ? CompletableFuture.completedFuture(succeeded(attempt, authorization))
                        : CompletableFuture.failedFuture(wrong(address)));
    }

    private static Refused wrong(String address) {
        LOG.warn("somebody at {} gave a wrong user or password for operators", address);
        return new Refused(401, "user or password is wrong");
    }

    private synchronized Attempt begin(String address) throws Refused {
        Instant now = clock.instant();
        failures.removeIf(one -> !one.at().plus(WINDOW).isAfter(now));
        Instant free = null;
        int ofAddress = 0;
        for (Iterator<Attempt> newest = failures.descendingIterator(); newest.hasNext(); ) {
            Attempt one = newest.next();
            if (one.address().equals(address) && ++ofAddress == FAILURES_OF_AN_ADDRESS) {
                free = one.at().plus(WINDOW);
            }
        }
        if (failures.size() >= FAILURES) {
            free = failures.getFirst().at().plus(WINDOW);
        }
        if (free != null) {
            long seconds =
                    Math.max(1, Duration.between(now, free).plusMillis(999).toSeconds());
            throw new Refused(429, "too many wrong passwords; try again in " + seconds + " s")
                    .with("Retry-After", String.valueOf(seconds));
        }
        // counted before it is looked at, or many at once would all be looked at
        Attempt attempt = new Attempt(address, now);
        failures.addLast(attempt);
        return attempt;
    }

    private synchronized String succeeded(Attempt attempt, String authorization) {
        failures.removeIf(one -> one == attempt);
        believed = keyed(authorization);
        believedUntil = clock.instant().plus(BELIEVED_FOR);
        return user;
    }

    private boolean isRight(byte[] said) {
        String text = new String(said, StandardCharsets.UTF_8);
        int colon = text.indexOf(':');
        byte[] name = text.substring(0, colon).getBytes(StandardCharsets.UTF_8);
        // both are always looked at: how long it takes tells nothing
        boolean rightName = MessageDigest.isEqual(name, user.getBytes(StandardCharsets.UTF_8));
        boolean rightPassword = password.isOf(text.substring(colon + 1).toCharArray());
        return rightName & rightPassword;
    }

    /** Name and password with a colon between them; null when the header doesn't hold them. */
    private static byte[] said(String authorization) {
        if (authorization == null
                || authorization.length() > LONGEST
                || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return null;
        }
        try {
            byte[] said = Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip());
            return new String(said, StandardCharsets.UTF_8).indexOf(':') < 0 ? null : said;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    /** Name and password as HTTP Basic writes them, for those who were told them in another way. */
    static String basic(String user, String password) {
        String said = user + ":" + password;
        return BASIC + Base64.getEncoder().encodeToString(said.getBytes(StandardCharsets.UTF_8));
    }

    private byte[] keyed(String authorization) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(key, "HmacSHA256"));
            return mac.doFinal(authorization.getBytes(StandardCharsets.UTF_8));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    @Override
    public void close() {
        hashing.shutdownNow();
    }
}
