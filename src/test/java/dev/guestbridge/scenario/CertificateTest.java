package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.guestbridge.SelfSigned;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whoever can't prove to be Genesys gets nothing, and no message dies of it. */
@Tag(BridgeUnderTest.OVER_BOTH_TRANSPORTS)
final class CertificateTest {

    @TempDir
    static Path folder;

    @Test
    void an_untrusted_certificate_pauses_the_organisation_and_nothing_is_sent() throws Exception {
        AtomicInteger heard = new AtomicInteger();
        HttpsServer impostor = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        impostor.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context(folder, "localhost")));
        impostor.createContext("/", exchange -> {
            heard.incrementAndGet();
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        impostor.start();
        String url = "https://localhost:" + impostor.getAddress().getPort();
        try (BridgeUnderTest bridge =
                BridgeUnderTest.start(Path.of("."), settings -> settings.with("genesys.main.api-url", url))) {
            bridge.bus().put("whatsapp", "{\"id\":\"a\",\"guest\":{\"externalId\":\"guest-a\"},\"text\":\"hello\"}");
            await().untilAsserted(() -> assertThat(bridge.management("/observe/health"))
                    .contains("organisation main paused", "certificate-untrusted"));
            await().until(() -> errors(bridge) >= 3);
            assertThat(heard).hasValue(0);
            assertThat(bridge.bus().from("guest.dead")).isEmpty();
            assertThat(bridge.bus().statuses("whatsapp"))
                    .allMatch(status -> status.path("state").asText().equals("waiting"))
                    .noneMatch(status -> status.has("possibleRepeat"));
        } finally {
            impostor.stop(0);
        }
    }

    private static double errors(BridgeUnderTest bridge) throws Exception {
        return bridge.management("/observe/metrics")
                .lines()
                .filter(line -> line.contains("send_error_total{") && line.contains("certificate-untrusted"))
                .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                .sum();
    }
}
