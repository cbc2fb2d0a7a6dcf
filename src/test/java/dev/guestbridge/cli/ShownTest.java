package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import dev.guestbridge.message.Json;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

/** Nothing that others wrote moves the cursor, rings the bell or turns the line round. */
class ShownTest {

    private static final String ODD = "a\u001B[2Jb\u009Bc\u007F\u202Ed\u2028e\r\nf";

    @Test
    void textIsOneLineWithoutControls() {
        assertThat(Shown.text(ODD)).isEqualTo("a [2Jb c  d e  f");
        assertThat(Shown.text("Zoë 👩‍👧 שלום")).as("all else stays").isEqualTo("Zoë 👩‍👧 שלום");
    }

    @Test
    void jsonMeansTheSame() throws Exception {
        JsonNode value = Json.read(Json.write(TextNode.valueOf(ODD)));
        String shown = Shown.json(value);
        assertThat(shown).doesNotContainPattern("[\\p{Cc}\\u2028\\u202E]");
        assertThat(Json.read(shown)).isEqualTo(value);
    }

    @Test
    void aTablesCellsAreText() {
        StringWriter out = new StringWriter();
        new Table("id", "what").row("m\u001B[31m", null).row("m-10", ODD).print(new PrintWriter(out));
        assertThat(out.toString().lines()).containsExactly("ID      WHAT", "m [31m", "m-10    a [2Jb c  d e  f");
    }
}
