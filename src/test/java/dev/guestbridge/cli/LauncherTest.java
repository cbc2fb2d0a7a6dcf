package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** The command line says what it takes, on stdout, and what is wrong, on stderr and by its exit status. */
class LauncherTest {

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int execute(String... arguments) {
        CommandLine line = Guestbridge.commandLine();
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void helpNamesEveryCommandAndExitStatus() {
        assertThat(execute("--help")).isZero();
        assertThat(out.toString()).contains("run ", "doctor ", "demo ", "simulate ", "load ", "70 ");
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"run", "doctor", "demo", "simulate", "load", "threads", "audit", "password"})
    void everyCommandHasHelp(String command) {
        assertThat(execute(command, "--help")).isZero();
        assertThat(out.toString()).startsWith("Usage: guestbridge " + command);
        assertThat(err.toString()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "runn",
                "--keep",
                "run --keep",
                "run now",
                "demo --keep=maybe",
                "doctor --only",
                "doctor --only network",
                "load --rate 0",
                "load --rate many",
                "load --duration 0s",
                "load --duration soon",
                "load --guests 0",
                "load --size 39",
                "load --size 200-100",
                "load --size 1k",
                "load --grace -1s",
                "load --rate 100000 --duration 1h",
                "threads",
                "threads get",
                "threads list --opened-since soon",
                "threads export --with-secrets",
                "audit --limit",
                ""
            })
    void wrongUsageIsStatus2OnStderr(String line) {
        assertThat(execute(line.isEmpty() ? new String[0] : line.split(" "))).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString()).containsAnyOf("Usage: guestbridge", "Did you mean: guestbridge run?");
    }

    @Test
    void aGuestWhoseIdBeginsWithAnAtIsNoFile(@TempDir Path folder) throws Exception {
        Path file = Files.writeString(folder.resolve("ada"), "--yes");
        String guest = "@" + file;
        var parsed = Guestbridge.commandLine().parseArgs("threads", "erase", guest);
        assertThat(parsed.subcommand().subcommand().matchedPositionalValue(0, ""))
                .isEqualTo(guest);
    }

    @Test
    void aMissingKeyIsStatus2AndOneLineThatNamesFileAndKey() {
        assumeThat(System.getenv()).doesNotContainKeys("GENESYS_MAIN_API_URL", "GUESTBRIDGE_HOME");
        assertThat(execute("run")).isEqualTo(2);
        assertThat(out.toString()).isEmpty();
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("guestbridge: ")
                .contains("config/application.properties: genesys.main.api-url: is missing", "GENESYS_MAIN_API_URL");
    }

    @Test
    void aFaultOfOursIsStatus70WithItsTrace() throws Exception {
        CommandLine line = Guestbridge.commandLine();
        line.setErr(new PrintWriter(err, true));
        int status = line.getExecutionExceptionHandler()
                .handleExecutionException(new IllegalStateException("a fault"), line, null);
        assertThat(status).isEqualTo(70);
        assertThat(err.toString()).contains("java.lang.IllegalStateException: a fault", "\tat ");
    }
}
