package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.Arrays;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

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

        await().atMost(Duration.ofSeconds(20))
                .untilAsserted(() -> assertThat(bridge.bus().statuses("whatsapp"))
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
}
