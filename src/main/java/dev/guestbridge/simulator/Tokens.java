package dev.guestbridge.simulator;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Every token that was issued and neither revoked nor forgotten. */
final class Tokens {

    private static final String BEARER = "bearer ";

    private final SecureRandom random = new SecureRandom();
    private final Map<String, Token> issued = new HashMap<>();

    Token issue(Organisation organisation, Collection<String> scopes, long nowMs) {
        return issue(organisation, scopes, nowMs, organisation.settings().tokenLifetimeSeconds(), null);
    }

    Token issueGuest(Conversation conversation, Organisation organisation, long nowMs) {
        return issue(organisation, List.of(), nowMs, organisation.settings().guestTokenLifetimeSeconds(), conversation);
    }

    private Token issue(
            Organisation organisation, Collection<String> scopes, long nowMs, int seconds, Conversation guestOf) {
        byte[] bytes = new byte[48];
        random.nextBytes(bytes);
        String value = Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
        Token token = new Token(value, organisation, scopes, nowMs + seconds * 1000L, guestOf);
        issued.put(value, token);
        return token;
    }

    /** The token that the request bears, expired or not; null when it bears none that is known. */
    Token of(Call call) {
        String authorization = call.headers().get("Authorization");
        return authorization != null && authorization.regionMatches(true, 0, BEARER, 0, BEARER.length())
                ? issued.get(authorization.substring(BEARER.length()))
                : null;
    }

    /** Refuses a request whose token is missing, unknown, expired, or of the other kind. */
    void demand(Call call, Route.Bearer bearer) throws GenesysError {
        String authorization = call.headers().get("Authorization");
        if (authorization == null || authorization.isBlank()) {
            throw GenesysError.authenticationRequired();
        }
        Token token = call.token();
        if (token == null || (token.guestOf() != null) != (bearer == Route.Bearer.GUEST)) {
            throw GenesysError.badCredentials();
        }
        if (token.isExpired(call.atMs())) {
            throw GenesysError.credentialsExpired();
        }
    }

    void revoke(Token token) {
        issued.remove(token.value());
    }

    /** @return how many tokens ended */
    int revoke(Organisation organisation, boolean guestsToo) {
        int before = issued.size();
        issued.values()
                .removeIf(token -> token.organisation() == organisation && (guestsToo || token.guestOf() == null));
        return before - issued.size();
    }

    void forget() {
        issued.clear();
    }

    /** Twelve characters that tell secrets apart and don't tell the secret. */
    static String hash(String secret) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(secret.getBytes(StandardCharsets.UTF_8));
            return HexFormat.of().formatHex(digest, 0, 6);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
