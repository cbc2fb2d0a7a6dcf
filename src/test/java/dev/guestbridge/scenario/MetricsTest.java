package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.scenario.PromQl.Condition;
import dev.guestbridge.scenario.PromQl.Selector;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.TempDir;

/**
 * What is measured, documented, drawn and alarmed of are the same: the real scrape of a bridge to which everything happened
 * that the dashboard and the rules ask for.
 */
final class MetricsTest {

    private static final Path DOCS = Path.of("docs/metrics.md");
    private static final Path RULES = Path.of("docker/prometheus/rules.yml");
    private static final Path DASHBOARD = Path.of("docker/grafana/guestbridge.json");
    private static final Pattern ROW =
            Pattern.compile("\\| `([\\w.]+)` \\| `(\\w+)` \\| ([a-z ]+) \\| ([a-z, ]*)\\|.*");
    private static final Pattern DURATION = Pattern.compile("\\d+[smhd]");
    private static final Pattern TEMPLATE_LABEL = Pattern.compile("\\$labels\\.(\\w+)");
    /** Not of the bridge: Prometheus itself adds them to what it scrapes. */
    private static final Set<String> OF_PROMETHEUS = Set.of("up", "job", "instance");

    @TempDir
    static Path home;

    private static DatagramSocket agent;
    private static final Map<String, String> HEARD = new ConcurrentSkipListMap<>();
    private static BridgeUnderTest bridge;
    private static Scrape whilePaused;
    private static Scrape scrape;

    @BeforeAll
    static void everythingHappens() throws Exception {
        agent = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
        Thread listening = new Thread(MetricsTest::listen, "agent");
        listening.setDaemon(true);
        listening.start();
        bridge = BridgeUnderTest.start(
                Home.in(home).withShortPauses().folder(), settings -> settings.with("metrics.statsd.host", "127.0.0.1")
                        .with("metrics.statsd.port", agent.getLocalPort()));
        bridge.refresh();
        aMessageIsDeliveredAndComesAgain();
        messagesDie();
        aChannelIsPaused();
        anOrganisationIsPaused();
        webhooksCome();
        System.gc(); // so that there was a collection
        await().untilAsserted(() -> {
            scrape = Scrape.of(bridge.management("/observe/metrics"));
            assertThat(scrape.names()).contains("jvm_gc_pause_seconds_count");
            assertThat(scrape.sum("guestbridge_queue_messages", "queue", "guest.unrouted"))
                    .isNotNaN();
        });
    }

    @AfterAll
    static void stop() throws IOException {
        bridge.close();
        agent.close();
    }

    private static void aMessageIsDeliveredAndComesAgain() {
        put("whatsapp", "twice", "hello");
        ends("whatsapp", 1);
        put("whatsapp", "twice", "hello");
        ends("whatsapp", 2);
        put("webchat", "opened", "hello");
        ends("webchat", 1);
        bridge.bus().report("whatsapp", "{\"id\":\"r\",\"guest\":{\"externalId\":\"g\"},\"status\":\"delivered\"}");
    }

    private static void messagesDie() {
        bridge.bus().put("kiosk", "not JSON");
        bridge.genesys().fault(Map.of("match", Map.of("externalId", "guest-refused"), "status", 422));
        put("whatsapp", "refused", "hello");
        ends("whatsapp", 3);
        await().until(() -> bridge.bus().from("guest.dead").size() == 2);
    }

    private static void aChannelIsPaused() throws Exception {
        bridge.genesys()
                .settings(Map.of(
                        "allowedScopes",
                        Genesys.SCOPES.stream()
                                .filter(scope -> !scope.equals("messaging:external:write"))
                                .toList()));
        put("mobile", "held", "first");
        put("mobile", "held-too", "second");
        await().untilAsserted(() -> {
            whilePaused = Scrape.of(bridge.management("/observe/metrics"));
            assertThat(whilePaused.sum("guestbridge_paused", "what", "channel mobile"))
                    .isEqualTo(1);
            assertThat(whilePaused.sum("guestbridge_paused_waiting", "what", "channel mobile"))
                    .isEqualTo(2);
            assertThat(whilePaused.sum("guestbridge_messages_oldest_age_seconds", "channel", "mobile"))
                    .isGreaterThan(0.5);
        });
        bridge.genesys().settings(Map.of("allowedScopes", Genesys.SCOPES));
        ends("mobile", 2);
    }

    private static void anOrganisationIsPaused() {
        bridge.genesys().settings(Map.of("clientSecret", "another secret"));
        bridge.genesys().revokeTokens();
        put("whatsapp", "locked-out", "hello");
        await().until(() -> bridge.management("/observe/health").contains("organisation main paused"));
        bridge.genesys().settings(Map.of("clientSecret", BridgeUnderTest.CLIENT_SECRET));
        ends("whatsapp", 4);
    }

    private static void webhooksCome() {
        assertThat(webhook("main", "int-whatsapp", "right")).isEqualTo(200);
        assertThat(webhook("main", "int-nobody", "right")).isEqualTo(200);
        assertThat(webhook("main", "int-whatsapp", "wrong")).isEqualTo(401);
        assertThat(webhook("stranger", "int-whatsapp", "right")).isEqualTo(404);
    }

    private static int webhook(String org, String integration, String signature) {
        String body = "{\"id\":\"w-" + integration + "\",\"type\":\"Text\",\"text\":\"hello\",\"channel\":{\"id\":\""
                + integration + "\",\"to\":{\"id\":\"g\"},\"time\":\"2026-11-20T10:00:00.000Z\"}}";
        return bridge.hooks()
                .post(org, body.getBytes(StandardCharsets.UTF_8), signature, Map.of())
                .statusCode();
    }

    private static void put(String channel, String id, String text) {
        bridge.bus()
                .put(
                        channel,
                        "{\"id\":\"%s\",\"guest\":{\"externalId\":\"guest-%s\"},\"text\":\"%s\"}"
                                .formatted(id, id, text));
    }

    private static void ends(String channel, int count) {
        await().until(() -> bridge.bus().statuses(channel).stream()
                        .filter(status -> !status.path("state").asText().equals("waiting"))
                        .count()
                == count);
    }

    // ---- what is measured

    @Test
    void whatBecameOfMessagesIsCounted() {
        String name = "guestbridge_messages_settled_seconds_count";
        assertThat(scrape.sum(name, "channel", "whatsapp", "kind", "message", "outcome", "delivered", "class", "none"))
                .isEqualTo(2);
        assertThat(scrape.sum(name, "channel", "whatsapp", "outcome", "duplicate"))
                .isEqualTo(1);
        assertThat(scrape.sum(name, "channel", "whatsapp", "outcome", "dead", "class", "payload-invalid"))
                .isEqualTo(1);
        assertThat(scrape.sum(name, "channel", "kiosk", "outcome", "dead")).isEqualTo(1);
        assertThat(scrape.sum(name, "channel", "mobile", "outcome", "delivered"))
                .isEqualTo(2);
        assertThat(scrape.sum(name, "channel", "whatsapp", "kind", "receipt")).isEqualTo(1);
    }

    @Test
    void whatIsHeldIsSeenWhileItIs() {
        assertThat(whilePaused.sum("guestbridge_messages_held", "channel", "mobile", "kind", "message"))
                .isEqualTo(2);
        assertThat(whilePaused.sum("guestbridge_messages_held_guests", "channel", "mobile"))
                .isEqualTo(2);
        assertThat(whilePaused.sum("guestbridge_messages_held", "channel", "whatsapp"))
                .isZero();
        assertThat(scrape.sum("guestbridge_messages_held")).isZero();
        assertThat(scrape.sum("guestbridge_messages_oldest_age_seconds")).isZero();
        assertThat(scrape.sum("guestbridge_paused")).isZero();
    }

    @Test
    void anOrganisationsTokenAndBudgetAreSeen() {
        assertThat(scrape.sum("guestbridge_token_remaining_seconds", "org", "main"))
                .isGreaterThan(60);
        assertThat(scrape.sum("guestbridge_token_age_seconds", "org", "main")).isBetween(0.0, 120.0);
        assertThat(scrape.sum("guestbridge_budget_allowed_per_minute", "org", "main"))
                .isEqualTo(60_000);
        assertThat(scrape.sum("guestbridge_budget_spent_total", "org", "main"))
                .as("calls that were answered need one each")
                .isGreaterThanOrEqualTo(scrape.sum("genesys_guest_message_send_seconds_count", "org", "main"))
                .isGreaterThan(5);
    }

    @Test
    void repliesAndQueuesAreSeen() {
        assertThat(scrape.sum("guestbridge_replies_posted_total", "queue", "guest.out.whatsapp"))
                .isEqualTo(1);
        assertThat(scrape.sum("guestbridge_replies_posted_total", "queue", "guest.unrouted"))
                .isEqualTo(1);
        assertThat(scrape.sum("guestbridge_queue_consumers", "queue", "guest.in.mobile"))
                .isEqualTo(1);
        assertThat(scrape.sum("guestbridge_broker_reachable")).isEqualTo(1);
        assertThat(scrape.sum("guestbridge_store_works_total"))
                .isGreaterThanOrEqualTo(scrape.sum("guestbridge_store_commits_seconds_count"))
                .isGreaterThan(5);
        assertThat(scrape.sum("guestbridge_store_commits_seconds_sum")).isGreaterThan(0);
    }

    /** The operators' page shows the metrics: it must find them by their names. */
    @Test
    void thePagesFiguresAreThoseOfTheMetrics() throws Exception {
        JsonNode flow = Tree.json(bridge.management("/ops/api/channels"));
        JsonNode whatsapp = flow.path("channels").path(4);
        assertThat(whatsapp.path("name").asText()).isEqualTo("whatsapp");
        assertThat(whatsapp.path("delivered").asInt()).isEqualTo(2);
        assertThat(whatsapp.path("dead").asInt()).isEqualTo(1);
        assertThat(whatsapp.path("duplicate").asInt()).isEqualTo(1);
        assertThat(whatsapp.path("replies").asInt()).isEqualTo(1);
        assertThat(flow.path("failures").toString()).contains("payload-invalid", "scope-missing");
    }

    @Test
    void noSeriesBearsAGuestOrAMessage() throws Exception {
        assertThat(bridge.management("/observe/metrics")).doesNotContain("guest-", "twice", "hello");
    }

    @Test
    void theSameArriveAtADogStatsdAgent() {
        Set<String> documented = new TreeSet<>(documented().keySet());
        // counters are sent when they count, and the collector may rest
        documented.removeIf(name -> name.startsWith("jvm.gc."));
        await().untilAsserted(() -> assertThat(HEARD.keySet()).containsAll(documented));
        assertThat(HEARD.get("guestbridge.messages.held")).contains("|g|#", "channel:", "org:main", "kind:");
        assertThat(HEARD.values()).noneMatch(line -> line.contains("NaN"));
        assertThat(HEARD.keySet())
                .as("the agent makes buckets of its own")
                .noneMatch(name -> name.contains("histogram"));
    }

    private static void listen() {
        byte[] buffer = new byte[65_536];
        while (!agent.isClosed()) {
            DatagramPacket packet = new DatagramPacket(buffer, buffer.length);
            try {
                agent.receive(packet);
            } catch (IOException closed) {
                return;
            }
            new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8)
                    .lines()
                    .forEach(line -> HEARD.put(line.replaceFirst(":.*", ""), line));
        }
    }

    // ---- what is documented

    /** One row of the tables. @param name as Prometheus has it */
    private record Documented(String name, String kind, Set<String> tags) {}

    private static Map<String, Documented> documented() {
        Map<String, Documented> rows = new LinkedHashMap<>();
        try (Stream<String> lines = Files.lines(DOCS)) {
            lines.map(ROW::matcher).filter(row -> row.matches()).forEach(row -> {
                Set<String> tags = Arrays.stream(row.group(4).split(","))
                        .map(String::strip)
                        .filter(tag -> !tag.isEmpty())
                        .collect(Collectors.toCollection(TreeSet::new));
                rows.put(row.group(1), new Documented(row.group(2), row.group(3), tags));
            });
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
        return rows;
    }

    @Test
    void whatIsMeasuredIsDocumentedAndTheOtherWayRound() {
        Map<String, String> measured = new TreeMap<>();
        scrape.kinds().forEach((family, kind) -> {
            if (!family.endsWith("_max") || !scrape.kinds().containsKey(family.replaceFirst("_max$", ""))) {
                measured.put(family, kind.replace("summary", "timer").replace("histogram", "timer with buckets"));
            }
        });
        Map<String, String> told = new TreeMap<>();
        documented().values().forEach(row -> told.put(row.name(), row.kind()));
        assertThat(told).isEqualTo(measured);
    }

    @Test
    void tagsAreDocumentedToo() {
        assertThat(documented().values()).allSatisfy(row -> {
            Set<String> tags = new TreeSet<>();
            for (String suffix : List.of("", "_total", "_count")) {
                tags.addAll(scrape.labelsOf(row.name() + suffix));
            }
            assertThat(row.tags()).as(row.name()).isEqualTo(tags);
        });
    }

    // ---- what is drawn and alarmed of

    @TestFactory
    Stream<DynamicTest> everyQueryAsksForWhatIsThere() throws IOException {
        Map<String, String> queries = new LinkedHashMap<>();
        rules().forEach(rule ->
                queries.put(rule.path("alert").asText(), rule.path("expr").asText()));
        JsonNode dashboard = Tree.json(Files.readString(DASHBOARD));
        dashboard.path("panels").forEach(panel -> panel.path("targets")
                .forEach(target -> queries.put(
                        panel.path("title").asText() + " "
                                + target.path("refId").asText(),
                        target.path("expr").asText())));
        dashboard.path("templating").path("list").forEach(variable -> {
            if (variable.path("type").asText().equals("query")) {
                String[] values = variable.path("query")
                        .asText()
                        .replaceAll("label_values\\((.*)\\)", "$1")
                        .split(", ");
                queries.put("$" + variable.path("name").asText(), "sum by (" + values[1] + ") (" + values[0] + ")");
            }
        });
        assertThat(queries).hasSizeGreaterThan(40);
        return queries.entrySet().stream()
                .map(query -> DynamicTest.dynamicTest(query.getKey(), () -> isAnswered(query.getValue())));
    }

    private static void isAnswered(String expression) {
        PromQl query = PromQl.of(expression);
        assertThat(query.selectors()).isNotEmpty();
        Set<String> labels = new TreeSet<>();
        for (Selector selector : query.selectors()) {
            if (OF_PROMETHEUS.contains(selector.metric())) {
                continue;
            }
            assertThat(scrape.names()).contains(selector.metric());
            labels.addAll(scrape.labelsOf(selector.metric()));
            assertThat(scrape.labelsOf(selector.metric())).as(selector.metric()).containsAll(selector.labels());
            assertThat(scrape.named(selector.metric()))
                    .as("%s with %s", selector.metric(), selector.conditions())
                    .anyMatch(sample -> selector.conditions().stream().allMatch(one -> holds(one, sample)));
        }
        labels.addAll(OF_PROMETHEUS);
        assertThat(labels).containsAll(query.groupedBy());
    }

    private static boolean holds(Condition condition, Scrape.Sample sample) {
        String value = sample.labels().get(condition.label());
        String wanted = condition.value().replaceAll("\\$\\w+", ".+").replace("\\\\", "\\");
        return switch (condition.operator()) {
            case "=" -> value.equals(wanted);
            case "!=" -> !value.equals(wanted);
            case "=~" -> value.matches(wanted);
            default -> !value.matches(wanted);
        };
    }

    private static List<JsonNode> rules() {
        JsonNode groups = Tree.yaml(RULES).path("groups");
        assertThat(groups).hasSize(1);
        return groups.path(0).path("rules").findParents("alert");
    }

    @TestFactory
    Stream<DynamicTest> everyAlertIsWhole() {
        return rules().stream()
                .map(rule -> DynamicTest.dynamicTest(rule.path("alert").asText(), () -> {
                    assertThat(names(rule)).isSubsetOf("alert", "expr", "for", "labels", "annotations");
                    assertThat(rule.path("for").asText("1m")).matches(DURATION);
                    assertThat(rule.path("labels").path("severity").asText()).isIn("critical", "warning");
                    assertThat(names(rule.path("annotations")))
                            .containsExactlyInAnyOrder("summary", "description", "runbook_url");
                    PromQl query = PromQl.of(rule.path("expr").asText());
                    Set<String> left = query.groupedBy();
                    if (left.isEmpty()) {
                        left.add("instance");
                        query.selectors().forEach(one -> left.addAll(scrape.labelsOf(one.metric())));
                    }
                    rule.path("annotations").forEach(text -> TEMPLATE_LABEL
                            .matcher(text.asText())
                            .results()
                            .forEach(label -> assertThat(left).as(text.asText()).contains(label.group(1))));
                }));
    }

    private static Set<String> names(JsonNode node) {
        Set<String> names = new TreeSet<>();
        node.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
