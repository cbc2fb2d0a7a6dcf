package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.process.Installation.Running;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInfo;
import org.junit.jupiter.api.Timeout;

/** A wrong configuration ends the start with one line that names the file, the key and the reason. */
@Timeout(90)
class ConfigIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private Installation installation;

    @BeforeEach
    void install(TestInfo test) {
        installation = new Installation(
                "ConfigIT-" + test.getTestMethod().orElseThrow().getName());
    }

    @AfterEach
    void remove() {
        installation.close();
    }

    @Test
    void an_organisation_without_its_keys_is_named() {
        installation.without("GENESYS_");
        Running bridge = installation.start("run");

        assertThat(bridge.exitWithin(Duration.ofSeconds(10))).isEqualTo(2);
        assertThat(complaint(bridge)).contains("config/application.properties", "genesys.main.api-url", "is missing");
    }

    @Test
    void a_number_that_is_none_is_named() {
        Running bridge = installation.with("GENESYS_CALLS_IN_FLIGHT", "many").start("run");

        assertThat(bridge.exitWithin(LIMIT)).isEqualTo(2);
        assertThat(complaint(bridge)).contains("config/application.properties", "genesys.calls-in-flight", "'many'");
    }

    @Test
    void the_brokers_port_taken_is_named() throws Exception {
        try (ServerSocket taken = taken("BROKER_EMBEDDED_PORT")) {
            Running bridge = installation.start("run");

            assertThat(bridge.exitWithin(LIMIT)).isEqualTo(2);
            assertThat(complaint(bridge))
                    .contains("broker.embedded.port", String.valueOf(taken.getLocalPort()), "taken");
        }
    }

    @Test
    void the_webhooks_port_taken_is_named() throws Exception {
        try (ServerSocket taken = taken("HTTP_PORT")) {
            Running bridge = installation.start("run");

            assertThat(bridge.exitWithin(LIMIT)).isEqualTo(2);
            assertThat(complaint(bridge)).contains("http.port", String.valueOf(taken.getLocalPort()), "in use");
        }
    }

    @Test
    void the_management_port_taken_is_named() throws Exception {
        try (ServerSocket taken = taken("MANAGEMENT_PORT")) {
            Running bridge = installation.start("run");

            assertThat(bridge.exitWithin(LIMIT)).isEqualTo(2);
            assertThat(complaint(bridge)).contains("management.port", String.valueOf(taken.getLocalPort()), "in use");
        }
    }

    @Test
    void a_wrong_row_of_the_error_catalogue_is_named() throws Exception {
        change(
                "config/error-classes.yaml",
                "{ status: 413, class: payload-invalid",
                "{ status: 413, class: payload-invald");
        Running bridge = installation.start("run");

        assertThat(bridge.exitWithin(LIMIT)).isEqualTo(2);
        assertThat(complaint(bridge)).contains("error-classes.yaml", "signs, row ", "payload-invald");
    }

    @Test
    void an_unknown_dialect_of_a_channel_is_named() throws Exception {
        change("routes/channels/mobile.camel.yaml", "value: external-threads", "value: outer-threads");
        Running bridge = installation.start("run");

        assertThat(bridge.exitWithin(LIMIT)).isEqualTo(2);
        assertThat(complaint(bridge)).contains("mobile.camel.yaml", "dialect", "outer-threads");
    }

    @Test
    void an_unknown_parameter_of_a_channel_is_named() throws Exception {
        change("routes/channels/kiosk.camel.yaml", "name: queue", "name: que");
        Running bridge = installation.start("run");

        assertThat(bridge.exitWithin(LIMIT)).isEqualTo(2);
        assertThat(complaint(bridge)).contains("kiosk.camel.yaml", "'que'");
    }

    @Test
    void an_unknown_command_is_wrong_usage() {
        Running bridge = installation.start("runn");

        assertThat(bridge.exitWithin(LIMIT)).isEqualTo(2);
        assertThat(bridge.stderr()).contains("runn");
    }

    @Test
    void json_logs_are_one_object_a_line() throws Exception {
        installation.simulator();
        Running bridge = installation.with("LOG_FORMAT", "json").bridge();
        try (Bus bus = installation.bus()) {
            bus.put("guest.in.whatsapp", (session, producer) -> session.createTextMessage("a secret, and not JSON"));
            await().atMost(LIMIT).until(() -> bridge.stderr().contains("payload-invalid"));
        }
        bridge.sigterm();

        assertThat(bridge.exitWithin(LIMIT)).isZero();
        assertThat(lines(bridge)).hasSizeGreaterThanOrEqualTo(3);
        for (String line : lines(bridge)) {
            assertThat(Genesys.JSON.readTree(line).path("message").asText())
                    .as(line)
                    .isNotEmpty();
        }
        assertThat(bridge.stderr()).doesNotContain("a secret");
        assertThat(bridge.stdout()).isEmpty();
    }

    @Test
    void an_older_java_is_named() throws Exception {
        Path java = installation.home().resolve("java11/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(java, "#!/bin/sh\necho 'openjdk version \"11.0.22\" 2024-01-16' >&2\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Running bridge = installation
                .with("JAVA_HOME", installation.home().resolve("java11"))
                .start("run");

        assertThat(bridge.exitWithin(LIMIT)).isEqualTo(2);
        assertThat(complaint(bridge)).contains("a JDK 17 or newer is needed", "is version 11");
    }

    @Test
    void where_no_language_is_set_java_gets_one_that_has_all_letters() throws Exception {
        Path java = installation.home().resolve("java/bin/java");
        Files.createDirectories(java.getParent());
        Files.writeString(
                java, "#!/bin/sh\n[ \"$1\" = -version ] && echo 'java version \"17\"' >&2 || echo \"$LC_ALL\"\n");
        assertThat(java.toFile().setExecutable(true)).isTrue();
        Running bridge = installation
                .with("LC_ALL", "POSIX")
                .with("JAVA_HOME", installation.home().resolve("java"))
                .start("run");

        assertThat(bridge.exitWithin(LIMIT)).isZero();
        assertThat(bridge.stdout()).isEqualToIgnoringNewLines("C.UTF-8");
    }

    private ServerSocket taken(String variable) throws IOException {
        return new ServerSocket(installation.port(variable), 1, InetAddress.getLoopbackAddress());
    }

    private void change(String file, String from, String to) throws IOException {
        Path path = installation.home().resolve(file);
        String text = Files.readString(path);
        assertThat(text).contains(from);
        Files.writeString(path, text.replace(from, to));
    }

    /** The one line that says what is wrong; log lines may stand beside it, but no trace. */
    private static String complaint(Running running) {
        assertThat(lines(running)).noneMatch(line -> line.startsWith("\tat ") || line.contains("Exception"));
        List<String> complaints = lines(running).stream()
                .filter(line -> line.startsWith("guestbridge: "))
                .toList();
        assertThat(complaints).hasSize(1);
        return complaints.get(0);
    }

    private static List<String> lines(Running running) {
        return running.stderr().lines().toList();
    }
}
