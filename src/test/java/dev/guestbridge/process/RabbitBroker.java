package dev.guestbridge.process;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Connection;
import com.rabbitmq.client.ConnectionFactory;
import com.rabbitmq.client.GetResponse;
import dev.guestbridge.process.Installation.Running;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** A RabbitMQ of this machine as a process on loopback, without plugins, that keeps its queues when it is killed. */
final class RabbitBroker {

    /** Not the one on the path, which changes to the user rabbitmq and its folders. */
    private static final Path SERVER = Path.of("/usr/lib/rabbitmq/bin/rabbitmq-server");

    private final Installation installation;
    private final int port = Installation.freePort();
    private final Map<String, String> settings;
    private Running running;

    RabbitBroker(Installation installation) throws Exception {
        this.installation = installation;
        Path folder = Files.createDirectories(installation.home().resolve("data/rabbitmq"));
        Path plugins = Files.writeString(folder.resolve("plugins"), "[].");
        settings = Map.ofEntries(
                Map.entry("HOME", folder.toString()),
                Map.entry("ERL_EPMD_ADDRESS", "127.0.0.1"),
                Map.entry("ERL_EPMD_PORT", String.valueOf(Installation.freePort())),
                Map.entry("RABBITMQ_ALLOW_INPUT", "true"), // no script around it that a kill would leave it behind
                Map.entry("RABBITMQ_NODENAME", "tests@localhost"),
                Map.entry("RABBITMQ_NODE_IP_ADDRESS", "127.0.0.1"),
                Map.entry("RABBITMQ_NODE_PORT", String.valueOf(port)),
                Map.entry("RABBITMQ_DIST_PORT", String.valueOf(Installation.freePort())),
                Map.entry("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString()),
                Map.entry("RABBITMQ_LOG_BASE", folder.resolve("log").toString()),
                Map.entry("RABBITMQ_LOGS", "-"),
                Map.entry("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq").toString()),
                Map.entry(
                        "RABBITMQ_CONF_ENV_FILE", folder.resolve("environment").toString()),
                Map.entry("RABBITMQ_ENABLED_PLUGINS_FILE", plugins.toString()));
        installation.start("epmd", settings, List.of("epmd")); // else it starts one that outlives it
        start();
    }

    static boolean isInstalled() {
        return Files.isExecutable(SERVER);
    }

    String address() {
        return "127.0.0.1:" + port;
    }

    void start() {
        running = installation.start("rabbitmq", settings, List.of(SERVER.toString()));
        running.awaitUp("up", () -> {
            connect().close();
            return true;
        });
    }

    /** kill -9 */
    void kill() {
        running.kill();
    }

    private Connection connect() throws Exception {
        ConnectionFactory factory = new ConnectionFactory();
        factory.setHost("127.0.0.1");
        factory.setPort(port);
        return factory.newConnection();
    }

    interface Talk<T> {
        T on(Channel channel) throws Exception;
    }

    /** On a channel of its own. */
    <T> T talk(Talk<T> talk) throws Exception {
        try (Connection connection = connect();
                Channel channel = connection.createChannel()) {
            return talk.on(channel);
        }
    }

    /** Makes a queue as the documentation advises; what the bridge reads has one reader at a time. */
    void declare(String queue) throws Exception {
        boolean one = queue.endsWith(".in");
        talk(channel -> channel.queueDeclare(
                queue, true, false, false, Map.of("x-queue-type", "quorum", "x-single-active-consumer", one)));
    }

    /** Puts a guest's message on a queue, and waits until it is on the disk. */
    static void put(Channel channel, String queue, String id, String guest, String body) throws Exception {
        AMQP.BasicProperties properties = new AMQP.BasicProperties.Builder()
                .messageId(id)
                .deliveryMode(2)
                .headers(Map.of("JMSXGroupID", guest))
                .build();
        channel.basicPublish("", queue, properties, body.getBytes(StandardCharsets.UTF_8));
    }

    /** The next of a queue, and forgets it there; null when there is none now. */
    static GetResponse take(Channel channel, String queue) throws Exception {
        return channel.basicGet(queue, true);
    }
}
