package dev.guestbridge.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.guestbridge.fuzz.Mutations;
import dev.guestbridge.message.YamlFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whatever stands in a file of routes: it is told what is wrong, at a place that is there, and nothing breaks. */
class RouteCheckFuzzTest {

    private static final Path FILE = file();
    private static final RouteCheck CHECK = new RouteCheck(Map.of("http.port", "80"), Map.of("clock", Clock.class));

    private static Path file() {
        try {
            return Files.createTempFile("routes", ".camel.yaml");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void sweep() throws IOException {
        Files.delete(FILE);
    }

    @FuzzTest
    void tellsOfAnyFileWhereItIsWrong(byte[] yaml) {
        YamlFile file;
        try {
            Files.write(FILE, yaml);
            file = YamlFile.read(FILE);
        } catch (YamlFile.Unreadable e) {
            return;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        List<Finding> findings = CHECK.of(List.of(file), true);
        assertThat(findings).allSatisfy(finding -> {
            assertThat(finding.sentence()).isNotBlank();
            assertThat(finding.place().line()).isBetween(0, yaml.length + 1);
        });
    }

    @Test
    void holdsForMalformedFiles() {
        Mutations.each(getClass(), "tellsOfAnyFileWhereItIsWrong", this::tellsOfAnyFileWhereItIsWrong);
    }
}
