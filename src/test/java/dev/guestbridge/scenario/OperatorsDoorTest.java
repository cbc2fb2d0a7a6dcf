package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whom the operators' door lets in: who asks from this machine, by one of its names, and no page of another site. */
@ExtendWith(BridgeUnderTest.Shared.class)
final class OperatorsDoorTest {

    private final BridgeUnderTest bridge;

    OperatorsDoorTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @ParameterizedTest
    @ValueSource(strings = {"127.0.0.1", "localhost", "localhost:1234", "[::1]:99"})
    void whoAsksByANameOfThisMachineIsLetIn(String host) throws Exception {
        String answer = exchange("GET /ops/api/audit HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 200 ").contains("no-store", "nosniff", "application/json");
        assertThat(body(answer).isArray()).isTrue();
    }

    /** A page of another site could otherwise have its own name lead here, and read the answers. */
    @ParameterizedTest
    @ValueSource(strings = {"evil.example", "127.0.0.1.evil.example", "localhost.evil.example", "10.0.0.1"})
    void whoAsksByAnotherNameIsnt(String host) throws Exception {
        String answer = exchange("GET /ops/api/audit HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 403 ");
        assertThat(body(answer).path("error").asText()).contains("127.0.0.1");
    }

    @ParameterizedTest
    @ValueSource(strings = {"http://evil.example", "null", "https://127.0.0.1", "http://127.0.0.1:1"})
    void aPageOfAnotherSiteIsnt(String origin) throws Exception {
        String answer = exchange("GET /ops/api/audit HTTP/1.1\r\nHost: 127.0.0.1\r\nOrigin: " + origin
                + "\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 403 ");
    }

    /** A form of another site can send a POST without being asked first, but no header of ours. */
    @Test
    void whatChangesSomethingMustBeMeant() throws Exception {
        String answer = exchange("POST /ops/api/audit HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Length: 2\r\n"
                + "Connection: close\r\n\r\n{}");
        assertThat(answer).startsWith("HTTP/1.1 403 ");
        assertThat(body(answer).path("error").asText()).contains("X-Guestbridge");
    }

    @ParameterizedTest
    @ValueSource(strings = {"0", "1001", "-1", "ten", "1e3", "99999999999999999999"})
    void aNumberThatCantBeMeantIsNamed(String limit) throws Exception {
        String answer = exchange(
                "GET /ops/api/audit?limit=" + limit + " HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 400 ");
        assertThat(body(answer).path("error").asText())
                .isEqualTo("limit '" + limit + "' is not a whole number from 1 to 1000");
    }

    private String exchange(String request) throws Exception {
        try (Wire wire = new Wire(bridge.settings().number("management.port"))) {
            wire.send(request);
            assertThat(wire.isClosed()).isTrue();
            return wire.text();
        }
    }

    private static JsonNode body(String answer) throws Exception {
        return Tree.json(answer.substring(answer.indexOf("\r\n\r\n") + 4));
    }
}
