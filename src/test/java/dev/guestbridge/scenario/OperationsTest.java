package dev.guestbridge.scenario;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.store.Ledger;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What operators are told of what is stuck, and how they let it go on. */
@Timeout(120)
final class OperationsTest {

    private static BridgeUnderTest bridge;
    private static OperatorsDoor door;

    private final String run = BridgeUnderTest.unique();

    @TempDir
    static Path home;

    /** With pauses that outlast a test's patience: what goes on does so because somebody said it should. */
    @BeforeAll
    static void start() throws Exception {
        Home patient = Home.in(home).with(Home.CATALOGUE, "wait-ms: 5000..60000", "wait-ms: 60000..60000");
        bridge = BridgeUnderTest.start(patient.folder(), settings -> settings);
        door = new OperatorsDoor(bridge);
    }

    @AfterAll
    static void stop() throws IOException {
        bridge.close();
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    @Test
    void a_channel_that_stands_still_is_told_why_and_goes_on_when_an_operator_says_so() {
        withoutScope("messaging:external:write");
        put("mobile", 1);
        put("mobile", 2);
        await().until(() -> !pauses().isEmpty() && messages(guest()).size() == 2);

        JsonNode pause = pauses().get(0);
        assertThat(Tree.differences(
                        "pause",
                        Tree.json(
                                """
                {"name":"channel mobile","class":"scope-missing","reason":"~.*messaging:external:write.*",
                 "advice":"~.*give the OAuth client.*","since":"<present>","nextProbe":"<present>","resuming":false}"""),
                        pause))
                .isEmpty();
        await().until(() -> pauses().get(0).path("waiting").asInt() == 1);

        assertThat(pauses().get(0).path("held").asInt()).isEqualTo(2);
        JsonNode why = why(id(2));
        assertThat(why.path("well").asBoolean()).isFalse();
        assertThat(why.path("about").asText()).isEqualTo("message");
        assertThat(why.path("answer").asText()).startsWith("Channel mobile is paused since ");
        assertThat(why.path("class").asText()).isEqualTo("scope-missing");
        assertThat(why.path("advice").asText()).contains("messaging:external:write");
        assertThat(sentences(why)).contains(why.path("advice").asText());
        assertThat(why.path("nextTry").asText()).isNotEmpty();
        assertThat(sentences(why))
                .contains("Message " + id(2) + " of channel mobile waits behind 1 message of its guest")
                .contains("guestbridge resume \"channel mobile\"");
        assertThat(why("mobile").path("answer").asText()).startsWith("Channel mobile is paused since ");
        assertThat(why("whatsapp").path("well").asBoolean()).isTrue();

        List<JsonNode> messages = messages(guest());
        assertThat(messages).extracting(one -> one.path("id").asText()).containsExactly(id(2), id(1));
        assertThat(messages).allSatisfy(one -> {
            assertThat(one.path("state").asText()).isEqualTo("waiting");
            assertThat(one.path("class").asText()).isEqualTo("scope-missing");
            assertThat(one.has("text")).isFalse();
        });
        assertThat(messages.get(0).path("waitsFor").asText()).isEqualTo("guest");
        assertThat(messages.get(0).path("ahead").asInt()).isOne();
        assertThat(messages.get(1).path("waitsFor").asText()).isEqualTo("pause");

        bridge.genesys().settings(Map.of("allowedScopes", Genesys.SCOPES));
        OperatorsDoor.Answer answer = door.act("/pauses/resume", Map.of("name", "channel mobile"));
        assertThat(answer.status()).isEqualTo(200);
        await().until(() -> delivered("mobile").size() == 2);
        await().until(() -> pauses().isEmpty());
        JsonNode over = why(guest());
        assertThat(over.path("well").asBoolean()).isTrue();
        assertThat(over.path("answer").asText()).startsWith("Nothing is the matter: Genesys took message " + id(2));
        assertThat(messages(guest())).allMatch(one -> one.path("state").asText().equals("delivered"));
        assertThat(door.ask("/audit", Map.of("limit", "1")).get(0).path("act").asText())
                .isEqualTo("resume");
    }

    @Test
    void an_operator_who_is_wrong_does_no_harm() {
        withoutScope("messaging:guest");
        put("webchat", 1);
        await().until(() ->
                pauses().size() == 1 && pauses().get(0).path("waiting").asInt() == 1);
        bridge.genesys().forgetJournal();

        door.act("/pauses/resume", Map.of("name", "channel webchat"));
        await().until(() -> pauses().get(0).path("probes").asInt() == 1
                && !pauses().get(0).path("probing").asBoolean());
        assertThat(bridge.genesys().requests()).as("the probe alone").hasSizeLessThanOrEqualTo(1);
        assertThat(delivered("webchat")).isEmpty();

        bridge.genesys().settings(Map.of("allowedScopes", Genesys.SCOPES));
        door.act("/pauses/resume", Map.of("name", "channel webchat"));
        await().until(() -> delivered("webchat").size() == 1);
    }

    /** Another channel's call has had a token made since the refusal, from before the right was given back. */
    @Test
    void who_mended_a_right_is_believed_at_once_whatever_token_is_at_hand() {
        withoutScope("messaging:external:write");
        put("mobile", 1);
        await().until(() ->
                pauses().size() == 1 && pauses().get(0).path("waiting").asInt() == 1);
        put("whatsapp", 2);
        await().until(() -> delivered("whatsapp").size() == 1);
        bridge.genesys().settings(Map.of("allowedScopes", Genesys.SCOPES));
        bridge.genesys().forgetJournal();

        door.act("/pauses/resume", Map.of("name", "channel mobile"));
        await().until(() -> delivered("mobile").size() == 1);
        assertThat(bridge.genesys().tokenRequests()).as("tokens").hasSize(1);
        assertThat(bridge.genesys().requests())
                .as("none is made with a token that can't do it")
                .allMatch(request -> request.path("status").asInt() < 300);
    }

    @Test
    void what_doesnt_stand_still_cant_be_resumed() {
        OperatorsDoor.Answer answer = door.act("/pauses/resume", Map.of("name", "channel kiosk"));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("error").asText()).contains("nothing named 'channel kiosk' stands still");
        assertThat(door.act("/pauses/resume", Map.of()).status()).isEqualTo(400);
    }

    @Test
    void a_guest_whose_message_is_tried_again_is_told_from_the_others() {
        bridge.genesys().fault(Map.of("match", Map.of("externalId", guest()), "status", 502, "times", 0));
        put("whatsapp", 1);
        put("whatsapp", 2);
        await().until(() -> messages(id(1)).stream()
                .anyMatch(one -> one.path("class").asText().equals("unavailable")));

        JsonNode why = why(guest());
        assertThat(why.path("well").asBoolean()).isFalse();
        assertThat(why.path("class").asText()).isEqualTo("unavailable");
        assertThat(sentences(why)).contains("Behind it 1 message waits");
        bridge.genesys().forgetFaults();
        await().until(() -> delivered("whatsapp").size() == 2);
    }

    @Test
    void what_waits_for_the_budget_says_so() throws Exception {
        int many = 12;
        try (BridgeUnderTest poor = BridgeUnderTest.start(
                Path.of("."), settings -> settings.with("genesys.main.requests-per-minute", 60))) {
            OperatorsDoor ops = new OperatorsDoor(poor);
            for (int i = 1; i <= many; i++) {
                poor.bus()
                        .put(
                                "whatsapp",
                                "{\"id\":\"m-%d\",\"guest\":{\"externalId\":\"guest %d\"},\"text\":\"x\"}"
                                        .formatted(i, i));
            }
            await().untilAsserted(() -> {
                assertThat(sentences(ops.ask("/why", Map.of("of", "whatsapp"))))
                        .contains("guests' messages wait for the budget of organisation main");
                JsonNode last = ops.ask("/messages", Map.of("of", "m-" + many)).at("/messages/0");
                assertThat(last.path("waitsFor").asText()).isEqualTo("budget");
                assertThat(last.path("sentence").asText())
                        .contains(
                                "budget of organisation main, 60 requests a minute (genesys.main.requests-per-minute)");
            });
            await().until(() -> poor.bus().statuses("whatsapp").stream()
                            .filter(status -> status.path("state").asText().equals("delivered"))
                            .count()
                    == many);
        }
    }

    @Test
    void a_call_whose_answer_is_awaited_is_told_so() {
        String hangs = bridge.genesys().fault(Map.of("match", Map.of("externalId", guest()), "action", "hang"));
        put("whatsapp", 1);
        await().until(() -> messages(id(1)).stream()
                .anyMatch(one -> one.path("state").asText().equals("sending")));
        assertThat(why(id(1)).path("answer").asText()).contains("Genesys' answer is awaited");
        bridge.genesys().call("DELETE", "/faults/" + hangs, null);
        await().until(() -> delivered("whatsapp").size() == 1);
    }

    @Test
    void a_dead_message_says_what_it_died_of_and_what_to_do() {
        bridge.genesys().fault(Map.of("match", Map.of("externalId", guest()), "status", 422));
        put("whatsapp", 1);
        await().until(() -> bridge.bus().from("guest.dead").size() == 1);
        await().until(() -> bridge.bus().statuses("whatsapp").size() == 1);

        JsonNode why = why(id(1));
        assertThat(why.path("well").asBoolean()).isFalse();
        assertThat(why.path("answer").asText()).startsWith("Message " + id(1) + " of channel whatsapp is dead since ");
        assertThat(why.path("class").asText()).isEqualTo("payload-invalid");
        assertThat(why.path("advice").asText()).contains("correct the message at its source");

        put("whatsapp", 2);
        await().until(() -> delivered("whatsapp").size() == 1);
        JsonNode later = why(guest());
        assertThat(later.path("well").asBoolean()).isTrue();
        assertThat(sentences(later)).contains("Before it 1 message died, last message " + id(1));
    }

    /** As after a crash, before the bus brings the message again. */
    @Test
    void one_whose_fate_is_open_and_that_isnt_held_may_be_at_genesys() throws Exception {
        Ledger ledger = bridge.bridge().registry().lookupByNameAndType("ledger", Ledger.class);
        Channel kiosk = new Channel("kiosk", "guest-conversations", "main", "int-kiosk", "queue-kiosk");
        Delivery delivery = new Delivery(kiosk, kiosk.inQueue(), "bus", id(1), Instant.now(), Instant.now(), "");
        delivery.read(new GuestMessage(
                id(1),
                new GuestMessage.Guest(guest(), null, null),
                "x",
                List.of(),
                null,
                null,
                Map.of(),
                Instant.now(),
                false,
                null));
        ledger.begin(delivery).get(20, SECONDS);
        assertThat(messages(guest()).get(0).path("state").asText()).isEqualTo("open");
        assertThat(messages(guest()).get(0).path("possibleRepeat").asBoolean()).isTrue();
        assertThat(why(id(1)).path("answer").asText())
                .startsWith("The fate of message " + id(1) + " of channel kiosk is open: it was tried at ")
                .contains("Genesys may have it")
                .endsWith("this bridge doesn't hold it now.");

        ledger.ended(delivery).get(20, SECONDS);
        assertThat(why(id(1)).path("answer").asText()).contains("Genesys has nothing of it");
        assertThat(why(id(1)).path("well").asBoolean()).isFalse();
    }

    @Test
    void replies_stand_beside_the_messages_and_what_came_again_is_counted() {
        byte[] reply = webhook("int-mobile", "reply-" + run);
        for (int i = 0; i < 3; i++) {
            assertThat(bridge.hooks().post("main", reply, "right", Map.of()).statusCode())
                    .isEqualTo(200);
        }
        await().until(() -> replies("reply-" + run).get(0).path("repeats").asInt() == 2);
        assertThat(Tree.differences(
                        "reply",
                        Tree.json(
                                """
                {"org":"main","channel":"mobile","id":"reply-%s","externalId":"%s","kind":"text","state":"queued",
                 "conversationId":"c-1","traceId":"<present>","queue":"guest.out.mobile","sentAt":"2026-11-21T10:00:00Z","takenAt":"<present>",
                 "sentence":"~Put on guest.out.mobile at .*Genesys sent it 2 times more, last at .*"}"""
                                        .formatted(run, guest())),
                        replies(guest()).get(0)))
                .isEmpty();
        assertThat(replies(guest()).toString()).doesNotContain("what the agent said");
        assertThat(why(guest()).path("about").asText()).isEqualTo("reply");
        assertThat(why(guest()).path("answer").asText()).contains("only reply reply-" + run, "guest.out.mobile");

        String trace = replies(guest()).get(0).path("traceId").asText();
        await("it bears the same on its queue").until(() -> bridge.bus().from("guest.out.mobile").stream()
                .anyMatch(one -> one.at("/properties/traceId").asText().equals(trace)));
        assertThat(replies(trace).get(0).path("id").asText()).isEqualTo("reply-" + run);
        assertThat(why(trace).path("sentences").toString())
                .contains("only reply reply-" + run, "Its trace is " + trace);

        bridge.hooks().post("main", webhook("int-nowhere", "stray-" + run), "right", Map.of());
        JsonNode stray = replies("stray-" + run).get(0);
        assertThat(stray.path("state").asText()).isEqualTo("unrouted");
        assertThat(stray.path("sentence").asText()).contains("guest.unrouted");
        assertThat(why("stray-" + run).path("well").asBoolean()).isFalse();

        put("mobile", 1);
        await().until(() -> delivered("mobile").size() == 1);
        assertThat(messages(guest())).hasSize(1);
        assertThat(replies(guest())).hasSize(2);
    }

    private byte[] webhook(String integration, String id) {
        return """
                {"id":"%s","type":"Text","text":"what the agent said","conversationId":"c-1",
                 "channel":{"id":"%s","to":{"id":"%s"},"time":"2026-11-21T10:00:00Z"}}"""
                .formatted(id, integration, guest())
                .getBytes(StandardCharsets.UTF_8);
    }

    private static List<JsonNode> replies(String of) {
        return StreamSupport.stream(
                        door.ask("/messages", Map.of("of", of)).path("replies").spliterator(), false)
                .toList();
    }

    @Test
    void what_nobody_knows_is_told_with_where_to_look() {
        JsonNode why = why("nobody-" + run);
        assertThat(why.path("well").asBoolean()).isFalse();
        assertThat(why.path("about").asText()).isEqualTo("nothing");
        assertThat(why.path("answer").asText()).contains("knows no guest, message or channel 'nobody-" + run);
        assertThat(sentences(why)).contains("store.keep-days");
        assertThat(messages("nobody-" + run)).isEmpty();
    }

    @Test
    void a_channel_that_isnt_there_is_refused_by_name() {
        OperatorsDoor.Answer answer = door.asked("/messages", Map.of("of", "x", "channel", "mobil"));
        assertThat(answer.status()).isEqualTo(404);
        assertThat(answer.json().path("error").asText()).contains("did you mean mobile?");
        assertThat(door.asked("/why", Map.of()).status()).isEqualTo(400);
    }

    @Test
    void queues_tell_who_reads_them_and_what_lies_there() {
        withoutScope("conversation:write");
        bridge.bus().leave("guest.status.loadtest");
        try {
            bridge.bus()
                    .put(
                            "loadtest",
                            "{\"id\":\"%s\",\"guest\":{\"externalId\":\"%s\"},\"text\":\"x\",\"conversationId\":\"c-1\"}"
                                    .formatted(id(1), guest()));
            await().until(() -> queue("guest.status.loadtest").path("messages").asInt() == 1);
            JsonNode in = queue("guest.in.loadtest");
            assertThat(in.path("messages").asInt()).isOne();
            assertThat(in.path("held").asInt()).isOne();
            assertThat(in.path("consumers").asInt()).isOne();
            assertThat(in.has("trouble")).isFalse();
            assertThat(queue("guest.status.loadtest").path("trouble").asText()).startsWith("Nobody reads it");
            assertThat(queue("guest.status.mobile").has("trouble")).isFalse();
            assertThat(queue("guest.dead").path("messages").asInt()).isZero();
        } finally {
            bridge.bus().take("guest.status.loadtest");
            bridge.genesys().settings(Map.of("allowedScopes", Genesys.SCOPES));
        }
        door.act("/pauses/resume", Map.of("name", "channel loadtest"));
        await().until(() -> queue("guest.in.loadtest").path("messages").asInt() == 0);
    }

    private static JsonNode queue(String name) {
        return StreamSupport.stream(door.ask("/queues", Map.of()).spliterator(), false)
                .filter(queue -> queue.path("queue").asText().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static void withoutScope(String scope) {
        bridge.genesys()
                .settings(Map.of(
                        "allowedScopes",
                        Genesys.SCOPES.stream()
                                .filter(one -> !one.equals(scope))
                                .toList()));
        bridge.genesys().revokeTokens();
    }

    private static JsonNode pauses() {
        return door.ask("/pauses", Map.of());
    }

    private static JsonNode why(String of) {
        return door.ask("/why", Map.of("of", of));
    }

    private static List<JsonNode> messages(String of) {
        return StreamSupport.stream(
                        door.ask("/messages", Map.of("of", of)).path("messages").spliterator(), false)
                .toList();
    }

    private static String sentences(JsonNode why) {
        return StreamSupport.stream(why.path("sentences").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining("\n"));
    }

    private void put(String channel, int number) {
        bridge.bus()
                .put(
                        channel,
                        "{\"id\":\"%s\",\"guest\":{\"externalId\":\"%s\"},\"text\":\"hello %d\"}"
                                .formatted(id(number), guest(), number));
    }

    private String id(int number) {
        return "m-" + run + "-" + number;
    }

    private String guest() {
        return "guest-" + run;
    }

    private static List<JsonNode> delivered(String channel) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> status.path("state").asText().equals("delivered"))
                .toList();
    }
}
