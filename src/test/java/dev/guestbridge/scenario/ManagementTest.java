package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.Arrays;
import javax.management.ObjectName;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Health and metrics as those who watch the bridge see them. */
@ExtendWith(BridgeUnderTest.Shared.class)
final class ManagementTest {

    private final BridgeUnderTest bridge;
    private final HttpClient http = HttpClient.newHttpClient();

    ManagementTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @Test
    void healthIsUpAndReadyLooksAtBrokerAndStore() throws Exception {
        for (String path : new String[] {"/observe/health", "/observe/health/live", "/observe/health/ready"}) {
            HttpResponse<String> answer = get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(200);
            assertThat(Tree.json(answer.body()).path("status").asText())
                    .as(path)
                    .isEqualTo("UP");
        }
        JsonNode ready = Tree.json(get("/observe/health/ready").body());
        assertThat(ready.toString()).contains("broker").contains("store");
    }

    @Test
    void camelIsntSeenByJmxUnlessItIsAskedFor() throws Exception {
        assertThat(ManagementFactory.getPlatformMBeanServer().queryNames(new ObjectName("org.apache.camel:*"), null))
                .isEmpty();
    }

    @Test
    void aFailureIsCountedByItsClass() throws Exception {
        String series = "genesys_guest_message_send_error_total{channel=\"whatsapp\",class=\"payload-invalid\","
                + "dialect=\"open-messaging\",org=\"main\",status=\"422\"} ";
        double before = value(series);
        String run = BridgeUnderTest.unique();
        bridge.genesys()
                .fault(Tree.json(
                        """
                {"match":{"externalId":"guest-%s"},"status":422}""".formatted(run)));

        bridge.bus()
                .put(
                        "whatsapp",
                        """
                {"id":"m-%s","guest":{"externalId":"guest-%s"},"text":"hello"}"""
                                .formatted(run, run));

        await().untilAsserted(() -> assertThat(bridge.bus().statuses("whatsapp"))
                .anyMatch(status -> status.path("state").asText().equals("dead")));
        assertThat(value(series)).isEqualTo(before + 1);
        assertThat(get("/observe/metrics").body()).contains("genesys_guest_message_send_seconds_count{");
    }

    private double value(String series) throws IOException, InterruptedException {
        return Arrays.stream(get("/observe/metrics").body().split("\n"))
                .filter(line -> line.startsWith(series))
                .mapToDouble(line -> Double.parseDouble(line.substring(series.length())))
                .findFirst()
                .orElse(0);
    }

    private HttpResponse<String> get(String path) throws IOException, InterruptedException {
        URI uri = URI.create("http://127.0.0.1:" + bridge.settings().get("management.port") + path);
        return http.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString());
    }

    /** Checklist 16: what isn't health or metrics isn't there, and tells nothing of what is inside. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/observe",
                "/observe/",
                "/observe/..",
                "/observe/../q/health",
                "/observe/health/..",
                "/observe/health/x",
                "/observe/health%2flive",
                "/observe/health;x=y",
                "/observe/metrics/x",
                "/observe/info",
                "/observe/jolokia",
                "/observe/dev",
                "/q",
                "/q/health",
                "/q/metrics",
                "/q/info",
                "/q/dev",
                "/q/jolokia",
                "/%2e%2e",
                "/%2e%2e/%2e%2e/etc/passwd",
                "/..%2f..%2fetc/passwd",
                "/webhooks/main",
                "/env"
            })
    void nothingElseAnswers(String path) throws Exception {
        String answer;
        try (Wire wire = new Wire(bridge.settings().number("management.port"))) {
            wire.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
            assertThat(wire.isClosed()).isTrue();
            answer = wire.text();
        }
        assertThat(answer).startsWith("HTTP/1.1 404 ");
        String body = answer.substring(answer.indexOf("\r\n\r\n") + 4);
        assertThat(body).hasSizeLessThan(100).doesNotContain("dev.guestbridge", "camel", "passwd", "Exception");
    }

    /** All of 127.0.0.0/8 is this machine: whoever listens at every address listens at this one too. */
    @Test
    void itListensAtOneLoopbackAddressAlone() throws Exception {
        assertThat(bridge.settings().get("management.host")).as("as shipped").isEqualTo("127.0.0.1");
        InetSocketAddress other =
                new InetSocketAddress("127.0.0.2", bridge.settings().number("management.port"));
        try (Socket caller = new Socket()) {
            assertThatThrownBy(() -> caller.connect(other, 10_000)).isInstanceOf(ConnectException.class);
        }
    }
}
