package dev.guestbridge.cli;

import dev.guestbridge.Bridge;
import dev.guestbridge.Settings;
import dev.guestbridge.message.Channels;
import dev.guestbridge.simulator.Simulator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.ArrayDeque;
import java.util.Base64;
import java.util.Comparator;
import java.util.Deque;
import java.util.stream.Stream;

/** Broker, store, simulator and bridge in this process, on free ports, in a folder that is removed at the end. */
final class Embedded implements AutoCloseable {

    // another bus is a real one: its guests' messages would end in the simulator, and the simulator's replies with them
    private static final String ROUTES_LEFT_OUT = "**/..*/**,**/routes/buses/**";

    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private Settings settings;
    private Simulator simulator;

    private Embedded(Settings installed) {
        this.settings = installed;
    }

    /**
     * Starts them, with the routes of the installed folder.
     *
     * @param requestsPerMinute the budget of each organisation
     */
    static Embedded start(Settings installed, Channels channels, int requestsPerMinute) throws Exception {
        Embedded embedded = new Embedded(installed);
        try {
            embedded.start(channels, requestsPerMinute);
            return embedded;
        } catch (Exception e) {
            embedded.close();
            throw e;
        }
    }

    private void start(Channels channels, int requestsPerMinute) throws Exception {
        Path data = Files.createTempDirectory("guestbridge-embedded");
        parts.push(() -> remove(data));
        settings = settings.with("guestbridge.data", data)
                .with("http.host", "127.0.0.1")
                .with("http.port", freePort())
                .with("management.host", "127.0.0.1")
                .with("management.port", freePort())
                .with("broker.url", "embedded")
                .with("broker.embedded.port", freePort())
                .with("store.url", "")
                .with("camel.main.routesExcludePattern", ROUTES_LEFT_OUT)
                .with("metrics.statsd.host", "") // its failures are meant, and nobody is to be woken by them
                .with("simulator.port", 0);
        String webhookSecret = secret();
        for (String org : channels.organisations()) {
            settings = settings.with("genesys." + org + ".client-id", org)
                    .with("genesys." + org + ".client-secret", org + "-secret")
                    .with("genesys." + org + ".client-secret-file", "")
                    .with("genesys." + org + ".webhook-secret", webhookSecret)
                    .with("genesys." + org + ".webhook-secret-file", "")
                    .with("genesys." + org + ".scope", "")
                    .with("genesys." + org + ".requests-per-minute", requestsPerMinute);
        }
        simulator = Simulator.start(SimulateCommand.of(settings, channels));
        parts.push(simulator);
        for (String org : channels.organisations()) {
            settings = settings.with("genesys." + org + ".api-url", simulator.url())
                    .with("genesys." + org + ".token-url", simulator.url() + "/oauth/token");
        }
        parts.push(Bridge.start(settings));
    }

    /** What it runs with. */
    Settings settings() {
        return settings;
    }

    String simulatorUrl() {
        return simulator.url();
    }

    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                System.err.println("guestbridge: while stopping: " + e);
            }
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static String secret() {
        byte[] random = new byte[32];
        new SecureRandom().nextBytes(random);
        return Base64.getEncoder().encodeToString(random);
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
