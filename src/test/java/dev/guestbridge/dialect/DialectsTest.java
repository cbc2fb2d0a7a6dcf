package dev.guestbridge.dialect;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class DialectsTest {

    private final Dialects dialects = ShippedDialects.all();

    @Test
    void servesEveryShippedChannel() {
        assertThatCode(() -> Channels.read(Path.of("routes/channels"), dialects::check))
                .doesNotThrowAnyException();
    }

    @Test
    void refusesAChannelOfAnUnknownDialect() {
        assertThatThrownBy(() -> dialects.check(new Channel("kiosk", "telegram", "main", "int-kiosk", null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("parameter 'dialect' is 'telegram', but must be one of conversation-messages,"
                        + " external-threads, guest-conversations, messaging, open-messaging");
    }

    @Test
    void refusesAChannelWithoutTheQueueThatItsDialectNeeds() {
        assertThatThrownBy(() -> dialects.check(new Channel("kiosk", "messaging", "main", "int-kiosk", null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage(
                        "parameter 'queue' is missing; the dialect messaging opens conversations in a Genesys queue");
    }
}
