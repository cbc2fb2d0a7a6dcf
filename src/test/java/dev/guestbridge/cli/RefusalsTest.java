package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import picocli.CommandLine;

/** Each of these ends the start with status 2 and one line that names the file, the key and the reason. */
class RefusalsTest {

    private static final Duration LIMIT = Duration.ofSeconds(60);
    private static final String FILE = "config/application.properties";
    private static final String KIOSK = "routes/channels/kiosk.camel.yaml";
    private static final List<String> REFUSED = new ArrayList<>();
    private static final AtomicReference<String> BROKER = new AtomicReference<>();

    private static ServerSocket taken;
    private static EmbeddedActiveMQ broker;

    @TempDir
    Path home;

    /** What an operator may do to an installed folder and to the environment. */
    interface Change {
        void make(Installed installed) throws Exception;
    }

    /** One wrong configuration. */
    record Case(String name, Change change, List<String> words) {
        @Override
        public String toString() {
            return name;
        }
    }

    private static Case of(String name, Change change, String... words) {
        return new Case(name, change, List.of(words));
    }

    private static Case variable(String variable, String value, String... words) {
        return of(variable + "=" + value, installed -> installed.set(variable, value), words);
    }

    private static Case line(String line, String... words) {
        return of(line, installed -> installed.append(line), words);
    }

    static Stream<Case> all() {
        return Stream.of(files(), keys(), values(), organisations(), secrets(), channels(), routes(), places())
                .flatMap(cases -> cases);
    }

    private static Stream<Case> files() {
        return Stream.of(
                of("no settings", at -> at.delete(FILE), FILE, "isn't there"),
                of(
                        "settings are a folder",
                        at -> {
                            at.delete(FILE);
                            Files.createDirectory(at.home().resolve(FILE));
                        },
                        FILE,
                        "can't be read"),
                of(
                        "settings are no text",
                        at -> Files.write(at.home().resolve(FILE), new byte[] {'a', '=', (byte) 0xff}),
                        FILE,
                        "isn't text in UTF-8"),
                of("settings with half an escape", at -> at.append("http.host = \\u12"), FILE, "can't be read"),
                of(
                        "no schema",
                        at -> at.delete("config/schemas/guest-message.schema.json"),
                        "guest-message.schema.json: isn't there"),
                of(
                        "a schema that is no JSON",
                        at -> at.write("config/schemas/receipt.schema.json", "{"),
                        "receipt.schema.json"),
                of("no broker settings", at -> at.delete("config/broker.xml"), "config/broker.xml: isn't there"),
                of("no log settings", at -> at.delete("config/log4j2.xml"), "config/log4j2.xml: isn't there"),
                of(
                        "no error classes",
                        at -> at.delete("config/error-classes.yaml"),
                        "config/error-classes.yaml: isn't there"),
                of(
                        "an error class that isn't there",
                        at -> at.replace(
                                "config/error-classes.yaml",
                                "{ status: 413, class: payload-invalid",
                                "{ status: 413, class: payload-invald"),
                        "error-classes.yaml: signs, row ",
                        "payload-invald"),
                of(
                        "error classes that are no YAML",
                        at -> at.write("config/error-classes.yaml", "classes: [\n"),
                        "error-classes.yaml: the file: not YAML, see line "),
                of(
                        "broker settings that are no XML",
                        at -> at.write("config/broker.xml", "<configuration"),
                        "config/broker.xml"));
    }

    private static Stream<Case> keys() {
        return Stream.of(
                variable(
                        "GUESTBRIDGE_PROFILE",
                        "devel",
                        "environment: GUESTBRIDGE_PROFILE: 'devel' is not one of prod, dev"),
                of(
                        "developers' tools for other machines",
                        at -> {
                            at.set("GUESTBRIDGE_PROFILE", "dev");
                            at.set("MANAGEMENT_HOST", "0.0.0.0");
                        },
                        FILE + ": management.host: is reached by other machines, and with GUESTBRIDGE_PROFILE=dev"),
                line("htp.port = 8080", FILE + ": htp.port: there is no such key; did you mean http.port?"),
                line("colour = red", FILE + ": colour: there is no such key"),
                line("broker.user = bridge", FILE + ": broker.user: there is no such key"),
                line(
                        "genesys.main.client-secrt = x",
                        "genesys.main.client-secrt: there is no such key; did you mean genesys.main.client-secret?"),
                line("guestbridge.home = /tmp", "guestbridge.home: there is no such key"),
                line("http.port = 8081", FILE + ": http.port: stands there twice"),
                line(
                        "genesys.mian.api-url = https://api.example.com",
                        "genesys.mian.api-url: no channel",
                        "did you mean main?"),
                variable(
                        "GENESYS_MAIN_WEBHOOK_SECRETS",
                        "x",
                        "GENESYS_MAIN_WEBHOOK_SECRETS: there is no such key; did you mean GENESYS_MAIN_WEBHOOK_SECRET?"),
                variable(
                        "GENESYS_CALLS_INFLIGHT",
                        "8",
                        "GENESYS_CALLS_INFLIGHT",
                        "did you mean GENESYS_CALLS_IN_FLIGHT?"),
                line("camel.main.shutdownTimeut = 3", "shutdownTimeut"));
    }

    private static Stream<Case> values() {
        return Stream.of(
                variable("HTTP_PORT", "web", FILE + ": http.port: 'web' is not a whole number"),
                variable("HTTP_PORT", "0", "http.port: '0' is not between 1 and 65535"),
                variable("MANAGEMENT_PORT", "70000", "management.port: '70000' is not between"),
                variable("BROKER_EMBEDDED_PORT", "-1", "broker.embedded.port"),
                variable("METRICS_STATSD_PORT", "99999999999", "metrics.statsd.port"),
                variable(
                        "TRACING_OTLP_ENDPOINT",
                        "collector:4318",
                        "tracing.otlp.endpoint: is neither empty nor an address"),
                variable("TRACING_OTLP_ENDPOINT", "https://key@collector", "tracing.otlp.endpoint: is neither"),
                variable("TRACING_SAMPLE_PERCENT", "101", "tracing.sample-percent: '101' is not between 0 and 100"),
                variable("STORE_KEEP_DAYS", "0", "store.keep-days"),
                variable("STORE_KEEP_THREADS_DAYS", "1e3", "store.keep-threads-days"),
                variable("STORE_CACHED_THREADS", "", "store.cached-threads"),
                variable("STORE_HOUSEKEEPING_MINUTES", "0", "store.housekeeping-minutes"),
                variable("GENESYS_CALL_TIMEOUT_MS", "15s", "genesys.call-timeout-ms"),
                variable("GENESYS_CONNECT_TIMEOUT_MS", "1", "genesys.connect-timeout-ms"),
                variable("GENESYS_CALLS_IN_FLIGHT", "0", "genesys.calls-in-flight"),
                variable("MESSAGE_MAX_BYTES", "0", "message.max-bytes"),
                variable("LANE_WINDOW_BYTES", "3000000000", "lane.window-bytes"),
                variable("STATUS_WAITING_CHECK_MS", "0.5", "status.waiting-check-ms"),
                variable("TYPING_TRUE_FOR_MS", "-5", "typing.true-for-ms"),
                variable("OWN_FAULT_FIRST_WAIT_MS", "0", "own-fault.first-wait-ms"),
                variable("LOG_FORMAT", "jason", "log.format: 'jason' is not one of text, json; did you mean json?"),
                variable("REPLY_RECEIPTS", "on", "reply.receipts: 'on' is not one of"),
                variable("GENESYS_INTROSPECTION_PATH", "api/v2/tokens", "genesys.introspection-path"),
                variable("BROKER_URL", "http://bus:61616", FILE + ": broker.url"),
                variable("BROKER_URL", "embeded", FILE + ": broker.url"),
                variable("BROKER_URL", "tcp://bus:port", FILE + ": broker.url"),
                variable("BROKER_URL", "tcp://bus", FILE + ": broker.url", "tcp://host:61616"),
                variable("BROKER_URL", "tcp://bus:99999", FILE + ": broker.url", "the port of"),
                variable(
                        "BROKER_URL",
                        "tcp://one:1,tcp://other:1",
                        FILE + ": broker.url",
                        "several stand in parentheses"),
                variable(
                        "BROKER_URL",
                        "(tcp://one:1,tcp://my_bus:1)",
                        FILE + ": broker.url: 'tcp://my_bus:1' holds",
                        "'_'"),
                variable("HTTP_HOST", "\"0.0.0.0\"", FILE + ": http.host: stands in quotation marks"),
                variable("STORE_URL", "jdbc:mysql://host/db", FILE + ": store.url"),
                variable(
                        "STORE_URL",
                        "jdbc:postgresql://127.0.0.1:1/none?sslmode=sometimes",
                        FILE + ": store.url",
                        "sometimes"),
                variable("STORE_URL", "jdbc:sqlite::memory:", FILE + ": store.url", "must be a file"));
    }

    private static Stream<Case> organisations() {
        return Stream.of(
                of("no api-url", at -> at.unset("GENESYS_MAIN_API_URL"), FILE + ": genesys.main.api-url: is missing"),
                of("no token-url", at -> at.unset("GENESYS_MAIN_TOKEN_URL"), "genesys.main.token-url: is missing"),
                of("no client-id", at -> at.unset("GENESYS_MAIN_CLIENT_ID"), "genesys.main.client-id: is missing"),
                of("no secret", at -> at.unset("GENESYS_MAIN_CLIENT_SECRET"), "genesys.main.client-secret: is missing"),
                of(
                        "no webhook secret",
                        at -> at.unset("GENESYS_MAIN_WEBHOOK_SECRET"),
                        "genesys.main.webhook-secret: is missing"),
                variable("GENESYS_MAIN_API_URL", "api.mypurecloud.de", "genesys.main.api-url", "is not an http"),
                variable(
                        "GENESYS_MAIN_API_URL",
                        "https://api.mypurecloud.de/api/v2/",
                        "genesys.main.api-url: ends in '/api/v2'"),
                variable(
                        "GENESYS_MAIN_TOKEN_URL",
                        "https://login.mypurecloud.de/",
                        "genesys.main.token-url: has no path"),
                variable("GENESYS_MAIN_CLIENT_ID", "'main'", "genesys.main.client-id: stands in quotation marks"),
                variable("GENESYS_MAIN_API_URL", "ftp://api.mypurecloud.de", "genesys.main.api-url"),
                variable("GENESYS_MAIN_API_URL", "http://api.mypurecloud.de", "genesys.main.api-url", "https"),
                variable("GENESYS_MAIN_TOKEN_URL", "http://127.0.0.1.example.com/t", "genesys.main.token-url", "https"),
                variable("GENESYS_MAIN_TOKEN_URL", "https://u:p@login.example.com/t", "genesys.main.token-url", "'@'"),
                variable("GENESYS_MAIN_API_URL", "https://api.mypurecloud.de?x=1", "genesys.main.api-url", "'?'"),
                variable("GENESYS_MAIN_REQUESTS_PER_MINUTE", "0", "genesys.main.requests-per-minute"));
    }

    /** A secret that would do for a simulator on this machine. */
    private static Case elsewhere(String name, String value, String words) {
        return of(
                name + " of Genesys itself",
                at -> {
                    at.set("GENESYS_MAIN_API_URL", "https://api.mypurecloud.de");
                    at.set("GENESYS_MAIN_TOKEN_URL", "https://login.mypurecloud.de/oauth/token");
                    at.set(name, value);
                },
                words);
    }

    private static Stream<Case> secrets() {
        String good = "quite-a-good-secret-of-webhooks-9f31";
        return Stream.of(
                variable("MANAGEMENT_USER", "ada", "management.password-hash: is missing", "guestbridge password"),
                variable("MANAGEMENT_PASSWORD_HASH", "hash", "management.password-hash", "without management.user"),
                of(
                        "a password in the hash's place",
                        at -> {
                            at.set("MANAGEMENT_USER", "ada");
                            at.set("MANAGEMENT_PASSWORD_HASH", "a password of the tests");
                        },
                        "management.password-hash: is no hash that 'guestbridge password' made"),
                of(
                        "a user with a colon",
                        at -> {
                            at.set("MANAGEMENT_USER", "ada:l");
                            at.set("MANAGEMENT_PASSWORD_HASH", "hash");
                        },
                        "management.user: holds a ':'"),
                variable("GENESYS_MAIN_WEBHOOK_SECRET", "short-a-secret", "webhook-secret: is shorter than 16 bytes"),
                elsewhere(
                        "GENESYS_MAIN_WEBHOOK_SECRET",
                        "too-short-a-secret",
                        "webhook-secret: is shorter than 32 bytes"),
                variable("GENESYS_MAIN_WEBHOOK_SECRET", "a".repeat(40), "webhook-secret", "different characters"),
                variable("GENESYS_MAIN_WEBHOOK_SECRET", "changeme", "webhook-secret: is a placeholder"),
                variable("GENESYS_MAIN_WEBHOOK_SECRET", good + ",", "webhook-secret", "is empty"),
                variable("GENESYS_MAIN_WEBHOOK_SECRET", good + "," + good, "webhook-secret", "twice"),
                variable("GENESYS_MAIN_WEBHOOK_SECRET", good + "," + good + "2," + good + "3", "webhook-secret", "two"),
                elsewhere("GENESYS_MAIN_CLIENT_SECRET", "secret", "client-secret: is a placeholder"),
                variable("GENESYS_MAIN_CLIENT_SECRET", "change-me", "client-secret: is a placeholder"),
                variable("GENESYS_MAIN_CLIENT_SECRET", "<your client secret>", "client-secret: is a placeholder"),
                variable("GENESYS_MAIN_CLIENT_SECRET", "${CLIENT_SECRET}", "client-secret: is a placeholder"),
                of(
                        "the manual's example outside loopback",
                        at -> {
                            at.set("GENESYS_MAIN_API_URL", "https://api.mypurecloud.de");
                            at.set("GENESYS_MAIN_WEBHOOK_SECRET", "simulated-webhook-secret-of-this-machine");
                        },
                        "webhook-secret: is the example of the manual"),
                fromFile(at -> {}, "isn't there"),
                fromFile(at -> at.secret("secret.txt", " \n", "rw-------"), "is empty"),
                fromFile(at -> at.secret("secret.txt", good, "rw-r--r--"), "open to all users"),
                fromFile(at -> Files.createDirectory(at.home().resolve("secret.txt")), "isn't a file of a secret"),
                of(
                        "a secret and its file",
                        at -> {
                            at.set("GENESYS_MAIN_CLIENT_SECRET_FILE", "secret.txt");
                            at.secret("secret.txt", good, "rw-------");
                        },
                        "genesys.main.client-secret: is set, and genesys.main.client-secret-file too"),
                variable("BROKER_PASSWORD", "hush", "broker.password: is set without broker.username"),
                variable("BROKER_USERNAME", "bridge", "broker.password: is missing"),
                of(
                        "a pair that everybody knows",
                        at -> {
                            at.set("BROKER_URL", "tcp://bus.example.com:61616");
                            at.set("BROKER_USERNAME", "admin");
                            at.set("BROKER_PASSWORD", "admin");
                        },
                        "broker.password: is the same as broker.username"),
                variable("STORE_PASSWORD", "hush", "store.password: is set without store.username"));
    }

    private static Case fromFile(Change change, String reason) {
        return of(
                "a client secret's file: " + reason,
                at -> {
                    at.unset("GENESYS_MAIN_CLIENT_SECRET");
                    at.set("GENESYS_MAIN_CLIENT_SECRET_FILE", "secret.txt");
                    change.make(at);
                },
                FILE + ": genesys.main.client-secret-file: the file ",
                reason);
    }

    private static Stream<Case> channels() {
        return Stream.of(
                of(
                        "no channel",
                        at -> {
                            at.delete("routes/channels");
                            Files.createDirectory(at.home().resolve("routes/channels"));
                        },
                        "routes/channels: no channel"),
                of("no folder of channels", at -> at.delete("routes/channels"), "routes/channels: can't be read"),
                of(
                        "a channel's name twice",
                        at -> {
                            String text = Files.readString(at.home().resolve(KIOSK));
                            at.write("routes/channels/lobby.camel.yaml", text.replace("int-kiosk", "int-lobby"));
                        },
                        "lobby.camel.yaml: parameter 'channel' is 'kiosk'"),
                of(
                        "an integration twice",
                        at -> at.replace(KIOSK, "int-kiosk", "int-mobile"),
                        "parameter 'integration' is that of kiosk.camel.yaml"),
                of(
                        "an unknown dialect",
                        at -> at.replace(KIOSK, "guest-conversations", "guest-conversation"),
                        KIOSK + ": parameter 'dialect'",
                        "did you mean guest-conversations?"),
                of(
                        "an unknown parameter",
                        at -> at.replace(KIOSK, "name: queue", "name: que"),
                        KIOSK + ": parameter 'que' is unknown",
                        "did you mean queue?"),
                of(
                        "a parameter that lacks",
                        at -> at.replace(KIOSK, "- { name: org, value: main }", "#"),
                        KIOSK + ": parameter 'org' is missing"),
                of(
                        "a parameter that the dialect needs",
                        at -> at.replace(KIOSK, "- { name: queue, value: queue-kiosk }", "#"),
                        KIOSK + ": parameter 'queue' is missing"),
                of(
                        "an unknown key",
                        at -> at.replace(KIOSK, "    routeId:", "    prefixed: x\n    routeId:"),
                        KIOSK + ": key 'prefixed' is unknown"),
                of(
                        "another template",
                        at -> at.replace(KIOSK, "guest-in", "guest-inn"),
                        KIOSK + ": key 'routeTemplateRef' must be guest-in"),
                of("a channel that is no YAML", at -> at.append(KIOSK, "  - ["), KIOSK + ": not YAML"),
                of(
                        "a channel beside its folder",
                        at -> at.write(
                                "routes/lobby.camel.yaml",
                                Files.readString(at.home().resolve(KIOSK)).replace("kiosk", "lobby")),
                        "routes/lobby.camel.yaml: holds a channel",
                        "routes/channels/ itself"));
    }

    private static Stream<Case> routes() {
        String inbound = "routes/inbound.camel.yaml";
        return Stream.of(
                of("no routes", at -> at.delete("routes/channel.camel.yaml"), "routes: no file", "guest-in"),
                of("a route file that is no YAML", at -> at.append(inbound, "- ["), inbound + ": not YAML"),
                of("an empty route file", at -> at.write(inbound, "# nothing\n"), inbound + ": holds no route"),
                of("an unknown step", at -> at.append(inbound, route("- stepp: { uri: log:x }")), "stepp"),
                of("an unknown bean", at -> at.append(inbound, route("- bean: { ref: nobody, method: do }")), "nobody"),
                of(
                        "an unknown placeholder",
                        at -> at.append(inbound, route("- to: { uri: 'direct:{{no.key}}' }")),
                        "no.key"),
                of(
                        "an unknown option",
                        at -> at.append(inbound, route("- to: { uri: 'direct:http', parameters: { blok: true } }")),
                        "blok"),
                of("an alias bomb", at -> at.append(inbound, bomb()), inbound),
                of(
                        "a route's id twice",
                        at -> at.append(inbound, route("- log: { message: x }").replace("id: more", "id: http")),
                        "http"));
    }

    private static Case external(String password, String... words) {
        return of(
                "an external broker, password " + password,
                at -> {
                    at.set("BROKER_URL", "<broker>");
                    at.set("BROKER_USERNAME", "bridge");
                    at.set("BROKER_PASSWORD", password);
                },
                words);
    }

    private static String route(String step) {
        return """

                - route:
                    id: more
                    from:
                      uri: direct:more
                      steps:
                        %s
                """
                .formatted(step);
    }

    private static String bomb() {
        StringBuilder bomb = new StringBuilder("\n- beans:\n  - &a0 { name: x, type: java.lang.String }\n");
        for (int i = 1; i < 9; i++) {
            bomb.append("  - &a%d [%s]\n"
                    .formatted(i, String.join(", ", java.util.Collections.nCopies(9, "*a" + (i - 1)))));
        }
        return bomb.toString();
    }

    private static Stream<Case> places() {
        return Stream.of(
                external("right", FILE + ": broker.url: the broker lacks a queue", "guest.dead, "),
                external("wrong", FILE + ": broker.username: the broker refuses it"),
                variable("HTTP_PORT", "<taken>", FILE + ": http.port: ", "in use"),
                variable("MANAGEMENT_PORT", "<taken>", FILE + ": management.port: ", "in use"),
                variable("BROKER_EMBEDDED_PORT", "<taken>", "broker.embedded.port", "is taken"),
                variable("HTTP_HOST", "no-such-host.invalid", FILE + ": http.port: "),
                of(
                        "one port for two",
                        at -> at.set("MANAGEMENT_PORT", at.environment().get("HTTP_PORT")),
                        FILE + ": management.port: is ",
                        "as http.port is"),
                of("data is a file", at -> at.write("data", "x"), "data", "can't be written to"),
                of(
                        "the store's folder is a file",
                        at -> {
                            at.write("elsewhere", "x");
                            at.set("STORE_URL", "jdbc:sqlite:" + at.home().resolve("elsewhere/store.db"));
                        },
                        FILE + ": store.url: ",
                        "can't be written to"),
                of(
                        "the store is no database",
                        at -> {
                            Files.createDirectory(at.home().resolve("data"));
                            at.write("data/store.db", "this is a text, not a database, and long enough".repeat(99));
                        },
                        FILE + ": store.url: "));
    }

    @BeforeAll
    static void takeAPort() throws IOException {
        taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    }

    /** Another's broker, with a user but none of the queues. */
    @BeforeAll
    static void startABroker() throws Exception {
        Map<String, String> ports = new TreeMap<>();
        Installed.freePorts(ports);
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser("bridge", "right");
        users.addRole("bridge", "user");
        broker = new EmbeddedActiveMQ();
        broker.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        broker.setConfiguration(new ConfigurationImpl()
                .setPersistenceEnabled(false)
                .setJMXManagementEnabled(false)
                .addAddressSetting("#", new AddressSettings().setAutoCreateQueues(false))
                .addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + ports.get("HTTP_PORT")));
        broker.start();
        BROKER.set("tcp://127.0.0.1:" + ports.get("HTTP_PORT"));
    }

    @AfterAll
    static void tell() throws Exception {
        taken.close();
        broker.stop();
        System.out.println(REFUSED.size() + " of " + all().count() + " wrong configurations refused");
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("all")
    void isRefusedInOneLine(Case wrong) throws Exception {
        Installed installed = Installed.in(home);
        wrong.change().make(installed);
        installed.environment().replaceAll((key, value) -> value.replace("<taken>", "" + taken.getLocalPort())
                .replace("<broker>", BROKER.get()));
        StringWriter err = new StringWriter();
        int status = run(installed, err);

        assertThat(status).as(err.toString()).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .startsWith("guestbridge: ")
                .contains(wrong.words())
                .doesNotContain("Exception")
                .hasSizeLessThan(800);
        REFUSED.add(wrong.name());
    }

    @Test
    void whatIsNotOursIsNotRefused() throws Exception {
        Installed installed = Installed.in(home);
        installed.set("GENESYSCLOUD_OAUTHCLIENT_ID", "of another tool");
        installed.set("GENESYS_CLOUD_REGION", "eu-central-1");
        installed.set("GENESYS_ACME_API_URL", "https://api.example.com");
        installed.set("GENESYS_MAIN_SERVICE_HOST", "10.0.0.1");
        installed.set("GENESYS_MAIN_PORT_8080_TCP_ADDR", "10.0.0.1");
        installed.set("BROKER", "x");
        installed.set("HTTP_PROXY", "http://proxy");
        StringWriter err = new StringWriter();

        assertThat(run(installed, err)).as(err.toString()).isZero();
        assertThat(err.toString()).isEmpty();
    }

    @Test
    void aSecondBridgeOnTheSameFolderIsRefused() throws Exception {
        Installed installed = Installed.in(home);
        Installed second = new Installed(installed.home(), new TreeMap<>(installed.environment()));
        second.environment().keySet().removeIf(key -> key.endsWith("_PORT"));
        Installed.freePorts(second.environment());
        StringWriter err = new StringWriter();
        int[] status = {-1};
        CommandLine first = Guestbridge.commandLine(installed.environment(), parts -> {
            status[0] = run(second, err);
            for (AutoCloseable part : parts) {
                part.close();
            }
        });
        first.execute("run");

        assertThat(status[0]).isEqualTo(2);
        assertThat(err.toString().lines())
                .singleElement()
                .asString()
                .contains(
                        "data",
                        "another bridge uses it, process "
                                + ProcessHandle.current().pid());
    }

    private static int run(Installed installed, StringWriter err) {
        CommandLine line = Guestbridge.commandLine(installed.environment(), parts -> {
            for (AutoCloseable part : parts) {
                part.close();
            }
        });
        line.setErr(new PrintWriter(err, true));
        return assertTimeoutPreemptively(LIMIT, () -> line.execute("run"));
    }
}
