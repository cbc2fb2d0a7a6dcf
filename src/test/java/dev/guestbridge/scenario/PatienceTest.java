package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** How long the webhooks' door waits for whoever is slow, and how long those wait who come by. */
@Timeout(120)
final class PatienceTest {

    private static final String HEAD = "POST /webhooks/main HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    private static final int CONNECTIONS = 20;

    private static BridgeUnderTest bridge;

    @BeforeAll
    static void start() throws Exception {
        bridge = BridgeUnderTest.start(Path.of("."), settings -> settings.with("http.header-ms", 1500)
                .with("http.body-ms", 1500)
                .with("http.answer-ms", 4000)
                .with("http.idle-ms", 1500)
                .with("http.connections", CONNECTIONS));
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
    }

    /** W13: headers that drip. */
    @Test
    void slowHeadersAreWaitedForAndNoLonger() throws Exception {
        try (Wire wire = new Wire(bridge.hooks().port())) {
            wire.send(HEAD);
            boolean closed = false;
            for (int i = 0; i < 600 && !closed; i++) {
                closed = wire.flood("x".getBytes(), 1) || wire.isSilentlyClosed(50);
            }
            assertThat(closed).isTrue();
            assertThat(wire.text()).isEmpty();
        }
        assertThat(post("after-headers")).isEqualTo(200);
    }

    /** W13: a body that drips is answered 408, and its connection closed. */
    @Test
    void aSlowBodyIsWaitedForAndNoLonger() throws Exception {
        byte[] body = webhook("slow");
        try (Wire wire = new Wire(bridge.hooks().port())) {
            wire.send(HEAD + "X-Hub-Signature-256: " + Hooks.signature(body) + "\r\nContent-Length: " + body.length
                    + "\r\n\r\n");
            boolean closed = false;
            for (int i = 0; i < 600 && !closed; i++) {
                closed = wire.flood(new byte[] {body[i % 20]}, i < 20 ? 1 : 0) || wire.isSilentlyClosed(50);
            }
            assertThat(closed).isTrue();
            assertThat(wire.statuses()).containsExactly(408);
        }
        assertThat(post("after-body")).isEqualTo(200);
        assertThat(bridge.bus().everything().toString()).doesNotContain("\"slow\"");
    }

    /** A connection that is kept after its answer goes when it isn't used. */
    @Test
    void aConnectionThatIsNotUsedGoes() throws Exception {
        byte[] body = webhook("kept-connection");
        try (Wire wire = new Wire(bridge.hooks().port())) {
            String request = HEAD + "X-Hub-Signature-256: " + Hooks.signature(body) + "\r\nContent-Length: "
                    + body.length + "\r\n\r\n" + new String(body, StandardCharsets.UTF_8);
            wire.send(request);
            assertThat(wire.status()).isEqualTo(200);
            wire.rest(200);
            wire.send(request);
            assertThat(wire.isClosed()).isTrue();
            assertThat(wire.statuses()).containsExactly(200, 200);
        }
    }

    /** W13, W17: those who only hold connections are closed for those who say something. */
    @Test
    void whoHoldsConnectionsKeepsNobodyOut() throws Exception {
        List<Wire> idle = new ArrayList<>();
        try {
            for (int i = 0; i < 3 * CONNECTIONS; i++) {
                idle.add(new Wire(bridge.hooks().port()).send("POST"));
                if (i % CONNECTIONS == CONNECTIONS - 1) {
                    assertThat(post("held-" + i)).isEqualTo(200);
                }
            }
            assertThat(idle.get(0).isClosed()).as("the oldest goes first").isTrue();
        } finally {
            for (Wire wire : idle) {
                wire.close();
            }
        }
    }

    /** B13, W14: a store that is locked makes no webhook wait longer than Genesys does; the broker has the reply. */
    @Test
    void aLockedStoreKeepsNoAnswerBack() throws Exception {
        Path file = bridge.settings().data().resolve("store.db");
        try (Connection other = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            other.createStatement().execute("BEGIN IMMEDIATE");
            long start = System.nanoTime();
            assertThat(post("locked")).isEqualTo(200);
            assertThat(System.nanoTime() - start).as("nanoseconds").isLessThan(10_000_000_000L);
            assertThat(post("locked")).as("a repeat that the store can't tell").isEqualTo(200);
            other.createStatement().execute("ROLLBACK");
        }
        assertThat(post("unlocked")).isEqualTo(200);
        org.awaitility.Awaitility.await()
                .atMost(java.time.Duration.ofSeconds(30))
                .until(() -> replies("unlocked") == 1);
        assertThat(replies("locked")).isEqualTo(1);
    }

    private static long replies(String id) {
        return bridge.bus().from("guest.out.mobile").stream()
                .filter(reply -> reply.path("body").asText().contains("\"id\":\"" + id + "\""))
                .count();
    }

    private static int post(String id) {
        return bridge.hooks().post("main", webhook(id), "right", Map.of()).statusCode();
    }

    private static byte[] webhook(String id) {
        return """
                {"id":"%s","channel":{"id":"int-mobile","to":{"id":"guest"}},"type":"Text","text":"hello"}"""
                .formatted(id)
                .getBytes(StandardCharsets.UTF_8);
    }
}
