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
import java.util.Base64;
import java.util.Comparator;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "demo",
        description =
                "Carries the messages of samples/ through every channel to a simulated Genesys, and the replies back.",
        footer = {"", "Everything is embedded, on free ports, in a folder of its own that is removed at the end."},
        mixinStandardHelpOptions = true)
final class DemoCommand implements Callable<Integer> {

    @ParentCommand
    private Guestbridge guestbridge;

    @Option(names = "--keep", description = "Stay up afterwards, until SIGTERM or Ctrl-C.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        Settings installed = guestbridge.settings();
        Path data = Files.createTempDirectory("guestbridge-demo");
        int http = freePort();
        Settings settings = installed
                .with("guestbridge.data", data)
                .with("http.host", "127.0.0.1")
                .with("http.port", http)
                .with("management.host", "127.0.0.1")
                .with("management.port", freePort())
                .with("broker.url", "embedded")
                .with("broker.embedded.port", freePort())
                .with("store.url", "")
                .with("simulator.port", 0);
        String webhookSecret = secret();
        Channels channels = Channels.read(installed.home().resolve("routes/channels"));
        for (String org : channels.organisations()) {
            settings = settings.with("genesys." + org + ".client-id", org)
                    .with("genesys." + org + ".client-secret", org + "-secret")
                    .with("genesys." + org + ".client-secret-file", "")
                    .with("genesys." + org + ".webhook-secret", webhookSecret)
                    .with("genesys." + org + ".webhook-secret-file", "")
                    .with("genesys." + org + ".scope", "")
                    .with("genesys." + org + ".requests-per-minute", 3000);
        }
        System.err.println("guestbridge: starting broker, store, simulator and bridge …");
        Simulator simulator = Simulator.start(SimulateCommand.of(settings, channels));
        for (String org : channels.organisations()) {
            settings = settings.with("genesys." + org + ".api-url", simulator.url())
                    .with("genesys." + org + ".token-url", simulator.url() + "/oauth/token");
        }
        Bridge bridge = Bridge.start(settings);
        boolean balanced;
        try (Demo demo = new Demo(settings, channels, simulator.url(), System.out)) {
            balanced = demo.carry(installed.home().resolve("samples"));
        }
        AutoCloseable folder = () -> remove(data);
        if (keep) {
            System.out.println();
            System.out.println(
                    "still up: bus tcp://127.0.0.1:" + settings.get("broker.embedded.port") + ", webhooks on port "
                            + http + ", health http://127.0.0.1:" + settings.get("management.port")
                            + "/observe/health, simulator "
                            + simulator.url());
            guestbridge.stay(bridge, simulator, folder);
        }
        bridge.close();
        simulator.close();
        folder.close();
        return balanced ? Guestbridge.DONE : Guestbridge.NEGATIVE;
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
