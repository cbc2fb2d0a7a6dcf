package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Calls go to the addresses of the configuration: a proxy that the environment names for all programs sees none of them. */
@Timeout(90)
class ProxyIT {

    @ParameterizedTest
    @ValueSource(strings = {"http", "vertx-http"})
    void no_proxy_of_the_environment_is_used(String transport) throws Exception {
        AtomicInteger connections = new AtomicInteger();
        try (ServerSocket proxy = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
                Installation installation = new Installation("ProxyIT-" + transport)) {
            Thread taking = new Thread(() -> take(proxy, connections));
            taking.setDaemon(true);
            taking.start();
            installation.simulator();
            int port = proxy.getLocalPort();
            for (String variable : List.of("http_proxy", "https_proxy", "HTTP_PROXY", "HTTPS_PROXY", "all_proxy")) {
                installation.with(variable, "http://127.0.0.1:" + port);
            }
            installation.with("GENESYS_TRANSPORT", transport);
            installation.with("no_proxy", "").with("NO_PROXY", "");
            installation.with(
                    "JAVA_TOOL_OPTIONS",
                    "-Dhttp.proxyHost=127.0.0.1 -Dhttp.proxyPort=%d -Dhttps.proxyHost=127.0.0.1 -Dhttps.proxyPort=%d -Dhttp.nonProxyHosts="
                            .formatted(port, port));
            installation.bridge();
            try (Bus bus = installation.bus()) {
                bus.put(
                        "guest.in.whatsapp",
                        (session, producer) -> session.createTextMessage(
                                "{\"id\":\"m\",\"guest\":{\"externalId\":\"g\"},\"text\":\"hello\"}"));
                assertThat(bus.fates("whatsapp", 1, Duration.ofSeconds(60)))
                        .extracting(status -> status.text("state"))
                        .containsExactly("delivered");
            }
            assertThat(connections).hasValue(0);
        }
    }

    private static void take(ServerSocket proxy, AtomicInteger connections) {
        try {
            while (true) {
                proxy.accept().close();
                connections.incrementAndGet();
            }
        } catch (IOException closed) {
            // the test is over
        }
    }
}
