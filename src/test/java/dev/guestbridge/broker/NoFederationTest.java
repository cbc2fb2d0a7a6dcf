package dev.guestbridge.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.message.Channel;
import dev.guestbridge.process.Installation;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.apache.activemq.artemis.core.config.federation.FederationDownstreamConfiguration;
import org.apache.activemq.artemis.core.config.federation.FederationQueuePolicyConfiguration;
import org.apache.activemq.artemis.core.protocol.core.CoreRemotingConnection;
import org.apache.activemq.artemis.core.protocol.core.impl.ChannelImpl;
import org.apache.activemq.artemis.core.protocol.core.impl.wireformat.FederationDownstreamConnectMessage;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnectorFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** CVE-2026-27446: nobody makes the embedded broker hand its messages to another one. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // a broker that connects elsewhere doesn't stop
class NoFederationTest {

    private static final Channel MOBILE = new Channel("mobile", "external-threads", "main", "int-mobile", null);
    private static final int A_MOMENT_MS = 1_000;

    @Test
    void aStrangersOrderToConnectElsewhereIsNotCarriedOut(@TempDir Path data) throws Exception {
        int port = Installation.freePort();
        Broker broker = Broker.start(
                Path.of("config/broker.xml"), data, port, List.of(MOBILE), "off", "bridge", "the bridge's password");
        try (ServerSocket elsewhere = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
                ServerLocator locator = ActiveMQClient.createServerLocator("tcp://127.0.0.1:" + port);
                ClientSessionFactory factory = locator.createSessionFactory();
                ClientSession bridge =
                        factory.createSession("bridge", "the bridge's password", false, true, true, false, 1);
                ClientSessionFactory stranger = locator.createSessionFactory()) {
            bridge.createConsumer("guest.in.mobile");
            bridge.start();

            ((CoreRemotingConnection) stranger.getConnection())
                    .getChannel(ChannelImpl.CHANNEL_ID.PING.id, -1)
                    .send(orderToConnectTo(elsewhere.getLocalPort()));

            elsewhere.setSoTimeout(A_MOMENT_MS);
            assertThatThrownBy(elsewhere::accept).isInstanceOf(SocketTimeoutException.class);
            assertThat(bridge.queueQuery(SimpleString.of("guest.in.mobile")).getConsumerCount())
                    .as("and goes on as before")
                    .isEqualTo(1);
        } finally {
            broker.close();
        }
    }

    private static FederationDownstreamConnectMessage orderToConnectTo(int port) {
        FederationDownstreamConfiguration stream = new FederationDownstreamConfiguration();
        stream.setName("elsewhere");
        stream.addPolicyRef("all");
        stream.setUpstreamConfiguration(new TransportConfiguration(
                NettyConnectorFactory.class.getName(), Map.of("host", "127.0.0.1", "port", port), "elsewhere"));
        FederationQueuePolicyConfiguration all = new FederationQueuePolicyConfiguration();
        all.setName("all");
        all.addInclude(new FederationQueuePolicyConfiguration.Matcher()
                .setQueueMatch("#")
                .setAddressMatch("#"));
        FederationDownstreamConnectMessage order = new FederationDownstreamConnectMessage();
        order.setName("elsewhere");
        order.setStreamConfiguration(stream);
        order.setFederationPolicyMap(Map.of("all", all));
        order.setTransformerConfigurationMap(Map.of());
        return order;
    }
}
