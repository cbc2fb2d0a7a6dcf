package dev.guestbridge.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.message.Channel;
import dev.guestbridge.process.Installation;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class BrokerTest {

    private static final Channel MOBILE = new Channel("mobile", "external-threads", "main", "int-mobile", null);
    private static final Duration LONGER_THAN_IT_LOOKS = Duration.ofSeconds(2);

    /** Artemis would read it anew, and close each acceptor that isn't in it. */
    @Test
    void whatBecomesOfItsFileMeanwhileIsOfNoConcernToThoseConnected(@TempDir Path folder) throws Exception {
        Path settings = folder.resolve("broker.xml");
        Files.writeString(
                settings,
                Files.readString(Path.of("config/broker.xml"))
                        .replace(
                                "<name>guestbridge</name>",
                                "<name>guestbridge</name>"
                                        + "<configuration-file-refresh-period>100</configuration-file-refresh-period>"));
        int port = Installation.freePort();
        Broker broker = Broker.start(settings, folder.resolve("data"), port, List.of(MOBILE), "off", "", "");
        try (ServerLocator locator = ActiveMQClient.createServerLocator("tcp://127.0.0.1:" + port);
                ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession session = factory.createSession()) {
            Files.setLastModifiedTime(settings, FileTime.from(Instant.now().plusSeconds(60)));

            await().during(LONGER_THAN_IT_LOOKS)
                    .atMost(LONGER_THAN_IT_LOOKS.multipliedBy(2))
                    .untilAsserted(() -> {
                        assertThat(factory.getConnection().isDestroyed()).isFalse();
                        try (ClientSessionFactory another = locator.createSessionFactory()) {
                            assertThat(another.getConnection().isDestroyed()).isFalse();
                        }
                    });
            assertThat(session.isClosed()).isFalse();
        } finally {
            broker.close();
        }
    }
}
