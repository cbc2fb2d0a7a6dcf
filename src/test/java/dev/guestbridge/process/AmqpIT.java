package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.guestbridge.process.Bus.Taken;
import dev.guestbridge.process.Genesys.Heard;
import jakarta.jms.BytesMessage;
import jakarta.jms.TextMessage;
import java.net.ConnectException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.apache.qpid.jms.message.JmsMessage;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Bridge and simulator as processes of their own; a channel's program speaks AMQP 1.0 with them. */
@Timeout(120)
class AmqpIT {

    private static final Duration LIMIT = Duration.ofSeconds(30);

    private static Installation installation;
    private static Bus bus;

    @BeforeAll
    static void start() {
        installation = new Installation("AmqpIT");
        installation.simulator();
        installation.bridge();
        bus = installation.bus();
    }

    @AfterAll
    static void stop() {
        if (bus != null) {
            bus.close();
        }
        installation.close();
    }

    @Test
    void a_message_goes_to_genesys_and_its_reply_and_its_status_come_back() throws Exception {
        bus.put(
                "guest.in.whatsapp",
                (session, producer) -> session.createTextMessage(Bus.guestMessage("amqp-1", "+491511", "Guten Tag")));

        Taken status = fateOf("+491511");
        assertThat(status.text("state")).isEqualTo("delivered");
        assertThat(status.text("id")).isEqualTo("amqp-1");
        assertThat(status.message().getJMSCorrelationID()).isEqualTo("amqp-1");
        assertThat(status.message().getStringProperty("JMSXGroupID")).isEqualTo("+491511");

        Taken reply = replyTo("+491511");
        assertThat(reply.text("channel")).isEqualTo("whatsapp");
        assertThat(reply.text("type")).isEqualTo("text");
        assertThat(reply.text("text")).contains("Guten Tag");
        assertThat(reply.text("conversationId")).isEqualTo(status.text("conversationId"));
        assertThat(reply.message().getStringProperty("JMSXGroupID")).isEqualTo("+491511");
    }

    @Test
    void a_body_of_bytes_is_read_as_utf_8() {
        bus.put("guest.in.whatsapp", (session, producer) -> {
            BytesMessage message = session.createBytesMessage();
            message.writeBytes(
                    Bus.guestMessage("amqp-2", "+491512", "Grüße, ありがとう").getBytes(StandardCharsets.UTF_8));
            return message;
        });

        assertThat(fateOf("+491512").text("state")).isEqualTo("delivered");
        assertThat(replyTo("+491512").text("text")).contains("Grüße, ありがとう");
    }

    @Test
    void messages_without_any_id_are_told_apart() throws Exception {
        String fault = installation.genesys().delay(700); // so that all are held at the same time
        List<String> guests =
                IntStream.range(0, 10).mapToObj(number -> "no-id-" + number % 5).toList();
        try (Bus other = installation.bus()) {
            for (int i = 0; i < guests.size(); i++) {
                String body = Bus.guestMessage(null, guests.get(i), "text " + i);
                other.put("guest.in.whatsapp", (session, producer) -> {
                    producer.setDisableMessageID(true);
                    return session.createTextMessage(body);
                });
            }
            List<Taken> fates = other.take(
                    "guest.status.whatsapp",
                    guests.size(),
                    LIMIT,
                    status -> guests.contains(status.text("externalId"))
                            && !status.text("state").equals("waiting"));
            assertThat(fates).extracting(status -> status.text("state")).containsOnly("delivered");
            assertThat(fates)
                    .extracting(status -> status.text("id"))
                    .doesNotHaveDuplicates()
                    .doesNotContainNull();
        } finally {
            installation.genesys().endFault(fault);
        }
        assertThat(installation.genesys().heard())
                .filteredOn(heard -> guests.contains(heard.guest()))
                .extracting(Heard::text)
                .containsExactlyInAnyOrderElementsOf(IntStream.range(0, 10)
                        .mapToObj(number -> "text " + number)
                        .toList());
    }

    @Test
    void messages_that_bear_the_same_message_id_of_amqp_are_told_apart() throws Exception {
        String fault = installation.genesys().delay(700);
        List<String> guests =
                IntStream.range(0, 4).mapToObj(number -> "same-id-" + number).toList();
        try (Bus other = installation.bus()) {
            for (String guest : guests) {
                String body = Bus.guestMessage("of " + guest, guest, "text of " + guest);
                other.put("guest.in.whatsapp", (session, producer) -> {
                    producer.setDisableMessageID(true);
                    TextMessage message = session.createTextMessage(body);
                    ((JmsMessage) message).getFacade().setMessageId("ID:always-the-same");
                    return message;
                });
            }
            List<Taken> fates = other.take(
                    "guest.status.whatsapp",
                    guests.size(),
                    LIMIT,
                    status -> guests.contains(status.text("externalId"))
                            && !status.text("state").equals("waiting"));
            assertThat(fates).extracting(status -> status.text("state")).containsOnly("delivered");
        } finally {
            installation.genesys().endFault(fault);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"/observe/health", "/observe/health/live", "/observe/health/ready"})
    void health_is_up(String path) throws Exception {
        HttpResponse<String> answer = installation.get(path);

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(Genesys.JSON.readTree(answer.body()).path("status").asText()).isEqualTo("UP");
    }

    @Test
    void metrics_are_prometheus_and_count_what_was_sent() {
        bus.put(
                "guest.in.whatsapp",
                (session, producer) -> session.createTextMessage(Bus.guestMessage("amqp-3", "+491513", "count me")));
        fateOf("+491513");

        HttpResponse<String> answer = installation.get("/observe/metrics");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body())
                .containsPattern("(?m)^genesys_guest_message_send_seconds_count\\{.*channel=\"whatsapp\".*} [1-9]");
    }

    @Test
    void the_management_port_listens_on_loopback_alone() throws Exception {
        int port = installation.port("MANAGEMENT_PORT");
        try (Socket socket = new Socket()) {
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 2_000);
            assertThat(socket.isConnected()).isTrue();
        }
        List<InetAddress> others = NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(address -> address instanceof Inet4Address && !address.isLoopbackAddress())
                .toList();
        for (InetAddress address : others) {
            try (Socket socket = new Socket()) {
                assertThatThrownBy(() -> socket.connect(new InetSocketAddress(address, port), 2_000))
                        .isInstanceOf(ConnectException.class);
            }
        }
    }

    private static Taken fateOf(String guest) {
        return bus.take(
                        "guest.status.whatsapp",
                        1,
                        LIMIT,
                        status -> guest.equals(status.text("externalId")) && !"waiting".equals(status.text("state")))
                .get(0);
    }

    private static Taken replyTo(String guest) {
        return bus.take(
                        "guest.out.whatsapp",
                        1,
                        LIMIT,
                        reply -> guest.equals(
                                reply.json().path("guest").path("externalId").asText()))
                .get(0);
    }
}
