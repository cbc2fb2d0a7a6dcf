package dev.guestbridge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.GeneralSecurityException;
import java.util.Base64;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** A webhook as Genesys sends it, and its signature. */
final class Webhook {

    static final String SECRET = "a webhook secret of the benchmark that is long enough";

    private Webhook() {}

    static String body(long number) {
        return """
                {"id":"w-%d","channel":{"id":"int-whatsapp","platform":"Open","type":"Private","from":{"id":"int-whatsapp"},\
                "to":{"id":"guest-%d","idType":"Opaque"},"time":"2026-11-20T10:15:31.789Z"},"type":"Text",\
                "text":"This is reply %d to what you asked us this morning.",\
                "direction":"Outbound","originatingEntity":"Human"}"""
                .formatted(number, number % 1_000, number);
    }

    static String signature(byte[] body) throws GeneralSecurityException {
        Mac mac = Mac.getInstance("HmacSHA256");
        mac.init(new SecretKeySpec(SECRET.getBytes(UTF_8), "HmacSHA256"));
        return "sha256=" + Base64.getEncoder().encodeToString(mac.doFinal(body));
    }
}
