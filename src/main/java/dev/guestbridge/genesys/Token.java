package dev.guestbridge.genesys;

import java.time.Instant;
import java.util.Set;

/**
 * An access token.
 *
 * @param value the secret itself
 * @param serial higher than that of every token asked for before; zero for a guest's own token
 * @param issuedAt when it was asked for
 * @param renewAt from when on a new one is asked for ahead of expiry
 * @param expiresAt when Genesys stops taking it
 * @param scopes what Genesys granted; empty when it didn't say
 * @param afterRefusal whether it was asked for because its forerunner was refused
 */
public record Token(
        String value,
        long serial,
        Instant issuedAt,
        Instant renewAt,
        Instant expiresAt,
        Set<String> scopes,
        boolean afterRefusal) {

    /** A token that belongs to one guest. */
    static Token ofGuest(String value) {
        return new Token(value, 0, Instant.EPOCH, Instant.MAX, Instant.MAX, Set.of(), false);
    }

    /** Whether it belongs to one guest, and not to the organisation. */
    boolean isGuests() {
        return serial == 0;
    }

    /** The value of an Authorization header. */
    public String getBearer() {
        return "Bearer " + value;
    }

    @Override
    public String toString() {
        return "Token[#" + serial + ", expires " + expiresAt + "]";
    }
}
