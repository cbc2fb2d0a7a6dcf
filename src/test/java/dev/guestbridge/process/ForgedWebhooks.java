package dev.guestbridge.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Webhooks that nobody who knows the secret has signed as they are: altered, cut, signed by others or in other forms. */
public final class ForgedWebhooks {

    private final URI address;
    private final String secret;
    private final Random random;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    /**
     * @param address of the bridge's webhooks
     * @param secret the real one, which genuine webhooks are made with before they are altered
     * @param seed tells one run from another
     */
    public ForgedWebhooks(URI address, String secret, long seed) {
        this.address = address;
        this.secret = secret;
        this.random = new Random(seed);
    }

    /** Posts so many one after the other; how often each status was answered. */
    public Map<Integer, Integer> post(int count) throws IOException, InterruptedException {
        Map<Integer, Integer> answers = new TreeMap<>();
        for (int i = 0; i < count; i++) {
            answers.merge(postOne(i), 1, Integer::sum);
        }
        return answers;
    }

    private int postOne(int number) throws IOException, InterruptedException {
        byte[] body =
                """
                {"id":"forged-%d-%d","channel":{"id":"int-mobile","to":{"id":"forged"}},"type":"Text","text":"forged"}"""
                        .formatted(number, random.nextLong())
                        .getBytes(StandardCharsets.UTF_8);
        byte[] right = hmac(body, secret);
        String genuine = "sha256=" + Base64.getEncoder().encodeToString(right);
        HttpRequest.Builder request = HttpRequest.newBuilder(address).header("Content-Type", "application/json");
        switch (number % 12) {
            case 0, 1, 2 -> body[random.nextInt(body.length)] ^= (byte) (1 << random.nextInt(8));
            case 3 -> body = Arrays.copyOf(body, body.length - 1 - random.nextInt(body.length - 1));
            case 4 -> body = Arrays.copyOf(body, body.length + 1 + random.nextInt(9));
            case 5, 6 -> {
                right[random.nextInt(right.length)] ^= (byte) (1 << random.nextInt(8));
                genuine = "sha256=" + Base64.getEncoder().encodeToString(right);
            }
            case 7 -> genuine = "sha256=" + Base64.getEncoder().encodeToString(hmac(body, "secret " + number));
            case 8 -> genuine = "sha256=" + HexFormat.of().formatHex(right);
            case 9 -> genuine = genuine.substring(0, 7 + random.nextInt(genuine.length() - 7));
            case 10 -> request.header("X-Hub-Signature-256", genuine); // and once more below
            default -> genuine = genuine.replace("sha256", "sha1");
        }
        request.header("X-Hub-Signature-256", genuine).POST(HttpRequest.BodyPublishers.ofByteArray(body));
        return http.send(request.build(), HttpResponse.BodyHandlers.discarding())
                .statusCode();
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
