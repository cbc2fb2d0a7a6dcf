package dev.guestbridge.cli;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.cli.Drafts.Draft;
import dev.guestbridge.message.GuestMessageReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What somebody means to send is looked at before any of it is. */
class DraftsTest {

    private final Drafts drafts =
            new Drafts(new GuestMessageReader(Path.of("config/schemas/guest-message.schema.json")), 200);

    private List<Draft> lines(String text) throws IOException {
        return lines(text, UTF_8);
    }

    private List<Draft> lines(String text, Charset charset) throws IOException {
        return drafts.lines("some.jsonl", new ByteArrayInputStream(text.getBytes(charset)));
    }

    @Test
    void eachLineIsAMessageUnchanged() throws IOException {
        String first = "{\"id\":\"a\", \"guest\":{\"externalId\":\"Zoë\"}, \"text\":\"hi\", \"more\":1}";
        String second = "{\"guest\":{\"externalId\":\"b\"},\"text\":\"without an id\"}";
        assertThat(lines(first + "\r\n\n" + second))
                .containsExactly(new Draft("a", "Zoë", first), new Draft(null, "b", second));
    }

    @Test
    void oneThatIsWrongNamesItsLineAndNoneIsTaken() {
        assertThatThrownBy(
                        () -> lines(
                                """
                        {"id":"a","guest":{"externalId":"ada"},"text":"fine"}
                        {"id":"b","text":"whose?"}

                        {"id":"c"
                        """))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("some.jsonl: line 2: ")
                .hasMessageContaining("guest")
                .hasMessageContaining("; line 4: the JSON text ends too early")
                .hasMessageEndingWith("; nothing was sent");
    }

    @Test
    void oneThatTheBridgeWouldNotReadIsRefused() {
        assertThatThrownBy(() -> lines("{\"guest\":{\"externalId\":\"a\"},\"text\":\"" + "x".repeat(200) + "\"}"))
                .hasMessageContaining("line 1: the body is longer than message.max-bytes, 200");
    }

    @Test
    void whatIsNoUtf8IsRefusedInsteadOfSentWithQuestionMarks() {
        assertThatThrownBy(() -> lines("{\"guest\":{\"externalId\":\"a\"},\"text\":\"Zoë\"}", ISO_8859_1))
                .hasMessageStartingWith("some.jsonl: is not UTF-8");
    }

    @Test
    void aFileWithoutAMessageIsRefused() {
        assertThatThrownBy(() -> lines("\n \n")).hasMessage("some.jsonl: holds no message");
    }

    @Test
    void oneMessageIsWrittenAsTheBridgeReadsIt() {
        Draft draft = drafts.one("m-1", "a\"da", "line\nbreak");
        assertThat(draft)
                .isEqualTo(new Draft(
                        "m-1",
                        "a\"da",
                        "{\"id\":\"m-1\",\"guest\":{\"externalId\":\"a\\\"da\"},\"text\":\"line\\nbreak\"}"));
        assertThatThrownBy(() -> drafts.one("m-1", "", "x"))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("externalId");
    }
}
