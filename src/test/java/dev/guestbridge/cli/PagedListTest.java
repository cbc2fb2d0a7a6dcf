package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Json;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PagedListTest {

    private static PagedList listOf(JsonNode page) {
        return new PagedList("letters", "after", after -> page);
    }

    /** Who believes that all is exported discards it. */
    @Test
    void a_stdout_that_takes_no_more_is_told() throws Exception {
        PrintWriter full = new PrintWriter(new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException("No space left on device");
            }
        });
        PagedList endless = listOf(Json.read("{\"letters\": [{\"letter\": \"1\"}], \"after\": \"1\"}"));

        assertThatThrownBy(() -> endless.write(null, full))
                .isInstanceOf(Refused.class)
                .hasMessageStartingWith("stdout takes no more");
    }

    @Test
    void what_guests_are_called_moves_nothing_on_a_terminal() throws Exception {
        JsonNode page = Json.read("{\"letters\": [{\"guest\": \"\\u009b2J\\u202e\"}]}");
        StringWriter out = new StringWriter();

        assertThat(listOf(page).write(null, new PrintWriter(out, true))).isOne();

        assertThat(out.toString()).isEqualToIgnoringNewLines("{\"guest\":\"\\u009b2J\\u202e\"}");
    }
}
