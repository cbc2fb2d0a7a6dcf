package dev.guestbridge.process;

import dev.guestbridge.broker.Broker;
import dev.guestbridge.message.Channels;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;

/** A broker in a process of its own, with the shipped queue settings, until it is killed. */
public final class BrokerProcess {

    private BrokerProcess() {}

    /** @param arguments the installed folder, the folder for the journal, the port */
    public static void main(String[] arguments) throws Exception {
        Path home = Path.of(arguments[0]);
        Broker broker = Broker.start(
                home.resolve("config/broker.xml"),
                Path.of(arguments[1]),
                Integer.parseInt(arguments[2]),
                Channels.read(home.resolve("routes/channels")).all(),
                "reported",
                "",
                "");
        System.out.println("broker up at " + broker.url());
        new CountDownLatch(1).await();
    }
}
