package dev.guestbridge.cli;

import dev.guestbridge.Settings;
import dev.guestbridge.message.Channels;
import java.util.concurrent.Callable;
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

    private static final int REQUESTS_PER_MINUTE = 3_000;

    @ParentCommand
    private Guestbridge guestbridge;

    @Option(names = "--keep", description = "Stay up afterwards, until SIGTERM or Ctrl-C.")
    private boolean keep;

    @Override
    public Integer call() throws Exception {
        Settings installed = guestbridge.settings();
        Channels channels = Channels.read(installed.home().resolve("routes/channels"));
        System.err.println("guestbridge: starting broker, store, simulator and bridge …");
        Embedded embedded = Embedded.start(installed, channels, REQUESTS_PER_MINUTE);
        Settings settings = embedded.settings();
        boolean balanced;
        try (Demo demo = new Demo(settings, channels, embedded.simulatorUrl(), System.out)) {
            balanced = demo.carry(installed.home().resolve("samples"));
        }
        if (keep) {
            System.out.println();
            System.out.println(
                    "still up: bus tcp://127.0.0.1:" + settings.get("broker.embedded.port") + ", webhooks on port "
                            + settings.get("http.port") + ", health http://127.0.0.1:" + settings.get("management.port")
                            + "/observe/health, simulator "
                            + embedded.simulatorUrl());
            guestbridge.stay(embedded);
        }
        embedded.close();
        return balanced ? Guestbridge.DONE : Guestbridge.NEGATIVE;
    }
}
