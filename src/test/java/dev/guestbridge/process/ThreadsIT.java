package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.process.Installation.Running;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Threads moved and a guest erased from the command line, by an operator who says the password. */
@Timeout(300)
class ThreadsIT {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String PASSWORD = "a password of the tests";

    private Installation installation;

    @BeforeEach
    void install() {
        installation = new Installation("ThreadsIT");
    }

    @AfterEach
    void remove() {
        installation.close();
    }

    @Test
    void threads_are_moved_in_and_out_and_a_guest_is_erased() throws Exception {
        installation.with("MANAGEMENT_USER", "ada").with("MANAGEMENT_PASSWORD_HASH", hash());
        installation.with("GUESTBRIDGE_PASSWORD", PASSWORD);
        installation.bridge();
        Path file = installation.home().resolve("threads.jsonl");
        String kiosk = "{\"channel\":\"kiosk\",\"guest\":\"+49\",\"conversationId\":\"c\",\"guestId\":\"g\","
                + "\"guestToken\":\"canary-token\"}";
        String mobile = "{\"channel\":\"mobile\",\"guest\":\"+49\",\"threadId\":\"t\"}";

        Files.write(
                file, List.of(kiosk, mobile, "{\"channel\":\"mobil\",\"guest\":\"+50\",\"threadId\":\"t\"}", mobile));
        Running wrong = run(1, "threads", "import", "--yes", file.toString());
        assertThat(wrong.stderr())
                .contains(
                        "threads.jsonl:3: channel: ",
                        "did you mean mobile?",
                        "threads.jsonl:4: names the guest of line 2")
                .contains("nothing was written");

        Files.write(file, List.of(kiosk, "", mobile));
        assertThat(run(0, "threads", "import", file.toString()).stdout())
                .isEqualTo("would be written: 2 threads, kept as they are: 0\n");
        assertThat(run(0, "threads", "import", "--yes", file.toString()).stdout())
                .isEqualTo("written: 2 threads, kept as they are: 0\n");
        assertThat(run(0, "threads", "list", "--limit", "1").stderr()).contains("--after ");

        Path out = installation.home().resolve("out.jsonl");
        run(0, "threads", "export", "--with-secrets", out.toString());
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(out)))
                .isEqualTo("rw-------");
        assertThat(Files.readAllLines(out)).hasSize(2).first().asString().contains("canary-token", "\"org\":\"main\"");
        assertThat(run(0, "threads", "export").stdout())
                .contains("\"guest\":\"+49\"")
                .doesNotContain("canary-token");

        assertThat(run(0, "threads", "erase", "--yes", "+49").stdout())
                .isEqualTo(
                        "erased: 2 threads, 0 messages in the ledger, 0 dead letters, 0 waiting replies, 0 traces of replies\n");
        assertThat(run(1, "threads", "get", "+49").stderr()).contains("nothing is known of the guest");
        assertThat(run(0, "audit", "--guest", "+49").stdout()).contains("ada (127.0.0.1)", "threads erase", "sha256:");

        installation.with("GUESTBRIDGE_PASSWORD", "another password");
        assertThat(run(2, "threads", "list").stderr()).isEqualTo("guestbridge: user or password is wrong\n");
    }

    private String hash() throws Exception {
        Running password = installation.start("password");
        try (OutputStream in = password.process().getOutputStream()) {
            in.write((PASSWORD + "\n").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(password.exitWithin(LIMIT)).as(password.stderr()).isZero();
        return password.stdout().strip();
    }

    private Running run(int status, String command, String... arguments) {
        Running running = installation.start(command, arguments);
        assertThat(running.exitWithin(LIMIT))
                .as(running.stdout() + running.stderr())
                .isEqualTo(status);
        return running;
    }
}
