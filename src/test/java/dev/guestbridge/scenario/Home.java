package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** A copy of the shipped configuration and routes, for tests that change it as an operator does. */
record Home(Path folder) {

    static final String CATALOGUE = "config/error-classes.yaml";

    /** The shipped files, put into this folder. */
    static Home in(Path folder) throws IOException {
        for (String part : new String[] {"config", "routes"}) {
            try (Stream<Path> files = Files.walk(Path.of(part))) {
                for (Path file : files.toList()) {
                    Files.createDirectories(folder.resolve(file).getParent());
                    Files.copy(file, folder.resolve(file));
                }
            }
        }
        return new Home(folder);
    }

    /** The same with shorter pauses, which cost tests less time. */
    Home withShortPauses() throws IOException {
        return with(CATALOGUE, "wait-ms: 5000..60000", "wait-ms: 600..1600")
                .with(CATALOGUE, "wait-ms: 500..5000", "wait-ms: 200..1200");
    }

    /** The same with every occurrence of a text, of which there must be one, replaced in a file. */
    Home with(String file, String old, String replacement) throws IOException {
        String text = Files.readString(folder.resolve(file));
        assertThat(text).as(file).contains(old);
        Files.writeString(folder.resolve(file), text.replace(old, replacement));
        return this;
    }

    /** The same without a file. */
    Home without(String file) throws IOException {
        Files.delete(folder.resolve(file));
        return this;
    }

    /** The same with one file more. */
    Home and(String file, String text) throws IOException {
        Files.writeString(folder.resolve(file), text);
        return this;
    }
}
