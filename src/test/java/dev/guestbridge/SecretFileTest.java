package dev.guestbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SecretFileTest {

    private static final Duration LIMIT = Duration.ofSeconds(30);
    private static final String OLD = "the-old-secret-of-the-webhook-1234";
    private static final String NEW = "the-new-secret-of-the-webhook-5678";

    @TempDir
    Path folder;

    @ParameterizedTest
    @ValueSource(strings = {"", "too-short", "changeme", OLD + ",", "\uFEFF" + NEW, "<gone>", "<open>"})
    void aBadNewValueKeepsTheOldOneUntilAGoodOneComes(String bad) throws Exception {
        Path file = write(OLD);
        SecretFile<List<String>> secret = new SecretFile<>("key", file, text -> Secrets.webhook(text, false));
        assertThat(secret.get()).containsExactly(OLD);

        switch (bad) {
            case "<gone>" -> Files.delete(file);
            case "<open>" -> {
                write(NEW);
                Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-r--r--"));
            }
            default -> write(bad);
        }
        // longer than between two looks
        await().during(Duration.ofMillis(1_500)).atMost(LIMIT).until(() -> secret.get()
                .equals(List.of(OLD)));

        write(OLD + "\r\n" + NEW + "\r\n"); // as editors of Windows end lines
        await().atMost(LIMIT).until(() -> secret.get().equals(List.of(OLD, NEW)));
    }

    @Test
    void groupsMayReadIt() throws Exception {
        Path file = write(OLD);
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("r--r-----"));
        assertThat(SecretFile.text(file)).isEqualTo(OLD);
    }

    @Test
    void itsReasonNeverQuotesIt() throws Exception {
        Path file = write("short-secret");
        assertThatThrownBy(() -> new SecretFile<>("key", file, text -> Secrets.webhook(text, false)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("is shorter than 32 bytes")
                .hasMessageNotContaining("short-secret");
    }

    private Path write(String text) throws Exception {
        Path file = folder.resolve("secret");
        Files.writeString(file, text);
        return Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    }
}
