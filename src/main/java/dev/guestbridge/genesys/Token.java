package dev.guestbridge.genesys;

import java.time.Instant;
import java.util.Set;

/**
 * An access token.
 *
 * @param value the secret itself
 * @param serial higher than that of every token asked for before; zero for a guest's own token
 * @param renewAt from when on a new one is asked for ahead of expiry
 * @param expiresAt when Genesys stops taking it
 * @param scopes what Genesys granted; empty when it didn't say
 */
public record Token(String value, long serial, Instant renewAt, Instant expiresAt, Set<String> scopes) {

    /** A token that belongs to one guest. */
    static Token ofGuest(String value) {
        return new Token(value, 0, Instant.MAX, Instant.MAX, Set.of());
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
