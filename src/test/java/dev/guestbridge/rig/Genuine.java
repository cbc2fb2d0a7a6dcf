package dev.guestbridge.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guestbridge.process.Installation;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Base64;
import java.util.concurrent.CompletableFuture;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Genesys' webhooks as the rig posts them to the bridge: genuine by their signature, or whatever else is wanted. */
final class Genuine {

    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
    private final URI url;

    Genuine(Installation installation) {
        url = URI.create("http://127.0.0.1:" + installation.port("HTTP_PORT") + "/webhooks/main");
    }

    static String body(String id, String guest, String text) {
        return """
                {"id":"%s","channel":{"id":"int-whatsapp","platform":"Open","type":"Private","from":{"id":"int-whatsapp"},\
                "to":{"id":"%s","idType":"Opaque"},"time":"2026-11-20T10:15:31.789Z"},"type":"Text","text":"%s",\
                "direction":"Outbound","originatingEntity":"Human"}"""
                .formatted(id, guest, text);
    }

    static String signature(byte[] body, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(UTF_8), "HmacSHA256"));
            return "sha256=" + Base64.getEncoder().encodeToString(mac.doFinal(body));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /** The status that came, or 0 when none did. */
    int post(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return post(bytes, signature(bytes, Installation.WEBHOOK_SECRET));
    }

    /** @param signatures each a header of its own */
    int post(byte[] body, String... signatures) {
        try {
            return http.send(request(body, signatures), BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException gone) {
            return 0;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    CompletableFuture<Integer> posting(String body) {
        byte[] bytes = body.getBytes(UTF_8);
        return http.sendAsync(request(bytes, signature(bytes, Installation.WEBHOOK_SECRET)), BodyHandlers.discarding())
                .handle((answer, gone) -> gone == null ? answer.statusCode() : 0);
    }

    private HttpRequest request(byte[] body, String... signatures) {
        HttpRequest.Builder request = HttpRequest.newBuilder(url)
                .timeout(Duration.ofSeconds(20))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofByteArray(body));
        for (String signature : signatures) {
            request.header("X-Hub-Signature-256", signature);
        }
        return request.build();
    }
}
