package dev.guestbridge.scenario;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.security.GeneralSecurityException;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Someone who posts webhooks, rightly signed or not. */
final class Hooks {

    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    Hooks(int port) {
        this.port = port;
    }

    /**
     * Posts a webhook; gives the status and body of the answer.
     *
     * @param signature right, second, wrong, none, hex, bare or doubled
     * @param headers besides the signature
     */
    HttpResponse<String> post(String org, byte[] body, String signature, Map<String, String> headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(
                        URI.create("http://127.0.0.1:" + port + "/webhooks/" + org))
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofByteArray(body));
        signatures(body, signature).forEach(value -> request.header("X-Hub-Signature-256", value));
        headers.forEach(request::header);
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    int port() {
        return port;
    }

    /** The header that Genesys would send with this body. */
    static String signature(byte[] body) {
        return header(hmac(body, BridgeUnderTest.WEBHOOK_SECRET));
    }

    private static List<String> signatures(byte[] body, String signature) {
        byte[] right = hmac(body, BridgeUnderTest.WEBHOOK_SECRET);
        return switch (signature) {
            case "right" -> List.of(header(right));
            case "second" -> List.of(header(hmac(body, BridgeUnderTest.SECOND_WEBHOOK_SECRET)));
            case "wrong" -> List.of(header(hmac(body, "somebody else's secret")));
            case "none" -> List.of();
            case "hex" -> List.of("sha256=" + HexFormat.of().formatHex(right));
            case "bare" -> List.of(Base64.getEncoder().encodeToString(right));
            case "doubled" -> List.of(header(right), header(right));
            default -> throw new IllegalArgumentException("signature: " + signature);
        };
    }

    private static String header(byte[] mac) {
        return "sha256=" + Base64.getEncoder().encodeToString(mac);
    }

    private static byte[] hmac(byte[] body, String secret) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(java.nio.charset.StandardCharsets.UTF_8), "HmacSHA256"));
            return mac.doFinal(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }
}
