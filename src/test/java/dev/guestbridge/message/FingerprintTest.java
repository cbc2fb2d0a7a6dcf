package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FingerprintTest {

    private static final GuestMessageReader READER =
            new GuestMessageReader(Path.of("config/schemas/guest-message.schema.json"));
    private static final String BODY =
            """
            {"id":"m-1","guest":{"externalId":"g","name":"Zoë"},"text":"hi","attributes":{"a":"1","b":"2"},
             "attachments":[{"url":"https://a.example/b","mime":"image/png"}],"sentAt":"2026-11-20T10:15:30Z"}
            """;

    private static String fingerprint(String body) throws Exception {
        return READER.parse(body, "ID:bus-1", Instant.EPOCH).fingerprint();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                """
                {"sentAt":"2026-11-20T10:15:31Z","attributes":{"b":"2","a":"1"},"text":"h\\u0069",
                 "guest":{"name":"Z","externalId":"g","email":"z@example.com"},"new":1,"conversationId":null,
                 "attachments":[{"mime":"image/png","mediaType":"Image","url":"https://a.example/b"}]}
                """,
                """
                {"id":"m-2","guest":{"externalId":"g"},"text":"hi","attributes":{"a":"1","b":"2","c":null},
                 "attachments":[{"url":"https://a.example/b","mime":"image/png"}]}
                """
            })
    void isTheSameForTheSameMeaning(String body) throws Exception {
        assertThat(fingerprint(body)).isEqualTo(fingerprint(BODY)).matches("[0-9a-f]{64}");
    }

    @Test
    void isKnown() throws Exception {
        // ledgers outlive releases: a change here makes every repeat across an upgrade look like another message
        assertThat(fingerprint("{\"guest\":{\"externalId\":\"guest-42\"},\"text\":\"hi\"}"))
                .isEqualTo("02d9b16f158b7db51e6c4dbb4b28b76dc96fcade67426e5cdbf888265647d3c0");
    }

    @Test
    void differsWhereverTheMeaningDiffers() {
        List<String> parts =
                new ArrayList<>(List.of("", "a", "b", "ab", "ba", "a\u0000", "\ud800", "\ud801", "?", "\ufffd"));
        parts.add(null);
        Map<String, GuestMessage> seen = new HashMap<>();
        for (String externalId : parts.subList(0, parts.size() - 1)) {
            for (String text : parts) {
                for (String conversation : parts) {
                    for (String participant : parts) {
                        add(seen, message(externalId, text, List.of(), conversation, participant, Map.of()));
                    }
                }
            }
        }
        for (String one : parts.subList(0, parts.size() - 1)) {
            for (String two : parts) {
                for (String three : parts.subList(0, parts.size() - 1)) {
                    Attachment first = new Attachment(one, three, "File", two);
                    Attachment second = new Attachment(three, one, "File", two);
                    add(seen, message("g", null, List.of(first), null, null, Map.of()));
                    add(seen, message("g", null, List.of(first, second), null, null, Map.of()));
                    add(seen, message("g", null, List.of(), null, null, Map.of(one, three, "z" + two, three)));
                    add(seen, message("g", null, List.of(first), null, null, Map.of(one, three)));
                }
            }
        }
        for (String one : parts) {
            for (String two : parts) {
                for (String three : parts) {
                    GuestMessage plain = message("g", one, List.of(), null, null, Map.of());
                    add(seen, with(plain, false, new GuestMessage.Response(one, two, three)));
                    add(seen, with(plain, true, new GuestMessage.Response(three, two, one)));
                    add(seen, with(plain, true, null));
                }
            }
        }
        assertThat(seen).hasSizeGreaterThan(16_000);
    }

    private static void add(Map<String, GuestMessage> seen, GuestMessage message) {
        GuestMessage other = seen.put(message.fingerprint(), message);
        if (other != null) {
            assertThat(message).isEqualTo(other);
        }
    }

    private static GuestMessage with(GuestMessage plain, boolean typing, GuestMessage.Response response) {
        return new GuestMessage(
                plain.id(),
                plain.guest(),
                plain.text(),
                plain.attachments(),
                plain.conversationId(),
                plain.participantId(),
                plain.attributes(),
                plain.sentAt(),
                typing,
                response);
    }

    private static GuestMessage message(
            String externalId,
            String text,
            List<Attachment> attachments,
            String conversation,
            String participant,
            Map<String, String> attributes) {
        return new GuestMessage(
                "m-1",
                new GuestMessage.Guest(externalId, null, null),
                text,
                attachments,
                conversation,
                participant,
                attributes,
                Instant.EPOCH,
                false,
                null);
    }
}
