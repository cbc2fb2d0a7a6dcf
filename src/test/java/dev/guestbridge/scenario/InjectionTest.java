package dev.guestbridge.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.process.ForgedWebhooks;
import jakarta.jms.JMSException;
import jakarta.jms.TextMessage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.Exchange;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.DefaultExchangeHolder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Nothing that a stranger, a guest or a bus client writes decides where anything goes, and nothing of it is evaluated. */
@Timeout(180)
@ExtendWith(BridgeUnderTest.Shared.class)
final class InjectionTest {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final List<String> NAMES = List.of(
            "CamelHttpUri",
            "CamelRestHttpUri",
            "CamelHttpPath",
            "CamelHttpMethod",
            "CamelHttpQuery",
            "CamelHttpResponseCode",
            "CamelJmsDestinationName",
            "CamelJmsDestination",
            "CamelFileName",
            "CamelBeanMethodName",
            "CamelExecCommandExecutable",
            "CamelSqlQuery");
    private static final int SPELLINGS = 500;
    private static final int AT_ONCE = 20;

    private final BridgeUnderTest bridge;
    private final String run = BridgeUnderTest.unique();

    InjectionTest(BridgeUnderTest bridge) {
        this.bridge = bridge;
    }

    @BeforeEach
    void refresh() {
        bridge.refresh();
    }

    /** What can't be read is done with by workers: the next messages needn't wait for it. */
    @Test
    void garbageDoesNotHoldUpTheConsumer() {
        try (LogListener log = LogListener.shipped("text")) {
            bridge.bus().put("mobile", "garbage");
            await().atMost(PATIENCE).until(() -> log.lines().stream().anyMatch(InjectionTest::tellsOfTheDead));
            assertThat(log.lines()).filteredOn(InjectionTest::tellsOfTheDead).allMatch(line -> line.thread()
                    .startsWith("worker-"));
        }
    }

    private static boolean tellsOfTheDead(LogListener.Line line) {
        return line.logger().startsWith("dev.guestbridge.dead");
    }

    /** W18: as headers and as query parameters of a webhook. */
    @Test
    void namesInWebhooksSteerNothing() throws Exception {
        List<String> spellings = spellings();
        HttpClient http = HttpClient.newHttpClient();
        try (Listener evil = new Listener()) {
            for (int from = 0; from < SPELLINGS; from += AT_ONCE) {
                byte[] body = webhook("w-" + from + "-" + run, "hello");
                StringBuilder query = new StringBuilder("?x=y");
                HttpRequest.Builder request = HttpRequest.newBuilder();
                for (String name : spellings.subList(from, from + AT_ONCE)) {
                    request.header(name, value(name, evil));
                    query.append('&').append(name).append('=').append(value(name, evil));
                }
                request.uri(URI.create("http://127.0.0.1:" + bridge.hooks().port() + "/webhooks/main" + query))
                        .header("Content-Type", "application/json")
                        .header("X-Hub-Signature-256", Hooks.signature(body))
                        .POST(HttpRequest.BodyPublishers.ofByteArray(body));
                HttpResponse<String> answer = http.send(request.build(), HttpResponse.BodyHandlers.ofString());
                assertThat(answer.statusCode()).isEqualTo(200);
            }
            await().atMost(PATIENCE)
                    .until(() -> bridge.bus().from("guest.out.mobile").size() == SPELLINGS / AT_ONCE);
            assertThat(bridge.bus().everything()).hasSize(SPELLINGS / AT_ONCE);
            assertThat(bridge.bus().everything().toString().toLowerCase(Locale.ROOT))
                    .doesNotContain("camel");
            assertThat(evil.heard()).isEmpty();
        }
    }

    /** G28: as properties of a guest's message. */
    @Test
    void namesInPropertiesSteerNothing() throws Exception {
        List<String> spellings = spellings();
        try (Listener evil = new Listener()) {
            for (int from = 0; from < SPELLINGS; from += AT_ONCE) {
                List<String> names = spellings.subList(from, from + AT_ONCE);
                String text = guestMessage("m-" + from + "-" + run, "g-" + run, "hello");
                bridge.bus().put("mobile", context -> {
                    try {
                        TextMessage message = context.createTextMessage(text);
                        for (String name : names) {
                            message.setStringProperty(name, value(name, evil));
                        }
                        return message;
                    } catch (JMSException e) {
                        throw new IllegalStateException(e);
                    }
                });
            }
            int messages = SPELLINGS / AT_ONCE;
            await().atMost(PATIENCE).until(() -> fates("mobile").size() >= messages);
            assertThat(fates("mobile")).hasSize(messages).allSatisfy(status -> assertThat(
                            status.path("state").asText())
                    .isEqualTo("delivered"));
            Set<String> paths = new LinkedHashSet<>();
            for (JsonNode request : bridge.genesys().requests()) {
                assertThat(request.path("outcome").asText()).isEqualTo("accepted");
                assertThat(request.toString().toLowerCase(Locale.ROOT)).doesNotContain("camel");
                paths.add(request.path("method").asText() + request.path("path").asText());
            }
            assertThat(paths)
                    .as("one opening, one address for all that is said")
                    .hasSize(2);
            assertThat(bridge.bus().from("guest.dead")).isEmpty();
            assertThat(evil.heard()).isEmpty();
        }
    }

    /** Shows whether anybody made an object of its bytes. */
    private static final class Canary implements Serializable {
        private static final AtomicInteger SUNG = new AtomicInteger();

        private void readObject(ObjectInputStream bytes) throws IOException, ClassNotFoundException {
            bytes.defaultReadObject();
            SUNG.incrementAndGet();
        }
    }

    /** Checklist 11: no object of the bus is ever made of its bytes, nor one dressed up as an exchange of Camel's. */
    @Test
    void noObjectMessageIsDeserialised() throws Exception {
        Canary canary = new Canary();
        Exchange exchange = new DefaultExchange(bridge.bridge().context());
        exchange.getIn().setBody(canary);
        exchange.getIn().setHeader("canary", canary);
        exchange.setProperty("canary", canary);
        DefaultExchangeHolder holder = DefaultExchangeHolder.marshal(exchange, true, true);
        DefaultExchangeHolder.unmarshal(new DefaultExchange(exchange.getContext()), copy(holder));
        assertThat(Canary.SUNG.getAndSet(0)).as("it would sing").isPositive();

        for (Serializable gadget : List.of(canary, holder, new ArrayList<>(List.of(canary)))) {
            bridge.bus().put("whatsapp", context -> context.createObjectMessage(gadget));
            bridge.bus().report("whatsapp", context -> context.createObjectMessage(gadget));
        }
        bridge.bus().put("whatsapp", guestMessage("after-" + run, "g-" + run, "hello"));
        await().atMost(PATIENCE).until(() -> fates("whatsapp").size() == 4);
        await().atMost(PATIENCE).until(() -> bridge.bus().from("guest.dead").size() == 6);
        assertThat(bridge.bus().from("guest.dead")).allSatisfy(dead -> assertThat(
                        dead.path("properties").path("deadClass").asText())
                .isEqualTo("payload-invalid"));
        assertThat(Canary.SUNG).hasValue(0);
    }

    private static <T> T copy(T object) throws IOException, ClassNotFoundException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ObjectOutputStream writing = new ObjectOutputStream(bytes)) {
            writing.writeObject(object);
        }
        try (ObjectInputStream reading = new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
            @SuppressWarnings("unchecked")
            T read = (T) reading.readObject();
            return read;
        }
    }

    /** W20: texts that some part might evaluate pass as they are, both ways. */
    @Test
    void textsPassAsTheyAre() {
        List<String> texts = List.of(
                "${sysenv.PATH} ${env:PATH} ${bean:secrets} $simple{header.Authorization} ${{x}}",
                "{{genesys.main.client-secret}} {{env:PATH}} {{?x}} #{x} #bean:store RAW(x)",
                "a\r\nX-Evil: 1\r\n\r\nb\u2028c\u0085d",
                "\u001b[31mred\u001b[0m %n %s %d \\u0041 \\n",
                "${jndi:ldap://127.0.0.1:1/x} ${${lower:j}ndi:rmi://127.0.0.1/x}",
                "<!DOCTYPE x [<!ENTITY e SYSTEM \"file:///etc/passwd\">]>&e; ' OR 1=1; --");
        for (int i = 0; i < texts.size(); i++) {
            bridge.bus().put("whatsapp", guestMessage("t-" + i + "-" + run, "t-" + run, texts.get(i)));
            bridge.hooks().post("main", webhook("t-" + i + "-" + run, texts.get(i)), "right", java.util.Map.of());
        }
        await().atMost(PATIENCE)
                .until(() -> fates("whatsapp").size() == texts.size()
                        && bridge.bus().from("guest.out.mobile").size() == texts.size());
        assertThat(bridge.genesys().requests())
                .extracting(request -> request.path("text").asText())
                .isEqualTo(texts);
        assertThat(bridge.bus().from("guest.out.mobile"))
                .extracting(reply ->
                        Tree.json(reply.path("body").asText()).path("text").asText())
                .isEqualTo(texts);
    }

    /** Row 10 of the borders: a guest's id is data in an address, whatever it looks like. */
    @Test
    void guestsIdsChangeNoAddress() {
        List<String> ids = List.of(
                "../../admin",
                "//evil.example/x",
                "@evil.example",
                "?a=b",
                "#frag",
                "a/b",
                "%2e%2e%2f",
                "a\r\nX: y",
                "a\\b",
                ";x=y",
                "\u0000",
                "http://127.0.0.1:1/",
                "{{x}}",
                "${x}",
                " ",
                "é😀");
        for (String channel : List.of("mobile", "kiosk", "whatsapp")) {
            for (int i = 0; i < ids.size(); i++) {
                bridge.bus().put(channel, guestMessage("i-" + channel + i + "-" + run, ids.get(i) + run, "hello"));
            }
            await().atMost(PATIENCE).until(() -> fates(channel).size() == ids.size());
            assertThat(fates(channel))
                    .allSatisfy(
                            status -> assertThat(status.path("state").asText()).isIn("delivered", "dead"));
        }
        assertThat(bridge.genesys().requests()).isNotEmpty().allSatisfy(request -> assertThat(
                        request.path("rawPath").asText())
                .matches("/api/v2/conversations/[A-Za-z0-9/%._~-]+")
                .doesNotContain("/../", "//"));
        assertThat(bridge.genesys().refused()).isEmpty();
    }

    /** W5, G19: the same webhook six times at once is one reply. */
    @Test
    void aWebhookThatComesSixTimesAtOnceIsOneReply() {
        int webhooks = 20;
        HttpClient http = HttpClient.newHttpClient();
        List<CompletableFuture<HttpResponse<String>>> answers = new ArrayList<>();
        for (int i = 0; i < webhooks; i++) {
            byte[] body = webhook("six-" + i + "-" + run, "once");
            HttpRequest request = HttpRequest.newBuilder(
                            URI.create("http://127.0.0.1:" + bridge.hooks().port() + "/webhooks/main"))
                    .header("Content-Type", "application/json")
                    .header("X-Hub-Signature-256", Hooks.signature(body))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(body))
                    .build();
            for (int time = 0; time < 6; time++) {
                answers.add(http.sendAsync(request, HttpResponse.BodyHandlers.ofString()));
            }
        }
        assertThat(answers)
                .allSatisfy(answer -> assertThat(answer.join().statusCode()).isEqualTo(200));
        assertThat(bridge.hooks()
                        .post("main", webhook("last-" + run, "last"), "right", java.util.Map.of())
                        .statusCode())
                .isEqualTo(200);
        await().atMost(PATIENCE)
                .until(() -> bridge.bus().from("guest.out.mobile").toString().contains("last-" + run));
        assertThat(bridge.bus().from("guest.out.mobile")).hasSize(webhooks + 1);
    }

    /** W1, W2, G8: a small share of what the rig posts. */
    @Test
    void noForgedWebhookComesIn() throws Exception {
        URI address = URI.create("http://127.0.0.1:" + bridge.hooks().port() + "/webhooks/main");
        assertThat(new ForgedWebhooks(address, BridgeUnderTest.WEBHOOK_SECRET, 20261121).post(600))
                .containsOnlyKeys(401)
                .containsEntry(401, 600);
        assertThat(bridge.bus().everything()).isEmpty();
    }

    private List<JsonNode> fates(String channel) {
        return bridge.bus().statuses(channel).stream()
                .filter(status -> !status.path("state").asText().equals("waiting"))
                .toList();
    }

    private static String value(String name, Listener evil) {
        return name.toLowerCase(Locale.ROOT).contains("responsecode")
                ? "503"
                : name.toLowerCase(Locale.ROOT).contains("uri") ? evil.url() + "/x" : "guest.dead";
    }

    private static List<String> spellings() {
        Random random = new Random(20261121);
        Set<String> spellings = new LinkedHashSet<>(NAMES);
        spellings.addAll(List.of("cAMELRestHttpUri", "CAmelHttpUri", "CAMELHTTPURI", "cAmelHttpPath"));
        while (spellings.size() < SPELLINGS) {
            StringBuilder spelling = new StringBuilder();
            for (char letter : NAMES.get(random.nextInt(NAMES.size())).toCharArray()) {
                spelling.append(random.nextBoolean() ? Character.toUpperCase(letter) : Character.toLowerCase(letter));
            }
            spellings.add(spelling.toString());
        }
        return List.copyOf(spellings);
    }

    private static String guestMessage(String id, String guest, String text) {
        var message = Tree.JSON.createObjectNode().put("id", id).put("text", text);
        message.putObject("guest").put("externalId", guest);
        return message.toString();
    }

    private byte[] webhook(String id, String text) {
        var webhook =
                Tree.JSON.createObjectNode().put("id", id).put("type", "Text").put("text", text);
        webhook.putObject("channel").put("id", "int-mobile").putObject("to").put("id", "g-" + run);
        return webhook.toString().getBytes(StandardCharsets.UTF_8);
    }
}
