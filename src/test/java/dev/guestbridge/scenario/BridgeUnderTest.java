package dev.guestbridge.scenario;

import dev.guestbridge.Bridge;
import dev.guestbridge.Settings;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.simulator.OrganisationSettings;
import dev.guestbridge.simulator.Simulator;
import dev.guestbridge.simulator.SimulatorSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;

/** The shipped routes and configuration between a real broker and a strict Genesys, and those who use them. */
final class BridgeUnderTest implements AutoCloseable {

    /** What Genesys says and does: these tests run a second time, over the other transport. */
    static final String OVER_BOTH_TRANSPORTS = "over-both-transports";

    static final String CLIENT_SECRET = "canary-client-secret-7f3a";
    static final String WEBHOOK_SECRET = "canary-webhook-secret-51c9-long-enough";
    static final String SECOND_WEBHOOK_SECRET = "canary-second-secret-e02b-long-enough";

    /** What tests change of the organisation, as it is at the start. */
    private static final Map<String, Object> START = Map.of(
            "agent",
            "silent",
            "clientSecret",
            CLIENT_SECRET,
            "allowedScopes",
            Genesys.SCOPES,
            "propagationMs",
            0,
            "closedStatus",
            410,
            "idempotency",
            "off");

    private final Path data;
    private final Simulator simulator;
    private final Settings settings;
    private final Genesys genesys;
    private final Hooks hooks;
    private Bridge bridge;
    private Bus bus;

    private BridgeUnderTest(Path data, Simulator simulator, Settings settings) {
        this.data = data;
        this.simulator = simulator;
        this.settings = settings;
        this.genesys = new Genesys(simulator.url());
        this.hooks = new Hooks(settings.number("http.port"));
    }

    /** One of its own, for tests that stop it. */
    static BridgeUnderTest start() throws Exception {
        return start("reported");
    }

    /** One of its own, with another value of {@code reply.receipts}. */
    static BridgeUnderTest start(String receipts) throws Exception {
        return start(Path.of("."), settings -> settings.with("reply.receipts", receipts));
    }

    /**
     * One of its own in another folder, and with other settings.
     *
     * @param more organisations that the simulator serves besides {@code main}
     */
    static BridgeUnderTest start(Path home, UnaryOperator<Settings> changes, OrganisationSettings... more)
            throws Exception {
        Path data = Files.createTempDirectory("guestbridge-scenarios");
        int http = freePort();
        List<OrganisationSettings> organisations = new ArrayList<>(List.of(more));
        organisations.add(OrganisationSettings.of("main", "client-main", CLIENT_SECRET)
                .withWebhook("http://127.0.0.1:" + http + "/webhooks/main", WEBHOOK_SECRET)
                .with(Map.of("agent", "silent", "agentDelayMs", 5)));
        Simulator simulator =
                Simulator.start(SimulatorSettings.of(0, organisations.toArray(OrganisationSettings[]::new)));
        Settings settings = Settings.read(home, Map.of())
                .with("guestbridge.data", data)
                .with("http.host", "127.0.0.1")
                .with("http.port", http)
                .with("management.port", freePort())
                .with("broker.embedded.port", freePort())
                .with("genesys.main.api-url", simulator.url())
                .with("genesys.main.token-url", simulator.url() + "/oauth/token")
                .with("genesys.main.client-id", "client-main")
                .with("genesys.main.client-secret", CLIENT_SECRET)
                .with("genesys.main.webhook-secret", WEBHOOK_SECRET + ", " + SECOND_WEBHOOK_SECRET)
                .with("genesys.transport", System.getProperty("genesys.transport", "http"))
                // the broker's own receipts would come between what a scenario counts
                .with("reply.receipts", "reported")
                .with("genesys.main.requests-per-minute", 60_000);
        BridgeUnderTest started = new BridgeUnderTest(data, simulator, changes.apply(settings));
        started.startBridge();
        return started;
    }

    /** Starts the bridge on the data of the one that was stopped. */
    void startBridge() throws Exception {
        bridge = Bridge.start(settings);
        bus = new Bus(settings.number("broker.embedded.port"), channels());
    }

    private List<String> channels() {
        return Channels.read(settings.home().resolve("routes/channels")).all().stream()
                .map(Channel::name)
                .toList();
    }

    /** What the management port answers. */
    String management(String path) throws IOException, InterruptedException {
        URI address = URI.create("http://127.0.0.1:" + settings.number("management.port") + path);
        return HttpClient.newHttpClient()
                .send(HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofString())
                .body();
    }

    /** Stops the bridge and its embedded broker; Genesys stays up. */
    void stopBridge() {
        bus.close();
        bridge.close();
    }

    Bridge bridge() {
        return bridge;
    }

    Settings settings() {
        return settings;
    }

    Bus bus() {
        return bus;
    }

    Genesys genesys() {
        return genesys;
    }

    Hooks hooks() {
        return hooks;
    }

    /** As at the start, for the next test: no faults, nothing written down, nobody who answers. */
    void refresh() {
        genesys.forgetFaults();
        genesys.settings(START);
        genesys.forgetJournal();
        bus.forget();
    }

    /** What nobody may tell, by its name. */
    static Map<String, String> secrets() {
        String pair = "client-main:" + CLIENT_SECRET;
        Map<String, String> secrets = new LinkedHashMap<>();
        secrets.put("client secret", CLIENT_SECRET);
        secrets.put(
                "client secret in Basic", Base64.getEncoder().encodeToString(pair.getBytes(StandardCharsets.UTF_8)));
        secrets.put("webhook secret", WEBHOOK_SECRET);
        secrets.put("second webhook secret", SECOND_WEBHOOK_SECRET);
        return secrets;
    }

    /** A part of names that no other test uses. */
    static String unique() {
        return UUID.randomUUID().toString().substring(0, 8);
    }

    @Override
    public void close() throws IOException {
        stopBridge();
        simulator.close();
        try (Stream<Path> files = Files.walk(data)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    /** Hands the one that all tests of this JVM share to whoever asks for it. */
    static final class Shared implements ParameterResolver {

        @Override
        public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
            return parameter.getParameter().getType() == BridgeUnderTest.class;
        }

        @Override
        public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
            BridgeUnderTest shared = context.getRoot()
                    .getStore(Namespace.create(Shared.class))
                    .getOrComputeIfAbsent(BridgeUnderTest.class, key -> startOrFail(), BridgeUnderTest.class);
            return shared;
        }

        private static BridgeUnderTest startOrFail() {
            try {
                return start();
            } catch (Exception e) {
                throw new IllegalStateException("the bridge under test didn't start", e);
            }
        }
    }
}
