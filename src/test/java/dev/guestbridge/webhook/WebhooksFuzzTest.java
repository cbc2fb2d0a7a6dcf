package dev.guestbridge.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion.VersionFlag;
import dev.guestbridge.fuzz.Mutations;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.GuestThread;
import dev.guestbridge.message.Json;
import dev.guestbridge.message.Letter;
import dev.guestbridge.message.Traces;
import dev.guestbridge.message.Webhook;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import org.junit.jupiter.api.Test;

/** Whatever Genesys signs: it is no JSON, or a reply as the schema has it, or kept apart untouched. */
class WebhooksFuzzTest {

    private static final Clock NOON = Clock.fixed(Instant.parse("2026-11-20T12:00:00Z"), ZoneOffset.UTC);
    private static final JsonSchema REPLY = replySchema();

    private final Channels channels = Channels.read(Path.of("routes/channels"));
    private final Webhooks webhooks = new Webhooks(channels, NOON, Traces.uncollected());

    private static JsonSchema replySchema() {
        try {
            return JsonSchemaFactory.getInstance(VersionFlag.V202012)
                    .getSchema(Json.read(Files.readAllBytes(Path.of("config/schemas/reply.schema.json"))));
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    @FuzzTest
    void everyWebhookIsAReplyOrKeptApartUntouched(byte[] raw) {
        Webhook webhook;
        try {
            webhook = webhooks.read("main", raw);
        } catch (Json.Unreadable notJson) {
            assertThat(notJson.getMessage()).startsWith("the JSON text ");
            return;
        }
        Letter letter = webhooks.letter(webhook, raw, new GuestThread("g", "t-1", "c-1", null, null, null, null, null));
        assertThat(webhook.id()).isNotEmpty();
        assertThat(webhook.at()).isNotNull();
        assertThat(letter.queue()).isEqualTo(webhook.getQueue());
        assertThat(letter.group()).isEqualTo(webhook.externalId());
        assertThat(letter.duplicateId()).isEqualTo(webhook.getDuplicateId()).endsWith(webhook.digest());
        if (webhook.isRouted()) {
            assertThat(letter.queue())
                    .isEqualTo(channels.named(webhook.channel().name()).outQueue());
            JsonNode reply = json(letter.body());
            assertThat(REPLY.validate(reply)).as(letter.body()).isEmpty();
            assertThat(reply.path("guest").path("externalId").textValue()).isEqualTo(webhook.externalId());
            assertThat(reply.path("id").textValue()).isEqualTo(webhook.id());
        } else {
            assertThat(letter.queue()).isEqualTo("guest.unrouted");
            assertThat(letter.body().getBytes(UTF_8)).isEqualTo(raw);
        }
    }

    @Test
    void holdsForMalformedWebhooks() {
        Mutations.each(
                getClass(), "everyWebhookIsAReplyOrKeptApartUntouched", this::everyWebhookIsAReplyOrKeptApartUntouched);
    }

    private static JsonNode json(String text) {
        try {
            return Json.read(text.getBytes(UTF_8), 4 * Json.MAX_BYTES);
        } catch (Json.Unreadable e) {
            throw new AssertionError(text, e);
        }
    }
}
