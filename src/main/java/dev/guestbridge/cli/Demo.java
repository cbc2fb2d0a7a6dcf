package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guestbridge.Settings;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import jakarta.jms.JMSConsumer;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Plays the channels: puts sample messages on the bus, waits for what becomes of them, and tells it. */
final class Demo implements AutoCloseable {

    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Channels channels;
    private final String simulatorUrl;
    private final String metricsUrl;
    private final PrintStream out;
    private final ActiveMQConnectionFactory factory;
    private final JMSContext bus;
    private final boolean told;

    Demo(Settings settings, Channels channels, String simulatorUrl, PrintStream out) {
        this.channels = channels;
        this.simulatorUrl = simulatorUrl;
        this.metricsUrl = "http://127.0.0.1:" + settings.get("management.port") + "/observe/metrics";
        this.out = out;
        this.told = settings.get("reply.receipts").equals("acknowledged");
        this.factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + settings.get("broker.embedded.port"));
        this.bus = settings.get("broker.username").isEmpty()
                ? factory.createContext()
                : factory.createContext(settings.get("broker.username"), settings.secret("broker.password"));
    }

    /** Whether every message came to its end, every reply arrived, and the books balance. */
    boolean carry(Path folder) throws Exception {
        Map<Channel, List<Sample>> samples = send(folder);
        long end = System.nanoTime() + PATIENCE.toNanos();
        samples.forEach((channel, sent) -> {
            collectStatuses(channel, sent, end);
            collectReplies(channel, sent, end);
        });
        List<Sample> all =
                new ArrayList<>(samples.values().stream().flatMap(List::stream).toList());
        int deadLetters = collectDeadLetters(all);
        samples.forEach(this::print);
        boolean cured = cure(all);
        return balance(all, deadLetters) && cured;
    }

    private boolean cure(List<Sample> all) throws Exception {
        out.printf("%nrefusals, and what became of the message that met them%n");
        control("PATCH", "/organisations/main", Map.of("idempotency", "recognise"));
        boolean cured = true;
        for (Trouble trouble : Trouble.all()) {
            Channel channel = channels.named(trouble.channel());
            if (channel == null) {
                continue; // the operator took it out
            }
            cured &= cure(trouble, channel, all);
        }
        return cured;
    }

    private boolean cure(Trouble trouble, Channel channel, List<Sample> all) throws Exception {
        String conversation = all.stream()
                .filter(sample -> sample.guest().equals(trouble.guest()) && sample.is("delivered"))
                .map(sample -> sample.status().path("conversationId").asText())
                .reduce("", (earlier, later) -> later);
        control(trouble.before(), conversation);
        if (trouble.errorClass().equals("credentials-invalid")) {
            control("POST", "/tokens/revoke", Map.of("org", "main"));
        }
        JsonNode message = JSON.createObjectNode()
                .put("id", "cure-" + trouble.errorClass())
                .put("text", trouble.told())
                .set("guest", JSON.createObjectNode().put("externalId", trouble.guest()));
        bus.createProducer().send(bus.createQueue(channel.inQueue()), message.toString());
        Sample sample = new Sample(channel, message);
        all.add(sample);
        long end = System.nanoTime() + PATIENCE.toNanos();
        Set<String> met = new TreeSet<>();
        try (JMSConsumer statuses = bus.createConsumer(bus.createQueue(channel.statusQueue()))) {
            while (sample.status() == null) {
                JsonNode status = next(statuses, end);
                if (status == null) {
                    break;
                }
                if (!status.path("state").asText().equals("waiting")) {
                    sample.comesTo(status);
                } else if (met.add(status.path("class").asText())
                        && status.path("class").asText().equals(trouble.errorClass())
                        && trouble.after() != null) {
                    control(trouble.after(), conversation);
                }
            }
        }
        control("PATCH", "/organisations/main", Map.of("propagationMs", 0));
        collectReplies(channel, List.of(sample), end);
        out.printf("  %-20s %-9s %s → %s%n", trouble.errorClass(), channel.name(), trouble.told(), fate(sample));
        return sample.is("delivered") && metrics().contains("class=\"" + trouble.errorClass() + "\"");
    }

    private String metrics() throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(metricsUrl)).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
    }

    private void control(String method, String path, Map<String, Object> body)
            throws IOException, InterruptedException {
        control(new Trouble.Control(method, path, body), "");
    }

    private void control(Trouble.Control call, String conversation) throws IOException, InterruptedException {
        String body = JSON.writeValueAsString(call.body()).replace("<conversation>", conversation);
        HttpRequest request = HttpRequest.newBuilder(URI.create(simulatorUrl + "/_simulator" + call.path()))
                .method(call.method(), HttpRequest.BodyPublishers.ofString(body))
                .header("Content-Type", "application/json")
                .build();
        HttpResponse<String> answer = HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
        if (answer.statusCode() > 299) {
            throw new IllegalStateException("simulator: " + call.path() + ": " + answer.body());
        }
    }

    private Map<Channel, List<Sample>> send(Path folder) throws IOException {
        Map<Channel, List<Sample>> samples = new LinkedHashMap<>();
        for (Channel channel : channels.all()) {
            Path file = folder.resolve(channel.name() + ".jsonl");
            if (!Files.exists(file)) {
                continue;
            }
            List<Sample> sent = new ArrayList<>();
            for (String line : Files.readAllLines(file)) {
                bus.createProducer().send(bus.createQueue(channel.inQueue()), line);
                sent.add(new Sample(channel, JSON.readTree(line)));
            }
            samples.put(channel, sent);
        }
        return samples;
    }

    private void collectStatuses(Channel channel, List<Sample> sent, long end) {
        try (JMSConsumer statuses = bus.createConsumer(bus.createQueue(channel.statusQueue()))) {
            long open = sent.size();
            while (open > 0) {
                JsonNode status = next(statuses, end);
                if (status == null) {
                    return;
                }
                if (status.path("state").asText().equals("waiting")) {
                    continue;
                }
                sent.stream()
                        .filter(sample -> sample.status() == null
                                && sample.id().equals(status.path("id").asText()))
                        .findFirst()
                        .ifPresent(sample -> sample.comesTo(status));
                open--;
            }
        }
    }

    private void collectReplies(Channel channel, List<Sample> sent, long end) {
        try (JMSConsumer replies = bus.createConsumer(bus.createQueue(channel.outQueue()))) {
            long open = sent.stream().filter(Sample::expectsReply).count();
            while (open > 0) {
                JsonNode reply = next(replies, end);
                if (reply == null) {
                    return;
                }
                String guest = reply.path("guest").path("externalId").asText();
                sent.stream()
                        .filter(sample -> sample.expectsReply()
                                && sample.reply() == null
                                && sample.guest().equals(guest))
                        .findFirst()
                        .ifPresent(sample -> sample.isAnswered(reply));
                open--;
            }
        }
    }

    private int collectDeadLetters(List<Sample> all) throws JMSException {
        int count = 0;
        try (JMSConsumer dead = bus.createConsumer(bus.createQueue("guest.dead"))) {
            for (Message letter; (letter = dead.receive(500)) != null; count++) {
                String id = letter.getJMSCorrelationID();
                String reason = letter.getStringProperty("deadClass") + ": " + letter.getStringProperty("deadReason");
                all.stream()
                        .filter(sample -> sample.is("dead")
                                && sample.status().path("id").asText().equals(id))
                        .findFirst()
                        .ifPresent(sample -> sample.isDead(reason));
            }
        }
        return count;
    }

    private static JsonNode next(JMSConsumer consumer, long end) {
        long left = Math.max(1, (end - System.nanoTime()) / 1_000_000);
        try {
            return consumer.receive(left) instanceof TextMessage text ? JSON.readTree(text.getText()) : null;
        } catch (JMSException | IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private void print(Channel channel, List<Sample> sent) {
        out.printf("%n%s  (dialect %s)%n", channel.name(), channel.dialect());
        for (Sample sample : sent) {
            out.printf("  %-8s %s: %s%n", sample.id(), name(sample), said(sample));
            out.printf("           %s → %s%n", channel.inQueue(), fate(sample));
            if (sample.reply() != null) {
                out.printf(
                        "           %s ← %s%n",
                        channel.outQueue(), sample.reply().path("text").asText());
            }
        }
    }

    private static String name(Sample sample) {
        return sample.message().path("guest").path("name").asText(sample.guest());
    }

    private static String said(Sample sample) {
        if (sample.typing()) {
            return "(is typing)";
        }
        JsonNode chosen = sample.message().path("response").path("text");
        if (chosen.isTextual()) {
            return "(chooses) " + chosen.asText();
        }
        String text = sample.message().path("text").asText("(no text)");
        int files = sample.message().path("attachments").size();
        return files == 0 ? text : text + " [" + files + " attachment]";
    }

    private static String fate(Sample sample) {
        if (sample.status() == null) {
            return "no status arrived";
        }
        return switch (sample.status().path("state").asText()) {
            case "delivered" ->
                "delivered as " + sample.status().path("genesysId").asText("(no id)") + ", attempts "
                        + sample.status().path("attempts").asInt();
            case "dead" -> "guest.dead, " + sample.deadReason();
            default -> sample.status().path("state").asText() + ", nothing sent";
        };
    }

    private boolean balance(List<Sample> all, int deadLetters) throws IOException, InterruptedException {
        long delivered = all.stream().filter(sample -> sample.is("delivered")).count();
        long dead = all.stream().filter(sample -> sample.is("dead")).count();
        long duplicate = all.stream().filter(sample -> sample.is("duplicate")).count();
        long dropped = all.stream().filter(sample -> sample.is("dropped")).count();
        long expected = all.stream().filter(Sample::expectsReply).count();
        long replies = all.stream().filter(sample -> sample.reply() != null).count();
        long receiptsExpected = all.stream()
                .filter(sample -> sample.reply() != null && sample.channel().takesReceipts() && told)
                .count();
        long receipts = receipts(receiptsExpected);
        long accepted = journal(entry -> !isReceipt(entry));
        boolean balanced = !all.isEmpty()
                && all.size() == delivered + dead + duplicate + dropped
                && dead == deadLetters
                && replies == expected
                && receipts == receiptsExpected
                && accepted == delivered;
        out.printf("%nledger%n");
        out.printf(
                "  in %d = delivered %d + dead %d + duplicate %d + dropped %d%n",
                all.size(), delivered, dead, duplicate, dropped);
        out.printf("  replies expected %d, received %d%n", expected, replies);
        out.printf("  receipts to agents expected %d, accepted %d%n", receiptsExpected, receipts);
        out.printf("  accepted by Genesys %d, on guest.dead %d%n", accepted, deadLetters);
        out.printf("  %s%n", balanced ? "the books balance" : "THE BOOKS DON'T BALANCE");
        return balanced;
    }

    /** The receipts that Genesys has, when there are so many, or when patience is at its end. */
    private long receipts(long expected) throws IOException, InterruptedException {
        long end = System.nanoTime() + PATIENCE.toNanos();
        long receipts;
        while ((receipts = journal(Demo::isReceipt)) < expected && System.nanoTime() < end) {
            TimeUnit.MILLISECONDS.sleep(50);
        }
        return receipts;
    }

    private static boolean isReceipt(JsonNode entry) {
        return entry.path("path").asText().endsWith("/inbound/open/receipt");
    }

    private static boolean isOfAGuest(JsonNode entry) {
        return entry.has("text") || entry.path("path").asText().endsWith("/inbound/open/event");
    }

    private long journal(Predicate<JsonNode> wanted) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(URI.create(simulatorUrl + "/_simulator/journal"))
                .build();
        String journal = HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .body();
        long accepted = 0;
        for (JsonNode entry : JSON.readTree(journal).path("entries")) {
            if (entry.path("outcome").asText().equals("accepted")
                    && (isReceipt(entry) || isOfAGuest(entry))
                    && wanted.test(entry)) {
                accepted++;
            }
        }
        return accepted;
    }

    @Override
    public void close() {
        bus.close();
        factory.close();
    }
}
