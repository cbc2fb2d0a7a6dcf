package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Typing, answers to structured replies and receipts, with the broker's own receipts as they are shipped. */
class OpenMessagingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final String INBOUND = "/api/v2/conversations/messages/int-whatsapp/inbound/open/";

    private static BridgeUnderTest bridge;
    private final String run = BridgeUnderTest.unique();
    private final String guest = "guest-" + run;

    @BeforeAll
    static void start() throws Exception {
        bridge = BridgeUnderTest.start("acknowledged");
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    /** The guest's calls to one endpoint, when there are so many; what came of anybody else's is left out. */
    private List<JsonNode> calls(String endpoint, int count) {
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(callsNow(endpoint)).hasSize(count));
        return callsNow(endpoint);
    }

    private List<JsonNode> callsNow(String endpoint) {
        return bridge.genesys().requests().stream()
                .filter(call -> call.path("externalId").asText().equals(guest))
                .filter(call -> call.path("path").asText().equals(INBOUND + endpoint))
                .toList();
    }

    private static JsonNode body(JsonNode call) {
        JsonNode body = call.path("body");
        return body.isTextual() ? Tree.json(body.asText()) : body;
    }

    private JsonNode status(String id) {
        await().atMost(PATIENCE).until(() -> statuses(id).size() == 1);
        return statuses(id).get(0);
    }

    private List<JsonNode> statuses(String id) {
        return bridge.bus().statuses("whatsapp").stream()
                .filter(status -> status.path("id").asText().equals(id)
                        && !status.path("state").asText().equals("waiting"))
                .toList();
    }

    private JsonNode reply(String id) {
        await().atMost(PATIENCE).until(() -> !replies(id).isEmpty());
        return replies(id).get(0);
    }

    private List<JsonNode> replies(String id) {
        return bridge.bus().from("guest.out.whatsapp").stream()
                .map(message -> Tree.json(message.path("body").asText()))
                .filter(reply -> reply.path("id").asText().equals(id))
                .toList();
    }

    private void put(String fields) {
        bridge.bus().put("whatsapp", "{\"guest\":{\"externalId\":\"" + guest + "\"}," + fields + "}");
    }

    private void report(String id, String fields) {
        bridge.bus()
                .report(
                        "whatsapp",
                        "{\"id\":\"" + id + "\",\"guest\":{\"externalId\":\"" + guest + "\"}," + fields + "}");
    }

    private void webhook(String id, String type, String fields) {
        String body = "{\"id\":\"" + id + "\",\"type\":\"" + type
                + "\",\"channel\":{\"id\":\"int-whatsapp\",\"to\":{\"id\":\"" + guest
                + "\"},\"time\":\"2026-11-20T10:00:00.000Z\"}," + fields + "}";
        int status = bridge.hooks()
                .post("main", body.getBytes(StandardCharsets.UTF_8), "right", Map.of())
                .statusCode();
        assertThat(status).isEqualTo(200);
    }

    @Test
    void theAgentSeesThatTheGuestIsTyping() {
        put("\"id\":\"t-" + run + "\",\"type\":\"typing\"");
        assertThat(body(calls("event", 1).get(0)).path("events")).isEqualTo(Tree.json("[{\"eventType\":\"Typing\"}]"));
        assertThat(status("t-" + run).path("state").asText()).isEqualTo("delivered");
    }

    @Test
    void typingThatCameTooLateIsDroppedAndHoldsNobodyUp() {
        put("\"id\":\"t-" + run + "\",\"type\":\"typing\",\"sentAt\":\""
                + Instant.now().minusSeconds(60) + "\"");
        put("\"id\":\"m-" + run + "\",\"text\":\"hi\"");
        assertThat(status("m-" + run).path("state").asText()).isEqualTo("delivered");
        JsonNode status = status("t-" + run);
        assertThat(status.path("state").asText()).isEqualTo("dropped");
        assertThat(status.path("reason").asText()).isEqualTo("It came too late to be true, so it wasn't sent.");
        assertThat(callsNow("event")).isEmpty();
        assertThat(bridge.bus().from("guest.dead")).isEmpty();
    }

    @Test
    void aQuickReplyIsAnsweredAndTheAgentHearsThatItWasDelivered() {
        put("\"id\":\"m-" + run + "\",\"text\":\"hi\"");
        status("m-" + run);
        webhook(
                "q-" + run,
                "Structured",
                """
                "text":"Proceed?","content":[{"contentType":"QuickReply","quickReply":{"text":"Yes","payload":"yes"}}]""");
        JsonNode offer = reply("q-" + run);
        JsonNode choice = offer.path("content").path(0).path("quickReply");
        put(
                "\"id\":\"a-%s\",\"type\":\"response\",\"inReplyTo\":\"%s\",\"response\":{\"type\":\"QuickReply\",\"text\":%s,\"payload\":%s}"
                        .formatted(run, offer.path("id").asText(), choice.path("text"), choice.path("payload")));

        JsonNode answer = body(calls("structured/response", 1).get(0));
        assertThat(answer.path("originatingMessageId").asText()).isEqualTo("q-" + run);
        assertThat(answer.path("buttonResponse"))
                .isEqualTo(Tree.json("{\"type\":\"QuickReply\",\"text\":\"Yes\",\"payload\":\"yes\"}"));
        assertThat(status("a-" + run).path("state").asText()).isEqualTo("delivered");

        JsonNode receipt = calls("receipt", 1).get(0);
        assertThat(receipt.path("outcome").asText()).isEqualTo("accepted");
        assertThat(body(receipt).path("id").asText()).isEqualTo("q-" + run);
        assertThat(body(receipt).path("status").asText()).isEqualTo("Delivered");
        assertThat(body(receipt).path("channel").path("to").path("id").asText()).isEqualTo(guest);
    }

    @Test
    void theAgentHearsWhyTheChannelCouldNotDeliver() {
        report("r-" + run, "\"status\":\"failed\",\"code\":\"RecipientOptedOut\",\"reason\":\"She said stop.\"");
        JsonNode receipt = body(calls("receipt", 1).get(0));
        assertThat(receipt.path("status").asText()).isEqualTo("Failed");
        assertThat(receipt.path("isFinalReceipt").asBoolean()).isTrue();
        assertThat(receipt.path("reasons"))
                .isEqualTo(Tree.json("[{\"code\":\"RecipientOptedOut\",\"message\":\"She said stop.\"}]"));
        assertThat(bridge.bus().from("guest.status.whatsapp")).isEmpty();
    }

    @Test
    void neitherTypingNorReceiptsNorRepeatsAreTold() {
        webhook("y-" + run, "Event", "\"events\":[{\"eventType\":\"Typing\"}]");
        webhook("p-" + run, "Receipt", "\"status\":\"Published\"");
        webhook("r-" + run, "Text", "\"text\":\"hello\"");
        webhook("r-" + run, "Text", "\"text\":\"hello\"");
        webhook("last-" + run, "Text", "\"text\":\"hello\"");
        reply("y-" + run);
        reply("p-" + run);
        assertThat(calls("receipt", 2))
                .extracting(call -> body(call).path("id").asText())
                .containsExactly("r-" + run, "last-" + run);
    }

    @Test
    void aBadReceiptIsDeadAndSaysWhy() {
        report("r-" + run, "\"status\":\"read\"");
        await().atMost(PATIENCE).until(() -> bridge.bus().from("guest.dead").size() == 1);
        JsonNode dead = bridge.bus().from("guest.dead").get(0);
        assertThat(dead.path("correlationId").asText()).isEqualTo("r-" + run);
        assertThat(dead.path("properties").path("deadReason").asText())
                .isEqualTo("status is not one of delivered, failed");
        assertThat(dead.path("properties").path("deadQueue").asText()).isEqualTo("guest.receipt.whatsapp");
        assertThat(dead.path("properties").path("deadClass").asText()).isEqualTo("payload-invalid");
        assertThat(bridge.bus().from("guest.status.whatsapp")).isEmpty();
    }

    @Test
    void aReceiptForAReplyThatGenesysDoesNotKnowPausesNobody() {
        bridge.genesys().fault(Map.of("match", Map.of("path", "/receipt$"), "status", 404));
        report("r-" + run, "\"status\":\"delivered\"");
        await().atMost(PATIENCE).until(() -> bridge.bus().from("guest.dead").size() == 1);
        put("\"id\":\"m-" + run + "\",\"text\":\"hi\"");
        assertThat(status("m-" + run).path("state").asText()).isEqualTo("delivered");
    }

    @Test
    void aReceiptIsToldAgainUntilGenesysTakesIt() {
        bridge.genesys().fault(Map.of("match", Map.of("path", "/receipt$"), "status", 503, "times", 2));
        report("r-" + run, "\"status\":\"delivered\"");
        put("\"id\":\"m-" + run + "\",\"text\":\"hi\"");
        assertThat(status("m-" + run).path("state").asText()).isEqualTo("delivered");
        await().atMost(PATIENCE).until(() -> callsNow("receipt").stream()
                .anyMatch(call -> call.path("outcome").asText().equals("accepted")));
        assertThat(bridge.bus().from("guest.dead")).isEmpty();
    }

    @Test
    void aReceiptWaitsForNoMessageOfItsGuest() {
        String fault = bridge.genesys()
                .fault(Map.of("match", Map.of("path", "/message$", "externalId", guest), "action", "hang"));
        put("\"id\":\"m-" + run + "\",\"text\":\"hi\"");
        report("r-" + run, "\"status\":\"delivered\"");
        calls("receipt", 1);
        assertThat(statuses("m-" + run)).isEmpty();
        bridge.genesys().call("DELETE", "/faults/" + fault, null);
        assertThat(status("m-" + run).path("state").asText()).isEqualTo("delivered");
    }

    @Test
    void otherDialectsRefuseTypingAndSendAnAnswersWords() {
        bridge.bus()
                .put(
                        "mobile",
                        "{\"id\":\"t-" + run + "\",\"type\":\"typing\",\"guest\":{\"externalId\":\"" + guest + "\"}}");
        bridge.bus()
                .put(
                        "mobile",
                        """
                        {"id":"a-%s","type":"response","guest":{"externalId":"%s"},"inReplyTo":"r",
                         "response":{"type":"Button","text":"Yes, please","payload":"y"}}"""
                                .formatted(run, guest));
        await().atMost(PATIENCE).until(() -> bridge.bus().statuses("mobile").size() >= 2);
        assertThat(bridge.bus().statuses("mobile"))
                .extracting(status -> status.path("state").asText())
                .containsExactly("dead", "delivered");
        assertThat(bridge.bus().statuses("mobile").get(0).path("reason").asText())
                .isEqualTo("type is typing, which the dialect external-threads has no call for");
        assertThat(bridge.genesys().requests())
                .anyMatch(call -> call.path("text").asText().equals("Yes, please"));
    }
}
