package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** The archive that makes starts quick is used as long as it fits, and stands in no start's way. */
class ArchiveIT {

    private static final Path SOURCES = Path.of("").toAbsolutePath();

    private final Path installed = SOURCES.resolve("target/processes/archive");
    private final Path classes = installed.resolve("classes");

    @AfterEach
    void remove() {
        Installation.remove(installed);
    }

    @Test
    void an_archive_is_used_until_a_jar_is_newer() throws Exception {
        install();
        assertThat(fromArchive()).isFalse();

        assertThat(launched("archive")).isZero();
        assertThat(archive()).hasSize(1);
        assertThat(fromArchive()).isTrue();

        Files.setLastModifiedTime(
                installed.resolve("lib/guestbridge.jar"),
                FileTime.from(Instant.now().plusSeconds(60)));
        assertThat(fromArchive()).isFalse();

        Files.setLastModifiedTime(archive().get(0), FileTime.from(Instant.now().plusSeconds(120)));
        assertThat(fromArchive()).isFalse(); // the JVM has noticed
    }

    private void install() throws IOException {
        Installation.remove(installed);
        for (String folder : List.of("bin", "config", "routes", "samples", "target/lib")) {
            Path from = SOURCES.resolve(folder);
            try (Stream<Path> files = Files.walk(from)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    Path to = installed.resolve(from.getFileName()).resolve(from.relativize(file));
                    Files.createDirectories(to.getParent());
                    Files.createLink(to, file);
                }
            }
        }
        Files.copy(SOURCES.resolve("target/guestbridge.jar"), installed.resolve("lib/guestbridge.jar"));
    }

    private List<Path> archive() throws IOException {
        try (Stream<Path> files = Files.list(installed.resolve("lib"))) {
            return files.filter(file -> !file.toString().endsWith(".jar")).toList();
        }
    }

    /** Starts it, and tells where the JVM had the bridge's own classes from. */
    private boolean fromArchive() throws Exception {
        assertThat(launched("--version")).isZero();
        return Files.readAllLines(classes).stream()
                .filter(line -> line.contains(" dev.guestbridge.cli.Guestbridge source:"))
                .findFirst()
                .orElseThrow()
                .contains("shared objects file");
    }

    private int launched(String command) throws Exception {
        ProcessBuilder builder =
                new ProcessBuilder(installed.resolve("bin/guestbridge").toString(), command).inheritIO();
        builder.environment().remove("GUESTBRIDGE_HOME");
        builder.environment().put("GUESTBRIDGE_JAVA_OPTS", "-Xmx512m -Xlog:class+load:file=" + classes);
        Process process = builder.start();
        assertThat(process.waitFor(5, TimeUnit.MINUTES)).isTrue();
        return process.exitValue();
    }
}
