package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.console.PasswordHash;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What operators do about a guest: look at the thread, forget it, move it, erase the guest; once they said who they are. */
final class ErasureTest {

    private static final String PASSWORD = "a password of the tests";
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private static BridgeUnderTest bridge;

    private final String guest = "guest-" + BridgeUnderTest.unique();

    @BeforeAll
    static void start() throws Exception {
        String hash = PasswordHash.of(PASSWORD.toCharArray()).text();
        bridge = BridgeUnderTest.start(Path.of("."), settings -> settings.with("management.user", "ada")
                .with("management.password-hash", hash));
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @Test
    void a_forgotten_thread_is_opened_anew_by_the_next_message() throws Exception {
        deliver("m1");
        JsonNode before = get("/threads/guest", guest).path("threads").path(0);
        assertThat(before.path("threadId").asText()).isNotEmpty();
        assertThat(get("/threads/forget", guest).path("threads").asInt()).isEqualTo(1);
        assertThat(get("/threads/guest", guest).path("threads"))
                .as("nothing was done yet")
                .hasSize(1);

        assertThat(post("/threads/forget", Map.of("guest", guest))
                        .path("threads")
                        .asInt())
                .isEqualTo(1);
        assertThat(get("/threads/guest", guest).path("threads")).isEmpty();
        deliver("m2");
        assertThat(get("/threads/guest", guest).path("threads").path(0).path("openedAt"))
                .isNotEqualTo(before.path("openedAt"));
    }

    @Test
    void a_thread_forgotten_while_a_message_is_being_sent_in_it_stays_forgotten() throws Exception {
        deliver("m1");
        bridge.genesys().fault(Map.of("match", Map.of("path", "/threads/.*/messages"), "delayMs", 3_000));
        put("m2");
        await().until(() -> get("/threads/forget", guest).path("underWay").size() == 1);
        JsonNode forgotten = post("/threads/forget", Map.of("guest", guest));
        assertThat(forgotten.path("underWay").path(0).asText()).isEqualTo(id("m2"));
        assertThat(forgotten.path("notes").toString()).contains("ends in the old thread");
        await().until(() -> state("m2") != null);
        assertThat(get("/threads/guest", guest).path("threads")).isEmpty();
    }

    @Test
    void an_erased_guest_is_unknown_and_a_repeat_is_still_known() throws Exception {
        deliver("m1");
        bridge.bus().leave("guest.dead");
        put("m2", "");
        await().until(() -> "dead".equals(state("m2")));
        assertThat(get("/threads/erase", guest).toString())
                .contains("\"threads\":1,\"messages\":1,\"deadLetters\":1,\"replies\":0");

        JsonNode erased = post("/threads/erase", Map.of("guest", guest, "channel", "mobile"));
        assertThat(erased.toString()).contains("\"threads\":1,\"messages\":1,\"deadLetters\":1,\"replies\":0");
        assertThat(get("/threads/erase", guest).toString())
                .contains("\"threads\":0,\"messages\":0,\"deadLetters\":0,\"replies\":0");
        bridge.bus().take("guest.dead");

        bridge.bus().forget();
        put("m1");
        await().until(() -> state("m1") != null);
        assertThat(state("m1")).isEqualTo("duplicate");
        assertThat(get("/threads/guest", guest).path("threads"))
                .as("a repeat opens nothing")
                .isEmpty();
    }

    @Test
    void what_cant_be_taken_away_is_told() throws Exception {
        bridge.bus().leave("guest.out.mobile");
        bridge.bus().leave("guest.dead");
        for (String whose : new String[] {guest, guest + "-of-another"}) {
            byte[] reply = Tree.of(Map.of(
                            "id",
                            "w-" + whose,
                            "channel",
                            Map.of("id", "int-mobile", "to", Map.of("id", whose), "time", "2026-11-21T10:00:00Z"),
                            "type",
                            "Text",
                            "text",
                            "hello"))
                    .toString()
                    .getBytes(StandardCharsets.UTF_8);
            assertThat(bridge.hooks().post("main", reply, "right", Map.of()).statusCode())
                    .isEqualTo(200);
        }
        bridge.bus().put("mobile", "nobody's");
        await().until(() -> get("/threads/erase", guest)
                .path("notes")
                .toString()
                .contains("Left on guest.dead, for nobody can tell whose: 1 letter"));
        JsonNode erased = post("/threads/erase", Map.of("guest", guest));
        assertThat(erased.path("notes").toString())
                .contains("Left unread, for the bridge doesn't take them: 1 on guest.out.mobile.");
        assertThat(erased.path("traces").asInt()).isEqualTo(1);
        assertThat(get("/threads/erase", guest).path("traces").asInt()).isZero();
        bridge.bus().take("guest.out.mobile");
        bridge.bus().take("guest.dead");
        await().until(() -> bridge.bus().from("guest.out.mobile").size() == 2);
    }

    @Test
    void a_guest_whose_message_is_under_way_is_not_erased() throws Exception {
        bridge.genesys().fault(Map.of("match", Map.of("externalId", guest), "delayMs", 3_000));
        put("m1");
        await().until(() -> get("/threads/forget", guest).path("underWay").size() == 1);
        assertThat(get("/threads/erase", guest).path("notes").toString()).contains("Not now: ");
        HttpResponse<String> refused = send("/threads/erase", Map.of("guest", guest));
        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(refused.body()).contains(id("m1"), "guestbridge why", "nothing was erased");
        await().until(() -> "delivered".equals(state("m1")));
    }

    @Test
    void threads_of_another_system_are_put_in_whole_or_not_at_all() throws Exception {
        List<Map<String, String>> lines = List.of(
                Map.of("channel", "mobile", "guest", guest, "threadId", "moved"),
                Map.of("channel", "mobile", "guest", guest + "2", "threadId", "moved", "openedAt", "soon"));
        JsonNode weighed = post("/threads/import/check", Map.of("threads", lines));
        assertThat(weighed.path("faults").toString()).contains("\"index\":1", "openedAt");
        assertThat(send("/threads/import", Map.of("threads", lines)).statusCode())
                .isEqualTo(400);
        assertThat(get("/threads/guest", guest).path("threads")).isEmpty();

        JsonNode put = post("/threads/import", Map.of("threads", lines.subList(0, 1)));
        assertThat(put.toString()).isEqualTo("{\"written\":1,\"kept\":0}");
        assertThat(get("/threads/guest", guest).path("threads").path(0).path("threadId"))
                .hasToString("\"moved\"");
        assertThat(post("/threads/import", Map.of("threads", lines.subList(0, 1)))
                        .toString())
                .isEqualTo("{\"written\":0,\"kept\":1}");
    }

    @Test
    void tokens_are_shown_only_to_those_who_ask_for_them_and_that_is_written_down() throws Exception {
        Map<String, String> thread = Map.of(
                "channel",
                "kiosk",
                "guest",
                guest,
                "guestId",
                "i",
                "conversationId",
                "c",
                "guestToken",
                "canary-token");
        post("/threads/import", Map.of("threads", List.of(thread)));
        assertThat(get("/threads", guest).toString()).contains(guest).doesNotContain("canary-token");
        assertThat(get("/threads/guest", guest).toString()).contains(guest).doesNotContain("canary-token");
        assertThat(post("/threads/secrets", Map.of("limit", "500")).toString()).contains("canary-token");

        JsonNode acts = get("/audit", "");
        assertThat(StreamSupport.stream(acts.spliterator(), false).limit(2))
                .extracting(act -> act.path("act").asText())
                .containsExactly("threads export --with-secrets", "threads import");
        assertThat(acts.toString()).doesNotContain("canary-token", guest);
        assertThat(acts.path(0).path("who").asText()).isEqualTo("ada (127.0.0.1)");
        assertThat(get("/audit", guest)).as("an import names no guest").isEmpty();
        post("/threads/forget", Map.of("guest", guest));
        assertThat(get("/audit", guest)).hasSize(1);
    }

    @Test
    void who_doesnt_say_who_they_are_learns_nothing_and_does_nothing() throws Exception {
        for (String authorization : new String[] {null, basic("ada", "wrong password"), basic("eve", PASSWORD)}) {
            HttpResponse<String> asked =
                    HTTP.send(request(authorization, "/threads").build(), BodyHandlers.ofString());
            assertThat(asked.statusCode()).isEqualTo(401);
            assertThat(asked.headers().firstValue("WWW-Authenticate"))
                    .hasValueSatisfying(value -> assertThat(value).startsWith("Basic "));
            HttpResponse<String> act = HTTP.send(
                    request(authorization, "/threads/erase")
                            .POST(BodyPublishers.ofString("{\"guest\":\"x\"}"))
                            .build(),
                    BodyHandlers.ofString());
            assertThat(act.statusCode()).isEqualTo(401);
        }
        assertThat(get("/audit", "x")).isEmpty();
    }

    @Test
    void a_request_without_the_header_that_pages_of_others_cant_send_does_nothing() throws Exception {
        HttpResponse<String> answer = HTTP.send(
                HttpRequest.newBuilder(URI.create(door() + "/threads/erase"))
                        .header("Authorization", basic("ada", PASSWORD))
                        .POST(BodyPublishers.ofString("{\"guest\":\"x\"}"))
                        .build(),
                BodyHandlers.ofString());
        assertThat(answer.statusCode()).isEqualTo(403);
    }

    private String id(String id) {
        return guest + "-" + id;
    }

    private void put(String id) {
        put(id, "hello");
    }

    private void put(String id, String text) {
        bridge.bus()
                .put(
                        "mobile",
                        Tree.of(Map.of("id", id(id), "guest", Map.of("externalId", guest), "text", text))
                                .toString());
    }

    private void deliver(String id) {
        put(id);
        await().until(() -> state(id) != null);
        assertThat(state(id)).isEqualTo("delivered");
    }

    /** What became of a message; null while it is on its way. */
    private String state(String id) {
        return bridge.bus().statuses("mobile").stream()
                .filter(status -> status.path("id").asText().equals(id(id)))
                .map(status -> status.path("state").asText())
                .filter(state -> !state.equals("waiting"))
                .findFirst()
                .orElse(null);
    }

    private static JsonNode get(String path, String guest) throws Exception {
        String query = guest.isEmpty() ? "" : "?guest=" + URLEncoder.encode(guest, StandardCharsets.UTF_8);
        return answer(HTTP.send(request(basic("ada", PASSWORD), path + query).build(), BodyHandlers.ofString()));
    }

    private static JsonNode post(String path, Object body) throws Exception {
        return answer(send(path, body));
    }

    private static HttpResponse<String> send(String path, Object body) throws Exception {
        return HTTP.send(
                request(basic("ada", PASSWORD), path)
                        .POST(BodyPublishers.ofString(Tree.of(body).toString()))
                        .build(),
                BodyHandlers.ofString());
    }

    private static JsonNode answer(HttpResponse<String> answer) {
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return Tree.json(answer.body());
    }

    private static HttpRequest.Builder request(String authorization, String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(URI.create(door() + path)).header("X-Guestbridge", "test");
        return authorization == null ? request : request.header("Authorization", authorization);
    }

    private static String door() {
        return "http://127.0.0.1:" + bridge.settings().number("management.port") + "/ops/api";
    }

    private static String basic(String name, String password) {
        return "Basic " + Base64.getEncoder().encodeToString((name + ":" + password).getBytes(StandardCharsets.UTF_8));
    }
}
