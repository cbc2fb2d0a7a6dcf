package dev.guestbridge.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.message.Channel;
import jakarta.jms.JMSContext;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What lies on the queues is known without asking, and forgotten when nobody can know it. */
class QueueWatchTest {

    private static final Channel MOBILE = new Channel("mobile", "external-threads", "main", "int-mobile", null);

    @TempDir
    Path data;

    @Test
    void itTellsWhatLiesThereAsLongAsTheBrokerDoes() throws Exception {
        int port;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            port = socket.getLocalPort();
        }
        String url = "tcp://127.0.0.1:" + port;
        List<String> queues = List.of("guest.in.mobile", "guest.dead", "guest.nowhere");
        Broker broker = Broker.start(Path.of("config/broker.xml"), data, port, List.of(MOBILE), "off", "", "");
        try (Connections connections = new Connections(url, "", "", List.of());
                QueueWatch watch = new QueueWatch(connections, queues, Duration.ofMillis(100))) {
            assertThat(watch.reachable()).as("nobody has asked yet").isTrue();
            try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url);
                    JMSContext bus = factory.createContext()) {
                bus.createConsumer(bus.createQueue("guest.in.mobile"));
                bus.createProducer().send(bus.createQueue("guest.dead"), "a letter");
                await().until(() ->
                        watch.of("guest.dead") != null && watch.of("guest.dead").messages() == 1);
                assertThat(watch.of("guest.dead").consumers()).isZero();
                assertThat(watch.of("guest.in.mobile").consumers()).isEqualTo(1);
                assertThat(watch.of("guest.in.mobile").trouble()).isNull();
                assertThat(watch.of("guest.nowhere")).as("the broker lacks it").isNull();
            }
            broker.close();
            await().until(() -> !watch.reachable());
            assertThat(watch.of("guest.dead")).isNull();
        }
    }
}
