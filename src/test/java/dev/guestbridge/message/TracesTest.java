package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TracesTest {

    private static final Instant NOON = Instant.parse("2026-11-21T12:00:00Z");
    private static final String AT_NOON = "01a1fdfa4600";
    private static final String ITS = "4bf92f3577b34da6a3ce929d0e0e4736";
    private static final Channel WHATSAPP = new Channel("whatsapp", "open-messaging", "main", "int-whatsapp", null);

    private final Traces traces = new Traces(null, Clock.fixed(NOON, ZoneOffset.UTC));

    @Test
    void aMessageHasTheSameIdHoweverOftenTheBusBringsIt() {
        String id = taken("17", Map.of());

        assertThat(id).matches("[0-9a-f]{32}").startsWith(AT_NOON);
        assertThat(taken("17", Map.of())).isEqualTo(id);
        assertThat(taken("18", Map.of())).isNotEqualTo(id).startsWith(AT_NOON);
    }

    @Test
    void aWebhookHasAnIdOfItsOwn() {
        String id = traces.webhook("main", WHATSAPP, "text").id();

        assertThat(id).matches("[0-9a-f]{32}").startsWith(AT_NOON);
        assertThat(traces.webhook("main", WHATSAPP, "text").id()).isNotEqualTo(id);
    }

    @Test
    void whatAMessageNamesCounts_andASpanBeforeAnIdAlone() {
        String span = "00-" + ITS + "-00f067aa0ba902b7-01";

        assertThat(taken("17", Map.of(Trace.PARENT, span))).isEqualTo(ITS);
        assertThat(taken("17", Map.of(Trace.ID, ITS))).isEqualTo(ITS);
        assertThat(taken("17", Map.of(Trace.PARENT, span, Trace.ID, "1" + ITS.substring(1))))
                .isEqualTo(ITS);
        assertThat(taken("17", Map.of(Trace.PARENT, "nonsense", Trace.ID, 17))).startsWith(AT_NOON);
        assertThat(taken("17", Map.of(Trace.ID, ITS + "0"))).startsWith(AT_NOON);
        assertThat(taken("17", Map.of(Trace.ID, "0".repeat(32)))).startsWith(AT_NOON);
    }

    @Test
    void whereNobodyCollectsNothingButTheIdIsHandedOn() {
        Trace trace = traces.taken(
                delivery(), "17", Map.of(Trace.PARENT, "00-" + ITS + "-00f067aa0ba902b7-01", Trace.STATE, "a=b"));

        assertThat(trace.isFollowed()).isFalse();
        assertThat(trace.headers()).isEmpty();
        assertThat(trace.parent()).isNull();
        assertThat(trace.spanId()).isNull();
    }

    @Test
    void aPathIsToldWithoutWhatItNames() {
        assertThat(Request.to("/api/v2/conversations/messages/+49151/inbound/open/message?to=ada", null)
                        .template())
                .isEqualTo("/api/v2/conversations/messages/{}/inbound/open/message");
        assertThat(Request.to("/api/v2/conversations/messaging/external/threads/ada/messages", null)
                        .template())
                .isEqualTo("/api/v2/conversations/messaging/external/threads/{}/messages");
    }

    private String taken(String number, Map<String, Object> properties) {
        return traces.taken(delivery(), number, properties).id();
    }

    private static Delivery delivery() {
        return new Delivery(WHATSAPP, WHATSAPP.inQueue(), "bus-1", "m-1", NOON, NOON, "");
    }
}
