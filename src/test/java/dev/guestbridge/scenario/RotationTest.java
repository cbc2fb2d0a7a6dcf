package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Secrets that stand in files are renewed under traffic, without a restart and without a failure. */
final class RotationTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);

    @TempDir
    Path folder;

    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();
    private volatile String signer = "right";
    private volatile boolean going = true;

    @Test
    void secretsAreRenewedUnderTraffic() throws Exception {
        Path webhook = write("webhook", BridgeUnderTest.WEBHOOK_SECRET);
        Path client = write("client", BridgeUnderTest.CLIENT_SECRET);
        ExecutorService genesys = Executors.newSingleThreadExecutor();
        try (BridgeUnderTest bridge =
                BridgeUnderTest.start(Path.of("."), settings -> settings.with("genesys.main.webhook-secret", "")
                        .with("genesys.main.client-secret", "")
                        .with("genesys.main.webhook-secret-file", webhook)
                        .with("genesys.main.client-secret-file", client))) {
            bridge.refresh();
            Future<?> traffic = genesys.submit(() -> {
                while (going) {
                    if (post(bridge, signer) != 200) {
                        refused.incrementAndGet();
                    }
                }
            });
            assertThat(post(bridge, "second")).isEqualTo(401);

            write("webhook", BridgeUnderTest.WEBHOOK_SECRET + "\n" + BridgeUnderTest.SECOND_WEBHOOK_SECRET);
            await().atMost(LIMIT).until(() -> post(bridge, "second") == 200);
            signer = "second";
            int before = sent.get();
            await().atMost(LIMIT).until(() -> sent.get() > before + 5);
            write("webhook", BridgeUnderTest.SECOND_WEBHOOK_SECRET);
            await().atMost(LIMIT).until(() -> post(bridge, "right") == 401);
            int after = sent.get();
            await().atMost(LIMIT).until(() -> sent.get() > after + 5);
            going = false;
            traffic.get(30, TimeUnit.SECONDS);
            assertThat(refused).as("of " + sent + " webhooks").hasValue(0);

            deliver(bridge, "before");
            bridge.genesys().settings(Map.of("clientSecret", "canary-client-secret-renewed"));
            write("client", "canary-client-secret-renewed");
            bridge.genesys().revokeTokens();
            deliver(bridge, "after");
            assertThat(bridge.bus().from("guest.dead")).isEmpty();
        } finally {
            genesys.shutdownNow();
        }
    }

    private int post(BridgeUnderTest bridge, String signature) {
        byte[] body =
                """
                {"id":"w-%d","channel":{"id":"int-mobile","to":{"id":"g"},"time":"2026-11-21T00:00:00Z"},"type":"Text","text":"x"}"""
                        .formatted(sent.incrementAndGet())
                        .getBytes(StandardCharsets.UTF_8);
        return bridge.hooks().post("main", body, signature, Map.of()).statusCode();
    }

    private static void deliver(BridgeUnderTest bridge, String id) {
        bridge.bus()
                .put(
                        "whatsapp",
                        "{\"id\":\"%s\",\"guest\":{\"externalId\":\"%s\"},\"text\":\"hello\"}".formatted(id, id));
        await().atMost(LIMIT).until(() -> bridge.bus().statuses("whatsapp").stream()
                .anyMatch(status -> status.path("id").asText().equals(id)
                        && status.path("state").asText().equals("delivered")));
    }

    private Path write(String name, String text) throws Exception {
        // at once, as secret stores do it: never half a secret
        Path fresh = Files.writeString(folder.resolve(name + ".new"), text);
        Files.setPosixFilePermissions(fresh, PosixFilePermissions.fromString("rw-------"));
        return Files.move(fresh, folder.resolve(name), java.nio.file.StandardCopyOption.ATOMIC_MOVE);
    }
}
