package dev.guestbridge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.genesys.Organisation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SettingsTest {

    private static final Path HOME = Path.of("");
    private static final String OLD = "the-old-secret-of-the-webhook-1234";
    private static final String NEW = "the-new-secret-of-the-webhook-5678";

    private final Map<String, String> environment = new TreeMap<>(Map.of(
            "GENESYS_MAIN_API_URL", "https://api.example.com/",
            "GENESYS_MAIN_TOKEN_URL", "https://login.example.com/oauth/token",
            "GENESYS_MAIN_CLIENT_ID", "client-1",
            "GENESYS_MAIN_CLIENT_SECRET", "secret-1",
            "GENESYS_MAIN_WEBHOOK_SECRET", OLD + ", " + NEW));

    private Organisation main() {
        return Settings.read(HOME, environment)
                .organisations(new TreeSet<>(Set.of("main")))
                .get(0);
    }

    @Test
    void anOrganisationComesFromTheEnvironment() {
        assertThat(main().apiUrl()).hasToString("https://api.example.com");
        assertThat(main().webhookSecrets().get()).containsExactly(OLD, NEW);
        assertThat(main().requestsPerMinute()).isEqualTo(300);
        assertThat(main().toString()).doesNotContain("secret-1", OLD, NEW);
    }

    @Test
    void theEnvironmentOverridesTheFile() {
        environment.put("HTTP_PORT", "1234");
        environment.put("BROKER_PASSWORD", "hush");
        environment.put("GENESYS_MAIN_REQUESTS_PER_MINUTE", "60");
        assertThat(Settings.read(HOME, environment).number("http.port")).isEqualTo(1234);
        assertThat(Settings.read(HOME, environment).get("broker.password")).isEqualTo("hush");
        assertThat(main().requestsPerMinute()).isEqualTo(60);
    }

    @Test
    void camelIsGivenThePasswordsOfOtherBusesAndNoOthers(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("password");
        Files.writeString(file, "from-the-file\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
        environment.put("BUS_AMQP_PASSWORD_FILE", file.toString());
        environment.put("BUS_IBM_MQ_PASSWORD", "from-the-environment");
        environment.put("BROKER_PASSWORD", "hush");
        Settings settings = Settings.read(HOME, environment);
        assertThat(settings.all())
                .containsEntry("bus.amqp.password", "from-the-file")
                .containsEntry("bus.ibm-mq.password", "from-the-environment")
                .doesNotContainKey("broker.password");
        assertThat(settings.shown().toString()).doesNotContain("from-the", "hush");
    }

    @ParameterizedTest
    @ValueSource(strings = {"api-url", "token-url", "client-id", "client-secret", "webhook-secret"})
    void anIdentityThatIsMissingIsNamed(String key) {
        String variable = "GENESYS_MAIN_" + key.toUpperCase().replace('-', '_');
        for (String value : new String[] {null, "", "  "}) {
            environment.remove(variable);
            if (value != null) {
                environment.put(variable, value);
            }
            assertThatThrownBy(this::main)
                    .isInstanceOf(Settings.BadSetting.class)
                    .hasMessageContainingAll(
                            "config/application.properties: genesys.main." + key, "is missing", variable)
                    .hasMessageNotContaining("secret-1");
        }
    }

    @ParameterizedTest
    @CsvSource({
        "GENESYS_MAIN_API_URL, api.example.com, genesys.main.api-url",
        "GENESYS_MAIN_API_URL, ftp://example.com, genesys.main.api-url",
        "GENESYS_MAIN_TOKEN_URL, https://, genesys.main.token-url",
        "GENESYS_MAIN_TOKEN_URL, 'https://a b', genesys.main.token-url",
        "GENESYS_MAIN_REQUESTS_PER_MINUTE, many, genesys.main.requests-per-minute",
        "GENESYS_MAIN_REQUESTS_PER_MINUTE, 0, genesys.main.requests-per-minute",
        "GENESYS_MAIN_REQUESTS_PER_MINUTE, -5, genesys.main.requests-per-minute",
        "LANE_WINDOW_BYTES, abc, lane.window-bytes",
        "GENESYS_CALL_TIMEOUT_MS, 15s, genesys.call-timeout-ms",
        "STORE_KEEP_DAYS, '', store.keep-days",
        "GENESYS_MAIN_WEBHOOK_SECRET, ',', genesys.main.webhook-secret",
        "GENESYS_MAIN_WEBHOOK_SECRET, 'a,', genesys.main.webhook-secret",
    })
    void aValueThatCantBeIsNamed(String variable, String value, String key) {
        environment.put(variable, value);
        assertThatThrownBy(this::main)
                .isInstanceOf(Settings.BadSetting.class)
                .hasMessageContaining("config/application.properties: " + key + ": ");
    }

    @Test
    void whatTheFileLeavesOutHasTheShippedDefault(@TempDir Path home) throws Exception {
        Files.createDirectories(home.resolve("config"));
        Files.writeString(home.resolve("config/application.properties"), "http.port = 81\n");
        Settings settings = Settings.read(home, Map.of("MANAGEMENT_PORT", "82"));
        assertThat(settings.number("http.port")).isEqualTo(81);
        assertThat(settings.number("management.port")).isEqualTo(82);
        assertThat(settings.number("simulator.port")).isEqualTo(8090);
        assertThat(settings.data()).isEqualTo(home.resolve("data"));
    }

    @Test
    void aHomeWithoutConfigurationIsNamed(@TempDir Path home) {
        assertThatThrownBy(() -> Settings.read(home, Map.of()))
                .isInstanceOf(Settings.BadSetting.class)
                .hasMessageContaining(
                        home.resolve("config/application.properties").toString());
    }

    @Test
    void whatIsShownMasksSecretsAndSaysWhoSetIt() {
        environment.put("BROKER_PASSWORD", "hush");
        Map<String, Settings.Shown> shown = new TreeMap<>();
        Settings settings = Settings.read(HOME, environment);
        settings.organisations(new TreeSet<>(Set.of("main")));
        settings.shown().forEach(key -> shown.put(key.key(), key));
        assertThat(shown.get("broker.password"))
                .isEqualTo(new Settings.Shown("broker.password", "********", "environment"));
        assertThat(shown.get("store.username")).isEqualTo(new Settings.Shown("store.username", "", "file"));
        assertThat(shown.get("genesys.main.client-id").value()).isEqualTo("client-1");
        assertThat(shown.toString()).doesNotContain("hush", "secret-1", OLD, NEW);
    }

    @ParameterizedTest
    @CsvSource(
            delimiterString = " | ",
            value = {
                "STORE_URL | store.url | jdbc:postgresql://h:5432/db?user=a&password=x%20y&ssl=1 |"
                        + " jdbc:postgresql://h:5432/db?user=a&password=********&ssl=1",
                "STORE_URL | store.url | jdbc:postgresql://u:x@h:5432/db | jdbc:postgresql://u:********@h:5432/db",
                "BROKER_URL | broker.url | (tcp://h:61616,tcp://g:1)?trustStorePassword=a;b&trustStorePath=/t |"
                        + " (tcp://h:61616,tcp://g:1)?trustStorePassword=********&trustStorePath=/t"
            })
    void aPasswordInAnAddressIsMasked(String variable, String key, String address, String shown) {
        environment.put(variable, address);
        assertThat(Settings.read(HOME, environment).shown()).contains(new Settings.Shown(key, shown, "environment"));
    }

    /** Else the demo would send its messages to the organisation that the shell names. */
    @Test
    void what_is_changed_is_not_overridden_by_the_environment() {
        Settings settings = Settings.read(
                        Path.of("."),
                        Map.of(
                                "GENESYS_MAIN_API_URL", "https://api.mypurecloud.de",
                                "GENESYS_MAIN_CLIENT_SECRET_FILE", "/run/secrets/client-secret"))
                .with("genesys.main.api-url", "http://127.0.0.1:1")
                .with("genesys.main.token-url", "http://127.0.0.1:1/token")
                .with("genesys.main.client-id", "main")
                .with("genesys.main.client-secret", "main-secret")
                .with("genesys.main.client-secret-file", "")
                .with("genesys.main.webhook-secret", "a webhook secret of the tests");

        Organisation main =
                settings.organisations(new TreeSet<>(Set.of("main"))).get(0);

        assertThat(main.apiUrl()).hasToString("http://127.0.0.1:1");
        assertThat(main.clientSecret().get()).isEqualTo("main-secret");
    }
}
