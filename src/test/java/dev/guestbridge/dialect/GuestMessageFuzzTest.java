package dev.guestbridge.dialect;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.fuzz.Mutations;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestMessageReader;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Json;
import dev.guestbridge.message.MessageRefused;
import dev.guestbridge.message.ReceiptReader;
import dev.guestbridge.message.Request;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whatever a channel puts on the bus: it is refused in our own words, or becomes requests of the one shape. */
class GuestMessageFuzzTest {

    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");
    private static final String CONVERSATIONS = "/api/v2/conversations/";
    private static final Pattern SEGMENT = Pattern.compile("[A-Za-z0-9._~*-]*(%[0-9A-F]{2}[A-Za-z0-9._~*-]*)*");

    /** What follows {@link #CONVERSATIONS}, with one segment, {@code *}, that names the guest, conversation or integration. */
    private static final Map<String, List<String>> PATHS = Map.of(
            "external-threads", List.of("messaging/external/threads", "messaging/external/threads/*/messages"),
            "guest-conversations", List.of("messaging/guest/conversations", "messaging/guest/conversations/*/messages"),
            "messaging", List.of("messaging", "messaging/*/messages"),
            "conversation-messages", List.of("messages"),
            "open-messaging",
                    List.of(
                            "messages/*/inbound/open/message?prefetchConversationId=true",
                            "messages/*/inbound/open/event",
                            "messages/*/inbound/open/receipt",
                            "messages/*/inbound/open/structured/response"));

    private static final GuestMessageReader MESSAGES =
            new GuestMessageReader(Path.of("config/schemas/guest-message.schema.json"));
    private static final ReceiptReader RECEIPTS = new ReceiptReader(Path.of("config/schemas/receipt.schema.json"));

    @FuzzTest
    void aMessageIsRefusedOrBecomesRequestsOfTheOneShape(byte[] body) {
        for (Dialect dialect : ShippedDialects.all().getAll()) {
            Channel channel = new Channel("lobby", dialect.name(), "main", "int/../lobby", "queue-lobby");
            Delivery delivery = delivery(channel, channel.inQueue(), body);
            try {
                GuestMessage message = MESSAGES.read(delivery);
                hasUsableNames(delivery);
                hasUsableNames(message.id(), message.guest().externalId());
                written(dialect, channel, message);
            } catch (MessageRefused refused) {
                isOfOurWords(refused, delivery);
            }
        }
    }

    @FuzzTest
    void aReceiptIsRefusedOrBecomesARequestOfTheOneShape(byte[] body) {
        Dialect dialect = new OpenMessaging();
        Channel channel = new Channel("lobby", dialect.name(), "main", "int/../lobby", "queue-lobby");
        Delivery delivery = delivery(channel, channel.receiptQueue(), body);
        try {
            var receipt = RECEIPTS.read(delivery);
            hasUsableNames(delivery);
            assertThat(receipt.code() == null).isEqualTo(receipt.delivered());
            assertThat(receipt.reason() == null).isEqualTo(receipt.delivered());
            if (!receipt.delivered()) {
                assertThat(receipt.code()).isNotEmpty();
                assertThat(receipt.reason()).isNotEmpty();
            }
            hasShape(dialect, dialect.receipt(channel, receipt), channel.integration());
        } catch (MessageRefused refused) {
            isOfOurWords(refused, delivery);
        }
    }

    @Test
    void holdsForMalformedMessages() {
        Mutations.each(
                getClass(),
                "aMessageIsRefusedOrBecomesRequestsOfTheOneShape",
                this::aMessageIsRefusedOrBecomesRequestsOfTheOneShape);
    }

    @Test
    void holdsForMalformedReceipts() {
        Mutations.each(
                getClass(),
                "aReceiptIsRefusedOrBecomesARequestOfTheOneShape",
                this::aReceiptIsRefusedOrBecomesARequestOfTheOneShape);
    }

    private static void written(Dialect dialect, Channel channel, GuestMessage message) throws MessageRefused {
        String externalId = message.guest().externalId();
        Request opening = dialect.open(channel, message, null, NOON);
        if (opening != null) {
            hasShape(dialect, opening, null);
        }
        // Genesys' ids are as awkward as the guest's
        GuestThread thread = new GuestThread(externalId, "t", externalId, "p", "g", "token", null, NOON);
        if (message.typing()) {
            hasShape(dialect, dialect.typing(channel, message), channel.integration());
            return;
        }
        String named =
                switch (dialect.name()) {
                    case "open-messaging" -> channel.integration();
                    case "messaging" -> message.conversationId() == null ? externalId : message.conversationId();
                    default -> externalId;
                };
        hasShape(dialect, dialect.send(channel, message, thread), named);
    }

    private static void hasShape(Dialect dialect, Request request, String named) {
        URI uri = URI.create("https://api.example.com" + request.path());
        assertThat(uri.getRawAuthority()).isEqualTo("api.example.com");
        assertThat(uri.normalize()).isEqualTo(uri);
        assertThat(uri.getRawFragment()).isNull();
        String[] segments = request.path().split("[/?]", -1);
        boolean fits = false;
        for (String path : PATHS.get(dialect.name())) {
            String[] wanted = (CONVERSATIONS + path).split("[/?]", -1);
            boolean same = wanted.length == segments.length;
            for (int i = 0; same && i < wanted.length; i++) {
                same = wanted[i].equals("*")
                        ? SEGMENT.matcher(segments[i]).matches()
                                && URLDecoder.decode(segments[i], StandardCharsets.UTF_8)
                                        .equals(named)
                        : wanted[i].equals(segments[i]);
            }
            fits |= same && request.path().contains("?") == path.contains("?");
        }
        assertThat(fits).as(request.path()).isTrue();
        request.headers().values().forEach(header -> assertThat(header).matches("[\\x21-\\x7e]+"));
        try {
            JsonNode body = Json.read(request.json().getBytes(StandardCharsets.UTF_8), 4 * Json.MAX_BYTES);
            assertThat(body).isEqualTo(asObject(request.body()));
        } catch (Json.Unreadable notJson) {
            throw new AssertionError(request.json(), notJson);
        }
    }

    private static ObjectNode asObject(JsonNode body) {
        assertThat(body.isObject()).isTrue();
        return (ObjectNode) body;
    }

    private static Delivery delivery(Channel channel, String queue, byte[] body) {
        return new Delivery(channel, queue, "bus-1", "spare-1", NOON, NOON, body);
    }

    private static void hasUsableNames(Delivery delivery) {
        hasUsableNames(delivery.id(), delivery.externalId());
    }

    private static void hasUsableNames(String id, String externalId) {
        assertThat(id.codePointCount(0, id.length())).isBetween(1, 200);
        if (externalId != null) {
            assertThat(externalId.codePointCount(0, externalId.length())).isBetween(1, 512);
        }
    }

    private static void isOfOurWords(MessageRefused refused, Delivery delivery) {
        hasUsableNames(delivery);
        assertThat(refused.getMessage()).isNotBlank().matches("[\\x20-\\x7e…]{1,1000}");
    }
}
