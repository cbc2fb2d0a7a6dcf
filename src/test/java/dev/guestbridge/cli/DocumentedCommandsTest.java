package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** The commands that pages name are there, with the options that they are named with. */
class DocumentedCommandsTest {

    // as it is typed, or quoted; in running text the name is the program's
    private static final Pattern COMMAND =
            Pattern.compile("(?:^|\\$ |bin/|`|')guestbridge ([a-z][^`'|&;#>)\\n]*)", Pattern.MULTILINE);

    static List<Path> pages() throws IOException {
        try (Stream<Path> docs = Files.list(Path.of("docs"))) {
            return Stream.concat(
                            Stream.of("README.md", "CHANGELOG.md", "CONTRIBUTING.md", "docker/prometheus/rules.yml")
                                    .map(Path::of),
                            docs.filter(file -> file.toString().endsWith(".md")).sorted())
                    .toList();
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void areThere(Path page) throws IOException {
        CommandLine all = Guestbridge.commandLine();
        COMMAND.matcher(Files.readString(page))
                .results()
                .map(found -> found.group(1))
                .distinct()
                .forEach(typed -> assertThere(all, typed));
    }

    private static void assertThere(CommandLine all, String typed) {
        CommandLine command = all;
        boolean first = true;
        for (String word : typed.strip().split("\\s+")) {
            if (first && word.equals("archive")) { // the launcher's own
                return;
            }
            CommandLine next = command.getSubcommands().get(word);
            assertThat(first && next == null).as("guestbridge " + typed).isFalse();
            first = false;
            if (next != null) {
                command = next;
            } else if (word.startsWith("--")) {
                assertThat(command.getCommandSpec().optionsMap())
                        .as("options of guestbridge " + typed)
                        .containsKey(word.replaceFirst("=.*", "").replaceFirst("[^a-z]+$", ""));
            }
        }
    }
}
