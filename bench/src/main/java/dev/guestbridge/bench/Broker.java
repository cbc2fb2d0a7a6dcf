package dev.guestbridge.bench;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.FileDeploymentManager;
import org.apache.activemq.artemis.core.config.impl.FileConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;

/** Artemis with the shipped settings and a persistent journal, in a process of its own. */
final class Broker {

    private Broker() {}

    /** @param arguments the shipped broker.xml, the folder for the journal, the port, and the queues */
    public static void main(String[] arguments) throws Exception {
        FileConfiguration configuration = new FileConfiguration();
        FileDeploymentManager reader =
                new FileDeploymentManager(Path.of(arguments[0]).toUri().toURL().toString());
        reader.addDeployable(configuration);
        reader.readConfiguration();
        Path data = Path.of(arguments[1]);
        configuration.setBrokerInstance(data.toFile());
        configuration.setJournalDirectory(data.resolve("journal").toString());
        configuration.setBindingsDirectory(data.resolve("bindings").toString());
        configuration.setLargeMessagesDirectory(data.resolve("large-messages").toString());
        configuration.setPagingDirectory(data.resolve("paging").toString());
        configuration.setSecurityEnabled(false);
        configuration.addAcceptorConfiguration("loopback", "tcp://127.0.0.1:" + arguments[2] + "?protocols=CORE");
        Arrays.stream(arguments)
                .skip(3)
                .forEach(queue -> configuration.addAddressConfiguration(new CoreAddressConfiguration()
                        .setName(queue)
                        .addRoutingType(RoutingType.ANYCAST)
                        .addQueueConfiguration(
                                QueueConfiguration.of(queue).setAddress(queue).setRoutingType(RoutingType.ANYCAST))));
        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration);
        server.start();
        System.out.println("up");
        new CountDownLatch(1).await();
    }
}
