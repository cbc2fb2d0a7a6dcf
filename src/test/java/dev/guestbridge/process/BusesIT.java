package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.process.Bus.Taken;
import dev.guestbridge.process.Installation.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Other buses, joined by the files of samples/buses/: when a side is killed nothing is lost, comes twice, or overtakes. */
@Timeout(300)
class BusesIT {

    private static final Duration LONG = Duration.ofSeconds(90);

    private final Installation installation = new Installation("BusesIT");
    private final Switchboard buses = new Switchboard(installation);
    private final int otherPort = Installation.freePort();

    @AfterEach
    void stop() {
        installation.close();
    }

    @Test
    void whatsapp_by_amqp_and_mobile_by_kafka() throws Exception {
        buses.join(
                "amqp",
                "whatsapp",
                text -> text.replaceAll("amqp:queue:whatsapp[.](in|out|status)", "amqp:queue:guest.$1.whatsapp"));
        buses.join("kafka", "mobile", text -> text.replace("whatsapp", "mobile"));
        buses.lend("camel-amqp", "qpid-jms-client", "camel-kafka", "kafka-clients");
        installation
                .with("BUS_AMQP_URL", "amqp://127.0.0.1:" + otherPort)
                .with("BUS_AMQP_USERNAME", "chat")
                .with("BUS_AMQP_PASSWORD", "chat-of-the-tests");
        try (KafkaBroker kafka = new KafkaBroker(installation.home().resolve("data/kafka"))) {
            installation.with("BUS_KAFKA_BROKERS", kafka.address()).with("BUS_KAFKA_SECURITY_PROTOCOL", "PLAINTEXT");
            Running other = other();
            installation.simulator();
            Genesys genesys = installation.genesys();
            genesys.change("main", Map.of("agent", "silent", "idempotency", "recognise"));
            genesys.delay(20);
            Running check = installation.start("check");
            assertThat(check.exitWithin(LONG))
                    .as(() -> check.stdout() + check.stderr())
                    .isZero();
            Running bridge = installation.bridge();

            Conversation byAmqp = new Conversation("amqp", 600, 60);
            Map<String, List<String>> byKafka = say(kafka, 300, 30);
            try (Bus bus = new Bus(otherPort)) {
                byAmqp.say(bus);
            }
            Conversation.awaitCalls(genesys, 200);
            bridge.kill();
            bridge = installation.bridge();
            long before = genesys.calls();
            Conversation.awaitCalls(genesys, before + 100);
            other.kill();
            other();
            try (Bus bus = new Bus(otherPort)) {
                Map<String, Taken> fates = byAmqp.fates(bus, LONG);
                assertThat(fates.values())
                        .extracting(status -> status.text("state"))
                        .containsOnly("delivered");
                byAmqp.assertHeardInOrder(byAmqp.heard(genesys));

                genesys.change("main", Map.of("agent", "echo"));
                Conversation echoed = new Conversation("echo", 10, 2);
                echoed.say(bus);
                assertThat(bus.take("guest.out.whatsapp", 10, LONG, reply -> true))
                        .extracting(reply -> reply.message().getStringProperty("JMSXGroupID"))
                        .containsOnly("echo-guest-0", "echo-guest-1");
                assertThat(bus.rest("guest.out.whatsapp")).isEmpty();
            }
            assertThat(delivered(kafka, 300)).isEqualTo(byKafka);
            try (Bus own = installation.bus()) {
                assertThat(own.rest("guest.dead")).isEmpty();
            }
        }
    }

    private Running other() {
        Running other = installation.startJava(
                BrokerProcess.class,
                installation.home().toString(),
                installation.home().resolve("data/other").toString(),
                String.valueOf(otherPort));
        other.awaitUp("up", () -> other.stdout().contains("broker up"));
        return other;
    }

    /** Each guest in turn says one thing after the other; the ids of what each said. */
    private static Map<String, List<String>> say(KafkaBroker kafka, int messages, int guests) throws Exception {
        Map<String, List<String>> said = new LinkedHashMap<>();
        Map<String, Object> settings = Map.of("bootstrap.servers", kafka.address());
        try (KafkaProducer<String, String> producer =
                new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
            for (int i : IntStream.range(0, messages).toArray()) {
                String guest = "kafka-guest-" + i % guests;
                String id = "kafka-" + i;
                said.computeIfAbsent(guest, first -> new ArrayList<>()).add(id);
                producer.send(new ProducerRecord<>("mobile-in", guest, Bus.guestMessage(id, guest, "says " + i)))
                        .get(30, TimeUnit.SECONDS);
            }
        }
        return said;
    }

    /** The ids of each guest's delivered messages in the order in which Kafka tells of them, a repeat left out. */
    private static Map<String, List<String>> delivered(KafkaBroker kafka, int wanted) {
        Map<String, Set<String>> ids = new LinkedHashMap<>();
        Map<String, Object> settings =
                Map.of("bootstrap.servers", kafka.address(), "group.id", "tests", "auto.offset.reset", "earliest");
        try (KafkaConsumer<String, String> consumer =
                new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
            consumer.subscribe(List.of("mobile-status"));
            await("all told").atMost(LONG).pollInterval(Duration.ofMillis(10)).until(() -> {
                for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(100))) {
                    JsonNode status = json(record.value());
                    if (!status.path("state").asText().equals("waiting")) {
                        assertThat(status.path("state").asText())
                                .as(record.value())
                                .isEqualTo("delivered");
                        assertThat(record.key())
                                .isEqualTo(status.path("externalId").asText());
                        ids.computeIfAbsent(record.key(), guest -> new LinkedHashSet<>())
                                .add(status.path("id").asText());
                    }
                }
                return ids.values().stream().mapToInt(Set::size).sum() >= wanted;
            });
        }
        Map<String, List<String>> delivered = new LinkedHashMap<>();
        ids.forEach((guest, all) -> delivered.put(guest, List.copyOf(all)));
        return delivered;
    }

    private static JsonNode json(String text) {
        try {
            return Genesys.JSON.readTree(text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
