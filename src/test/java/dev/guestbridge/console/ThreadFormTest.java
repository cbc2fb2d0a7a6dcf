package dev.guestbridge.console;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Json;
import dev.guestbridge.store.ThreadRegister.Entry;
import java.nio.file.Path;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ThreadFormTest {

    private final ThreadForm form = new ThreadForm(Channels.read(Path.of("routes/channels")));

    @Test
    void every_field_is_read() throws Exception {
        Entry entry = form.read(
                Json.read(
                        """
                        {"org":"main","channel":"kiosk","guest":"g","confirmedId":"c","threadId":"t","conversationId":"v",
                        "conversationAt":"2026-11-20T12:00:00Z","endedConversationId":"e","participantId":"p","guestId":"i",
                        "guestToken":"s","guestTokenExpiresAt":"2026-11-21T13:00:00+01:00",
                        "openedAt":"2026-11-22T12:00:00Z","usedAt":"2026-11-23T12:00:00Z"}"""));
        assertThat(entry)
                .isEqualTo(new Entry(
                        "main",
                        "kiosk",
                        "g",
                        "c",
                        "t",
                        "v",
                        Instant.parse("2026-11-20T12:00:00Z"),
                        "e",
                        "p",
                        "i",
                        "s",
                        Instant.parse("2026-11-21T12:00:00Z"),
                        Instant.parse("2026-11-22T12:00:00Z"),
                        Instant.parse("2026-11-23T12:00:00Z")));
    }

    @Test
    void the_least_is_a_guest_of_a_channel_and_where_they_speak() throws Exception {
        Entry entry = form.read(Json.read("{\"channel\":\"mobile\",\"guest\":\"g\",\"threadId\":\"t\"}"));
        assertThat(entry.org()).isEqualTo("main");
        assertThat(entry.threadId()).isEqualTo("t");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "7|is no JSON object",
                "{'guest':'g','threadId':'t'}|channel: is missing",
                "{'channel':'mobil','guest':'g','threadId':'t'}|did you mean mobile?",
                "{'channel':'mobile','threadId':'t'}|guest: is missing",
                "{'channel':'mobile','guest':'','threadId':'t'}|guest: is no text",
                "{'channel':'mobile','guest':5,'threadId':'t'}|guest: is no text",
                "{'channel':'mobile','guest':'a\\u0000','threadId':'t'}|guest: is longer",
                "{'channel':'mobile','guest':'a\\ud800','threadId':'t'}|guest: is longer",
                "{'channel':'mobile','guest':'g','org':'acme','threadId':'t'}|belongs to main",
                "{'channel':'mobile','guest':'g'}|brings nothing",
                "{'channel':'mobile','guest':'g','thread':'t'}|did you mean threadId?",
                "{'channel':'mobile','guest':'g','threadId':'t','openedAt':'yesterday'}|openedAt: 'yesterday' is no time",
                "{'channel':'kiosk','guest':'g','guestId':'i','guestToken':'a\\r\\nX: b'}|guestToken: no header"
            })
    void what_is_wrong_names_its_field(String line, String reason) {
        assertThatThrownBy(() -> form.read(Json.read(line.replace('\'', '"'))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining(reason);
    }
}
