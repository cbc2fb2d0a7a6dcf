package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.rabbitmq.client.Channel;
import com.rabbitmq.client.GetResponse;
import dev.guestbridge.process.Installation.Running;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** A RabbitMQ, joined by its own protocol: when a side is killed nothing is lost, or overtakes. */
@Timeout(600)
class RabbitIT {

    private static final Duration LONG = Duration.ofSeconds(180);
    private static final List<String> CHANNELS = List.of("whatsapp");

    private final Installation installation = new Installation("RabbitIT");
    private final Switchboard buses = new Switchboard(installation);

    @BeforeEach
    void demandRabbit() {
        assumeTrue(RabbitBroker.isInstalled(), "skipped: this machine has no rabbitmq-server");
    }

    @AfterEach
    void stop() {
        installation.close();
    }

    @Test
    void whatsapp_by_its_own_protocol() throws Exception {
        buses.join("rabbitmq", "whatsapp", text -> text);
        buses.lend("camel-spring-rabbitmq", "spring-rabbit", "spring-amqp", "spring-retry", "amqp-client");
        RabbitBroker rabbit = new RabbitBroker(installation);
        for (String channel : CHANNELS) {
            for (String kind : List.of("in", "out", "status")) {
                rabbit.declare(channel + "." + kind);
            }
        }
        installation
                .with("BUS_RABBITMQ_ADDRESSES", rabbit.address())
                .with("BUS_RABBITMQ_TLS", false)
                .with("BUS_RABBITMQ_USERNAME", "guest")
                .with("BUS_RABBITMQ_PASSWORD", "guest");
        installation.simulator();
        Genesys genesys = installation.genesys();
        genesys.change("main", Map.of("agent", "silent", "idempotency", "recognise"));
        genesys.delay(20);
        Running bridge = installation.bridge();

        Map<String, List<String>> said = say(rabbit, 120, 12);
        Conversation.awaitCalls(genesys, 30);
        bridge.kill();
        installation.bridge();
        Conversation.awaitCalls(genesys, genesys.calls() + 30);
        rabbit.kill();
        rabbit.start();
        assertThat(delivered(rabbit, 120)).isEqualTo(said);
        assertThat(Genesys.accepted(genesys.heard())).isEqualTo(said);

        genesys.change("main", Map.of("agent", "echo"));
        Map<String, List<String>> last = say(rabbit, 4, 2);
        rabbit.talk(channel -> channel.queueDelete("whatsapp.out"));
        assertThat(delivered(rabbit, 4)).isEqualTo(last);
        rabbit.declare("whatsapp.out"); // what came meanwhile has waited for it
        for (String channel : CHANNELS) {
            assertThat(replies(rabbit, channel, 4)).as(channel).isEqualTo(of(channel, last));
        }
        try (Bus own = installation.bus()) {
            assertThat(own.rest("guest.dead")).isEmpty();
        }
    }

    /** Each guest of each channel in turn says one thing after the other; the texts of what each said. */
    private static Map<String, List<String>> say(RabbitBroker rabbit, int messages, int guests) throws Exception {
        Map<String, List<String>> said = new LinkedHashMap<>();
        rabbit.talk(channel -> {
            channel.confirmSelect();
            for (int i : IntStream.range(0, messages).toArray()) {
                for (String name : CHANNELS) {
                    String guest = name + "-guest-" + i % guests + "-of-" + guests;
                    String id = name + "-" + i + "-of-" + messages;
                    said.computeIfAbsent(guest, first -> new ArrayList<>()).add(id);
                    RabbitBroker.put(channel, name + ".in", id, guest, Bus.guestMessage(id, guest, id));
                }
            }
            return channel.waitForConfirms(LONG.toMillis());
        });
        return said;
    }

    private static Map<String, List<String>> of(String channel, Map<String, List<String>> said) {
        Map<String, List<String>> its = new LinkedHashMap<>(said);
        its.keySet().removeIf(guest -> !guest.startsWith(channel));
        return its;
    }

    /** The ids of each guest's delivered messages in the order in which they are told of, a repeat left out. */
    private static Map<String, List<String>> delivered(RabbitBroker rabbit, int wanted) throws Exception {
        Map<String, Set<String>> told = new LinkedHashMap<>();
        rabbit.talk(channel -> {
            await("all told").atMost(LONG).pollInterval(Duration.ofMillis(20)).until(() -> {
                for (String name : CHANNELS) {
                    for (GetResponse got; (got = RabbitBroker.take(channel, name + ".status")) != null; ) {
                        JsonNode status = Genesys.JSON.readTree(got.getBody());
                        if (!status.path("state").asText().equals("waiting")) {
                            assertThat(status.path("state").asText())
                                    .as(status.toString())
                                    .isEqualTo("delivered");
                            assertThat(got.getProps().getCorrelationId())
                                    .isEqualTo(status.path("id").asText());
                            told.computeIfAbsent(status.path("externalId").asText(), guest -> new LinkedHashSet<>())
                                    .add(status.path("id").asText());
                        }
                    }
                }
                return told.values().stream().mapToInt(Set::size).sum() >= wanted;
            });
            return null;
        });
        Map<String, List<String>> delivered = new LinkedHashMap<>();
        told.forEach((guest, ids) -> delivered.put(guest, List.copyOf(ids)));
        return delivered;
    }

    /** What a channel's guests were answered, in order; each reply is durable and names its guest. */
    private static Map<String, List<String>> replies(RabbitBroker rabbit, String name, int wanted) throws Exception {
        Map<String, List<String>> replies = new LinkedHashMap<>();
        return rabbit.talk(channel -> {
            for (int i = 0; i < wanted; i++) {
                GetResponse reply = awaitReply(channel, name + ".out");
                JsonNode json = Genesys.JSON.readTree(reply.getBody());
                String guest = json.path("guest").path("externalId").asText();
                assertThat(reply.getProps().getDeliveryMode()).isEqualTo(2);
                assertThat(reply.getProps().getHeaders().get("JMSXGroupID")).hasToString(guest);
                replies.computeIfAbsent(guest, first -> new ArrayList<>())
                        .add(json.path("text").asText().replace("Echo: ", ""));
            }
            assertThat(channel.messageCount(name + ".out")).isZero();
            return replies;
        });
    }

    private static GetResponse awaitReply(Channel channel, String queue) {
        return await(queue)
                .atMost(LONG)
                .pollInterval(Duration.ofMillis(20))
                .until(() -> RabbitBroker.take(channel, queue), got -> got != null);
    }
}
