package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Path;
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

/** A message that holds its guest, whatever it waits for, can be given up. */
@Timeout(300)
final class GiveUpTest {

    private static BridgeUnderTest bridge;
    private static OperatorsDoor door;

    private final String run = BridgeUnderTest.unique();

    @TempDir
    static Path home;

    /** With a pause that outlasts a test's patience, and calls that are soon given up for lost. */
    @BeforeAll
    static void start() throws Exception {
        Home patient = Home.in(home)
                .with(Home.CATALOGUE, "wait-ms: 5000..60000", "wait-ms: 300000..300000")
                .with(Home.CATALOGUE, "attempts: 20 #", "attempts: 1 #")
                .with(Home.CATALOGUE, "within-ms: 1800000", "within-ms: 1");
        bridge = BridgeUnderTest.start(patient.folder(), settings -> settings.with("genesys.call-timeout-ms", 3_000));
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
    void one_that_is_tried_without_end_becomes_a_dead_letter_and_the_next_goes_on() {
        bridge.genesys().fault(Map.of("match", Map.of("externalId", guest()), "status", 503, "times", 0));
        put("whatsapp", 1);
        put("whatsapp", 2);
        await().until(() -> held(1).path("class").asText().equals("unavailable")
                && held(2).path("ahead").asInt() == 1);
        assertThat(door.act("/threads/erase", Map.of("guest", guest())).json().toString())
                .contains("guestbridge give-up <guest>");

        String would = sentences(door.ask("/messages/give-up", Map.of("of", guest())));
        assertThat(would)
                .contains("Message " + id(1) + " of channel whatsapp was sent at ", "it was tried ", "unavailable: ")
                .contains("Behind it 1 message of its guest waits", "for guest.dead, its channel is told so");
        assertThat(refused(id(2))).contains("waits behind message " + id(1), "give that one up");
        assertThat(ends()).as("nothing was done yet").isEmpty();

        assertThat(door.act("/messages/give-up", Map.of("of", id(1))).status()).isEqualTo(200);
        await().until(() -> ends().size() == 1);
        assertThat(Tree.differences(
                        "status",
                        Tree.json(
                                """
                {"id":"%s","state":"dead","class":"given-up","status":503,"attempts":"<present>","advice":"~.*[Rr]eplay.*",
                 "reason":"~An operator gave the message up.* The last failure: unavailable: .*"}"""
                                        .formatted(id(1))),
                        ends().get(0)))
                .isEmpty();
        assertThat(ends().get(0).has("possibleRepeat")).isFalse();
        await().until(() -> bridge.bus().from("guest.dead").size() == 1);
        JsonNode letter = bridge.bus().from("guest.dead").get(0);
        assertThat(letter.at("/properties/deadClass").asText()).isEqualTo("given-up");
        assertThat(letter.path("body").asText()).contains(id(1));

        bridge.genesys().forgetFaults();
        await().until(() -> ends().size() == 2);
        assertThat(ends().get(1).path("state").asText()).isEqualTo("delivered");
        JsonNode act = door.ask("/audit", Map.of("limit", "1")).get(0);
        assertThat(act.path("act").asText()).isEqualTo("give up");
        assertThat(act.path("about").asText()).contains(id(1), "sha256:").doesNotContain(guest());
    }

    @Test
    void one_whose_call_is_under_way_is_given_up_after_it_and_Genesys_may_have_it() {
        bridge.genesys().fault(Map.of("match", Map.of("externalId", guest()), "action", "hang", "times", 0));
        put("whatsapp", 1);
        await().until(() -> held(1).path("state").asText().equals("sending"));
        door.act("/messages/give-up", Map.of("of", id(1)));
        await().until(() -> ends().size() == 1);
        assertThat(ends().get(0).path("class").asText()).isEqualTo("given-up");
        assertThat(ends().get(0).path("possibleRepeat").asBoolean()).isTrue();
        assertThat(ends().get(0).path("reason").asText()).contains("outcome-unknown", "Genesys may have it");
        assertThat(bridge.genesys().requests())
                .filteredOn(request -> request.path("externalId").asText().equals(guest()))
                .as("none came after it")
                .hasSize(ends().get(0).path("attempts").asInt());
    }

    @Test
    void one_in_a_pause_is_given_up_and_the_next_waits_for_the_pause() {
        bridge.genesys()
                .settings(Map.of(
                        "allowedScopes",
                        Genesys.SCOPES.stream()
                                .filter(scope -> !scope.equals("guest:messages:send"))
                                .toList()));
        bridge.genesys().revokeTokens();
        put("webchat", 1);
        put("webchat", 2);
        await().until(() -> held(1).path("waitsFor").asText().equals("pause"));
        assertThat(sentences(door.ask("/messages/give-up", Map.of("of", guest()))))
                .contains("waits in its place, for channel webchat is paused");

        assertThat(door.act("/messages/give-up", Map.of("of", guest())).status())
                .isEqualTo(200);
        await().until(() -> ends().size() == 1);
        assertThat(ends().get(0).path("id").asText()).isEqualTo(id(1));
        assertThat(ends().get(0).path("class").asText()).isEqualTo("given-up");
        await().until(() -> held(2).path("waitsFor").asText().equals("pause"));

        bridge.genesys().settings(Map.of("allowedScopes", Genesys.SCOPES));
        door.act("/pauses/resume", Map.of("name", "channel webchat"));
        await().until(() -> ends().size() == 2);
        assertThat(ends().get(1).path("state").asText()).isEqualTo("delivered");
    }

    /** The row says half an hour; how that is counted is shown elsewhere. */
    @Test
    void one_that_alone_fails_while_others_are_taken_dies_by_itself() {
        bridge.genesys().fault(Map.of("match", Map.of("externalId", guest()), "status", 503, "times", 0));
        put("mobile", 1);
        await().until(() -> held(1).path("class").asText().equals("unavailable"));
        await().until(() -> {
            bridge.bus().put("mobile", "{\"guest\":{\"externalId\":\"another-%s\"},\"text\":\"hello\"}".formatted(run));
            return !ends().isEmpty();
        });
        assertThat(ends().get(0).path("state").asText()).isEqualTo("dead");
        assertThat(ends().get(0).path("class").asText()).isEqualTo("poison");
        assertThat(ends().get(0).path("reason").asText())
                .contains("takes the others of channel mobile meanwhile", "The last failure: unavailable: ");
    }

    @Test
    void what_isnt_held_up_is_let_be() {
        assertThat(refused("nobody-" + run)).contains("holds no message of a guest 'nobody-" + run);
        put("mobile", 1);
        await().until(() -> ends().size() == 1);
        assertThat(refused(id(1))).contains("holds no message", id(1) + " of channel mobile is delivered since");
        assertThat(door.act("/messages/give-up", Map.of()).status()).isEqualTo(400);

        bridge.genesys().fault(Map.of("match", Map.of("externalId", guest()), "delayMs", 1_500));
        put("mobile", 2);
        await().until(() -> held(2).has("id") || ends().size() == 2);
        assertThat(refused(guest())).contains("nothing was given up");
        await().until(() -> ends().size() == 2);
        assertThat(ends()).allMatch(end -> end.path("state").asText().equals("delivered"));
    }

    private String refused(String of) {
        OperatorsDoor.Answer answer = door.act("/messages/give-up", Map.of("of", of));
        assertThat(answer.status()).as(answer.toString()).isBetween(404, 409);
        return answer.json().path("error").asText();
    }

    private static String sentences(JsonNode told) {
        return StreamSupport.stream(told.path("sentences").spliterator(), false)
                .map(JsonNode::asText)
                .collect(Collectors.joining("\n"));
    }

    private JsonNode held(int number) {
        return door.ask("/messages", Map.of("of", id(number))).at("/messages/0");
    }

    /** What became of this test's messages, in the order of the statuses. */
    private List<JsonNode> ends() {
        return List.of("whatsapp", "webchat", "mobile").stream()
                .flatMap(channel -> bridge.bus().statuses(channel).stream())
                .filter(status -> status.path("id").asText().startsWith(run)
                        && !status.path("state").asText().equals("waiting"))
                .toList();
    }

    private void put(String channel, int number) {
        bridge.bus()
                .put(
                        channel,
                        "{\"id\":\"%s\",\"guest\":{\"externalId\":\"%s\"},\"text\":\"hello %d\"}"
                                .formatted(id(number), guest(), number));
    }

    private String id(int number) {
        return run + "-" + number;
    }

    private String guest() {
        return "guest-" + run;
    }
}
