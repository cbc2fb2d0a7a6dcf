package dev.guestbridge.cli;

import dev.guestbridge.Bridge;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParentCommand;

@Command(
        name = "run",
        description = "Runs the bridge against the broker, store and organisations that config/ names, until SIGTERM.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    @ParentCommand
    private Guestbridge guestbridge;

    @Override
    public Integer call() throws Exception {
        Bridge bridge = Bridge.start(guestbridge.settings());
        guestbridge.stay(bridge);
        return Guestbridge.DONE;
    }
}
