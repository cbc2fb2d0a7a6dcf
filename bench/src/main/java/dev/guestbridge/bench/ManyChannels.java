package dev.guestbridge.bench;

import dev.guestbridge.bench.Plot.Series;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Start and memory of the bridge with its embedded broker when it serves ever more channels. */
final class ManyChannels {

    private static final Duration LIMIT = Duration.ofMinutes(2);

    private final List<Integer> sizes;
    private final Series memory = Growth.series("by channels");
    private final List<String> wrong = new ArrayList<>();

    ManyChannels(List<Integer> sizes) {
        this.sizes = sizes;
    }

    Series memory() {
        return memory;
    }

    List<String> wrong() {
        return wrong;
    }

    String table() {
        StringBuilder table = new StringBuilder(Figures.head(
                "channels",
                "to ready, s",
                "CPU to ready, s",
                "live heap, MiB",
                "resident, MiB",
                "threads",
                "the last channel's message"));
        sizes.forEach(size -> table.append(row(size)));
        return table.toString();
    }

    private String row(int size) {
        try (Site site = new Site("growth")) {
            Path home = site.home();
            channels(home.resolve("routes/channels"), size);
            int port = Site.freePort();
            Map<String, String> settings = new HashMap<>(Candidate.LARGE);
            settings.put("BROKER_URL", "embedded");
            settings.put("BROKER_EMBEDDED_PORT", String.valueOf(port));
            settings.put("GUESTBRIDGE_JAVA_OPTS", Site.HEAP + Startup.withoutArchive(System.getProperty("java.home")));
            site.reset(0, 0);
            long start = System.nanoTime();
            try (Started bridge = site.bridge(home, settings, Site.freePort())) {
                double ready = (System.nanoTime() - start) / 1e9;
                double cpu = bridge.cpuSeconds();
                boolean delivered = isDelivered(port, "c-" + size);
                if (!delivered) {
                    wrong.add("the last of " + size + " channels: its message wasn't delivered");
                }
                long heap = bridge.liveHeapMiB();
                memory.points().put(size, (double) bridge.residentMiB());
                Bench.say("%d channels: ready after %.1f s", size, ready);
                return Figures.row(
                        size,
                        "%.1f".formatted(ready),
                        "%.1f".formatted(cpu),
                        heap,
                        bridge.residentMiB(),
                        bridge.threads(),
                        delivered ? "delivered" : "not delivered");
            }
        }
    }

    private static void channels(Path folder, int size) {
        try (Stream<Path> shipped = Files.list(folder)) {
            for (Path file : shipped.toList()) {
                Files.delete(file);
            }
            for (int number = 1; number <= size; number++) {
                Files.writeString(
                        folder.resolve("c-" + number + ".camel.yaml"),
                        """
                        - templatedRoute:
                            routeTemplateRef: guest-in
                            routeId: c-%1$d-in
                            parameters:
                              - { name: channel, value: c-%1$d }
                              - { name: dialect, value: open-messaging }
                              - { name: org, value: main }
                              - { name: integration, value: int-%1$d }
                        """
                                .formatted(number));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static boolean isDelivered(int port, String channel) {
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port);
                Connection connection = factory.createConnection();
                Session session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE)) {
            connection.start();
            session.createProducer(session.createQueue("guest.in." + channel))
                    .send(session.createTextMessage(
                            "{\"id\":\"m-1\",\"guest\":{\"externalId\":\"guest-1\"},\"text\":\"no 1 at 0 hello\"}"));
            MessageConsumer statuses = session.createConsumer(session.createQueue("guest.status." + channel));
            Message status;
            do {
                status = statuses.receive(LIMIT.toMillis());
            } while (status != null && status.getBody(String.class).contains("\"waiting\""));
            return status != null && status.getBody(String.class).contains("\"delivered\"");
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
