package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.process.Installation.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The command itself: what it prints, where, and with which status. */
@Timeout(180)
class CheckIT {

    private static final Duration LIMIT = Duration.ofSeconds(90);

    private Installation installation;

    @BeforeEach
    void install() {
        installation = new Installation("CheckIT");
    }

    @AfterEach
    void remove() {
        installation.close();
    }

    @Test
    void says_in_one_line_that_nothing_is_wrong() {
        Running check = installation.start("check", "--strict");

        assertThat(check.exitWithin(LIMIT)).as(check.stdout()).isZero();
        assertThat(check.stdout().lines()).singleElement().asString().startsWith("nothing is wrong; looked at: ");
        assertThat(check.stderr()).isEmpty();
        assertThat(installation.home().resolve("data")).doesNotExist();
    }

    @Test
    void tells_each_fault_by_file_and_line() throws Exception {
        Path file = installation.home().resolve("routes/housekeeping.camel.yaml");
        Files.writeString(file, Files.readString(file).replaceFirst("ref: ledger", "ref: ledgr"));
        Running check = installation.without("GENESYS_MAIN_CLIENT_ID").start("check");

        assertThat(check.exitWithin(LIMIT)).isEqualTo(1);
        assertThat(check.stdout().lines())
                .hasSize(3)
                .anyMatch(line ->
                        line.startsWith("config/application.properties: error: genesys.main.client-id: is missing"))
                .anyMatch(
                        line -> line.matches(
                                "routes/housekeeping\\.camel\\.yaml:\\d+:\\d+: error: there is no bean 'ledgr'; did you mean ledger\\?"))
                .last()
                .asString()
                .startsWith("errors 2, warnings 0; looked at: ");
        assertThat(check.stderr()).isEmpty();
    }

    @Test
    void a_shell_completes_commands() throws Exception {
        Running completion = installation.start("completion");
        assertThat(completion.exitWithin(LIMIT)).isZero();
        Process bash = new ProcessBuilder(
                        "bash",
                        "-c",
                        "source \"$0\"; COMP_WORDS=(guestbridge che); COMP_CWORD=1; COMP_LINE='guestbridge che';"
                                + " COMP_POINT=15; _complete_guestbridge; echo \"${COMPREPLY[@]}\"",
                        completion.out().toString())
                .redirectErrorStream(true)
                .start();

        assertThat(new String(bash.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo("check\n");
        assertThat(bash.waitFor()).isZero();
    }
}
