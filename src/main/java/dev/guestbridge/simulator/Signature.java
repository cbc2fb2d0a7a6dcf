package dev.guestbridge.simulator;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** How a webhook's body is signed: rightly, or in one of the ways that a receiver must refuse. */
enum Signature {
    RIGHT,
    WRONG,
    HEX,
    NONE;

    static final String HEADER = "X-Hub-Signature-256";

    /** The header's value; null when there is none. */
    String of(byte[] body, String secret) {
        return switch (this) {
            case RIGHT -> "sha256=" + Base64.getEncoder().encodeToString(hmac(body, secret));
            case WRONG -> "sha256=" + Base64.getEncoder().encodeToString(hmac(body, secret + "?"));
            case HEX -> "sha256=" + HexFormat.of().formatHex(hmac(body, secret));
            case NONE -> null;
        };
    }

    private static byte[] hmac(byte[] body, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
