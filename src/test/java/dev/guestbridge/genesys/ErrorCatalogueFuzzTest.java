package dev.guestbridge.genesys;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.guestbridge.fuzz.Mutations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whatever stands in the catalogue's file: it tells every answer's class, or is refused by the file's name. */
class ErrorCatalogueFuzzTest {

    private static final Path FILE = file();

    private static Path file() {
        try {
            return Files.createTempFile("error-classes", ".yaml");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void sweep() throws IOException {
        Files.delete(FILE);
    }

    @FuzzTest
    void aFileTellsEveryAnswersClassOrIsRefused(byte[] yaml) {
        try {
            Files.write(FILE, yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        ErrorCatalogue catalogue;
        try {
            catalogue = new ErrorCatalogue(FILE);
        } catch (ErrorCatalogue.BadCatalogue refused) {
            assertThat(refused.getMessage()).startsWith(FILE + ": ").hasLineCount(1);
            return;
        }
        for (int status : new int[] {0, 100, 200, 302, 400, 401, 404, 429, 500, 503, 999}) {
            for (String network : new String[] {null, "unreachable", "lost", "unreadable"}) {
                Answer answer = new Answer(
                        "main",
                        "send",
                        "messaging",
                        status,
                        network,
                        "c",
                        "t",
                        "fresh",
                        "missing",
                        "",
                        5,
                        -1,
                        "host",
                        null);
                GenesysFailure failure = catalogue.judge(answer, null, null);
                ErrorClass row = failure.errorClass();
                assertThat(catalogue.classes()).contains(row);
                assertThat(failure.getWaitMs()).isBetween(0L, Math.max(50, row.capMs()));
                assertThat(row.threshold()).isPositive();
                assertThat(row.attempts()).isNotNegative();
                assertThat(row.withinMs()).isNotNegative();
                assertThat(row.reason()).isNotBlank();
                assertThat(row.advice()).isNotBlank();
            }
        }
    }

    @Test
    void holdsForMalformedFiles() {
        Mutations.each(
                getClass(), "aFileTellsEveryAnswersClassOrIsRefused", this::aFileTellsEveryAnswersClassOrIsRefused);
    }
}
