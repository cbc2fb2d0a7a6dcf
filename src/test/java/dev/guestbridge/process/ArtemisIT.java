package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.broker.Connections;
import dev.guestbridge.broker.Inspection;
import dev.guestbridge.broker.Queues;
import dev.guestbridge.message.Channels;
import dev.guestbridge.process.Installation.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The broker that an operator has: the Artemis distribution with the shipped broker.xml, users of their own, and TLS. */
@Timeout(240)
class ArtemisIT {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final String KIOSKS =
            """
            <security-setting match="guest.in.kiosk"><permission type="send" roles="channels"/></security-setting>
            """;

    private static Installation installation;
    private static Artemis broker;
    private static String url;

    @BeforeAll
    static void start() throws Exception {
        installation = new Installation("ArtemisIT");
        broker = new Artemis(installation, "broker")
                .with("guestbridge.tls", true)
                .with("guestbridge.key-password", "changeit")
                .user("bridge", "bridge-of-the-tests", "guestbridge")
                .user("chat", "chat-of-the-tests", "channels");
        broker.settings(broker.settings()
                .replace(
                        "<acceptors>",
                        "<configuration-file-refresh-period>500</configuration-file-refresh-period><acceptors>")
                .replace("</security-settings>", KIOSKS + "</security-settings>"));
        url = "tcp://localhost:" + broker.port() + "?sslEnabled=true;trustStoreType=PEM;trustStorePath="
                + certificate(broker.etc("broker.p12"));
        broker.start();
    }

    @AfterAll
    static void stop() {
        installation.close();
    }

    @Test
    void messages_go_by_the_brokers_own_commands_and_what_comes_back_is_read_by_them() throws Exception {
        Path password = installation.home().resolve("bridge.password");
        Files.writeString(password, "bridge-of-the-tests\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
        installation.with("BROKER_URL", url).with("BROKER_USERNAME", "bridge").with("BROKER_PASSWORD_FILE", password);
        installation.simulator();
        Running bridge = installation.start("run");
        bridge.awaitUp("names the queue that it may not read", () -> installation
                .get("/observe/health/ready")
                .body()
                .contains("the broker refuses its user the queue guest.in.kiosk:"));
        broker.settings(broker.settings().replace(KIOSKS, ""));

        say(
                "producer",
                "guest.in.kiosk",
                "--message-count=1",
                "--message=" + Bus.guestMessage("k-1", "lobby-1", "Late checkout?"));
        assertThat(say("consumer", "guest.out.kiosk", "--message-count=1", "--receive-timeout=60000"))
                .as("sent as soon as the bridge may read the queue")
                .contains("\"externalId\":\"lobby-1\"", "Late checkout?");
        assertThat(say("consumer", "guest.status.kiosk", "--break-on-null", "--receive-timeout=3000"))
                .contains("\"id\":\"k-1\"", "\"state\":\"delivered\"");
        assertThat(installation.get("/observe/health/ready").statusCode()).isEqualTo(200);
        assertThat(bridge.stderr())
                .as("the shipped settings are found good, with no more rights than they give")
                .doesNotContain("address settings")
                .doesNotContain("in the clear");
    }

    /** Whoever the channels are may not read what other channels' guests say. */
    @Test
    void a_channels_program_may_not_do_what_the_bridge_does() throws Exception {
        try (Connections channel = connections(url, "chat", "chat-of-the-tests")) {
            assertThat(channel.inspect(LONG).warnings())
                    .singleElement()
                    .asString()
                    .contains("doesn't show its address settings to this user");
            assertThatThrownBy(() -> channel.unread("guest", List.of("guest.in.whatsapp")))
                    .hasMessageContaining("the broker refuses its user to browse guest.in.whatsapp");
        }
    }

    @Test
    void a_wrong_password_and_a_certificate_of_nobodys_are_told() throws Exception {
        try (Connections wrong = connections(url, "bridge", "wrong")) {
            assertThatThrownBy(() -> wrong.inspect(LONG)).isInstanceOf(Connections.UserRefused.class);
        }
        String untrusted = url.replaceFirst(";trustStoreType.*", "");
        try (Connections javas = connections(untrusted, "bridge", "bridge-of-the-tests")) {
            assertThat(javas.inspect(LONG)).isNull();
            assertThat(javas.trouble())
                    .startsWith("the broker can't be reached")
                    .endsWith("(if its certificate isn't trusted, the log says so)");
        }
    }

    @Test
    void settings_that_were_changed_for_the_worse_are_found() throws Exception {
        String good = broker.settings();
        broker.settings(good.replace(
                "<address-setting match=\"guest.out.#\">",
                "<address-setting match=\"guest.out.#\"><address-full-policy>DROP</address-full-policy>"));
        try (Connections bridge = connections(url, "bridge", "bridge-of-the-tests")) {
            await("the broker drops replies, and that is seen").atMost(LONG).untilAsserted(() -> {
                Inspection found = bridge.inspect(LONG);
                assertThat(found.faults())
                        .singleElement()
                        .asString()
                        .contains("address-full-policy DROP", "guest.out.kiosk");
            });
            broker.settings(good);
            await("mended").atMost(LONG).untilAsserted(() -> assertThat(
                            bridge.inspect(LONG).faults())
                    .isEmpty());
            assertThat(bridge.inspect(LONG).warnings()).isEmpty();
        }
    }

    private static Connections connections(String url, String user, String password) {
        return new Connections(
                url,
                user,
                password,
                Queues.required(Channels.read(Path.of("routes/channels")).all()));
    }

    /** What one of the broker's own commands says to a channel's program. */
    private static String say(String command, String queue, String... options) {
        List<String> arguments = new ArrayList<>(List.of(
                command,
                "--url",
                url,
                "--user=chat",
                "--password=chat-of-the-tests",
                "--destination",
                "queue://" + queue,
                "--verbose"));
        arguments.addAll(List.of(options));
        return broker.command(arguments.toArray(String[]::new));
    }

    /** A key for the broker, and the file that makes it trusted. */
    private static Path certificate(Path keys) throws Exception {
        Path trusted = keys.resolveSibling("broker.pem");
        keytool(
                keys,
                "-genkeypair",
                "-keyalg",
                "EC",
                "-dname",
                "CN=localhost",
                "-ext",
                "san=dns:localhost",
                "-validity",
                "30");
        keytool(keys, "-exportcert", "-rfc", "-file", trusted.toString());
        return trusted;
    }

    private static void keytool(Path keys, String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString()));
        command.addAll(List.of(arguments));
        command.addAll(List.of(
                "-alias", "broker", "-keystore", keys.toString(), "-storetype", "PKCS12", "-storepass", "changeit"));
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(keytool.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(keytool.exitValue()).as(said).isZero();
    }
}
