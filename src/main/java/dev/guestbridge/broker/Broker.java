package dev.guestbridge.broker;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Mistake;
import dev.guestbridge.message.Place;
import java.io.IOException;
import java.net.BindException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.CoreAddressConfiguration;
import org.apache.activemq.artemis.core.config.FileDeploymentManager;
import org.apache.activemq.artemis.core.config.impl.FileConfiguration;
import org.apache.activemq.artemis.core.config.impl.SecurityConfiguration;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQJAASSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.InVMLoginModule;
import org.xml.sax.SAXParseException;

/** A whole Artemis in this process: journal on disk, CORE and AMQP on loopback, every queue of the channels declared. */
public final class Broker implements AutoCloseable {

    /** The file of settings can't be used; the sentence names it and the reason. */
    public static final class BadFile extends Mistake {
        BadFile(Path file, int line, Throwable root) {
            super(
                    file + ": Artemis can't use it: " + root.getMessage(),
                    new Place(file, line, 0),
                    "Artemis can't use it: " + root.getMessage());
            initCause(root);
        }
    }

    private static final long NEVER_MS = -1;

    private final EmbeddedActiveMQ server;
    private final int port;

    private Broker(EmbeddedActiveMQ server, int port) {
        this.server = server;
        this.port = port;
    }

    /**
     * Starts it.
     *
     * @param settings the file of queue and address settings, {@code config/broker.xml}
     * @param data the folder for the journal
     * @param port the loopback port for other processes
     * @param receipts off, reported when channels tell what became of replies, or acknowledged when the broker also
     *     tells by itself that a channel took one
     * @param username who may connect; empty lets any process of this machine
     * @throws Exception when it can't start, for the reason it names
     */
    public static Broker start(
            Path settings,
            Path data,
            int port,
            Collection<Channel> channels,
            String receipts,
            String username,
            String password)
            throws Exception {
        demandFree(port);
        FileConfiguration configuration = read(settings);
        configuration.setConfigurationFileRefreshPeriod(
                NEVER_MS); // the file alone has neither our acceptors nor our queues
        configuration.setBrokerInstance(data.toAbsolutePath().toFile());
        configuration.setJournalDirectory(data.resolve("journal").toString());
        configuration.setBindingsDirectory(data.resolve("bindings").toString());
        configuration.setLargeMessagesDirectory(data.resolve("large-messages").toString());
        configuration.setPagingDirectory(data.resolve("paging").toString());
        configuration.addAcceptorConfiguration(
                "loopback", "tcp://127.0.0.1:" + port + "?protocols=CORE,AMQP;useEpoll=false");
        configuration.addAcceptorConfiguration("in-process", "vm://" + port);
        configuration.setIncomingInterceptorClassNames(List.of(NoFederation.class.getName()));
        Queues.of(channels, receipts).forEach(queue -> configuration.addAddressConfiguration(address(queue)));
        if (receipts.equals("acknowledged")) {
            configuration.registerBrokerPlugin(new TakenReplies(channels));
        }

        EmbeddedActiveMQ server = new EmbeddedActiveMQ();
        server.setConfiguration(configuration);
        if (username.isEmpty()) {
            configuration.setSecurityEnabled(false);
        } else {
            server.setSecurityManager(onlyUser(username, password));
        }
        server.start();
        return new Broker(server, port);
    }

    /**
     * Reads the file of settings, as a start does.
     *
     * @throws BadFile when it can't be used
     */
    public static void check(Path settings) {
        read(settings);
    }

    private static FileConfiguration read(Path settings) {
        FileConfiguration configuration = new FileConfiguration();
        try {
            FileDeploymentManager reader =
                    new FileDeploymentManager(settings.toUri().toURL().toString());
            reader.addDeployable(configuration);
            reader.readConfiguration();
            return configuration;
        } catch (Exception e) {
            Throwable root = e;
            while (root.getCause() != null) {
                root = root.getCause();
            }
            int line = root instanceof SAXParseException place ? Math.max(0, place.getLineNumber()) : 0;
            throw new BadFile(settings, line, root);
        }
    }

    /** Where clients in this process find it. */
    public String url() {
        return "vm://" + port;
    }

    @Override
    public void close() {
        try {
            server.stop();
        } catch (Exception e) {
            throw new IllegalStateException("the embedded broker didn't stop in order", e);
        }
    }

    // Artemis starts without an acceptor whose port is taken, and says so only in its log
    private static void demandFree(int port) throws IOException {
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (BindException e) {
            throw new BindException("broker.embedded.port " + port + " is taken by another process");
        }
    }

    private static CoreAddressConfiguration address(String name) {
        return new CoreAddressConfiguration()
                .setName(name)
                .addRoutingType(RoutingType.ANYCAST)
                .addQueueConfiguration(QueueConfiguration.of(SimpleString.of(name))
                        .setAddress(name)
                        .setRoutingType(RoutingType.ANYCAST)
                        .setDurable(true));
    }

    private static ActiveMQJAASSecurityManager onlyUser(String username, String password) {
        SecurityConfiguration users = new SecurityConfiguration();
        users.addUser(username, password);
        users.addRole(username, "guestbridge");
        return new ActiveMQJAASSecurityManager(InVMLoginModule.class.getName(), users);
    }
}
