package dev.guestbridge.cli;

import dev.guestbridge.Bridge;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;

@Command(
        name = "run",
        description = "Runs the bridge against the broker, store and organisations that config/ names, until SIGTERM.",
        mixinStandardHelpOptions = true)
final class RunCommand implements Callable<Integer> {

    @Override
    public Integer call() throws Exception {
        Bridge bridge = Bridge.start(Guestbridge.settings());
        Stop.onSignal(bridge);
        return Guestbridge.DONE;
    }
}
