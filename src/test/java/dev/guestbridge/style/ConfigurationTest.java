package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.guestbridge.genesys.ErrorClass;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** {@code config/} is the manual: what is used stands there, and what stands there is used. */
class ConfigurationTest {

    private static final Path FILE = Path.of("config/application.properties");
    private static final String CAMEL = read(Path.of("src/main/resources/camel.properties"));
    private static final String ROUTES = all(Path.of("routes"), ".yaml") + all(Path.of("samples/buses"), ".yaml");
    private static final String JAVA = all(Path.of("src/main/java"), ".java");
    private static final String LOG = read(Path.of("config/log4j2.xml"));
    private static final List<Keys.Key> KEYS = Keys.read(FILE);

    @Test
    void everyKeyIsUsed() {
        assertThat(KEYS).extracting(Keys.Key::name).isNotEmpty().allSatisfy(key -> assertThat(isUsed(key))
                .as(key)
                .isTrue());
    }

    @Test
    void everyKeyThatIsUsedStandsThere() {
        Set<String> used = new TreeSet<>();
        find("\\{\\{([a-z][\\w-]*\\.[\\w.-]+)(?::[^}]*)?}}", CAMEL + ROUTES, used);
        find("\\b(?:get|number|positive|settings\\.\\w+)\\(\"([a-z][\\w-]*\\.[\\w.-]*[\\w])\"\\)", JAVA, used);
        find("\\$\\{sys:(log\\.format)", LOG, used);
        assertThat(names()).containsAll(used);
    }

    @Test
    void everyKeyIsExplained() {
        assertThat(KEYS)
                .filteredOn(key -> key.meaning().isEmpty())
                .extracting(Keys.Key::name)
                .isEmpty();
    }

    @Test
    void noKeyStandsThereTwice() {
        assertThat(names()).doesNotHaveDuplicates();
    }

    @Test
    void secretsAndIdentitiesHaveNoDefault() {
        assertThat(KEYS)
                .filteredOn(key -> key.name().matches(".*(password|secret|client-id|api-url|token-url)"))
                .isNotEmpty()
                .allMatch(Keys.Key::commentedOut)
                .allMatch(key -> key.value().isEmpty());
    }

    @Test
    void everyNumberHasItsRange() {
        String ranges = read(Path.of("src/main/java/dev/guestbridge/Manual.java"));
        assertThat(KEYS)
                .filteredOn(key -> key.value().matches("\\d+"))
                .extracting(Keys.Key::name)
                .isNotEmpty()
                .allSatisfy(key -> assertThat(ranges).as(key).contains("Map.entry(\"" + key + "\", "));
    }

    @Test
    void keysHaveTheUnitInTheirNameOrMeaning() {
        assertThat(KEYS)
                .filteredOn(key -> key.value().matches("\\d+") && !key.name().endsWith("port"))
                .allMatch(
                        key -> (key.name() + " " + key.meaning())
                                .matches(
                                        "(?i).*(-ms\\b|minute|days|milliseconds|bytes|messages|percent|how many|calls that run).*"));
    }

    @Test
    void everyErrorClassHasASignOrIsUsedByTheBridgeItself() {
        JsonNode catalogue = yaml(Path.of("config/error-classes.yaml"));
        Set<String> told = new TreeSet<>();
        catalogue.path("signs").forEach(sign -> told.add(sign.path("class").asText()));
        assertThat(catalogue.path("classes").properties()).isNotEmpty().allSatisfy(row -> assertThat(
                        told.contains(row.getKey()) || JAVA.contains('"' + row.getKey() + '"'))
                .as(row.getKey())
                .isTrue());
    }

    @Test
    void everyActionOfTheCatalogueHasItsClause() {
        assertThat(Stream.of(ErrorClass.Action.values())
                        .map(action -> action.name().toLowerCase(Locale.ROOT))
                        .filter(action -> !action.equals("dead")))
                .allSatisfy(action -> assertThat(ROUTES).contains("${variable.owed.action} == '" + action + "'"));
    }

    @Test
    void everyPlaceInASentenceIsOneThatIsFilledIn() {
        Set<String> places = new TreeSet<>();
        find("(<[^>]*>)", read(Path.of("config/error-classes.yaml")).replaceAll("(?m)^#.*$", ""), places);
        assertThat(places).isSubsetOf("<scopes>", "<org>", "<channel>", "<host>", "<limit>");
    }

    private static boolean isUsed(String key) {
        String ofAnOrganisation = key.replaceFirst("^genesys\\.main\\.", "");
        if (key.endsWith("-file")) { // Settings reads it for every secret
            return isUsed(key.substring(0, key.length() - "-file".length()));
        }
        return (CAMEL + ROUTES).contains("{{" + key + "}}")
                || (CAMEL + ROUTES).contains("{{" + key + ":")
                || JAVA.contains('"' + key + '"')
                || !ofAnOrganisation.equals(key) && JAVA.contains('"' + ofAnOrganisation + '"')
                || JAVA.contains(
                        '"' + ofAnOrganisation.replaceFirst(".*\\.", ".") + '"') // .password of broker and store
                || key.startsWith("genesys.scopes.") && JAVA.contains("\"genesys.scopes.\"");
    }

    private static List<String> names() {
        return KEYS.stream().map(Keys.Key::name).toList();
    }

    private static void find(String regex, String text, Set<String> found) {
        Pattern.compile(regex).matcher(text).results().forEach(hit -> found.add(hit.group(1)));
    }

    private static JsonNode yaml(Path file) {
        try {
            return new YAMLMapper().readTree(read(file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String all(Path folder, String suffix) {
        try (Stream<Path> files = Files.walk(folder)) {
            List<String> texts = new ArrayList<>();
            files.filter(file -> file.toString().endsWith(suffix)).forEach(file -> texts.add(read(file)));
            return texts.stream().collect(Collectors.joining("\n"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String read(Path file) {
        return String.join("\n", Keys.lines(file));
    }
}
