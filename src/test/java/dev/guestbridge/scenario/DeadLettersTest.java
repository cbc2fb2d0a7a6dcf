package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.Queue;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.StreamSupport;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dead letters as operators see them, put them back and discard them, while they lie on the bus. */
final class DeadLettersTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private static BridgeUnderTest bridge;

    private final OperatorsDoor door = new OperatorsDoor(bridge);
    private final String run = BridgeUnderTest.unique();

    @BeforeAll
    static void start() throws Exception {
        bridge = BridgeUnderTest.start(Path.of("."), settings -> settings.with("channel.refusals-per-minute", 0)
                .with("status.waiting-check-ms", 600_000));
        bridge.bus().leave("guest.dead");
    }

    @AfterAll
    static void stop() throws Exception {
        bridge.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @AfterEach
    void empty() {
        overTheBus(context -> {
            var consumer = context.createConsumer(context.createQueue("guest.dead"));
            await().atMost(PATIENCE).until(() -> {
                while (consumer.receive(200) != null) {
                    // gone
                }
                return letters("").isEmpty(); // on a busy machine the next one may take longer than that to come
            });
        });
    }

    // ---- what is there

    @Test
    void theyAreListedByWhatIsAskedForAndGuestsWordsAreShownToThoseWhoAskForThem() {
        refuse("anna", 422);
        refuse("berta", 418);
        dies("whatsapp", "a1", "anna", "a canary's song");
        dies("mobile", "b1", "berta", "nothing to hear");
        bridge.bus()
                .put("whatsapp", "{\"id\":\"c1-" + run + "\",\"guest\":{\"externalId\":\"" + guest("carla") + "\"}}");
        await().atMost(PATIENCE).until(() -> letters("").size() == 3);

        assertThat(idsOf("")).containsExactlyInAnyOrder("a1", "b1", "c1");
        assertThat(idsOf("class=payload-invalid")).containsExactlyInAnyOrder("a1", "c1");
        assertThat(idsOf("channel=mobile")).containsExactly("b1");
        assertThat(idsOf("guest=" + guest("carla"))).containsExactly("c1");
        assertThat(idsOf("id=a1-" + run)).containsExactly("a1");
        assertThat(idsOf("reason=BOTH missing")).containsExactly("c1");
        assertThat(idsOf("text=CANARY")).containsExactly("a1");
        assertThat(idsOf("since=2026-01-01T00:00:00Z")).hasSize(3);
        assertThat(idsOf("until=2026-01-01T00:00:00Z")).isEmpty();
        JsonNode first = letters("channel=mobile").get(0);
        assertThat(idsOf("letter=" + first.path("letter").asText().substring(0, 13)))
                .containsExactly("b1");
        assertThat(first.path("status").asInt()).isEqualTo(418);
        assertThat(first.path("attempts").asInt()).isEqualTo(3);
        assertThat(first.path("replays").asInt()).isZero();

        assertThat(get("/dead").toString()).doesNotContain("canary");
        JsonNode shown = get("/dead/letter?body=true&id="
                + letters("id=a1-" + run).get(0).path("letter").asText());
        assertThat(shown.path("body").asText()).contains("a canary's song");
        assertThat(get("/dead/letter?id=00000000").path("error").asText()).contains("no letter");
        assertThat(get("/dead?since=yesterday").path("error").asText()).contains("since 'yesterday' is not a time");
    }

    @Test
    void theyAreReadPageByPage() {
        refuse("anna", 422);
        IntStream.range(0, 5).forEach(number -> dies("whatsapp", "p" + number, "anna", "text"));
        List<String> seen = new ArrayList<>();
        JsonNode page = get("/dead?limit=2");
        while (page.has("after")) {
            page.path("letters")
                    .forEach(letter -> seen.add(letter.path("messageId").asText()));
            page = get("/dead?limit=2&after=" + page.path("after").asText());
        }
        page.path("letters").forEach(letter -> seen.add(letter.path("messageId").asText()));
        assertThat(seen)
                .containsExactlyElementsOf(
                        IntStream.range(0, 5).mapToObj(n -> "p" + n + "-" + run).toList());
        assertThat(get("/dead?after=none").path("error").asText()).contains("begin anew");
    }

    // ---- put back

    @Test
    void whatIsPutBackArrivesInItsGuestsOrderMarkedAndTheActIsWrittenDown() {
        refuse("anna", 422);
        IntStream.range(0, 4).forEach(number -> dies("whatsapp", "m" + number, "anna", "canary " + number));
        JsonNode plan = get("/dead/replay?class=payload-invalid");
        assertThat(plan.path("letters").asInt()).isEqualTo(4);
        assertThat(plan.path("guests").asInt()).isOne();
        assertThat(plan.at("/classes/0/channel").asText()).isEqualTo("whatsapp");
        assertThat(plan.at("/classes/0/advice").asText()).isNotEmpty();
        assertThat(letters("")).as("a question moves nothing").hasSize(4);
        bridge.genesys().forgetFaults();
        bridge.bus().forget();

        JsonNode job = finished(post("/dead/replay", Map.of("class", "payload-invalid", "text", "canary")));

        assertThat(job.path("state").asText()).isEqualTo("done");
        assertThat(job.path("done").asInt()).isEqualTo(4);
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 4);
        assertThat(ends("whatsapp")).allSatisfy(status -> {
            assertThat(status.path("state").asText()).isEqualTo("delivered");
            assertThat(status.path("replayed").asInt()).isOne();
            assertThat(status.has("possibleRepeat")).isFalse();
        });
        assertThat(accepted("anna")).containsExactly("canary 0", "canary 1", "canary 2", "canary 3");
        assertThat(letters("")).isEmpty();
        String audit = get("/audit").toString();
        assertThat(audit).contains("replay dead letters", "\"replayed\"", "m0-" + run, "payload-invalid", "(not kept)");
        assertThat(audit).doesNotContain("canary");
    }

    @Test
    void whatDiesAgainIsALetterAgainAndCountsItsReplays() {
        refuse("anna", 422);
        dies("whatsapp", "m1", "anna", "text");
        String first = letters("").get(0).path("letter").asText();

        finished(post("/dead/replay", Map.of()));
        await().atMost(PATIENCE).until(() -> letters("").size() == 1);
        JsonNode again = letters("").get(0);
        assertThat(again.path("letter").asText()).isNotEqualTo(first);
        assertThat(again.path("replays").asInt()).isOne();
        assertThat(again.path("messageId").asText()).isEqualTo("m1-" + run);

        bridge.genesys().forgetFaults();
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 2);
        finished(post("/dead/replay", Map.of()));
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 3);
        assertThat(ends("whatsapp").get(2).path("state").asText()).isEqualTo("delivered");
        assertThat(ends("whatsapp").get(2).path("replayed").asInt()).isEqualTo(2);
        assertThat(accepted("anna")).containsExactly("text");
    }

    @Test
    void aSecondCopyOfALetterIsADuplicateAndNothingIsSentTwice() {
        refuse("anna", 422);
        dies("whatsapp", "m1", "anna", "text");
        overTheBus(context -> {
            TextMessage letter = (TextMessage) context.createBrowser(context.createQueue("guest.dead"))
                    .getEnumeration()
                    .nextElement();
            TextMessage copy = context.createTextMessage(letter.getText());
            for (Object name : Collections.list((Enumeration<?>) letter.getPropertyNames())) {
                if (name.toString().startsWith("dead")) {
                    copy.setObjectProperty(name.toString(), letter.getObjectProperty(name.toString()));
                }
            }
            context.createProducer().send(context.createQueue("guest.dead"), copy);
        });
        bridge.genesys().forgetFaults();

        finished(post("/dead/replay", Map.of()));
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 3);
        assertThat(ends("whatsapp"))
                .extracting(status -> status.path("state").asText())
                .containsExactly("dead", "delivered", "duplicate");
        assertThat(accepted("anna")).containsExactly("text");
    }

    @Test
    void theQuestionTellsWhatComesOutOfOrder() {
        refuse("anna", 422);
        dies("whatsapp", "m1", "anna", "first");
        bridge.genesys().forgetFaults();
        refuse("anna", 418);
        dies("whatsapp", "m2", "anna", "second");
        bridge.genesys().forgetFaults();
        bridge.bus().put("whatsapp", message("m3", "anna", "third"));
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 3);

        JsonNode plan = get("/dead/replay?class=unknown");
        assertThat(plan.path("letters").asInt()).isOne();
        assertThat(plan.path("overtaken")).isEqualTo(Tree.json("{\"guests\":1,\"number\":1}"));
        assertThat(plan.path("later")).isEqualTo(Tree.json("{\"guests\":1,\"number\":1}"));
        JsonNode all = get("/dead/replay");
        assertThat(all.path("letters").asInt()).isEqualTo(2);
        assertThat(all.path("overtaken")).isEqualTo(Tree.json("{\"guests\":0,\"number\":0}"));
        assertThat(all.path("later")).isEqualTo(Tree.json("{\"guests\":1,\"number\":1}"));
        assertThat(get("/dead/replay?limit=1").path("letters").asInt()).isOne();
    }

    @Test
    void bodiesAreUntouchedWhateverTheirKindAndAMessageWithoutAnIdKeepsTheOneItsChannelKnows() {
        refuse("anna", 422);
        String withoutId = "{\"guest\":{\"externalId\":\"" + guest("anna") + "\"},\"text\":\"no id\"}";
        String jms = bridge.bus().put("whatsapp", withoutId);
        byte[] bytes = message("b1", "anna", "as bytes \uD83D\uDE00").getBytes(StandardCharsets.UTF_8);
        bridge.bus().put("whatsapp", bytes);
        bridge.bus().put("whatsapp", padded("l1", "long text"));
        bridge.bus().put("whatsapp", padded("l2", "long bytes").getBytes(StandardCharsets.UTF_8));
        bridge.bus().put("whatsapp", message("l3", "anna", "z".repeat(1_000_000)));
        bridge.bus().put("whatsapp", context -> map(context));
        await().atMost(PATIENCE).until(() -> letters("").size() == 6);
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 6);
        bridge.genesys().forgetFaults();
        bridge.bus().forget();

        JsonNode job = finished(post("/dead/replay", Map.of()));
        assertThat(job.path("done").asInt()).as(job.toString()).isEqualTo(6);
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 6);
        assertThat(accepted("anna")).containsExactly("no id", "as bytes \uD83D\uDE00", "long text", "long bytes");
        assertThat(ends("whatsapp").get(0).path("id").asText()).isEqualTo(jms);
        List<JsonNode> again = letters("body=true");
        assertThat(again).hasSize(2);
        assertThat(again)
                .allSatisfy(letter -> assertThat(letter.path("replays").asInt()).isOne());
        overTheBus(context -> {
            List<?> left = Collections.list((Enumeration<?>)
                    context.createBrowser(context.createQueue("guest.dead")).getEnumeration());
            assertThat(((TextMessage) left.get(0)).getText()).isEqualTo(message("l3", "anna", "z".repeat(1_000_000)));
            assertThat(((MapMessage) left.get(1)).getString("text")).isEqualTo("in a map");
        });
    }

    @Test
    void aLetterThatNamesNoChannelIsToldAndStays() {
        overTheBus(context -> {
            Message foreign = context.createTextMessage("{}");
            Queue dead = context.createQueue("guest.dead");
            context.createProducer().send(dead, foreign);
            Message gone = context.createTextMessage("{}");
            gone.setStringProperty("deadClass", "unknown");
            gone.setStringProperty("deadChannel", "fax");
            gone.setStringProperty("deadQueue", "guest.in.fax");
            context.createProducer().send(dead, gone);
            Message elsewhere = context.createTextMessage("{}");
            elsewhere.setStringProperty("deadChannel", "whatsapp");
            elsewhere.setStringProperty("deadQueue", "guest.out.whatsapp");
            context.createProducer().send(dead, elsewhere);
        });
        JsonNode plan = get("/dead/replay");
        assertThat(plan.path("letters").asInt()).isZero();
        assertThat(plan.at("/left/0/letters").asInt()).isEqualTo(3);
        assertThat(plan.at("/left/0/why").asText()).contains("names no channel");
        assertThat(letters(""))
                .extracting(letter -> letter.path("class").asText())
                .containsExactly("foreign", "unknown", "foreign");
        JsonNode job = finished(post("/dead/replay", Map.of()));
        assertThat(job.path("of").asInt()).isZero();
        assertThat(letters("")).hasSize(3);
    }

    @Test
    void whatItsProducerLetExpireCanBePutBack() throws Exception {
        bridge.bridge().context().getRouteController().stopRoute("whatsapp-in");
        overTheBus(context -> context.createProducer()
                .setTimeToLive(1)
                .send(
                        context.createQueue("guest.in.whatsapp"),
                        context.createTextMessage(message("e1", "anna", "too late"))));
        bridge.bridge().context().getRouteController().startRoute("whatsapp-in");
        await().atMost(PATIENCE).until(() -> letters("class=expired").size() == 1);
        assertThat(get("/dead/replay").at("/classes/0/channel").asText()).isEqualTo("whatsapp");

        finished(post("/dead/replay", Map.of()));
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 1);
        assertThat(accepted("anna")).containsExactly("too late");
    }

    @Test
    void lettersThatTheBrokerKeepsOnItsDiskBehindOthersAreToldToBeOutOfReachUntilThoseAreGone() {
        overTheBus(context -> {
            Queue dead = context.createQueue("guest.dead");
            for (int number = 0; number < 800; number++) {
                Message letter = context.createTextMessage(message("d" + number, "anna", "text " + number)
                        .replaceFirst("\\{", "{\"padding\":\"" + "x".repeat(30_000) + "\","));
                letter.setStringProperty("deadClass", number < 795 ? "unknown" : "fatal");
                letter.setStringProperty("deadChannel", "whatsapp");
                letter.setStringProperty("deadQueue", "guest.in.whatsapp");
                context.createProducer().send(dead, letter);
            }
        });
        JsonNode plan = get("/dead/replay?class=fatal");
        assertThat(plan.path("letters").asInt()).isEqualTo(5);
        assertThat(plan.path("overtaken")).isEqualTo(Tree.json("{\"guests\":1,\"number\":795}"));

        JsonNode failed = finished(post("/dead/replay", Map.of("class", "fatal", "rate", "100")));
        assertThat(failed.path("state").asText()).isEqualTo("failed");
        assertThat(failed.path("trouble").asText()).contains("discard the older ones");
        assertThat(accepted("anna")).isEmpty();

        JsonNode gone = finished(post("/dead/discard", Map.of("class", "unknown")));
        assertThat(gone.path("done").asInt()).as(gone.toString()).isEqualTo(795);
        JsonNode job = finished(post("/dead/replay", Map.of("class", "fatal", "rate", "100")));
        assertThat(job.path("done").asInt()).as(job.toString()).isEqualTo(5);
        await().atMost(PATIENCE).until(() -> accepted("anna").size() == 5);
        assertThat(accepted("anna")).containsExactly("text 795", "text 796", "text 797", "text 798", "text 799");
    }

    @Test
    void aDryRunIsNeverMoreThanThatHoweverItIsAskedFor() {
        refuse("anna", 422);
        dies("whatsapp", "m1", "anna", "text");
        for (String kind : List.of("replay", "discard")) {
            assertThat(post("/dead/" + kind, Map.of("dryRun", "true"))
                            .path("letters")
                            .asInt())
                    .isOne();
        }
        assertThat(letters("")).hasSize(1);
    }

    // ---- cancel and discard

    @Test
    void whatIsCancelledGoesOnWhereItEndedNothingLostNothingTwice() {
        for (String guest : List.of("anna", "berta", "carla")) {
            refuse(guest, 422);
        }
        IntStream.range(0, 60).forEach(number -> bridge.bus()
                .put(
                        "whatsapp",
                        message("m" + number, List.of("anna", "berta", "carla").get(number % 3), "text " + number)));
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 60);
        bridge.genesys().forgetFaults();

        JsonNode job = post("/dead/replay", Map.of("rate", "1")); // by itself it doesn't end within a minute
        String id = job.path("job").asText();
        await().atMost(PATIENCE).until(() -> get("/jobs?id=" + id).path("done").asInt() >= 2);
        assertThat(post("/dead/discard", Map.of()).path("error").asText()).contains("is at work");
        post("/jobs/cancel", Map.of("id", id));
        JsonNode ended = finished(job);
        assertThat(ended.path("state").asText()).isEqualTo("cancelled");
        assertThat(ended.path("done").asInt()).isBetween(2, 59);
        assertThat(letters("limit=500")).hasSize(60 - ended.path("done").asInt());

        finished(post("/dead/replay", Map.of("rate", "1000")));
        await().atMost(PATIENCE).until(() -> ends("whatsapp").size() == 120);
        assertThat(letters("")).isEmpty();
        for (int guest = 0; guest < 3; guest++) {
            int mine = guest;
            assertThat(accepted(List.of("anna", "berta", "carla").get(guest)))
                    .containsExactlyElementsOf(IntStream.range(0, 60)
                            .filter(number -> number % 3 == mine)
                            .mapToObj(number -> "text " + number)
                            .toList());
        }
    }

    @Test
    void whatIsDiscardedIsGoneAndItsIdAndClassAreKept() {
        refuse("anna", 422);
        refuse("berta", 422);
        dies("whatsapp", "m1", "anna", "canary");
        dies("whatsapp", "m2", "berta", "other");
        assertThat(get("/dead/discard?guest=" + guest("anna")).path("letters").asInt())
                .isOne();
        JsonNode job = finished(post("/dead/discard", Map.of("guest", guest("anna"))));
        assertThat(job.path("done").asInt()).isOne();
        assertThat(idsOf("")).containsExactly("m2");
        String audit = get("/audit").toString();
        assertThat(audit)
                .contains("\"discarded\"", "m1-" + run, "payload-invalid")
                .doesNotContain("canary");
    }

    @Test
    void withoutAuditNothingMoves() throws Exception {
        refuse("anna", 422);
        dies("whatsapp", "m1", "anna", "text");
        try (var outside = java.sql.DriverManager.getConnection(
                        "jdbc:sqlite:" + bridge.settings().data().resolve("store.db"));
                var statement = outside.createStatement()) {
            statement.execute("BEGIN IMMEDIATE");
            assertThat(door.act("/dead/replay", Map.of()).status()).isEqualTo(503);
            statement.execute("COMMIT");
        }
        assertThat(letters("")).hasSize(1);
    }

    // ---- who asks, and what they see

    private String guest(String name) {
        return name + "-" + run;
    }

    private String message(String id, String guest, String text) {
        return """
                {"id":"%s-%s","guest":{"externalId":"%s"},"text":"%s"}"""
                .formatted(id, run, guest(guest), text);
    }

    /** A message that is long enough to travel in pieces. */
    private String padded(String id, String text) {
        return message(id, "anna", text).replaceFirst("\\{", "{\"padding\":\"" + "x".repeat(150_000) + "\",");
    }

    private void refuse(String guest, int status) {
        bridge.genesys().fault(Map.of("match", Map.of("externalId", guest(guest)), "times", 0, "status", status));
    }

    private void dies(String channel, String id, String guest, String text) {
        int before = ends(channel).size();
        bridge.bus().put(channel, message(id, guest, text));
        await().atMost(PATIENCE).until(() -> ends(channel).size() > before);
        assertThat(ends(channel).get(before).path("state").asText()).isEqualTo("dead");
    }

    private static List<JsonNode> ends(String channel) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> !status.path("state").asText().equals("waiting"))
                .toList();
    }

    private List<String> accepted(String guest) {
        return bridge.genesys().requests().stream()
                .filter(request -> request.path("outcome").asText().equals("accepted"))
                .filter(request -> request.path("externalId").asText().equals(guest(guest)))
                .map(request -> request.path("body").path("text").asText())
                .toList();
    }

    private List<JsonNode> letters(String query) {
        return StreamSupport.stream(
                        get("/dead" + (query.isEmpty() ? "" : "?" + query))
                                .path("letters")
                                .spliterator(),
                        false)
                .toList();
    }

    /** The ids of messages, without the part that tells this run from others. */
    private List<String> idsOf(String query) {
        return letters(query).stream()
                .map(letter -> letter.path("messageId").asText().replace("-" + run, ""))
                .collect(Collectors.toList());
    }

    private JsonNode finished(JsonNode job) {
        assertThat(job.path("job").asText()).as(job.toString()).isNotEmpty();
        String id = job.path("job").asText();
        await().atMost(PATIENCE)
                .until(() -> !get("/jobs?id=" + id).path("state").asText().equals("running"));
        return get("/jobs?id=" + id);
    }

    /** @param path its parameters may follow */
    private JsonNode get(String path) {
        String[] parts = path.split("[?&]");
        Map<String, String> parameters = Arrays.stream(parts)
                .skip(1)
                .collect(Collectors.toMap(one -> one.split("=")[0], one -> one.split("=")[1]));
        return door.asked(parts[0], parameters).json();
    }

    private JsonNode post(String path, Map<String, String> body) {
        return door.act(path, body).json();
    }

    private interface OnTheBus {
        void with(JMSContext context) throws Exception;
    }

    private static void overTheBus(OnTheBus work) {
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(
                        "tcp://127.0.0.1:" + bridge.settings().number("broker.embedded.port"));
                JMSContext context = factory.createContext()) {
            work.with(context);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static MapMessage map(JMSContext context) {
        try {
            MapMessage message = context.createMapMessage();
            message.setString("text", "in a map");
            return message;
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }
}
