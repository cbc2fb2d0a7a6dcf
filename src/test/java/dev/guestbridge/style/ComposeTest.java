package dev.guestbridge.style;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** What {@code docker/compose.yaml} names is there, and it opens nothing that it needn't. */
class ComposeTest {

    private static final Path FOLDER = Path.of("docker");
    private static JsonNode compose;

    @BeforeAll
    static void read() throws IOException {
        compose = new YAMLMapper().readTree(FOLDER.resolve("compose.yaml").toFile());
    }

    @Test
    void whatIsMountedIsThere() throws IOException {
        String maker = Files.readString(FOLDER.resolve("new-secrets"));
        List<String> files = new ArrayList<>();
        compose.path("services").forEach(service -> service.path("volumes")
                .forEach(volume -> files.add(volume.asText().split(":")[0])));
        compose.path("secrets")
                .forEach(secret -> files.add("./" + secret.path("file").asText()));

        assertThat(files).allSatisfy(file -> {
            if (file.startsWith("./secrets/")) {
                assertThat(maker).contains(file.substring(file.lastIndexOf('/') + 1));
            } else if (file.startsWith("./")) {
                assertThat(FOLDER.resolve(file)).exists();
            } else {
                assertThat(compose.path("volumes").has(file)).as(file).isTrue();
            }
        });
    }

    @Test
    void portsAreOfThisMachineAlone() {
        assertThat(compose.findValues("ports")).isNotEmpty().allSatisfy(ports -> assertThat(ports)
                .allSatisfy(port -> assertThat(port.asText()).startsWith("127.0.0.1:")));
    }

    @Test
    void imagesAreOfOneVersion() {
        assertThat(compose.findValuesAsText("image"))
                .filteredOn(image -> !image.equals("guestbridge"))
                .isNotEmpty()
                .allMatch(image -> image.matches("[a-z/-]+:v?\\d[\\w.-]*"));
    }

    @Test
    void noSecretIsWrittenDown() {
        assertThat(compose.findValues("environment")).allSatisfy(variables -> assertThat(variables.fieldNames())
                .toIterable()
                .noneMatch(name -> name.matches(".*(SECRET|PASSWORD)")));
    }

    @Test
    void variablesOfTheBridgeAreKeys() {
        Set<String> known = new TreeSet<>();
        Keys.read(Path.of("config/application.properties"))
                .forEach(key -> known.add(
                        key.name().toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_')));
        assertThat(known)
                .containsAll(() -> compose.at("/services/bridge/environment").fieldNames());
    }

    /** The commands in the container would be turned away otherwise. */
    @Test
    void operatorsCanLogIn() {
        JsonNode bridge = compose.at("/services/bridge");
        assertThat(bridge.at("/environment/MANAGEMENT_HOST").asText()).isEqualTo("0.0.0.0");
        assertThat(bridge.at("/environment/MANAGEMENT_USER").asText()).isNotEmpty();
        assertThat(bridge.at("/environment/MANAGEMENT_PASSWORD_HASH_FILE").asText())
                .isEqualTo("/run/secrets/operator-hash");
        assertThat(bridge.path("secrets").toString()).contains("operator-hash");
    }

    /** It listens on loopback, where no published port leads. */
    @Test
    void theSimulatorIsNotPublished() {
        assertThat(compose.findValues("ports").toString()).doesNotContain("8090");
    }

    @Test
    void theDatabaseIsSeenByTheBridgeAlone() {
        assertThat(compose.path("services").properties())
                .filteredOn(service ->
                        service.getValue().path("networks").toString().contains("database"))
                .extracting(service -> service.getKey())
                .containsExactlyInAnyOrder("bridge", "store");
    }
}
