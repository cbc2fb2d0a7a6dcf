package dev.guestbridge.webhook;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import java.util.regex.Pattern;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Tells whether a webhook comes from Genesys: {@code sha256=<base64 HMAC-SHA256 of the raw body>}. */
public final class Signatures {

    // the last digit's two spare bits must be zero: a decoder would take three other spellings for the same signature
    private static final Pattern FORM = Pattern.compile("sha256=([A-Za-z0-9+/]{42}[AEIMQUYcgkosw048]=)");
    private static final byte[] NOBODYS = new byte[32];

    /**
     * Whether one of the secrets signed exactly these bytes. Signs with all of them whatever the header is, so that the time
     * tells neither which one did nor how near a guess came.
     *
     * @param header the X-Hub-Signature-256 header: a string; anything else, as for a doubled header, is a no
     * @param secrets all that are live now; null when there are none
     */
    public boolean verify(byte[] body, Object header, Iterable<String> secrets) {
        byte[] claimed = claimed(header);
        boolean genuine = false;
        for (String secret : secrets == null ? List.<String>of() : secrets) {
            genuine |= MessageDigest.isEqual(signature(body == null ? new byte[0] : body, secret), claimed);
        }
        return genuine & claimed != NOBODYS;
    }

    /** Whether a header can be a signature at all. */
    static boolean isWellFormed(String header) {
        return FORM.matcher(header).matches();
    }

    private static byte[] claimed(Object header) {
        if (header instanceof String text) {
            var form = FORM.matcher(text);
            if (form.matches()) {
                return Base64.getDecoder().decode(form.group(1));
            }
        }
        return NOBODYS;
    }

    private static byte[] signature(byte[] body, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }
}
