package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicNode;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.ExtendWith;

/** Every file in {@code src/test/resources/scenarios}, run against the shipped routes and configuration. */
@ExtendWith(BridgeUnderTest.Shared.class)
@Tag(BridgeUnderTest.OVER_BOTH_TRANSPORTS)
final class ScenariosTest {

    private static final Path FOLDER = Path.of("src/test/resources/scenarios");

    @TestFactory
    Stream<DynamicNode> behaviours(BridgeUnderTest bridge) throws IOException {
        // those of the classes have a bridge of their own, whose pauses are short
        return in(FOLDER, file -> !file.startsWith(ErrorClassesTest.FOLDER), bridge);
    }

    /** The scenarios of a folder, run against this bridge. */
    static Stream<DynamicNode> in(Path folder, Predicate<Path> which, BridgeUnderTest bridge) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(file -> file.toString().endsWith(".yaml"))
                    .filter(which)
                    .filter(file -> file.toString().contains(System.getProperty("scenario", "")))
                    .sorted()
                    .toList();
        }
        assertThat(files).isNotEmpty();
        return files.stream().map(file -> {
            Scenario scenario = new Scenario(file, bridge);
            assertThat(scenario.sentence()).as("%s: scenario", file).isNotBlank();
            return DynamicTest.dynamicTest(scenario.sentence(), file.toUri(), scenario::run);
        });
    }
}
