package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guestbridge.cli.LoadPlan.Size;
import dev.guestbridge.message.Channel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a load sends, and when, is fixed beforehand. */
class LoadPlanTest {

    private static final Channel LOADTEST =
            new Channel("loadtest", "conversation-messages", "main", "int-loadtest", null);
    private static final Channel MOBILE = new Channel("mobile", "external-threads", "main", "int-mobile", null);

    private static LoadPlan plan(String run, Size size, long seed) {
        return new LoadPlan(run, LOADTEST, null, 20, Duration.ofSeconds(10), 5, size, seed);
    }

    private static List<JsonNode> messages(LoadPlan plan) {
        return IntStream.range(0, plan.messages())
                .mapToObj(plan::message)
                .map(LoadPlanTest::json)
                .toList();
    }

    private static JsonNode json(String text) {
        try {
            return new ObjectMapper().readTree(text);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void messages_are_due_evenly_over_the_duration() {
        LoadPlan plan = plan("load-a", new Size(40, 40), 1);
        assertThat(plan.messages()).isEqualTo(200);
        assertThat(plan.due(0)).isZero();
        assertThat(plan.due(1)).isEqualTo(50_000_000);
        assertThat(plan.due(199)).isEqualTo(9_950_000_000L);
    }

    @Test
    void texts_have_the_bytes_that_were_asked_for() {
        Set<Integer> lengths = new HashSet<>();
        messages(plan("load-a", new Size(40, 90), 1))
                .forEach(message -> lengths.add(message.path("text").asText().getBytes(StandardCharsets.UTF_8).length));
        assertThat(lengths).contains(40, 90).hasSizeGreaterThan(30).allMatch(length -> length >= 40 && length <= 90);
    }

    @Test
    void everything_bears_the_name_of_the_run() {
        assertThat(messages(plan("load-a", new Size(40, 40), 1))).allSatisfy(message -> assertThat(List.of(
                        message.path("id").asText(),
                        message.path("guest").path("externalId").asText(),
                        message.path("conversationId").asText(),
                        message.path("text").asText()))
                .allMatch(text -> text.startsWith("load-a-")));
    }

    @Test
    void a_conversation_is_made_up_only_where_the_dialect_needs_one() {
        Duration second = Duration.ofSeconds(1);
        Size size = new Size(40, 40);
        assertThat(json(new LoadPlan("load-a", MOBILE, null, 1, second, 1, size, 1).message(0))
                        .has("conversationId"))
                .isFalse();
        for (Channel channel : List.of(MOBILE, LOADTEST)) {
            assertThat(json(new LoadPlan("load-a", channel, "c-1", 1, second, 1, size, 1).message(0))
                            .path("conversationId")
                            .asText())
                    .isEqualTo("c-1");
        }
    }

    @Test
    void the_same_seed_makes_the_same_messages_but_for_the_name() {
        String first = messages(plan("load-a", new Size(40, 400), 7)).toString();
        assertThat(messages(plan("load-b", new Size(40, 400), 7)).toString().replace("load-b", "load-a"))
                .isEqualTo(first);
        assertThat(messages(plan("load-a", new Size(40, 400), 8)).toString()).isNotEqualTo(first);
    }

    @Test
    void all_guests_write_and_the_group_is_the_guest() {
        LoadPlan plan = plan("load-a", new Size(40, 40), 1);
        Set<String> guests = new HashSet<>();
        for (int i = 0; i < plan.messages(); i++) {
            String guest =
                    json(plan.message(i)).path("guest").path("externalId").asText();
            assertThat(plan.guest(i)).isEqualTo(guest);
            guests.add(guest);
        }
        assertThat(guests).hasSize(5);
    }

    @Test
    void its_own_ids_are_known() {
        LoadPlan plan = plan("load-a", new Size(40, 40), 1);
        assertThat(plan.number(json(plan.message(199)).path("id").asText())).isEqualTo(199);
    }

    @ParameterizedTest
    @ValueSource(strings = {"load-a-200", "load-a-", "load-a--1", "load-b-1", "load-a-1x", "load-a-9999999999", "m-1"})
    void others_ids_are_not(String id) {
        assertThat(plan("load-a", new Size(40, 40), 1).number(id)).isEqualTo(-1);
    }
}
