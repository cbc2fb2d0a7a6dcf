package dev.guestbridge.scenario;

import static dev.guestbridge.scenario.Collector.attribute;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.opentelemetry.proto.trace.v1.Span;
import io.opentelemetry.proto.trace.v1.Status.StatusCode;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A message is followed from its producer to Genesys, and its reply to the channel, by a collector and by one id. */
@Tag(BridgeUnderTest.OVER_BOTH_TRANSPORTS)
final class TracingTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final String SENDING = "POST /api/v2/conversations/messages/{}/inbound/open/message";
    private static final String PROCESS = "process guest.in.whatsapp";
    private static final String WEBHOOK = "POST /webhooks/{org}";
    // whether these take a moment is a matter of chance
    private static final Set<String> NOT_OURS = Set.of("wait token", "wait budget", "wait place");
    private static final String SOON = "otel.bsp.schedule.delay"; // one of OpenTelemetry's own settings, milliseconds

    private static Collector collector;
    private static BridgeUnderTest bridge;

    private final String run = BridgeUnderTest.unique();

    @BeforeAll
    static void start(@TempDir Path home) throws Exception {
        System.setProperty(SOON, "50");
        collector = new Collector();
        bridge = BridgeUnderTest.start(
                Home.in(home).withShortPauses().folder(),
                settings -> settings.with("tracing.otlp.endpoint", collector.url()));
    }

    @AfterAll
    static void stop() throws Exception {
        System.clearProperty(SOON);
        bridge.close();
        collector.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @Test
    void oneTraceGoesFromTheProducerToGenesysAndOnToTheChannel() {
        String trace = trace(1);
        put("m", "ada", parent(trace, "01"), "vendor=kept");
        JsonNode status = settled("m");
        List<Span> spans = spans(trace, PROCESS, 1);

        Span process = span(spans, PROCESS);
        assertThat(Collector.parent(process)).isEqualTo("00f067aa0ba902b7");
        assertThat(process.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CONSUMER);
        assertThat(attribute(process, "messaging.system")).isEqualTo("activemq");
        assertThat(attribute(process, "messaging.destination.name")).isEqualTo("guest.in.whatsapp");
        assertThat(attribute(process, "messaging.operation.type")).isEqualTo("process");
        assertThat(attribute(process, "guestbridge.outcome")).isEqualTo("delivered");
        assertThat(attribute(process, "guestbridge.attempts")).isEqualTo("1");
        assertThat(process.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);

        Span call = span(spans, SENDING);
        assertThat(Collector.parent(call)).isEqualTo(Collector.id(process));
        assertThat(call.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_CLIENT);
        JsonNode request = bridge.genesys().requests().get(0);
        assertThat(attribute(call, "http.response.status_code"))
                .isEqualTo(request.path("status").asText());
        assertThat(attribute(call, "http.response.header.inin-correlation-id"))
                .isEqualTo(request.path("correlationId").asText());
        assertThat(attribute(call, "server.address")).isEqualTo("127.0.0.1");
        assertThat(request.path("headers").path("traceparent").asText())
                .isEqualTo("00-%s-%s-01".formatted(trace, Collector.id(call)));
        assertThat(request.path("headers").has("tracestate")).isFalse();

        assertThat(status.path("properties").path("traceparent").asText())
                .isEqualTo("00-%s-%s-01".formatted(trace, Collector.id(process)));
        assertThat(status.path("properties").path("tracestate").asText()).isEqualTo("vendor=kept");
        assertThat(body(status).path("traceId").asText()).isEqualTo(trace);
        assertThat(collector.senders().get(0).getAttributesList())
                .anyMatch(attribute -> attribute.getKey().equals("service.name")
                        && attribute.getValue().getStringValue().equals("guestbridge"));
    }

    @Test
    void aReplyIsLinkedToWhatItsGuestSaidLast() {
        String trace = trace(2);
        put("said", "bob", parent(trace, "01"), null);
        settled("said");
        Span said = span(spans(trace, PROCESS, 1), PROCESS);
        JsonNode reply = reply("bob");

        String its = reply.path("properties").path("traceId").asText();
        List<Span> spans = spans(its, WEBHOOK, 1);
        Span webhook = span(spans, WEBHOOK);
        assertThat(Collector.parent(webhook)).isEmpty();
        assertThat(webhook.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_SERVER);
        assertThat(attribute(webhook, "http.response.status_code")).isEqualTo("200");
        assertThat(webhook.getLinksList()).singleElement().satisfies(link -> {
            assertThat(Collector.hex(link.getTraceId().toByteArray())).isEqualTo(trace);
            assertThat(link.getSpanId()).isEqualTo(said.getSpanId());
        });
        Span sending = span(spans, "send guest.out.whatsapp");
        assertThat(Collector.parent(sending)).isEqualTo(Collector.id(webhook));
        assertThat(sending.getKind()).isEqualTo(Span.SpanKind.SPAN_KIND_PRODUCER);
        assertThat(reply.path("properties").path("traceparent").asText())
                .isEqualTo("00-%s-%s-01".formatted(its, Collector.id(sending)));
    }

    @Test
    void allAttemptsAndTheWaitBetweenThemAreOneTrace() {
        String trace = trace(3);
        bridge.genesys()
                .fault(Tree.json("""
                {"match":{"externalId":"eve-%s"},"status":503,"times":1}"""
                        .formatted(run)));
        put("again", "eve", parent(trace, "01"), null);
        settled("again");
        List<Span> spans = spans(trace, PROCESS, 1);

        assertThat(spans).extracting(Span::getName).containsExactly(PROCESS, SENDING, "wait retry", SENDING);
        Span first = spans.get(1);
        assertThat(attribute(first, "http.response.status_code")).isEqualTo("503");
        assertThat(attribute(first, "error.type")).isEqualTo("unavailable");
        assertThat(first.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);
        assertThat(attribute(spans.get(2), "guestbridge.class")).isEqualTo("unavailable");
        assertThat(attribute(spans.get(3), "guestbridge.attempt")).isEqualTo("2");
        assertThat(attribute(spans.get(3), "http.request.resend_count")).isEqualTo("1");
        assertThat(spans.get(3).getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_UNSET);
        assertThat(attribute(spans.get(0), "guestbridge.attempts")).isEqualTo("2");
    }

    @Test
    void aDeadLetterKeepsItsTraceWhenItIsReplayed_andOperatorsFindItByThat() throws Exception {
        String trace = trace(4);
        OperatorsDoor door = new OperatorsDoor(bridge);
        bridge.genesys().fault(Tree.json("{\"match\":{\"externalId\":\"dan-%s\"},\"status\":400}".formatted(run)));
        try (LogListener log = LogListener.shipped("json")) {
            bridge.bus().leave("guest.dead");
            put("dead", "dan", parent(trace, "01"), null);
            settled("dead");
            JsonNode line = log.lines().stream()
                    .filter(one -> one.logger().startsWith("dev.guestbridge.dead"))
                    .map(one -> Tree.json(one.written()))
                    .findFirst()
                    .orElseThrow();
            assertThat(line.path("trace.id").asText()).isEqualTo(trace);
        }
        Map<String, String> of = Map.of("of", trace);
        assertThat(door.ask("/why", of).path("sentences").toString())
                .contains("Message dead-" + run + " of channel whatsapp is dead", "Its trace is " + trace);
        assertThat(door.ask("/messages", of)
                        .path("messages")
                        .path(0)
                        .path("traceId")
                        .asText())
                .isEqualTo(trace);
        JsonNode letter = door.ask("/dead", Map.of("id", trace)).path("letters").path(0);
        assertThat(letter.path("traceId").asText()).isEqualTo(trace);
        Span died = span(spans(trace, PROCESS, 1), PROCESS);
        assertThat(attribute(died, "guestbridge.outcome")).isEqualTo("dead");
        assertThat(attribute(died, "error.type")).isEqualTo("payload-invalid");
        assertThat(died.getStatus().getCode()).isEqualTo(StatusCode.STATUS_CODE_ERROR);

        assertThat(door.act("/dead/replay", Map.of("id", "dead-" + run)).status())
                .isEqualTo(200);
        List<Span> spans = spans(trace, PROCESS, 2);
        assertThat(spans.stream().filter(span -> Collector.parent(span).equals(Collector.id(died))))
                .extracting(Span::getName)
                .as("what the replay did comes after the death")
                .contains(PROCESS);
        bridge.bus().take("guest.dead");
    }

    @Test
    void whatIsNoTraceparentIsIgnored() {
        String trace = trace(5);
        List<String> hostile = List.of(
                "",
                "00-" + trace,
                parent(trace.toUpperCase(Locale.ROOT), "01"),
                parent("0".repeat(32), "01"),
                "00-" + trace + "-0000000000000000-01",
                "ff-" + trace + "-00f067aa0ba902b7-01",
                parent(trace, "01") + "-more",
                parent(trace, "01") + "\r\nX-Evil: 1",
                "00-" + "x".repeat(32) + "-00f067aa0ba902b7-01",
                "00-" + "\uD83D\uDE00".repeat(16) + "-00f067aa0ba902b7-01",
                "1".repeat(10_000));
        for (int i = 0; i < hostile.size(); i++) {
            put("hostile" + i, "mallory" + i, hostile.get(i), "evil");
        }
        for (int i = 0; i < hostile.size(); i++) {
            JsonNode status = body(settled("hostile" + i));
            String its = status.path("traceId").asText();
            assertThat(its).as(hostile.get(i)).matches("[0-9a-f]{32}").isNotEqualTo(trace);
            assertThat(Collector.parent(span(spans(its, PROCESS, 1), PROCESS)))
                    .as(hostile.get(i))
                    .isEmpty();
        }
        assertThat(collector.trace(trace)).isEmpty();
    }

    @Test
    void whoeverCollectsLearnsNothingOfGuests() {
        List<String> canaries = List.of(
                "+4915199999999-" + run,
                "canary-words-" + run,
                "canary-name-" + run,
                "canary-mail-" + run,
                "wamid." + run);
        String message =
                """
                {"id":"%s","guest":{"externalId":"%s","name":"%s","email":"%s@x.test"},"text":"%s"}"""
                        .formatted(canaries.get(4), canaries.get(0), canaries.get(2), canaries.get(3), canaries.get(1));
        bridge.genesys()
                .fault(Tree.json(
                        """
                {"match":{"externalId":"%s"},"status":400,"times":1,
                 "body":{"code":"bad_request","message":"%s said %s"}}"""
                                .formatted(canaries.get(0), canaries.get(0), canaries.get(1))));
        for (String channel : List.of("mobile", "kiosk", "webchat", "whatsapp")) {
            bridge.bus().put(channel, message);
            await().atMost(PATIENCE).until(() -> !bridge.bus().statuses(channel).isEmpty());
            webhook("int-" + channel, canaries.get(0), canaries.get(1));
        }
        bridge.bus().put("mobile", "no json, but " + canaries.get(1));
        await().atMost(PATIENCE).until(() -> bridge.bus().from("guest.dead").size() == 2);
        for (JsonNode status : bridge.bus().statuses("mobile")) {
            spans(status.path("traceId").asText(), "process guest.in.mobile", 1);
        }
        JsonNode reply = bridge.bus().from("guest.out.whatsapp").get(0);
        spans(reply.path("properties").path("traceId").asText(), WEBHOOK, 1);

        assertThat(collector.everything())
                .contains("guest.in.webchat", "payload-invalid")
                .doesNotContain(canaries);
        assertThat(collector.everything())
                .doesNotContain(BridgeUnderTest.CLIENT_SECRET, BridgeUnderTest.WEBHOOK_SECRET, "Bearer", "5199999999");
    }

    private void put(String id, String guest, String traceparent, String tracestate) {
        bridge.bus().put("whatsapp", context -> {
            TextMessage message = context.createTextMessage(
                    """
                    {"id":"%s-%s","guest":{"externalId":"%s-%s"},"text":"hello"}"""
                            .formatted(id, run, guest, run));
            try {
                message.setStringProperty("traceparent", traceparent);
                if (tracestate != null) {
                    message.setStringProperty("tracestate", tracestate);
                }
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
            return message;
        });
    }

    private JsonNode settled(String id) {
        return await().atMost(PATIENCE)
                .until(
                        () -> bridge.bus().from("guest.status.whatsapp").stream()
                                .filter(status ->
                                        body(status).path("id").asText().equals(id + "-" + run))
                                .filter(status ->
                                        !body(status).path("state").asText().equals("waiting"))
                                .findFirst()
                                .orElse(null),
                        Objects::nonNull);
    }

    private static JsonNode body(JsonNode message) {
        return Tree.json(message.path("body").asText());
    }

    private JsonNode reply(String guest) {
        webhook("int-whatsapp", guest + "-" + run, "an answer");
        return await().atMost(PATIENCE)
                .until(() -> bridge.bus().from("guest.out.whatsapp"), replies -> replies.size() == 1)
                .get(0);
    }

    private void webhook(String integration, String guest, String text) {
        byte[] body =
                """
                {"id":"w-%s-%s","channel":{"id":"%s","to":{"id":"%s"}},"type":"Text","text":"%s"}"""
                        .formatted(integration, run, integration, guest, text)
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(bridge.hooks().post("main", body, "right", Map.of()).statusCode())
                .isEqualTo(200);
    }

    /** The spans of a trace, waits for what was there at once left out, when those of this name, which end last, are there. */
    private static List<Span> spans(String trace, String last, int times) {
        return await()
                .atMost(PATIENCE)
                .until(
                        () -> collector.trace(trace),
                        spans -> spans.stream()
                                        .filter(span -> span.getName().equals(last))
                                        .count()
                                == times)
                .stream()
                .filter(span -> !NOT_OURS.contains(span.getName()))
                .toList();
    }

    private static Span span(List<Span> spans, String name) {
        return spans.stream()
                .filter(span -> span.getName().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private String trace(int number) {
        return "4bf92f3577b34da6a3ce" + run + "000" + number;
    }

    private static String parent(String trace, String flags) {
        return "00-" + trace + "-00f067aa0ba902b7-" + flags;
    }
}
