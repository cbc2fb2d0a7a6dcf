package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.ByteArrayOutputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StdoutTest {

    private static int executed(OutputStream out, String command) {
        return Guestbridge.execute(Guestbridge.commandLine(Map.of(), parts -> {}), new Stdout(out), command.split(" "));
    }

    private static OutputStream failing(String why) {
        return new OutputStream() {
            @Override
            public void write(int one) throws IOException {
                throw new IOException(why);
            }
        };
    }

    @ParameterizedTest
    @ValueSource(strings = {"completion", "--version", "dead list --help"})
    void a_full_disk_is_no_success(String command) throws IOException {
        Path full = Path.of("/dev/full");
        assumeThat(Files.exists(full)).isTrue();
        try (OutputStream out = new FileOutputStream(full.toFile())) {
            assertThat(executed(out, command)).isEqualTo(Guestbridge.WRONG);
        }
    }

    @Test
    void what_was_not_taken_is_told() {
        ByteArrayOutputStream err = new ByteArrayOutputStream();
        Stdout stdout = new Stdout(failing("No space left on device"));
        stdout.writer().println("a line");
        assertThat(stdout.end(Guestbridge.NEGATIVE, new PrintStream(err))).isEqualTo(Guestbridge.WRONG);
        assertThat(err.toString(StandardCharsets.UTF_8))
                .isEqualToIgnoringNewLines(
                        "guestbridge: stdout takes no more: No space left on device; what is there isn't all");
        assertThat(stdout.end(Guestbridge.FAULT, new PrintStream(err))).isEqualTo(Guestbridge.FAULT);
    }

    @Test
    void a_reader_that_has_enough_is_no_failure() {
        assertThat(executed(failing("Broken pipe"), "completion")).isEqualTo(Guestbridge.DONE);
    }

    @Test
    void what_is_taken_is_all_of_it() {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        assertThat(executed(out, "--version")).isEqualTo(Guestbridge.DONE);
        assertThat(out.toString(StandardCharsets.UTF_8)).startsWith("guestbridge ");
    }
}
