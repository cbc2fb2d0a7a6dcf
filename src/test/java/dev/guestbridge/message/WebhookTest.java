package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the log says of a webhook that no channel is to have. */
class WebhookTest {

    private static final Channel KIOSK =
            new Channel("kiosk", "guest-conversations", "main", "int-kiosk", "queue-kiosk");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            textBlock =
                    """
                    false | guest-1 | text | {"channel": {"id": "int-new"}} | is of the integration 'int-new', which no file in routes/channels/ has
                    false | guest-1 | text | {"channel": {"from": {"id": "+4915112345678"}}} | names no integration (channel.id)
                    true  |         | text | {"channel": {"id": "int-kiosk"}} | names no guest (channel.to.id)
                    true  | guest-1 |      | {"channel": {"id": "int-kiosk"}} | is of a type that no reply has
                    """)
    void saysWhyItIsKeptApart(boolean known, String guest, String type, String body, String why) throws Exception {
        Webhook webhook = new Webhook(
                "main",
                known ? KIOSK : null,
                "w-1",
                "",
                Instant.EPOCH,
                guest,
                null,
                type,
                "",
                Json.read(body.getBytes(StandardCharsets.UTF_8)),
                Trace.of(null));
        assertThat(webhook.isRouted()).isFalse();
        assertThat(webhook.whyUnrouted()).isEqualTo(why);
    }
}
