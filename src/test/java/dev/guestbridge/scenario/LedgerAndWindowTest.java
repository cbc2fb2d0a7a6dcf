package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.store.Store;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSProducer;
import jakarta.jms.Queue;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.camel.ProducerTemplate;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the bridge holds and what it writes down, when a store fails, a guest floods, or a message is too long. */
final class LedgerAndWindowTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final int FLOOD = 5_000;

    private static BridgeUnderTest bridge;

    @BeforeAll
    static void start() throws Exception {
        bridge = BridgeUnderTest.start(Path.of("."), settings -> settings.with("status.waiting-check-ms", 600_000)
                .with("reply.outbox-check-ms", 600_000));
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @Test
    void a_closed_conversation_is_opened_anew_though_the_store_is_away_when_that_is_told() throws Exception {
        bridge.bus().put("webchat", message("opens", "closed-out", "x"));
        await().atMost(PATIENCE).until(() -> bridge.bus().statuses("webchat").size() == 1);
        bridge.genesys().call("POST", "/conversations/close", Map.of("org", "main", "externalId", "closed-out"));
        bridge.genesys().fault(Map.of("match", Map.of("path", "/messages$"), "delayMs", 2_000));
        Store store = bridge.bridge().registry().lookupByNameAndType("store", Store.class);
        long before = store.failures();
        try (Connection outside = DriverManager.getConnection(
                        "jdbc:sqlite:" + bridge.settings().data().resolve("store.db"));
                Statement statement = outside.createStatement()) {
            bridge.bus().put("webchat", message("reopens", "closed-out", "x"));
            await().atMost(PATIENCE).until(() -> starts(statement, "reopens") == 1);
            statement.execute("BEGIN IMMEDIATE");
            await().atMost(PATIENCE).until(() -> store.failures() > before);
            statement.execute("ROLLBACK");
        }
        await().atMost(PATIENCE).until(() -> bridge.bus().statuses("webchat").size() == 2);
        assertThat(bridge.bus().statuses("webchat"))
                .extracting(status -> status.path("state").asText())
                .containsOnly("delivered");
    }

    @Test
    void a_conversation_whose_opening_the_store_couldnt_remember_at_once_is_opened_once() throws Exception {
        Store store = bridge.bridge().registry().lookupByNameAndType("store", Store.class);
        try (Connection outside = DriverManager.getConnection(
                        "jdbc:sqlite:" + bridge.settings().data().resolve("store.db"));
                Statement statement = outside.createStatement()) {
            statement.execute(
                    "CREATE TRIGGER away BEFORE INSERT ON guest_thread BEGIN SELECT RAISE(ABORT, 'away'); END");
            long before = store.failures();
            bridge.bus().put("webchat", message("opens-once", "opened-once", "x"));
            await().atMost(PATIENCE).until(() -> store.failures() > before + 1);
            statement.execute("DROP TRIGGER away");
        }
        await().atMost(PATIENCE).until(() -> bridge.bus().statuses("webchat").size() == 1);
        bridge.bus().put("webchat", message("finds-it", "opened-once", "x"));
        await().atMost(PATIENCE).until(() -> bridge.bus().statuses("webchat").size() == 2);
        assertThat(bridge.bus().statuses("webchat")).allSatisfy(status -> {
            assertThat(status.path("state").asText()).isEqualTo("delivered");
            assertThat(status.path("possibleRepeat").asBoolean()).isFalse();
        });
        assertThat(bridge.genesys().requests())
                .extracting(request -> request.path("path").asText().replaceFirst(".*/messaging", "/messaging"))
                .filteredOn(path -> path.endsWith("/messaging"))
                .hasSize(1);
    }

    @Test
    void what_is_in_doubt_is_known_for_as_long_as_its_bus_may_bring_it_again() throws Exception {
        ProducerTemplate routes = bridge.bridge().context().createProducerTemplate();
        Channel loadtest = bridge.bridge()
                .registry()
                .lookupByNameAndType("channels", Channels.class)
                .named("loadtest");
        try (Connection outside = DriverManager.getConnection(
                        "jdbc:sqlite:" + bridge.settings().data().resolve("store.db"));
                Statement statement = outside.createStatement()) {
            statement.execute("INSERT INTO ledger (channel, id, external_id, fingerprint, starts, begun_at, state)"
                    + " VALUES ('loadtest', 'long-ago', 'g', 'f', 1, '2001-01-01T00:00:00.000000000Z', 'open')");
            bridge.genesys().fault(Map.of("match", Map.of("path", "/conversations/"), "times", 0, "status", 503));
            bridge.bus()
                    .put(
                            "loadtest",
                            """
                    {"id":"held","guest":{"externalId":"stays"},"conversationId":"c","text":"x"}""");
            await().atMost(PATIENCE).until(() -> !bridge.genesys().requests().isEmpty());

            routes.sendBody("direct:housekeeping-channel", loadtest);
            assertThat(starts(statement, "long-ago")).isEqualTo(1);

            bridge.genesys().forgetFaults();
            await().atMost(PATIENCE).untilAsserted(() -> {
                routes.sendBody("direct:housekeeping-channel", loadtest);
                assertThat(starts(statement, "long-ago")).isZero();
            });
        }
    }

    @Test
    void a_reply_doesnt_pass_one_that_another_instance_kept_a_moment_ago() throws Exception {
        try (Connection outside = DriverManager.getConnection(
                        "jdbc:sqlite:" + bridge.settings().data().resolve("store.db"));
                Statement statement = outside.createStatement()) {
            statement.execute("INSERT INTO outbox (sequence, queue, message_group, duplicate_id, body, kept_at)"
                    + " VALUES (0, 'guest.out.mobile', 'ada', 'kept elsewhere', '{\"text\":\"one\"}', 'now')");
        }
        byte[] webhook =
                """
                {"id":"w-2","type":"Text","text":"two","channel":{"id":"int-mobile","to":{"id":"ada"}}}"""
                        .getBytes(StandardCharsets.UTF_8);
        assertThat(bridge.hooks().post("main", webhook, "right", Map.of()).statusCode())
                .isEqualTo(200);
        bridge.bridge().context().createProducerTemplate().sendBody("direct:outbox-queue", "guest.out.mobile");

        await().atMost(PATIENCE)
                .until(() -> bridge.bus().from("guest.out.mobile").size() == 2);
        assertThat(bridge.bus().from("guest.out.mobile"))
                .extracting(reply ->
                        Tree.json(reply.path("body").asText()).path("text").asText())
                .containsExactly("one", "two");
    }

    @Test
    void while_the_store_is_locked_nothing_is_sent_and_nothing_settled_and_then_all_goes_on() throws Exception {
        try (Connection outside = DriverManager.getConnection(
                        "jdbc:sqlite:" + bridge.settings().data().resolve("store.db"));
                Statement statement = outside.createStatement()) {
            bridge.genesys().fault(Map.of("match", Map.of("externalId", "in-flight"), "delayMs", 2_000));
            bridge.bus().put("whatsapp", message("begun", "in-flight", "x"));
            await().atMost(PATIENCE).until(() -> starts(statement, "begun") == 1);
            statement.execute("BEGIN IMMEDIATE");
            bridge.bus().put("whatsapp", message("not-begun", "not-in-flight", "x"));

            await().atMost(PATIENCE).until(() -> accepted("in-flight") == 1);
            await().atMost(PATIENCE)
                    .until(() -> bridge.management("/observe/health").contains("SQLITE_BUSY"));
            assertThat(accepted("not-in-flight")).isZero();
            assertThat(bridge.bus().statuses("whatsapp")).isEmpty();
            statement.execute("COMMIT");
        }
        await().atMost(PATIENCE).until(() -> bridge.bus().statuses("whatsapp").size() == 2);
        assertThat(bridge.bus().statuses("whatsapp")).allSatisfy(status -> {
            assertThat(status.path("state").asText()).isEqualTo("delivered");
            assertThat(status.path("possibleRepeat").asBoolean()).isFalse();
        });
        assertThat(accepted("in-flight")).isEqualTo(1);
        assertThat(accepted("not-in-flight")).isEqualTo(1);
    }

    @Test
    void a_message_that_the_bridge_died_of_too_often_is_dead_and_not_sent_again() throws Exception {
        bridge.bus().put("whatsapp", message("fatal", "poisoner", "x"));
        await().atMost(PATIENCE).until(() -> bridge.bus().statuses("whatsapp").size() == 1);
        try (Connection outside = DriverManager.getConnection(
                        "jdbc:sqlite:" + bridge.settings().data().resolve("store.db"));
                Statement statement = outside.createStatement()) {
            statement.execute("UPDATE ledger SET state = 'open', starts = 5 WHERE id = 'fatal'");
        }
        bridge.bus().put("whatsapp", message("fatal", "poisoner", "x"));
        bridge.bus().put("whatsapp", message("after-fatal", "poisoner", "x"));

        await().atMost(PATIENCE).until(() -> bridge.bus().statuses("whatsapp").size() == 3);
        JsonNode status = bridge.bus().statuses("whatsapp").get(1);
        assertThat(status.path("state").asText()).isEqualTo("dead");
        assertThat(status.path("class").asText()).isEqualTo("fatal");
        assertThat(status.path("possibleRepeat").asBoolean()).isTrue();
        await().atMost(PATIENCE).until(() -> bridge.bus().from("guest.dead").size() == 1);
        assertThat(accepted("poisoner")).isEqualTo(2);
    }

    @Test
    void a_message_that_is_too_long_is_dead_as_it_came_and_the_next_one_is_delivered() {
        String text = message("long", "talker", "x".repeat(1_000_000));
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        bridge.bus().put("whatsapp", text);
        bridge.bus().put("whatsapp", bytes);
        bridge.bus().put("whatsapp", message("short", "talker", "x".repeat(1_000)));

        await().atMost(PATIENCE).until(() -> bridge.bus().statuses("whatsapp").size() == 3);
        await().atMost(PATIENCE).until(() -> bridge.bus().from("guest.dead").size() == 2);
        List<JsonNode> dead = bridge.bus().from("guest.dead");
        assertThat(dead)
                .extracting(letter -> letter.path("body").asText())
                .containsExactly(text, Base64.getEncoder().encodeToString(bytes));
        assertThat(dead)
                .extracting(
                        letter -> letter.path("properties").path("deadReason").asText())
                .containsOnly("the body is longer than message.max-bytes, 262144");
        assertThat(accepted("talker")).isEqualTo(1);
    }

    @Test
    void the_flood_of_a_guest_who_is_stuck_holds_no_other_up() {
        bridge.genesys().fault(Map.of("match", Map.of("externalId", "flooder"), "times", 0, "delayMs", 600_000));
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(
                        "tcp://127.0.0.1:" + bridge.settings().number("broker.embedded.port"));
                JMSContext context = factory.createContext(JMSContext.SESSION_TRANSACTED)) {
            JMSProducer producer = context.createProducer();
            Queue queue = context.createQueue("guest.in.mobile");
            for (int i = 0; i < FLOOD; i++) {
                producer.send(queue, message("flood-" + i, "flooder", "text " + i));
            }
            producer.send(queue, message("behind", "another", "comes after all of them"));
            context.commit();
        }
        await().atMost(PATIENCE).until(() -> accepted("another") > 0);
        assertThat(accepted("flooder")).isZero();
        assertThat(bridge.bus().statuses("mobile"))
                .extracting(status -> status.path("id").asText())
                .doesNotContain("flood-0");
    }

    private static String message(String id, String guest, String text) {
        return """
                {"id":"%s","guest":{"externalId":"%s"},"text":"%s"}""".formatted(id, guest, text);
    }

    private static long accepted(String guest) {
        return bridge.genesys().requests().stream()
                .filter(request -> request.path("outcome").asText().equals("accepted"))
                .filter(request -> request.path("externalId").asText().equals(guest))
                .count();
    }

    private static int starts(Statement store, String id) throws SQLException {
        try (ResultSet row = store.executeQuery("SELECT starts FROM ledger WHERE id = '" + id + "'")) {
            return row.next() ? row.getInt(1) : 0;
        }
    }
}
