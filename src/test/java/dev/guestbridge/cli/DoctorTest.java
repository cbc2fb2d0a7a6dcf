package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import dev.guestbridge.SelfSigned;
import dev.guestbridge.Settings;
import dev.guestbridge.cli.Finding.Verdict;
import dev.guestbridge.message.Json;
import dev.guestbridge.simulator.OrganisationSettings;
import dev.guestbridge.simulator.Simulator;
import dev.guestbridge.simulator.SimulatorSettings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.core.settings.impl.AddressSettings;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

/** Without a bridge, at a simulator with one fault each: the doctor names cause and cure, and nothing else is found bad. */
@Timeout(60)
class DoctorTest {

    private static final String SECRET = "canary-client-secret-of-the-doctor";
    private static final String WEBHOOK_SECRET = "canary-webhook-secret-of-the-doctor";
    private static final String SCOPES = "messaging messaging:external:write conversation:view conversation:write"
            + " messaging:guest messaging:web guest:messages:send";
    private static final Duration PATIENCE = Duration.ofSeconds(6);
    private static final List<String> GENESYS = List.of("organisation", "channel");

    @TempDir
    static Path folder;

    private static Simulator simulator;
    private static Settings fitting;

    private Settings settings = fitting;

    @BeforeAll
    static void start() throws Exception {
        simulator = Simulator.start(SimulatorSettings.of(0, OrganisationSettings.of("main", "main", SECRET)));
        fitting = Settings.read(Path.of("."), Map.of())
                .with("guestbridge.data", folder)
                .with("http.port", freePort())
                .with("management.port", freePort())
                .with("broker.embedded.port", freePort())
                .with("genesys.main.api-url", simulator.url())
                .with("genesys.main.token-url", simulator.url() + "/oauth/token")
                .with("genesys.main.client-id", "main")
                .with("genesys.main.client-secret", SECRET)
                .with("genesys.main.webhook-secret", WEBHOOK_SECRET);
    }

    @AfterAll
    static void stop() {
        simulator.close();
    }

    @BeforeEach
    void reset() {
        control("POST", "/reset", "{}");
        control(
                "PATCH",
                "/organisations/main",
                """
                {"clientSecret": "%s", "requestsPerMinute": 0, "allowedScopes": ["%s"], "integrations": [
                  {"id": "int-whatsapp", "dialect": "open-messaging"}], "webhookUrl": null}"""
                        .formatted(SECRET, SCOPES.replace(" ", "\",\"")));
    }

    // ---- the reports that a look alone answers

    @Test
    void wellSetUpNothingIsFound() throws Exception {
        assertThat(look(GENESYS)).noneMatch(Finding::isBad);
        assertThat(sentences(Verdict.OK))
                .anyMatch(said -> said.contains("gives a token, good for 60 min"))
                .anyMatch(said ->
                        said.contains("names its scopes: conversation:view conversation:write guest:messages:send"))
                .anyMatch(
                        said -> said.contains("what the dialect messaging needs: guest:messages:send messaging:guest"))
                .anyMatch(said -> said.contains("Genesys knows the integration int-whatsapp"));
    }

    @Test
    void theScopeThatSendingNeedsIsMissing() throws Exception {
        allowAllBut("guest:messages:send");
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.heading()).isEqualTo("channel webchat");
        assertThat(found.verdict()).isEqualTo(Verdict.FAIL);
        assertThat(found.sentence())
                .contains("lacks guest:messages:send", "dialect messaging", "401", "same as for an expired token");
        assertThat(found.cure())
                .contains("OAuth client of organisation main", "scope guest:messages:send", "genesys.main.scope");
    }

    @Test
    void theScopeIsAskedForAndLeftOutWithoutAWord() throws Exception {
        allowAllBut("guest:messages:send");
        settings = fitting.with("genesys.main.scope", SCOPES);
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.heading()).isEqualTo("channel webchat");
        assertThat(found.sentence())
                .contains("guest:messages:send is asked for (genesys.main.scope)", "without a word");
        assertThat(found.cure()).contains("switch on the guest feature of the OAuth client");
    }

    @Test
    void theScopesThatAnOpeningNeedsAreMissing() throws Exception {
        allowAllBut("messaging:web");
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.heading()).isEqualTo("channel webchat");
        assertThat(found.sentence()).contains("lacks messaging:web");
    }

    @Test
    void theRightOfExternalThreadsIsMissing() throws Exception {
        allowAllBut("messaging:external:write");
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.heading()).isEqualTo("channel mobile");
        assertThat(found.sentence()).contains("lacks messaging:external:write");
    }

    @Test
    void theTokenIsAskedForAtTheHostOfTheApi() throws Exception {
        settings = fitting.with("genesys.main.token-url", simulator.url() + "/api/oauth/token");
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.sentence()).contains("is no token endpoint (it answers 404)");
        assertThat(found.cure()).contains("https://login.<region>/oauth/token: login, not api");
    }

    @Test
    void theClocksAreApart() throws Exception {
        String before = DateTimeFormatter.RFC_1123_DATE_TIME.format(
                Instant.now().minusSeconds(300).atZone(ZoneOffset.UTC));
        control(
                "POST",
                "/faults",
                """
                {"match": {"path": "/tokens/current$"}, "status": 200, "headers": {"Date": "%s"}, "body": {"scope": "%s"}}"""
                        .formatted(before, SCOPES));
        Finding found = theOnlyBad(List.of("organisation"));
        assertThat(found.sentence()).containsPattern("this machine's clock is (4|5) min ahead of Genesys'");
        assertThat(found.cure()).contains("NTP", "no reply is lost");
    }

    // ---- what else keeps messages from Genesys

    @Test
    void theSecretIsWrong() throws Exception {
        control("PATCH", "/organisations/main", "{\"clientSecret\": \"another\"}");
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.sentence()).contains("knows the client id, but refuses its secret");
        assertThat(found.cure()).contains("genesys.main.client-secret");
        assertThat(sentences(Verdict.SKIP)).anyMatch(said -> said.contains("organisation main gives no token"));
    }

    @Test
    void theClientIsUnknown() throws Exception {
        settings = fitting.with("genesys.main.client-id", "nobody");
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.sentence()).contains("knows no client of this id");
        assertThat(found.cure()).contains("genesys.main.client-id", "region");
    }

    @Test
    void theTokenIsOfAnotherRegion() throws Exception {
        try (Simulator other = Simulator.start(SimulatorSettings.of(0, OrganisationSettings.of("o", "main", SECRET)))) {
            settings = fitting.with("genesys.main.token-url", other.url() + "/oauth/token");
            Finding found = theOnlyBad(GENESYS);
            assertThat(found.sentence()).contains("doesn't know the token that 127.0.0.1");
            assertThat(found.cure()).contains("to the same region");
        }
    }

    @Test
    void nobodyTellsOfTokensThere() throws Exception {
        settings = fitting.with("genesys.introspection-path", "/api/v2/none");
        Finding found = theOnlyBad(List.of("organisation"));
        assertThat(found.verdict()).isEqualTo(Verdict.WARN);
        assertThat(found.cure()).isEqualTo("set genesys.introspection-path to /api/v2/tokens/me");
    }

    @Test
    void theBudgetIsMoreThanGenesysAllows() throws Exception {
        control("PATCH", "/organisations/main", "{\"requestsPerMinute\": 300}");
        settings = fitting.with("genesys.main.requests-per-minute", 600);
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.sentence()).contains("is 600, and Genesys allows one token 300 a minute", "429");
        assertThat(found.cure()).contains("set it to 300 or less");
    }

    @Test
    void theIntegrationIsUnknown() throws Exception {
        control(
                "PATCH",
                "/organisations/main",
                "{\"integrations\": [{\"id\": \"int-x\", \"dialect\": \"open-messaging\"}]}");
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.heading()).isEqualTo("channel whatsapp");
        assertThat(found.sentence()).contains("knows no open messaging integration int-whatsapp");
        assertThat(found.cure()).contains("routes/channels/whatsapp.camel.yaml");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://intranet.example.com/webhooks/main|is no https address",
                "https://bridge.example.com:8443/webhooks/main|calls port 443 alone",
                "https://bridge.example.com/webhooks/elsewhere|doesn't end in /webhooks/main"
            })
    void theWebhookCantBeOurs(String row) throws Exception {
        control(
                "PATCH",
                "/organisations/main",
                "{\"webhookUrl\": \"" + row.split("\\|")[0] + "\", \"webhookSecret\": \"" + WEBHOOK_SECRET + "\"}");
        assertThat(look(List.of("webhook"))).filteredOn(Finding::isBad).anyMatch(found -> found.sentence()
                .contains(row.split("\\|")[1]));
    }

    @Test
    void nobodyAnswersAtTheAddress() throws Exception {
        settings = fitting.with("genesys.main.token-url", "http://127.0.0.1:" + freePort() + "/oauth/token");
        Finding found = theOnlyBad(GENESYS);
        assertThat(found.sentence()).contains("can't be reached: nobody takes the connection");
        assertThat(found.cure()).contains("genesys.main.token-url", "firewall");
    }

    @Test
    void noNameServiceKnowsTheHost() throws Exception {
        settings = fitting.with("genesys.main.token-url", "https://login.guestbridge.invalid/oauth/token");
        assertThat(theOnlyBad(GENESYS).sentence()).isEqualTo("no name service knows login.guestbridge.invalid");
    }

    @Test
    void anAnswerThatDripsIsntWaitedFor() throws Exception {
        control("POST", "/faults", "{\"match\": {\"path\": \"/oauth/token$\"}, \"action\": \"drip\"}");
        assertThat(theOnlyBad(GENESYS).sentence()).contains("gave no whole answer within 6 s");
    }

    @Test
    void somethingElseAnswers() throws Exception {
        HttpServer gateway = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        gateway.createContext("/", exchange -> {
            byte[] page = "<html>\u001b[31mBad Gateway</html>".getBytes();
            exchange.sendResponseHeaders(502, page.length);
            exchange.getResponseBody().write(page);
            exchange.close();
        });
        gateway.start();
        try {
            String url = "http://127.0.0.1:" + gateway.getAddress().getPort();
            settings = fitting.with("genesys.main.api-url", url);
            Finding found = theOnlyBad(GENESYS);
            assertThat(found.sentence())
                    .contains("answers 502", "not in Genesys' words")
                    .doesNotContain("\u001b");
        } finally {
            gateway.stop(0);
        }
    }

    @Test
    void theCertificateIsOfAnAuthorityThatJavaDoesntKnow() throws Exception {
        HttpsServer impostor = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        impostor.setHttpsConfigurator(new HttpsConfigurator(SelfSigned.context(folder, "Proxy of the house")));
        impostor.start();
        try {
            String url = "https://localhost:" + impostor.getAddress().getPort();
            settings = fitting.with("genesys.main.token-url", url + "/oauth/token");
            Finding found = theOnlyBad(GENESYS);
            assertThat(found.sentence())
                    .contains(
                            "isn't trusted, so nothing was sent: it is issued by Proxy of the house, whom Java doesn't know");
            assertThat(found.cure()).contains("genesys.main.token-url", "javax.net.ssl.trustStore");
        } finally {
            impostor.stop(0);
        }
    }

    @Test
    void aCertificatesEndIsToldTwoWeeksBefore() {
        Finding.Subject subject = new Finding.Subject("organisation", "main");
        Instant end = Instant.parse("2026-12-24T12:00:00Z");
        ShownCertificate shown = new ShownCertificate("api.example", "An Authority", end.minusSeconds(1), end);
        assertThat(told(shown, subject, "2026-11-24T12:00:00Z").sentence()).contains("is good for 30 days");
        assertThat(told(shown, subject, "2026-12-14T12:00:00Z").verdict()).isEqualTo(Verdict.WARN);
        assertThat(told(shown, subject, "2026-12-14T12:00:00Z").sentence())
                .contains("An Authority", "ends in 10 days", "2026-12-24");
        assertThat(told(shown, subject, "2026-12-24T12:00:01Z").verdict()).isEqualTo(Verdict.FAIL);
    }

    // ---- broker, store, webhook

    @Test
    void withoutABridgeItSaysSoOnce() throws Exception {
        Finding found = theOnlyBad(Doctor.GROUPS);
        assertThat(found.heading()).isEqualTo("webhook main");
        assertThat(found.sentence()).contains("no bridge runs here");
        assertThat(found.cure()).contains("guestbridge run");
        assertThat(sentences(Verdict.SKIP))
                .anyMatch(said -> said.contains("the embedded broker runs within the bridge"))
                .anyMatch(said -> said.contains("store.db isn't there yet"));
    }

    @Test
    void theBrokerIsDown() throws Exception {
        settings = fitting.with("broker.url", "tcp://127.0.0.1:" + freePort());
        Finding found = theOnlyBad(List.of("broker"));
        assertThat(found.sentence()).contains("the broker can't be reached: nobody takes a connection at 127.0.0.1:");
    }

    @Test
    void whatListensIsNoBroker() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
            settings = fitting.with("broker.url", "tcp://127.0.0.1:" + mute.getLocalPort());
            assertThat(theOnlyBad(List.of("broker")).sentence()).contains("isn't heard to be an Artemis within 6 s");
        }
    }

    @Test
    void theBrokerLacksQueuesAndRefusesAUser() throws Exception {
        ConfigurationImpl configuration = new ConfigurationImpl();
        int port = freePort();
        configuration.setPersistenceEnabled(false).setJMXManagementEnabled(false);
        configuration.addAcceptorConfiguration("tcp", "tcp://127.0.0.1:" + port);
        configuration.addAddressSetting(
                "#", new AddressSettings().setAutoCreateQueues(false).setAutoCreateAddresses(false));
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser("bridge", "right");
        users.addRole("bridge", "bridge");
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setSecurityManager(new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users));
        server.setConfiguration(configuration).start();
        try {
            settings = fitting.with("broker.url", "tcp://127.0.0.1:" + port)
                    .with("broker.username", "bridge")
                    .with("broker.password", "canary-wrong");
            Finding refused = theOnlyBad(List.of("broker"));
            assertThat(refused.sentence())
                    .startsWith("the broker refuses the user: ")
                    .doesNotContain("canary");

            settings = settings.with("broker.password", "right");
            assertThat(look(List.of("broker")))
                    .anyMatch(found -> found.verdict() == Verdict.FAIL
                            && found.sentence().contains("the broker lacks a queue, anycast and durable: guest."))
                    .anyMatch(found ->
                            found.verdict() == Verdict.WARN && found.cure().contains("permission manage"));
        } finally {
            server.stop();
        }
    }

    @Test
    void theDatabaseCantBeReached() throws Exception {
        settings = fitting.with("store.url", "jdbc:postgresql://127.0.0.1:" + freePort() + "/guestbridge")
                .with("store.username", "bridge")
                .with("store.password", "canary-store-password");
        Finding found = theOnlyBad(List.of("store"));
        assertThat(found.sentence())
                .contains("The store jdbc:postgresql://127.0.0.1")
                .doesNotContain("canary");
        assertThat(found.cure()).contains("store.url");
    }

    // ---- what a running bridge tells

    @Test
    void whatStandsStillIsToldWithItsCauseAndEachCauseOnce() throws Exception {
        allowAllBut("guest:messages:send");
        HttpServer bridge = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        answer(bridge, "/observe/health", "{\"status\":\"UP\",\"checks\":[{\"name\":\"store\",\"status\":\"UP\"}]}");
        answer(
                bridge,
                "/ops/api/pauses",
                """
                [{"name": "channel webchat", "class": "scope-missing", "status": 401, "code": "unauthorized",
                  "reason": "Genesys said: what a guest wrote", "advice": "a", "since": "2026-11-21T12:00:00Z", "waiting": 3},
                 {"name": "channel mobile", "class": "address-unknown", "status": 404, "advice": "Check the integration.",
                  "since": "2026-11-21T12:00:00Z", "waiting": 1},
                 {"name": "organisation main", "class": "rate-limited", "status": 429, "resuming": true, "waiting": 7,
                  "since": "2026-11-21T12:00:00Z"},
                 {"name": "organisation another", "class": "unavailable"}]""");
        answer(
                bridge,
                "/ops/api/troubles",
                """
                {"held": [{"channel": "webchat", "class": "scope-missing", "messages": 3},
                  {"channel": "kiosk", "class": "unavailable", "status": 500, "messages": 2}],
                 "dead": [{"channel": "webchat", "class": "payload-invalid", "messages": 1}]}""");
        bridge.start();
        try {
            settings = fitting.with("management.port", bridge.getAddress().getPort());
            List<Finding> found = look(List.of("store", "organisation", "channel"));
            assertThat(found.toString()).doesNotContain("what a guest wrote");
            assertThat(found)
                    .filteredOn(Finding::isBad)
                    .extracting(Finding::heading)
                    .containsExactly(
                            "organisation main",
                            "channel kiosk",
                            "channel mobile",
                            "channel webchat",
                            "channel webchat",
                            "channel webchat");
            assertThat(found)
                    .filteredOn(Finding::isBad)
                    .extracting(Finding::sentence)
                    .anyMatch(said -> said.matches("paused since .* for rate-limited \\(HTTP 429\\), 7 messages wait"))
                    .anyMatch(said -> said.contains(
                            "for scope-missing (HTTP 401, unauthorized), 3 messages wait, for the" + " reason above"))
                    .anyMatch(said -> said.contains("Genesys doesn't know the address that channel mobile calls"))
                    .anyMatch(said -> said.contains("2 messages held for unavailable (HTTP 500). Genesys answers 500"))
                    .anyMatch(said -> said.contains("1 message dead of payload-invalid within the last hour. The bridge"
                            + " refused them itself"));
            assertThat(found).anyMatch(one -> one.sentence().equals("the running bridge can write to its store"));
        } finally {
            bridge.stop(0);
        }
    }

    private static void answer(HttpServer server, String path, String json) {
        server.createContext(path, exchange -> {
            exchange.getResponseHeaders().set("Content-Type", "application/json");
            exchange.sendResponseHeaders(200, json.length());
            exchange.getResponseBody().write(json.getBytes());
            exchange.close();
        });
    }

    // ---- the command

    @Test
    void itPrintsAndExitsAsPromised() throws Exception {
        StringWriter out = new StringWriter();
        assertThat(execute(out, "--only", "organisation,channel")).isZero();
        assertThat(out.toString())
                .startsWith("organisation main\n  ok    127.0.0.1:")
                .contains("\nchannel webchat\n  ok    ", "\n  skip  ", " ok, 0 warn, 0 FAIL, ")
                .doesNotContain(SECRET, WEBHOOK_SECRET, "Bearer");

        allowAllBut("messaging");
        out = new StringWriter();
        assertThat(execute(out, "--only=channel", "--json")).isEqualTo(1);
        JsonNode told = Json.read(out.toString());
        assertThat(told.path("fail").asInt()).isEqualTo(1);
        assertThat(told.path("findings").findValuesAsText("verdict")).contains("ok", "fail");
        assertThat(told.path("findings").findValuesAsText("cure")).anyMatch(cure -> cure.contains("scope messaging"));

        assertThat(execute(new StringWriter(), "--only", "borker")).isEqualTo(2);
        settings = fitting.with("genesys.main.client-id", "");
        assertThat(execute(new StringWriter())).isEqualTo(2);
    }

    @Test
    void whatCantBeUsedIsNamed() {
        settings = fitting.with("genesys.main.api-url", "ftp://api.example.com");
        assertThatThrownBy(() -> look(GENESYS)).hasMessageContaining("genesys.main.api-url");
    }

    private int execute(StringWriter out, String... options) {
        Map<String, String> environment = new TreeMap<>(Map.of("GUESTBRIDGE_HOME", "."));
        for (String key : List.of(
                "http.port",
                "management.port",
                "broker.embedded.port",
                "genesys.main.api-url",
                "genesys.main.token-url",
                "genesys.main.client-id",
                "genesys.main.client-secret",
                "genesys.main.webhook-secret")) {
            environment.put(key.toUpperCase().replace('.', '_').replace('-', '_'), settings.get(key));
        }
        CommandLine line = Guestbridge.commandLine(environment, parts -> {});
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(new StringWriter()));
        String[] arguments = new String[options.length + 1];
        arguments[0] = "doctor";
        System.arraycopy(options, 0, arguments, 1, options.length);
        return line.execute(arguments);
    }

    private static Finding told(ShownCertificate shown, Finding.Subject subject, String now) {
        return shown.told(subject, "api.example:443", Clock.fixed(Instant.parse(now), ZoneOffset.UTC));
    }

    private List<Finding> look(List<String> groups) throws Exception {
        return new Doctor(settings, PATIENCE, Clock.systemUTC()).findings(groups);
    }

    private Finding theOnlyBad(List<String> groups) throws Exception {
        List<Finding> bad = look(groups).stream().filter(Finding::isBad).toList();
        assertThat(bad).hasSize(1);
        assertThat(bad.get(0).cure()).isNotEmpty();
        assertThat(bad.toString()).doesNotContain(SECRET, WEBHOOK_SECRET);
        return bad.get(0);
    }

    private List<String> sentences(Verdict verdict) throws Exception {
        return look(Doctor.GROUPS).stream()
                .filter(found -> found.verdict() == verdict)
                .map(Finding::sentence)
                .toList();
    }

    private static void allowAllBut(String scope) {
        List<String> left = List.of(SCOPES.split(" ")).stream()
                .filter(one -> !one.equals(scope))
                .toList();
        control("PATCH", "/organisations/main", "{\"allowedScopes\": [\"" + String.join("\",\"", left) + "\"]}");
    }

    private static void control(String method, String path, String body) {
        try {
            HttpResponse<String> answer = HttpClient.newHttpClient()
                    .send(
                            HttpRequest.newBuilder(URI.create(simulator.url() + "/_simulator" + path))
                                    .method(method, HttpRequest.BodyPublishers.ofString(body))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString());
            assertThat(answer.statusCode()).as(answer.body()).isLessThan(300);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static int freePort() throws Exception {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
