package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.FieldSource;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code guestbridge check} finds what is wrong, all of it, where it stands, and nothing else. */
class CheckTest {

    private static final String SETTINGS = "config/application.properties";
    private static final String CLASSES = "config/error-classes.yaml";
    private static final String CHANNEL = "routes/channel.camel.yaml";
    private static final String KIOSK = "routes/channels/kiosk.camel.yaml";
    private static final String BEANS = "routes/beans.camel.yaml";
    private static final String ERRORS = "routes/errors.camel.yaml";
    private static final String GENESYS = "routes/genesys.camel.yaml";
    private static final String HOUSEKEEPING = "routes/housekeeping.camel.yaml";
    private static final String INBOUND = "routes/inbound.camel.yaml";
    private static final String OUTBOUND = "routes/outbound.camel.yaml";

    /** Who else uses ports and folders, and what broker and database say: no file tells. */
    private static final Set<String> ONLY_A_START_TELLS = Set.of(
            "data is a file",
            "the store's folder is a file",
            "the store is no database",
            "an external broker, password right",
            "an external broker, password wrong",
            "HTTP_PORT=<taken>",
            "MANAGEMENT_PORT=<taken>",
            "BROKER_EMBEDDED_PORT=<taken>",
            "HTTP_HOST=no-such-host.invalid",
            "STORE_URL=jdbc:postgresql://127.0.0.1:1/none?sslmode=sometimes",
            "STORE_URL=jdbc:sqlite::memory:");

    /**
     * One thing that is changed in one file.
     *
     * @param to what takes the place of the first {@code from}; § stands before what is to be told
     * @param sentence the whole of it
     */
    record Change(String file, String from, String to, String sentence) {
        @Override
        public String toString() {
            return file + ": " + sentence;
        }
    }

    static final List<Change> WRONG = List.of(
            // Camel's own schema
            new Change(
                    OUTBOUND,
                    "setVariables:",
                    "§setVariabels:",
                    "key 'setVariabels' is unknown; did you mean setVariable?"),
            new Change(
                    OUTBOUND,
                    "    id: webhook-judged",
                    "    §idd: webhook-judged",
                    "key 'idd' is unknown; did you mean id?"),
            new Change(
                    OUTBOUND, "            when:", "            §whenn:", "key 'whenn' is unknown; did you mean when?"),
            new Change(OUTBOUND, "{ simple: {", "{ §simpel: {", "key 'simpel' is unknown; did you mean simple?"),
            new Change(
                    OUTBOUND,
                    "{ uri: direct:letter }",
                    "{ §urii: direct:letter }",
                    "key 'urii' is unknown; did you mean uri?"),
            new Change(
                    OUTBOUND,
                    "stopOnException: true",
                    "§stopOnException: maybe",
                    "key 'stopOnException' must be of the type boolean"),
            new Change(
                    ERRORS,
                    "retryAttemptedLogLevel: WARN",
                    "§retryAttemptedLogLevel: LOUD",
                    "key 'retryAttemptedLogLevel' must be one of TRACE, DEBUG, INFO, WARN, ERROR, OFF"),
            new Change(INBOUND, "pattern: InOnly", "§pattern: InOny", "key 'pattern' must be one of InOnly, InOut"),
            new Change(
                    INBOUND,
                    "- route:\n    id: waiting\n",
                    "- §rout:\n    id: waiting\n",
                    "key 'rout' is unknown; did you mean route?"),
            // components and their options
            new Change(
                    CHANNEL,
                    "uri: jms:queue:guest.in",
                    "§uri: jmz:queue:guest.in",
                    "there is no component 'jmz' in lib/; did you mean jms?"),
            new Change(
                    CHANNEL,
                    "asyncConsumer: true",
                    "§asyncConsmer: true",
                    "jms has no option 'asyncConsmer'; did you mean asyncConsumer?"),
            new Change(
                    GENESYS, "copyHeaders", "§copyHeder", "http has no option 'copyHeder'; did you mean copyHeaders?"),
            new Change(
                    GENESYS,
                    "throwExceptionOnFailure: false",
                    "§throwExceptionOnFailure: no",
                    "http's option 'throwExceptionOnFailure' is 'no', neither true nor false"),
            new Change(
                    HOUSEKEEPING,
                    "delay: \"{{store.housekeeping-minutes}}m\"",
                    "§delay: \"{{store.housekeeping-minutes}}q\"",
                    "timer's option 'delay' is '60q', not a time in milliseconds, or such as 5s or 1m30s"),
            new Change(
                    INBOUND,
                    "uri: timer:waiting",
                    "§uri: timer:waiting?repeatCount=x",
                    "timer's option 'repeatCount' is 'x', not a whole number"),
            new Change(
                    INBOUND,
                    "uri: timer:waiting",
                    "§uri: waiting",
                    "'waiting' is no address; it begins with a component and a colon, such as direct:"),
            // beans and their methods
            new Change(
                    CHANNEL,
                    "messageListenerContainerFactory: \"#bean:laneContainers\"",
                    "§messageListenerContainerFactory: \"#bean:laneContainer\"",
                    "there is no bean 'laneContainer'; did you mean laneContainers?"),
            new Change(
                    CHANNEL,
                    "uri: bean:channels",
                    "§uri: bean:channel",
                    "there is no bean 'channel'; did you mean channels?"),
            new Change(
                    CHANNEL,
                    "routePolicy: lanePolicy",
                    "§routePolicy: lanePolice",
                    "there is no bean 'lanePolice'; did you mean lanePolicy?"),
            new Change(
                    CHANNEL,
                    "method: \"named",
                    "§method: \"nmed",
                    "the bean 'channels' has no method 'nmed'; did you mean named?"),
            new Change(
                    CHANNEL,
                    "method: \"arrive(${body}, ${variable.channel}, 'guest.in.{{channel}}')\"",
                    "§method: \"arrive(${body}, ${variable.channel})\"",
                    "the method 'arrive' of the bean 'lanes' takes 3 values, not 2"),
            // as designers write it
            new Change(
                    CHANNEL,
                    "uri: bean:channels\n              parameters: { method",
                    "uri: bean\n              parameters: { §beanName: channel, method",
                    "there is no bean 'channel'; did you mean channels?"),
            new Change(
                    CHANNEL,
                    "uri: bean:channels\n              parameters: { method: \"named",
                    "uri: bean\n              parameters: { beanName: channels, §method: \"nmed",
                    "the bean 'channels' has no method 'nmed'; did you mean named?"),
            new Change(
                    CHANNEL,
                    "uri: bean:channels\n              parameters: { method: \"named('{{channel}}')",
                    "uri: bean\n              parameters: { beanName: channels, §method: \"named('{{channel}}', 2)",
                    "the method 'named' of the bean 'channels' takes 1 value, not 2"),
            new Change(HOUSEKEEPING, "ref: ledger", "§ref: ledgr", "there is no bean 'ledgr'; did you mean ledger?"),
            new Change(
                    BEANS,
                    "type: dev.guestbridge.lane.Lanes",
                    "§type: dev.guestbridge.lane.Lane",
                    "there is no class 'dev.guestbridge.lane.Lane' in lib/"),
            new Change(
                    BEANS,
                    "constructors: { \"0\": \"#bean:lanes\", \"1\": \"#bean:bulkhead\" }",
                    "§constructors: { \"0\": \"#bean:lanes\" }",
                    "the class of the bean 'lanePolicy' is made with 2 values, not 1"),
            new Change(
                    BEANS,
                    "filterOnMatch",
                    "§filterOnMach",
                    "the class of the bean 'busHeaders' has no property 'filterOnMach'; did you mean filterOnMatch?"),
            new Change(
                    BEANS,
                    "\"0\": \"#bean:clock\"",
                    "§\"0\": \"#bean:clok\"",
                    "there is no bean 'clok'; did you mean clock?"),
            new Change(
                    ERRORS,
                    "[dev.guestbridge.store.Settled]",
                    "[§dev.guestbridge.store.Setled]",
                    "there is no class 'dev.guestbridge.store.Setled' in lib/"),
            // names
            new Change(
                    INBOUND,
                    "uri: direct:settled }",
                    "§uri: direct, parameters: { name: setled } }", // as designers write it
                    "no route is at direct:setled; did you mean direct:settled?"),
            new Change(
                    OUTBOUND,
                    "routeConfigurationId: webhook-failures",
                    "§routeConfigurationId: webhok-failures",
                    "there is no routeConfiguration 'webhok-failures'; did you mean webhook-failures?"),
            new Change(
                    CHANNEL,
                    "uri: jms:queue:guest.in.{{channel}}",
                    "§uri: jms:queue:guest.in.{{chanel}}",
                    "{{chanel}}: there is no such key in config/application.properties, and no such parameter of this template; did you mean channel?"),
            new Change(
                    HOUSEKEEPING,
                    "method: \"purge('P{{store.keep-days}}",
                    "§method: \"purge('P{{store.keep-day}}",
                    "{{store.keep-day}}: there is no such key in config/application.properties; did you mean store.keep-days?"),
            // expressions
            new Change(
                    OUTBOUND,
                    "expression: \"${variable.genuine} == false\"",
                    "§expression: \"${vriable.genuine} == false\"",
                    "'${vriable.genuine} == false' isn't Simple, Camel's language: Unknown function: vriable.genuine"),
            new Change(
                    OUTBOUND,
                    "expression: \"${variable.genuine} == false\"",
                    "§expression: \"${variable.genuine} = false\"",
                    "'${variable.genuine} = false' isn't Simple, Camel's language: Unexpected token ="),
            new Change(
                    OUTBOUND,
                    "method: \"verify(${variable.raw}",
                    "§method: \"verify(${varable.raw}",
                    "'verify(${varable.raw}, ${variable.signature}, ${variable.secrets})' isn't Simple, Camel's language: Unknown function: varable.raw"),
            // channels
            new Change(
                    KIOSK,
                    "- { name: queue",
                    "- §{ name: que",
                    "parameter 'que' is unknown; known are channel, dialect, org, integration, queue; did you mean queue?"),
            new Change(
                    KIOSK,
                    "- { name: dialect, value: guest-conversations",
                    "- §{ name: dialect, value: guest-conversation",
                    "parameter 'dialect' is 'guest-conversation', but must be one of conversation-messages, external-threads, guest-conversations, messaging, open-messaging; did you mean guest-conversations?"),
            new Change(
                    KIOSK,
                    "    parameters:",
                    "    §parameter:",
                    "key 'parameter' is unknown; did you mean parameters?"),
            new Change(
                    KIOSK,
                    "value: int-kiosk }",
                    "value: int-kiosk ]",
                    "not YAML, see line 9: expected ',' or '}', but got ]"),
            // the error catalogue
            new Change(
                    CLASSES,
                    "    action: renew",
                    "    §action: renw",
                    "class token-expired: 'action' is 'renw'; known: [renew, reopen, wait, pause, dead]; did you mean renew?"),
            // settings
            new Change(SETTINGS, "http.port = 8080", "§http.port = web", "http.port: 'web' is not a whole number"),
            new Change(
                    SETTINGS,
                    "log.format = text",
                    "§log.format = jason",
                    "log.format: 'jason' is not one of text, json; did you mean json?"),
            new Change(
                    SETTINGS,
                    "http.idle-ms = 60000",
                    "§http.idel-ms = 60000",
                    "http.idel-ms: there is no such key; did you mean http.idle-ms?"),
            new Change(
                    SETTINGS,
                    "simulator.port = 8090",
                    "http.header-ms = 1\n§http.header-ms = 20",
                    "http.header-ms: stands there twice"),
            new Change(
                    SETTINGS,
                    "simulator.port = 8090",
                    "§camel.main.shutdownTimeut = 3",
                    "camel.main.shutdownTimeut: Camel has no such key; did you mean camel.main.shutdownTimeout?"),
            new Change(
                    SETTINGS,
                    "simulator.port = 8090",
                    "§camel.component.jms.recoveryIntervl = 3",
                    "camel.component.jms.recoveryIntervl: the component jms has no option 'recoveryIntervl'; did you mean recoveryInterval?"),
            new Change(
                    SETTINGS,
                    "simulator.port = 8090",
                    "§genesys.mian.api-url = https://x",
                    "genesys.mian.api-url: no channel in routes/channels/ names the organisation 'mian'; did you mean main?"));

    @TempDir
    Path home;

    private Installed installed;

    @BeforeEach
    void install() throws Exception {
        installed = Installed.in(home);
    }

    @Test
    void whatIsShippedIsRight() {
        assertThat(check(0))
                .singleElement()
                .asString()
                .matches("nothing is wrong; looked at: files of routes \\d+, channels 5, organisations 1, keys \\d+,"
                        + " error classes \\d+");
    }

    @ParameterizedTest(name = "{0}")
    @FieldSource("WRONG")
    void tellsWhatIsWrongAndWhere(Change change) throws Exception {
        Path file = home.resolve(change.file());
        String text = Files.readString(file);
        assertThat(text).contains(change.from());
        int at = text.indexOf(change.from());
        String marked = text.substring(0, at)
                + change.to()
                + text.substring(at + change.from().length());
        Files.writeString(file, marked.replace("§", ""));
        environmentLeavesTheFileAlone();

        assertThat(findings(check(1)))
                .contains(change.file() + place(marked, change.file()) + ": error: " + change.sentence());
    }

    // the ports of the tests come from the environment, which would hide the file's
    private void environmentLeavesTheFileAlone() {
        installed.environment().keySet().removeIf(name -> name.endsWith("_PORT"));
    }

    private static String place(String marked, String file) {
        int at = marked.indexOf('§');
        if (at < 0) {
            return ":9";
        }
        long line = marked.substring(0, at).chars().filter(c -> c == '\n').count() + 1;
        return ":" + line + (file.equals(SETTINGS) ? "" : ":" + (at - marked.lastIndexOf('\n', at)));
    }

    static Stream<RefusalsTest.Case> whatAFileTells() {
        return RefusalsTest.all().filter(wrong -> !ONLY_A_START_TELLS.contains(wrong.name()));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("whatAFileTells")
    void tellsBeforeWhatAStartWouldRefuse(RefusalsTest.Case wrong) throws Exception {
        wrong.change().make(installed);
        assertThat(findings(check(1))).isNotEmpty();
    }

    @Test
    void tellsWhoUsesATemplateWrongly() throws Exception {
        installed.replace(CHANNEL, "name: queue, required: false", "name: queues");

        assertThat(findings(check(1)))
                .contains(
                        KIOSK + ":10:9: error: the template guest-in has no parameter 'queue'; did you mean queues?",
                        KIOSK + ":5:5: error: the template guest-in needs the parameter 'queues'");
    }

    @Test
    void tellsWhoBearsTheNameOfAnother() throws Exception {
        installed.replace(INBOUND, "id: waiting-status", "id: waiting");
        installed.replace(INBOUND, "uri: direct:settled-ends\n", "uri: direct:settled\n");
        installed.replace(BEANS, "name: leases", "name: ledger");

        assertThat(findings(check(1)))
                .anyMatch(line -> line.matches(INBOUND
                        + ":\\d+:5: error: 'waiting' is the id of another route, in inbound\\.camel\\.yaml, line \\d+"))
                .anyMatch(line -> line.startsWith(INBOUND)
                        && line.contains("error: 'direct:settled' is the address of another route, in inbound"))
                .anyMatch(
                        line -> line.startsWith(INBOUND) && line.endsWith("error: no route is at direct:settled-ends"))
                .filteredOn(line ->
                        line.startsWith(BEANS) && line.endsWith("error: the bean 'ledger' is defined more than once"))
                .hasSize(2);
    }

    @Test
    void tellsAllAtOnceAndErrorsFirst() throws Exception {
        installed.replace(INBOUND, "- bean: { ref: ledger", "- baen: { ref: ledger");
        installed.replace(KIOSK, "name: queue", "name: que");
        installed.replace("routes/channels/mobile.camel.yaml", "int-mobile", "\" \"");
        installed.replace(CLASSES, "action: renew", "action: renw");
        installed.replace(CLASSES, "dialect: open-messaging", "dialect: opn-messaging");
        installed.append("htp.port = 1");
        installed.set("LOG_FORMAT", "jason");
        installed.set("GENESYS_MAIN_CLIENT_SECRET", "changeme");
        installed.set("GENESYS_MAIN_WEBHOOK_SECRET", "abc");

        List<String> told = check(1);

        assertThat(told.stream().map(line -> line.replaceFirst(":.*", "")))
                .contains("environment", SETTINGS, CLASSES, KIOSK, "routes/channels/mobile.camel.yaml");
        assertThat(told)
                .contains(
                        "environment: error: LOG_FORMAT: 'jason' is not one of text, json; did you mean json?",
                        "environment: error: GENESYS_MAIN_CLIENT_SECRET: is a placeholder, not a secret",
                        "environment: error: GENESYS_MAIN_WEBHOOK_SECRET: is shorter than 16 bytes; make one by: openssl rand -base64 32")
                .noneMatch(line -> line.contains("changeme") || line.contains("abc"));
        assertThat(told.get(told.size() - 2)).contains(": warning: there is no dialect 'opn-messaging'");
        assertThat(told.get(told.size() - 1)).startsWith("errors ").contains(", warnings 2; looked at: ");
    }

    @Test
    void readsExpressionsThatAreWrittenInShort() throws Exception {
        installed.write(
                "routes/own.camel.yaml",
                """
                - route:
                    id: own
                    from:
                      uri: timer:own
                      steps:
                        - setBody:
                            simple: "${body.foo"
                        - filter:
                            simple: "${body} = 1"
                            steps: []
                        - log: "${varable.x}"
                """);
        assertThat(findings(check(1)))
                .contains(
                        "routes/own.camel.yaml:7:13: error: '${body.foo' isn't Simple, Camel's language: expected symbol"
                                + " functionEnd but was eol",
                        "routes/own.camel.yaml:9:13: error: '${body} = 1' isn't Simple, Camel's language: Unexpected"
                                + " token =",
                        "routes/own.camel.yaml:11:11: error: '${varable.x}' isn't Simple, Camel's language: Unknown"
                                + " function: varable.x");
    }

    @Test
    void warnsOfWhatLooksLikeAFileOfRoutesAndIsCalledOtherwise() throws Exception {
        for (String file : List.of("routes/channels/lobby.yml", "routes/own.yaml", "routes/own.xml")) {
            installed.write(file, "- route:");
        }
        installed.write("routes/channels/.kiosk.camel.yaml.swp", "");
        installed.write("routes/channels/kiosk.camel.yaml.bak", "");
        assertThat(check(0))
                .containsSubsequence(
                        "routes/channels/lobby.yml: warning: isn't read: files of routes and channels are called"
                                + " <name>.camel.yaml",
                        "routes/own.xml: warning: isn't read: files of routes and channels are called <name>.camel.yaml",
                        "routes/own.yaml: warning: isn't read: files of routes and channels are called <name>.camel.yaml")
                .hasSize(4);
    }

    @Test
    void warningsCountOnlyWhenAsked() throws Exception {
        installed.set("BROKER_URL", "tcp://bus.example.com:61616");

        assertThat(check(0))
                .contains("environment: warning: BROKER_URL: has no sslEnabled=true: guests' words and the password"
                        + " travel to the broker in the clear");
        assertThat(check(1, "--strict")).hasSize(2);
    }

    @ParameterizedTest
    @CsvSource({
        "jdbc:postgresql://db.example.com/bridge, in the clear",
        "'jdbc:postgresql://localhost:5432,db.example.com:5432/bridge?ssl=true', in the clear",
        "'jdbc:postgresql://db.example.com:5432,db2.example.com/bridge?sslmode=require', 'encrypted, but to whoever answers'",
        "'jdbc:postgresql://localhost:5432,127.0.0.1:5433/bridge', ",
        "jdbc:postgresql:///bridge, ",
        "'jdbc:postgresql://db.example.com/bridge?sslmode=verify-full&sslrootcert=ca.pem', "
    })
    void aDatabaseThatTokensTravelToUnprotectedIsToldOf(String url, String how) throws Exception {
        installed.set("STORE_URL", url);

        List<String> told = findings(check(0));

        if (how == null) {
            assertThat(told).isEmpty();
        } else {
            assertThat(told)
                    .singleElement()
                    .asString()
                    .startsWith("environment: warning: STORE_URL: has no sslmode")
                    .contains(how);
        }
    }

    @Test
    void whatAnUnreadableFileMayHoldIsNotMissed() throws Exception {
        installed.append(BEANS, "- [");
        assertThat(findings(check(1))).singleElement().asString().startsWith(BEANS + ":");
    }

    /** The launcher makes a route of each channel's receipts and asks for tokens: no route says so. */
    @Test
    void tellsWhatTheBridgeItselfCallsAndDoesntFind() throws Exception {
        installed.replace(CHANNEL, "id: receipt-in", "id: receipts-in");
        installed.replace(GENESYS, "direct:genesys-token", "direct:genesys-tokens");

        assertThat(findings(check(1)))
                .containsExactly(
                        "routes: error: no file *.camel.yaml has a route from direct:genesys-token, which gets the"
                                + " organisations' tokens",
                        "routes: error: no file *.camel.yaml has the routeTemplate receipt-in, which takes receipts"
                                + " unless reply.receipts is off");

        installed.set("REPLY_RECEIPTS", "off");
        assertThat(findings(check(1))).singleElement().asString().contains("direct:genesys-token");
    }

    @Test
    void aSecretThatOthersMayReadIsTold() throws Exception {
        installed.secret("secret.txt", "a-client-secret-of-the-check", "rw-r--r--");
        installed.unset("GENESYS_MAIN_CLIENT_SECRET");
        installed.append("genesys.main.client-secret-file = secret.txt");

        assertThat(findings(check(1)))
                .singleElement()
                .asString()
                .startsWith(SETTINGS + ":")
                .contains(
                        "genesys.main.client-secret-file: the file", "is open to all users of this machine; chmod 600");
    }

    @Test
    void needsNoPortsAndLeavesNothingBehind() throws Exception {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            installed.set("HTTP_PORT", String.valueOf(taken.getLocalPort()));
            assertThat(check(0)).hasSize(1);
        }
        assertThat(home.resolve("data")).doesNotExist();
    }

    @Test
    void tellsAsJson() throws Exception {
        installed.replace(KIOSK, "name: queue", "name: que");

        JsonNode report = new ObjectMapper().readTree(String.join("\n", check(1, "--json")));

        assertThat(report.path("home").asText()).isEqualTo(home.toString());
        assertThat(report.path("lookedAt").path("channels").asInt()).isEqualTo(4);
        assertThat(report.path("findings")).hasSize(1);
        JsonNode finding = report.path("findings").path(0);
        assertThat(finding.path("gravity").asText()).isEqualTo("error");
        assertThat(finding.path("file").asText()).isEqualTo(KIOSK);
        assertThat(finding.path("line").asInt()).isEqualTo(10);
        assertThat(finding.path("column").asInt()).isEqualTo(9);
        assertThat(finding.path("sentence").asText()).startsWith("parameter 'que' is unknown");
    }

    @Test
    void aFolderThatIsNotThereCantBeLookedAt() {
        installed.set("GUESTBRIDGE_HOME", home.resolve("elsewhere").toString());
        assertThat(check(2)).isEmpty();
    }

    @Test
    void completionKnowsTheCommands() {
        Ended ended = Ended.of(installed.environment(), "completion");

        assertThat(ended.status()).isZero();
        assertThat(ended.out())
                .contains("complete -F _complete_guestbridge -o default guestbridge", "check", "--strict");
    }

    private static List<String> findings(List<String> lines) {
        return lines.stream().filter(line -> !line.contains("; looked at: ")).toList();
    }

    private List<String> check(int status, String... options) {
        String[] arguments =
                Stream.concat(Stream.of("check"), Stream.of(options)).toArray(String[]::new);
        Ended ended = Ended.of(installed.environment(), arguments);
        assertThat(ended.status()).as(ended.out()).isEqualTo(status);
        return ended.out().lines().toList();
    }
}
