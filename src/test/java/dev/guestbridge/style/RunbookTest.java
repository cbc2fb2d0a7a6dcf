package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** Whoever is woken by an alert finds its entry, and in it what to do. */
class RunbookTest {

    private static final Path RUNBOOK = Path.of("docs/runbook.md");
    private static final Path PROMETHEUS = Path.of("docker/prometheus");
    private static final Pattern PART = Pattern.compile("(?m)^\\*\\*([A-Za-z ]+):\\*\\*");

    private static List<JsonNode> rules() throws IOException {
        return new YAMLMapper()
                .readTree(PROMETHEUS.resolve("rules.yml").toFile())
                .findParents("alert");
    }

    /** The entries' texts, by their headings. */
    private static Map<String, String> entries() throws IOException {
        Map<String, String> entries = new LinkedHashMap<>();
        Arrays.stream(Files.readString(RUNBOOK).split("(?m)^## "))
                .skip(1)
                .forEach(entry -> entries.put(entry.lines().findFirst().orElseThrow(), entry));
        return entries;
    }

    @Test
    void everyAlertHasItsEntryAndEveryEntryItsAlert() throws IOException {
        assertThat(rules())
                .extracting(rule -> rule.path("alert").asText())
                .containsExactlyElementsOf(entries().keySet());
        assertThat(rules()).allSatisfy(rule -> assertThat(
                        rule.path("annotations").path("runbook_url").asText())
                .isEqualTo(RUNBOOK + "#" + rule.path("alert").asText().toLowerCase(Locale.ROOT)));
    }

    @Test
    void everyEntrySaysWhatItMeansWhomItAffectsAndWhatToDo() throws IOException {
        assertThat(entries()).allSatisfy((name, entry) -> assertThat(
                        PART.matcher(entry).results().map(part -> part.group(1)))
                .as(name)
                .containsExactly("Means", "Affects", "Look at", "Do", "Over when"));
    }

    @Test
    void everyAlertIsTried() throws IOException {
        String tried = Files.readString(PROMETHEUS.resolve("rules-test.yml"));
        assertThat(rules()).extracting(rule -> rule.path("alert").asText()).allSatisfy(name -> assertThat(tried)
                .contains("alertname=\"" + name + "\""));
    }

    /** Prometheus' own judgement, where its tool is installed: in Debian a part of the package prometheus. */
    @Test
    void prometheusTakesTheRulesAndTheyDoWhatTheyShould() throws Exception {
        Path promtool = promtool();
        assumeTrue(promtool != null, "promtool isn't here; apt-get install prometheus brings it");
        for (List<String> command : List.of(
                List.of("check", "config", "prometheus.yml"),
                List.of("check", "rules", "rules.yml"),
                List.of("test", "rules", "rules-test.yml"))) {
            Path said = Files.createTempFile("promtool", ".txt");
            List<String> line = new ArrayList<>(command);
            line.add(0, promtool.toString());
            Process process = new ProcessBuilder(line)
                    .directory(PROMETHEUS.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(said.toFile())
                    .start();
            assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
            assertThat(process.exitValue()).as(Files.readString(said)).isZero();
            Files.delete(said);
        }
    }

    private static Path promtool() {
        return Arrays.stream(System.getenv().getOrDefault("PATH", "").split(File.pathSeparator))
                .map(folder -> Path.of(folder, "promtool"))
                .filter(Files::isExecutable)
                .findFirst()
                .orElse(null);
    }
}
