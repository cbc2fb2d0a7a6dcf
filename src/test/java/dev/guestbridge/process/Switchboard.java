package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Joins an installation to other buses as an operator does, by the files of samples/buses/. */
record Switchboard(Installation installation) {

    private static final Path SAMPLES = Path.of("samples/buses");

    interface Edit {
        String of(String text);
    }

    /** Copies a sample to where it is switched on, edited as an operator would. */
    void join(String bus, String channel, Edit edit) throws IOException {
        Path file = installation.home().resolve("routes/buses/" + bus + ".camel.yaml");
        Files.createDirectories(file.getParent());
        String text = edit.of(Files.readString(SAMPLES.resolve(bus + ".camel.yaml")));
        assertThat(text).contains("guest.in." + channel);
        Files.writeString(file, text);
    }

    /** Puts the clients' jars where the launcher looks for them. */
    void lend(String... jars) throws IOException {
        Path lib = Files.createDirectories(installation.home().resolve("routes/buses/lib"));
        for (String entry : System.getProperty("java.class.path").split(File.pathSeparator)) {
            Path jar = Path.of(entry);
            for (String name : jars) {
                if (jar.getFileName().toString().matches(name + "-\\d.*\\.jar")) {
                    Files.copy(jar, lib.resolve(jar.getFileName()));
                }
            }
        }
        try (var lent = Files.list(lib)) {
            assertThat(lent).hasSize(jars.length);
        }
    }
}
