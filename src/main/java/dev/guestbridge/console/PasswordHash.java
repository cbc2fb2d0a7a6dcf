package dev.guestbridge.console;

import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.SecretKeyFactory;
import javax.crypto.spec.PBEKeySpec;

/** What stands for a password in the configuration: whoever reads it must try long to find the password. */
public final class PasswordHash {

    /** Characters of a password, at least. */
    public static final int SHORTEST = 12;

    private static final int LEAST_ROUNDS = 600_000;
    private static final int MOST_ROUNDS = 10_000_000;
    private static final int SALT_BYTES = 16;
    private static final int HASH_BYTES = 32;
    private static final Pattern FORM = Pattern.compile("pbkdf2-sha256:(\\d{1,8}):([\\w-]+):([\\w-]+)");

    private final int rounds;
    private final byte[] salt;
    private final byte[] hash;

    private PasswordHash(int rounds, byte[] salt, byte[] hash) {
        this.rounds = rounds;
        this.salt = salt;
        this.hash = hash;
    }

    /** The hash of a new password. */
    public static PasswordHash of(char[] password) {
        byte[] salt = new byte[SALT_BYTES];
        new SecureRandom().nextBytes(salt);
        return new PasswordHash(LEAST_ROUNDS, salt, derived(password, salt, LEAST_ROUNDS));
    }

    /**
     * The hash that {@link #text} wrote.
     *
     * @throws IllegalArgumentException with the reason why it can't be used
     */
    public static PasswordHash read(String text) {
        Matcher parts = FORM.matcher(text);
        if (!parts.matches()) {
            throw new IllegalArgumentException("is no hash that 'guestbridge password' made");
        }
        int rounds = Integer.parseInt(parts.group(1));
        if (rounds < LEAST_ROUNDS || rounds > MOST_ROUNDS) {
            throw new IllegalArgumentException(
                    "has " + rounds + " rounds; they must be between " + LEAST_ROUNDS + " and " + MOST_ROUNDS);
        }
        byte[] salt = Base64.getUrlDecoder().decode(parts.group(2));
        byte[] hash = Base64.getUrlDecoder().decode(parts.group(3));
        if (salt.length < SALT_BYTES || hash.length != HASH_BYTES) {
            throw new IllegalArgumentException("was cut off; make it anew with 'guestbridge password'");
        }
        return new PasswordHash(rounds, salt, hash);
    }

    /** Whether it is the hash of this password; takes some tenths of a second, whatever the answer. */
    boolean isOf(char[] password) {
        return MessageDigest.isEqual(hash, derived(password, salt, rounds));
    }

    /** As it stands in the configuration: the way, the rounds, salt and hash. */
    public String text() {
        Base64.Encoder encoder = Base64.getUrlEncoder().withoutPadding();
        return "pbkdf2-sha256:" + rounds + ":" + encoder.encodeToString(salt) + ":" + encoder.encodeToString(hash);
    }

    private static byte[] derived(char[] password, byte[] salt, int rounds) {
        try {
            return SecretKeyFactory.getInstance("PBKDF2WithHmacSHA256")
                    .generateSecret(new PBEKeySpec(password, salt, rounds, HASH_BYTES * Byte.SIZE))
                    .getEncoded();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has PBKDF2", e);
        }
    }
}
