package dev.guestbridge.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.Settings;
import dev.guestbridge.simulator.OrganisationSettings;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** One bridge for two organisations, each with its own address, credentials, secret, budget and pauses. */
final class TwoOrganisationsTest {

    private static final String SECOND_SECRET = "the-second-organisation's-own";
    private static final String SECOND_HOOK = "the second organisation's webhook secret";
    private static final String PARTNER =
            """
            - templatedRoute:
                routeTemplateRef: guest-in
                routeId: partner-in
                parameters:
                  - { name: channel, value: partner }
                  - { name: dialect, value: external-threads }
                  - { name: org, value: second }
                  - { name: integration, value: int-mobile }
            """;

    @TempDir
    static Path home;

    private static BridgeUnderTest bridge;

    @BeforeAll
    static void start() throws Exception {
        Home both = Home.in(home).withShortPauses().and("routes/channels/partner.camel.yaml", PARTNER);
        bridge = BridgeUnderTest.start(
                both.folder(),
                TwoOrganisationsTest::withSecond,
                OrganisationSettings.of("second", "client-second", SECOND_SECRET)
                        .with(Map.of("agent", "silent")));
        bridge.genesys()
                .settings(
                        "second",
                        Map.of(
                                "webhookUrl",
                                "http://127.0.0.1:" + bridge.settings().number("http.port") + "/webhooks/second",
                                "webhookSecret",
                                SECOND_HOOK));
    }

    private static Settings withSecond(Settings settings) {
        return settings.with("genesys.second.api-url", settings.get("genesys.main.api-url"))
                .with("genesys.second.token-url", settings.get("genesys.main.token-url"))
                .with("genesys.second.client-id", "client-second")
                .with("genesys.second.client-secret", SECOND_SECRET)
                .with("genesys.second.webhook-secret", SECOND_HOOK)
                .with("genesys.second.requests-per-minute", 120);
    }

    @AfterAll
    static void stop() throws IOException {
        bridge.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @Test
    void the_organisation_whose_token_endpoint_refuses_is_paused_and_the_other_flows_on() throws Exception {
        bridge.genesys().settings("second", Map.of("clientSecret", "another"));
        bridge.genesys().call("POST", "/tokens/revoke", Map.of("org", "second"));
        String run = BridgeUnderTest.unique();
        put("partner", run, 1);
        await().untilAsserted(() -> assertThat(bridge.bus().statuses("partner"))
                .anyMatch(status -> status.path("class").asText().equals("credentials-invalid")
                        && status.path("advice").asText().contains("genesys.second.")));
        put("mobile", run, 5);
        await().until(() -> delivered("mobile", run).size() == 5);
        assertThat(delivered("partner", run)).isEmpty();
        assertThat(bridge.management("/observe/health"))
                .contains("organisation second paused")
                .doesNotContain("organisation main paused");

        bridge.genesys().settings("second", Map.of("clientSecret", SECOND_SECRET));
        await().until(() -> delivered("partner", run).size() == 1);
        assertThat(bridge.genesys().requests())
                .filteredOn(request -> request.path("org").asText().equals("second"))
                .filteredOn(request -> request.path("outcome").asText().equals("accepted"))
                .hasSize(2); // the opening and the message; nothing of the other organisation
    }

    @Test
    void a_webhook_signed_with_the_other_organisations_secret_is_refused() {
        String run = BridgeUnderTest.unique();
        byte[] body =
                """
                {"id":"%s","channel":{"id":"int-mobile","to":{"id":"guest"}},"type":"Text","text":"forged %s"}"""
                        .formatted(run, run)
                        .getBytes(UTF_8);
        assertThat(bridge.hooks().post("second", body, "right", Map.of()).statusCode())
                .isEqualTo(401);
        bridge.genesys()
                .call(
                        "POST",
                        "/agent",
                        Map.of("org", "second", "integration", "int-mobile", "to", "guest", "text", "own " + run));
        assertThat(bridge.hooks().post("main", body, "right", Map.of()).statusCode())
                .isEqualTo(200);
        await().until(() -> !bridge.bus().from("guest.out.partner").isEmpty()
                && !bridge.bus().from("guest.out.mobile").isEmpty());
        assertThat(bridge.bus().from("guest.out.partner")).hasSize(1).allSatisfy(reply -> assertThat(reply.toString())
                .contains("own " + run, "second"));
        assertThat(bridge.bus().from("guest.out.mobile")).hasSize(1).allSatisfy(reply -> assertThat(reply.toString())
                .contains("forged " + run));
    }

    @Test
    void ones_used_up_budget_does_not_slow_the_other() {
        String run = BridgeUnderTest.unique();
        put("partner", run, 4);
        put("mobile", run, 20);
        await().until(() -> delivered("partner", run).size() == 4
                && delivered("mobile", run).size() == 20);
        Duration second = between("second");
        // eight calls at two a second, the first of them at once; forty calls of the other meanwhile
        assertThat(second).isGreaterThan(Duration.ofSeconds(3));
        assertThat(between("main")).isLessThan(second);
    }

    private static Duration between(String org) {
        List<Instant> times = bridge.genesys().requests().stream()
                .filter(request -> request.path("org").asText().equals(org))
                .map(request -> Instant.parse(request.path("at").asText()))
                .toList();
        return Duration.between(times.get(0), times.get(times.size() - 1));
    }

    private static void put(String channel, String run, int times) {
        for (int i = 0; i < times; i++) {
            bridge.bus()
                    .put(
                            channel,
                            "{\"id\":\"%s-%d\",\"guest\":{\"externalId\":\"guest-%s-%d\"},\"text\":\"hello\"}"
                                    .formatted(run, i, run, i));
        }
    }

    private static List<JsonNode> delivered(String channel, String run) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> status.path("id").asText().startsWith(run)
                        && status.path("state").asText().equals("delivered"))
                .toList();
    }
}
