package dev.guestbridge.message;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class GuestMessageReaderTest {

    private static final Instant BUS_TIME = Instant.parse("2026-11-20T11:59:59.007Z");
    private static final GuestMessageReader READER =
            new GuestMessageReader(Path.of("config/schemas/guest-message.schema.json"));

    private static GuestMessage read(String body) throws MessageRefused {
        return READER.parse(body, "ID:bus-1", BUS_TIME);
    }

    /** A message with these fields beside guest and text. */
    private static String with(String fields) {
        return "{\"guest\":{\"externalId\":\"guest-42\"},\"text\":\"hi\"," + fields + "}";
    }

    @Test
    void readsEveryField() throws Exception {
        GuestMessage message = read(
                """
                {"id":"m-1","guest":{"externalId":" Guest 42 ","name":"Zoë","email":"zoe@example.com"},"text":"hi",
                 "attachments":[{"url":"https://a.example/b","mime":"image/png"},
                                {"url":"HTTP://a.example","mime":"a/b","mediaType":"Link","filename":"b"}],
                 "conversationId":"c-1","participantId":"p-1","attributes":{"z":"1","a":""},
                 "sentAt":"2026-11-20T11:15:30.123456+01:00"}
                """);

        assertThat(message.id()).isEqualTo("m-1");
        assertThat(message.guest()).isEqualTo(new GuestMessage.Guest(" Guest 42 ", "Zoë", "zoe@example.com"));
        assertThat(message.text()).isEqualTo("hi");
        assertThat(message.attachments())
                .isEqualTo(List.of(
                        new Attachment("https://a.example/b", "image/png", "Image", null),
                        new Attachment("HTTP://a.example", "a/b", "Link", "b")));
        assertThat(message.conversationId()).isEqualTo("c-1");
        assertThat(message.participantId()).isEqualTo("p-1");
        assertThat(message.attributes()).containsExactly(entry("z", "1"), entry("a", ""));
        assertThat(message.sentAt()).isEqualTo("2026-11-20T10:15:30.123456Z");
    }

    @Test
    void takesIdAndTimeFromTheBusWhereTheChannelGaveNone() throws Exception {
        GuestMessage message = read("{\"guest\":{\"externalId\":\"guest-42\"},\"text\":\"hi\"}");
        assertThat(message.id()).isEqualTo("ID:bus-1");
        assertThat(message.sentAt()).isEqualTo(BUS_TIME);
        assertThat(message.attachments()).isEmpty();
        assertThat(message.attributes()).isEmpty();
    }

    @Test
    void countsNullAsAbsent() throws Exception {
        GuestMessage message = read(
                """
                {"id":null,"guest":{"externalId":"guest-42","name":null,"email":null},"text":null,
                 "attachments":[{"url":"https://a.example/b","mime":"image/png","mediaType":null,"filename":null}],
                 "conversationId":null,"participantId":null,"attributes":{"a":null},"sentAt":null}
                """);
        assertThat(message)
                .isEqualTo(
                        read(
                                """
                        {"guest":{"externalId":"guest-42"},"attachments":[{"url":"https://a.example/b","mime":"image/png"}]}
                        """));
        assertThat(read(with("\"attachments\":null,\"attributes\":null")).attributes())
                .isEmpty();
    }

    @Test
    void countsEmptyOptionalTextsAsAbsent() throws Exception {
        GuestMessage message = read(
                """
                {"guest":{"externalId":"guest-42","name":"","email":""},"text":"",
                 "attachments":[{"url":"https://a.example/b","mime":"image/png","filename":""}],
                 "conversationId":"","participantId":""}
                """);
        assertThat(message.guest()).isEqualTo(new GuestMessage.Guest("guest-42", null, null));
        assertThat(message.text()).isNull();
        assertThat(message.attachments().get(0).filename()).isNull();
        assertThat(message.conversationId()).isNull();
        assertThat(message.participantId()).isNull();
    }

    @Test
    void ignoresUnknownFieldsEverywhere() throws Exception {
        assertThat(
                        read("""
                        {"guest":{"externalId":"guest-42","vip":true},"text":"hi","priority":{"deep":[1]},
                         "attachments":[{"url":"https://a.example/b","mime":"image/png","size":3}]}
                        """)
                                .text())
                .isEqualTo("hi");
    }

    @Test
    void readsABodyOfBytesAsUtf8() throws Exception {
        String body = with("\"id\":\"客-😀\"");
        assertThat(READER.parse(body.getBytes(UTF_8), "ID:bus-1", BUS_TIME)).isEqualTo(read(body));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    [] | the message is not a JSON object
                    null | the message is not a JSON object
                    "secret" | the message is not a JSON object
                    {} | guest is missing; text and attachments are both missing or empty
                    {"guest":null,"text":"hi"} | guest is missing
                    {"guest":"secret","text":"hi"} | guest is not an object
                    {"guest":{},"text":"hi"} | guest.externalId is missing
                    {"guest":{"externalId":null},"text":"hi"} | guest.externalId is missing
                    {"guest":{"externalId":42},"text":"hi"} | guest.externalId is not a string
                    {"guest":{"externalId":""},"text":"hi"} | guest.externalId is empty
                    {"guest":{"externalId":"a\\u0000secret"},"text":"hi"} | guest.externalId contains U+0000 or a lone surrogate
                    {"guest":{"externalId":"\\udc00\\ud800"},"text":"hi"} | guest.externalId contains U+0000 or a lone surrogate
                    {"guest":{"externalId":"g","name":1,"email":true},"text":"hi"} | guest.name is not a string; guest.email is not a string
                    {"guest":{"externalId":"g"}} | text and attachments are both missing or empty
                    {"guest":{"externalId":"g"},"text":""} | text and attachments are both missing or empty
                    {"guest":{"externalId":"g"},"text":null,"attachments":[]} | text and attachments are both missing or empty
                    {"guest":{"externalId":"g"},"text":["secret"]} | text is not a string
                    {"guest":{"externalId":"g"},"attachments":{}} | attachments is not a list
                    {"guest":{"externalId":"g"},"attachments":["secret"]} | attachments[0] is not an object
                    """)
    void refusesAMessageByNamingTheField(String body, String reason) {
        refuses(body, reason);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    "id":7 | id is not a string
                    "id":"" | id is empty
                    "id":"\\u0000" | id contains U+0000 or a lone surrogate
                    "id":"\\ud83d" | id contains U+0000 or a lone surrogate
                    "conversationId":"\\ud83d" | conversationId contains U+0000 or a lone surrogate
                    "conversationId":{} | conversationId is not a string
                    "participantId":"\\u0000" | participantId contains U+0000 or a lone surrogate
                    "attributes":[] | attributes is not an object
                    "attributes":{"orderId":17} | attributes.orderId is not a string
                    "attributes":{"my secret":17} | attributes[…] is not a string
                    "sentAt":1700000000 | sentAt is not a string
                    "sentAt":"secret" | sentAt is not a date and time with zone (ISO-8601) such as 2026-11-20T10:15:30Z
                    "sentAt":"" | sentAt is not a date and time with zone (ISO-8601) such as 2026-11-20T10:15:30Z
                    "sentAt":"2026-11-20T10:15:30" | sentAt is not a date and time with zone (ISO-8601) such as 2026-11-20T10:15:30Z
                    "sentAt":"2026-11-20T10:15:30Z\\n" | sentAt is not a date and time with zone (ISO-8601) such as 2026-11-20T10:15:30Z
                    "sentAt":"2026-02-30T10:15:30Z" | sentAt is not a date and time that exists
                    "sentAt":"2026-11-20T10:15:30+19:00" | sentAt is not a date and time that exists
                    "attachments":[{"url":"https://a"},{"mime":"a/b"}] | attachments[0].mime is missing; attachments[1].url is missing
                    "attachments":[{"url":"https://a","mime":"a/b","mediaType":"Secret"}] | attachments[0].mediaType is not one of Image, Video, Audio, File, Link
                    "attachments":[{"url":"https://a","mime":"a/b","filename":1}] | attachments[0].filename is not a string
                    "id":1,"sentAt":1,"attributes":1,"conversationId":1 | id is not a string; conversationId is not a string; attributes is not an object
                    """)
    void refusesAFieldByItsName(String fields, String reason) {
        refuses(with(fields), reason);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/b",
                "a.example/b",
                "//a.example/b",
                "ftp://a.example/b",
                "javascript:alert(1)",
                "https:a.example",
                "https://",
                "https:///b",
                "https://:443/b",
                "https://a.example/b c",
                "https://a.example/b\\nsecret",
                "https://a.example/b\\n",
                "https://a.example/b\\u2028",
                "https://a.example/\\u0000",
                "https://a.example/\\ud83d",
                " https://a.example/b"
            })
    void refusesAnAddressThatIsNotAbsoluteHttp(String url) {
        refuses(
                with("\"attachments\":[{\"url\":\"https://a\",\"mime\":\"a/b\"},{\"url\":\"" + url
                        + "\",\"mime\":\"a/b\"}]"),
                "attachments[1].url is not an absolute http or https address");
    }

    @ParameterizedTest
    @CsvSource({"image", "image/", "/png", "image/png/x", "im age/png", "'image/png\\n'", "'image/png;\\u000a'"})
    void refusesAMediaTypeThatIsNone(String mime) {
        refuses(
                with("\"attachments\":[{\"url\":\"https://a\",\"mime\":\"" + mime + "\"}]"),
                "attachments[0].mime is not a media type such as image/jpeg");
    }

    @Test
    void readsThatTheGuestIsTyping() throws Exception {
        GuestMessage message = read("{\"type\":\"typing\",\"guest\":{\"externalId\":\"guest-42\"}}");
        assertThat(message.typing()).isTrue();
        assertThat(message.id()).isEqualTo("ID:bus-1");
        assertThat(message.text()).isNull();
        assertThat(read(with("\"type\":null")).typing()).isFalse();
        assertThat(read(with("\"type\":\"text\"")).typing()).isFalse();
    }

    @Test
    void readsAnAnswerToAStructuredReply() throws Exception {
        GuestMessage message = read(
                """
                {"type":"response","guest":{"externalId":"guest-42"},"text":"","attachments":[],"inReplyTo":"r-1",
                 "response":{"type":"QuickReply","text":"Yes","payload":"","new":1}}
                """);
        assertThat(message.typing()).isFalse();
        assertThat(message.text()).isEqualTo("Yes");
        assertThat(message.response()).isEqualTo(new GuestMessage.Response("QuickReply", "", "r-1"));
        assertThat(read(with("\"response\":{\"type\":\"Button\",\"text\":\"a\",\"payload\":\"b\"}"))
                        .response())
                .isNull();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            textBlock =
                    """
                    {"type":"shouting","guest":{"externalId":"g"},"text":"hi"} | type is not one of text, typing, response
                    {"type":1,"guest":{"externalId":"g"},"text":"hi"} | type is not one of text, typing, response
                    {"type":"text","guest":{"externalId":"g"}} | text and attachments are both missing or empty
                    {"type":"typing"} | guest is missing
                    {"type":"typing","guest":{"externalId":"g"},"text":"secret"} | text is for messages of type text only
                    {"type":"typing","guest":{"externalId":"g"},"attachments":[{"url":"https://a","mime":"a/b"}]} | attachments are for messages of type text only
                    {"type":"response","guest":{"externalId":"g"}} | response is missing; inReplyTo is missing
                    {"type":"response","guest":{"externalId":"g"},"text":"Yes"} | text is for messages of type text only; response is missing; inReplyTo is missing
                    {"type":"response","guest":{"externalId":"g"},"response":null,"inReplyTo":null} | response is missing; inReplyTo is missing
                    {"type":"response","guest":{"externalId":"g"},"response":{},"inReplyTo":""} | response.type is missing; response.text is missing; response.payload is missing
                    {"type":"response","guest":{"externalId":"g"},"response":{"type":"Wink","text":"","payload":1},"inReplyTo":"r"} | response.type is not one of QuickReply, Button, DatePicker; response.text is empty; response.payload is not a string
                    {"type":"response","guest":{"externalId":"g"},"response":{"type":"Button","text":"a","payload":"b"},"inReplyTo":""} | inReplyTo is empty
                    {"type":"response","guest":{"externalId":"g"},"response":{"type":"Button","text":"a","payload":"b"},"inReplyTo":7} | inReplyTo is not a string
                    """)
    void refusesAnEventOrAnAnswerByItsField(String body, String reason) {
        refuses(body, reason);
    }

    @Test
    void countsLengthsInCharactersNotInHalves() throws Exception {
        String longest = "😀".repeat(512);
        assertThat(read("{\"guest\":{\"externalId\":\"" + longest + "\"},\"text\":\"hi\"}")
                        .guest()
                        .externalId())
                .isEqualTo(longest);
        refuses(
                "{\"guest\":{\"externalId\":\"" + longest + "x\"},\"text\":\"hi\"}",
                "guest.externalId is longer than 512 characters");
        assertThat(read(with("\"id\":\"" + "x".repeat(200) + "\"")).id()).hasSize(200);
        refuses(with("\"id\":\"" + "x".repeat(201) + "\""), "id is longer than 200 characters");
    }

    @ParameterizedTest
    @CsvSource({
        "2026-11-20T10:15:30Z,        2026-11-20T10:15:30Z",
        "2026-11-20T10:15Z,           2026-11-20T10:15:00Z",
        "2026-11-20T10:15:30.5-03:00, 2026-11-20T13:15:30.500Z",
        "2026-11-20T10:15:30+0530,    2026-11-20T04:45:30Z",
        "2026-11-20T10:15:30+01,      2026-11-20T09:15:30Z",
        "'2026-11-20T10:15:30,250Z',  2026-11-20T10:15:30.250Z",
        "2026-11-20T10:15:30.123456789Z, 2026-11-20T10:15:30.123456789Z"
    })
    void readsTimesAsIso8601HasThem(String sentAt, Instant instant) throws Exception {
        assertThat(read(with("\"sentAt\":\"" + sentAt + "\"")).sentAt()).isEqualTo(instant);
    }

    /** Written out to be compared with the schema's words, the number would fill the memory and end the process. */
    @Test
    void refusesANumberThatIsShortToWriteAndLongToWriteOut() {
        refuses(with("\"type\":1e400000000"), "the JSON text has a number with an exponent beyond 1000");
    }

    @Test
    void refusesWhatIsNotJson() {
        refuses("", "the JSON text is empty");
        refuses("{\"guest\":secret", "the JSON text is not valid JSON, at line 1, column 16");
    }

    @Test
    void refusesASchemaThatCannotBeUsed(@TempDir Path folder) throws Exception {
        Path absent = folder.resolve("absent.schema.json");
        assertThatThrownBy(() -> new GuestMessageReader(absent)).hasMessage(absent + ": can't be read");
        Path broken = Files.writeString(folder.resolve("broken.schema.json"), "{");
        assertThatThrownBy(() -> new GuestMessageReader(broken))
                .hasMessageStartingWith(broken + ": the JSON text ends");
        Path wrong = Files.writeString(folder.resolve("wrong.schema.json"), "{\"pattern\":\"(\"}");
        assertThatThrownBy(() -> new GuestMessageReader(wrong)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysSoWhenAnOperatorsOwnRuleIsBroken(@TempDir Path folder) throws Exception {
        Path own = Files.writeString(
                folder.resolve("own.schema.json"),
                """
                {"type":"object","required":["guest"],"properties":{"text":{"maxLength":3,"pattern":"^[a-z]*$"},
                 "attachments":{"maxItems":1}}}
                """);
        assertThatThrownBy(() -> new GuestMessageReader(own)
                        .parse("{\"guest\":{},\"text\":\"SECRET\",\"attachments\":[{},{}]}", "b", BUS_TIME))
                .isInstanceOf(MessageRefused.class)
                .hasMessage("text is longer than 3 characters; text has not the form that the schema asks for;"
                        + " attachments breaks the schema's rule 'maxItems'");
    }

    private static void refuses(String body, String reason) {
        assertThatThrownBy(() -> read(body)).isInstanceOf(MessageRefused.class).hasMessage(reason);
    }
}
