package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.guestbridge.cli.Guestbridge;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.Command;

/**
 * What is written for people stays true. Tables between markers are written anew by
 * {@code make tables}.
 */
class ReadmeTest {

    private static final Pattern TABLE =
            Pattern.compile("(<!-- table: ([a-z-]+) -->\n)(.*?)(<!-- end of table -->)", Pattern.DOTALL);
    private static final Pattern RADIUS = Pattern.compile("<g class=\"radius-([a-z]+)\">(.*?)</g>", Pattern.DOTALL);
    private static final Pattern CLASS = Pattern.compile("<text class=\"class\"[^>]*>([^<]+)<");
    private static final Pattern LINK = Pattern.compile("]\\(([^)#\\s]*)(#[^)\\s]*)?\\)");

    static List<Path> pages() throws IOException {
        try (Stream<Path> top = Files.list(Path.of("."));
                Stream<Path> docs = Files.walk(Path.of("docs"))) {
            return Stream.concat(top, docs)
                    .filter(file -> file.toString().endsWith(".md"))
                    .map(Path::normalize)
                    .sorted()
                    .toList();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"README.md", "docs/configuration.md", "docs/errors.md", "docs/your-own-app.md"})
    void tablesAreThoseOfTheConfiguration(String page) throws IOException {
        Path file = Path.of(page);
        String text = Files.readString(file);
        Matcher tables = TABLE.matcher(text);
        List<MatchResult> found = tables.results().toList();
        assertThat(found).as("tables in " + page).isNotEmpty();
        if (Boolean.getBoolean("readme.write")) {
            Files.writeString(
                    file,
                    tables.replaceAll(table -> Matcher.quoteReplacement(
                            table.group(1) + "\n" + Tables.named(table.group(2)) + "\n" + table.group(4))));
        } else {
            found.forEach(table -> assertThat(table.group(3).strip().lines())
                    .as("table %s in %s; write it anew: make tables", table.group(2), page)
                    .containsExactlyElementsOf(
                            Tables.named(table.group(2)).strip().lines().toList()));
        }
    }

    @ParameterizedTest
    @MethodSource("pages")
    void linksLeadSomewhere(Path page) {
        String text = read(page);
        LINK.matcher(text).results().forEach(link -> {
            String target = link.group(1);
            if (target.matches("[a-z]+:.*")) {
                return;
            }
            Path file = target.isEmpty() ? page : page.resolveSibling(target).normalize();
            assertThat(file).as(link.group()).exists();
            if (link.group(2) != null) {
                assertThat(anchors(read(file)))
                        .as(link.group())
                        .contains(link.group(2).substring(1));
            }
        });
    }

    @ParameterizedTest
    @MethodSource("pages")
    void commandsExist(Path page) {
        Set<String> commands = new TreeSet<>();
        Pattern.compile("bin/guestbridge ([a-z]+)")
                .matcher(read(page))
                .results()
                .forEach(hit -> commands.add(hit.group(1)));
        Stream<String> known = Arrays.stream(
                        Guestbridge.class.getAnnotation(Command.class).subcommands())
                .map(command -> command.getAnnotation(Command.class).name());
        assertThat(Stream.concat(known, Stream.of("archive"))).containsAll(commands);
    }

    @ParameterizedTest
    @MethodSource("pages")
    void filesThatAreNamedExist(Path page) {
        Set<String> files = new TreeSet<>();
        Pattern.compile("`((?:config|routes|samples|bin|src|docker|deploy|docs)/[\\w./-]*[\\w/])`")
                .matcher(read(page))
                .results()
                .forEach(hit -> files.add(hit.group(1)));
        assertThat(files).allSatisfy(file -> assertThat(Path.of(file)).exists());
    }

    @Test
    void environmentVariablesThatAreNamedBelongToKeys() {
        Set<String> variables = new TreeSet<>();
        Set<String> known = new TreeSet<>();
        Keys.read(Path.of("config/application.properties"))
                .forEach(key -> known.add(
                        key.name().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_')));
        Pattern.compile("\\b((?:GENESYS|BROKER|STORE|HTTP|MANAGEMENT|METRICS|SIMULATOR|LOG|LANE)_[A-Z_]+)")
                .matcher(read(Path.of("README.md")))
                .results()
                .forEach(hit -> variables.add(hit.group(1)));
        assertThat(known).containsAll(variables);
    }

    @Test
    void thePictureShowsTheErrorClassesByTheirRadius() throws IOException {
        Map<String, Set<String>> shown = new TreeMap<>();
        RADIUS.matcher(read(Path.of("docs/architecture.svg")))
                .results()
                .forEach(group -> shown.put(
                        group.group(1),
                        CLASS.matcher(group.group(2))
                                .results()
                                .map(name -> name.group(1))
                                .collect(Collectors.toSet())));
        Map<String, Set<String>> known = new TreeMap<>();
        new YAMLMapper()
                .readTree(Path.of("config/error-classes.yaml").toFile())
                .path("classes")
                .properties()
                .forEach(row -> known.computeIfAbsent(
                                row.getValue().path("radius").asText(), radius -> new TreeSet<>())
                        .add(row.getKey()));
        assertThat(shown).isEqualTo(known);
    }

    private static List<String> anchors(String text) {
        return text.lines()
                .filter(line -> line.startsWith("#"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(title -> title.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .toList();
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
