package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.Bridge;
import dev.guestbridge.Settings;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Two bridges on one bus and one PostgreSQL. */
final class TwoInstancesTest {

    private static final int MESSAGES = 100;
    private static final Pattern SENT =
            Pattern.compile("(?m)^genesys_guest_message_send_seconds_count\\{[^}]*} ([0-9.]+)");

    @TempDir
    Path data;

    @Test
    void together_they_keep_within_the_organisations_budget_and_each_has_its_part() throws Exception {
        try (EmbeddedPostgres postgres = EmbeddedPostgres.start();
                BridgeUnderTest first = BridgeUnderTest.start(Path.of("."), settings -> settings.with(
                                "store.url", postgres.getJdbcUrl("postgres", "postgres"))
                        .with("genesys.main.requests-per-minute", 600))) {
            Settings other = first.settings()
                    .with("guestbridge.data", data)
                    .with("broker.url", "tcp://127.0.0.1:" + first.settings().number("broker.embedded.port"))
                    .with("http.port", BridgeUnderTest.freePort())
                    .with("management.port", BridgeUnderTest.freePort());
            Bridge second = Bridge.start(other);
            try {
                for (int i = 0; i < MESSAGES; i++) {
                    first.bus()
                            .put(
                                    "whatsapp",
                                    "{\"id\":\"m-%d\",\"guest\":{\"externalId\":\"guest-%d\"},\"text\":\"hello\"}"
                                            .formatted(i, i));
                }
                await().until(() -> delivered(first) == MESSAGES);

                List<Instant> calls = first.genesys().requests().stream()
                        .filter(request -> request.path("outcome").asText().equals("accepted"))
                        .map(request -> Instant.parse(request.path("at").asText()))
                        .sorted()
                        .toList();
                assertThat(calls).hasSize(MESSAGES);
                assertThat(Duration.between(calls.get(0), calls.get(MESSAGES - 1)))
                        .as("ten a second; each by itself would take 4.5 s")
                        .isGreaterThan(Duration.ofSeconds(7));
                assertThat(sent(first.settings())).isBetween(20, 80);
                assertThat(sent(other)).isBetween(20, 80);
                who_asks_the_wrong_one_is_told_which_holds_the_message(first, other);
            } finally {
                second.close();
            }
        }
    }

    private static void who_asks_the_wrong_one_is_told_which_holds_the_message(BridgeUnderTest first, Settings other) {
        first.genesys().fault(Map.of("match", Map.of("externalId", "stuck"), "status", 503, "times", 0));
        first.bus().put("whatsapp", "{\"id\":\"held\",\"guest\":{\"externalId\":\"stuck\"},\"text\":\"hello\"}");
        await().until(() -> failing(first.settings()) || failing(other));
        Settings holder = failing(other) ? other : first.settings();
        Settings wrong = holder == other ? first.settings() : other;
        await("its name is told every other second").untilAsserted(() -> assertThat(new OperatorsDoor(wrong)
                        .act("/messages/give-up", Map.of("of", "held"))
                        .json()
                        .path("error")
                        .asText())
                .containsPattern("instance \\S+:" + holder.number("management.port") + " tried it last"));

        assertThat(new OperatorsDoor(holder)
                        .act("/messages/give-up", Map.of("of", "stuck"))
                        .status())
                .isEqualTo(200);
        await().until(() -> first.bus().statuses("whatsapp").stream()
                .anyMatch(status -> status.path("class").asText().equals("given-up")));
    }

    private static boolean failing(Settings instance) {
        return new OperatorsDoor(instance)
                .ask("/messages", Map.of("of", "held"))
                .at("/messages/0/class")
                .asText()
                .equals("unavailable");
    }

    private static long delivered(BridgeUnderTest bridge) {
        return bridge.bus().statuses("whatsapp").stream()
                .filter(status -> status.path("state").asText().equals("delivered"))
                .count();
    }

    private static int sent(Settings settings) throws Exception {
        URI address = URI.create("http://127.0.0.1:" + settings.number("management.port") + "/observe/metrics");
        String metrics = HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
        int sent = 0;
        for (Matcher found = SENT.matcher(metrics); found.find(); ) {
            sent += (int) Double.parseDouble(found.group(1));
        }
        return sent;
    }
}
