package dev.guestbridge.message;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import dev.guestbridge.fuzz.Mutations;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

/** Whatever stands in a channel's file: it is a channel whose names fit everywhere, or refused by the file's name. */
class ChannelsFuzzTest {

    private static final Path HOME = home();

    private static Path home() {
        try {
            return Files.createDirectories(Files.createTempDirectory("channels").resolve("routes/channels"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @AfterAll
    static void sweep() throws IOException {
        Files.deleteIfExists(HOME.resolve("lobby.camel.yaml"));
        Files.delete(HOME);
    }

    @FuzzTest
    void aFileIsAChannelOrRefusedByItsName(byte[] yaml) {
        try {
            Files.write(HOME.resolve("lobby.camel.yaml"), yaml);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Channels channels;
        try {
            channels = Channels.read(HOME);
        } catch (Channels.BadChannel refused) {
            assertThat(refused.getMessage())
                    .startsWith("routes/channels/lobby.camel.yaml: ")
                    .hasLineCount(1);
            return;
        }
        Channel channel = channels.all().iterator().next();
        assertThat(channels.all()).hasSize(1);
        for (String name : new String[] {channel.name(), channel.dialect(), channel.org()}) {
            assertThat(name).matches("[a-z0-9][a-z0-9-]{0,62}");
        }
        assertThat(channel.integration()).isNotBlank().doesNotContain("{{", "\n", "\r");
        if (channel.queue() != null) {
            assertThat(channel.queue()).isNotBlank().doesNotContain("{{", "\n", "\r");
        }
        assertThat(channels.ofIntegration(channel.org(), channel.integration())).isSameAs(channel);
    }

    @Test
    void holdsForMalformedFiles() {
        Mutations.each(getClass(), "aFileIsAChannelOrRefusedByItsName", this::aFileIsAChannelOrRefusedByItsName);
    }
}
