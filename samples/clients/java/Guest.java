import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.JMSRuntimeException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import org.apache.qpid.jms.JmsConnectionFactory;

/**
 * A channel in one file, by JMS over AMQP 1.0: what a guest types goes to Genesys; what becomes of it, and the replies,
 * are printed. A number chooses the quick reply of that number, /typing tells that the guest is typing, /again sends the
 * last message once more. The end of the input (Ctrl-D) ends it.
 *
 * <p>It takes BUS_URL, BUS_USERNAME, BUS_PASSWORD, CHANNEL and GUEST from the environment, and needs
 * org.apache.qpid:qpid-jms-client and com.fasterxml.jackson.core:jackson-databind.
 */
public final class Guest {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final PrintStream OUT = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    private static final PrintStream ERR = new PrintStream(System.err, true, StandardCharsets.UTF_8);

    /** What was sent: its words, and whether it has come to its end. */
    private record Sent(String words, CompletableFuture<Void> end) {}

    /** The quick replies of one reply. */
    private record Offer(String replyId, List<JsonNode> choices) {}

    private final String channel;
    private final String guest;
    private final JMSContext bus;
    private final Map<String, Sent> open = new ConcurrentHashMap<>();
    private final Set<String> seen = new HashSet<>(); // ids of replies; an app finds them where it keeps its messages
    private volatile Offer offer = new Offer("", List.of());
    private ObjectNode last;

    private Guest(String channel, String guest, JMSContext bus) {
        this.channel = channel;
        this.guest = guest;
        this.bus = bus;
    }

    public static void main(String[] arguments) throws IOException {
        // a lost connection comes back by itself, and what was just being sent is sent again
        JmsConnectionFactory broker = new JmsConnectionFactory("failover:("
                + variable("BUS_URL", "amqp://127.0.0.1:61616")
                + ")?failover.maxReconnectDelay=5000&jms.sendTimeout=30000");
        boolean ended;
        try (JMSContext bus = broker.createContext(variable("BUS_USERNAME", null), variable("BUS_PASSWORD", null));
                JMSContext listening = bus.createContext(JMSContext.AUTO_ACKNOWLEDGE)) {
            bus.setExceptionListener(lost -> {
                ERR.println("the bus is lost for good: " + lost.getMessage());
                System.exit(1);
            });
            Guest guest = new Guest(variable("CHANNEL", "whatsapp"), variable("GUEST", "+4915112345678"), bus);
            guest.listen(listening, "guest.status.", guest::status);
            guest.listen(listening, "guest.out.", guest::reply);
            BufferedReader lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            for (String line; (line = lines.readLine()) != null; ) {
                guest.does(line.strip());
            }
            ended = guest.allEnded();
        } catch (JMSRuntimeException refused) { // no such user, no such queue, nobody there
            ERR.println("the bus: " + refused.getMessage());
            ended = false;
        }
        System.exit(ended ? 0 : 1);
    }

    private void does(String line) {
        List<JsonNode> choices = offer.choices();
        if (line.equals("/again")) {
            if (last != null) {
                send(last);
            }
        } else if (line.equals("/typing")) {
            send(message().put("type", "typing"));
        } else if (line.matches("[1-9]") && Integer.parseInt(line) <= choices.size()) {
            JsonNode choice = choices.get(Integer.parseInt(line) - 1);
            ObjectNode answer = message().put("type", "response").put("inReplyTo", offer.replyId());
            answer.putObject("response")
                    .put("type", "QuickReply")
                    .put("text", choice.path("text").asText())
                    .put("payload", choice.path("payload").asText());
            send(last = answer);
        } else if (!line.isEmpty()) {
            send(last = message().put("text", line));
        }
    }

    /** The id is made once per message: whoever sends it again, for whatever reason, sends it by the same. */
    private ObjectNode message() {
        ObjectNode message = JSON.createObjectNode()
                .put("id", UUID.randomUUID().toString())
                .put("sentAt", Instant.now().toString());
        message.putObject("guest").put("externalId", guest);
        return message;
    }

    private void send(ObjectNode message) {
        String id = message.path("id").asText();
        String words = message.path("text")
                .asText(message.path("response").path("text").asText("(is typing)"));
        open.put(id, new Sent(words, new CompletableFuture<>()));
        try {
            bus.createProducer() // persistent, unless told otherwise
                    .setProperty("JMSXGroupID", guest) // keeps a guest's messages in order, however many read the queue
                    .send(bus.createQueue("guest.in." + channel), message.toString());
        } catch (JMSRuntimeException e) {
            open.remove(id);
            ERR.println("perhaps not sent, /again sends it by the same id: " + e.getMessage());
        }
    }

    /** A letter is acknowledged when its reader has returned; an app writes it down in there. */
    private void listen(JMSContext bus, String queue, BiConsumer<String, JsonNode> reader) {
        bus.createConsumer(bus.createQueue(queue + channel)).setMessageListener(letter -> {
            try {
                reader.accept(letter.getJMSCorrelationID(), JSON.readTree(letter.getBody(String.class)));
            } catch (JMSException | JsonProcessingException e) {
                ERR.println("left out, for it would come again and again: " + e.getMessage());
            }
        });
    }

    private void status(String id, JsonNode status) {
        Sent sent = open.get(id);
        String state = status.path("state").asText();
        String because = status.has("class") ? " (" + status.path("class").asText() + ")" : "";
        String fate = switch (state) {
            case "waiting" -> "waits" + because;
            case "delivered" -> status.path("possibleRepeat").asBoolean() ? "delivered, perhaps twice" : "delivered";
            case "duplicate" -> "was there already";
            case "dropped" -> "came too late";
            case "dead" -> "not delivered" + because;
            default -> state;
        };
        OUT.println(fate + ": " + (sent == null ? id : sent.words()));
        if (state.equals("dead")) { // guests don't need to know why; operators do
            ERR.println(id + ": " + status.path("reason").asText() + " " + status.path("advice").asText());
        }
        if (sent != null && !state.equals("waiting")) {
            open.remove(id);
            sent.end().complete(null);
        }
    }

    /** One program reads the replies to all guests of its channel, and finds the guest's device by externalId. */
    private void reply(String correlationId, JsonNode reply) {
        if (!seen.add(reply.path("id").asText())) {
            return; // it came before
        }
        String who = reply.path("from").asText("system") + " → "
                + reply.path("guest").path("externalId").asText();
        if (reply.has("text")) {
            OUT.println(who + ": " + reply.path("text").asText());
        }
        switch (reply.path("type").asText()) {
            case "text", "structured" -> content(who, reply);
            case "typing" -> OUT.println(who + " is typing");
            case "ended" -> OUT.println("the conversation is over; the next message begins another");
            default -> {} // a receipt, or what is new
        }
    }

    private void content(String who, JsonNode reply) {
        List<JsonNode> choices = new ArrayList<>();
        for (JsonNode item : reply.path("content")) {
            if (item.has("attachment")) {
                OUT.println(who + " sent a file: " + item.path("attachment").path("url").asText());
            } else if (item.has("quickReply")) {
                choices.add(item.path("quickReply"));
                OUT.println("  " + choices.size() + " " + item.path("quickReply").path("text").asText());
            }
        }
        if (!choices.isEmpty()) {
            offer = new Offer(reply.path("id").asText(), List.copyOf(choices));
        }
    }

    /** Whether all that was sent comes to its end within half a minute; later statuses stay on their queue. */
    private boolean allEnded() {
        CompletableFuture.allOf(open.values().stream().map(Sent::end).toArray(CompletableFuture[]::new))
                .completeOnTimeout(null, 30, TimeUnit.SECONDS)
                .join();
        open.values().forEach(sent -> ERR.println("still under way: " + sent.words()));
        return open.isEmpty();
    }

    private static String variable(String name, String otherwise) {
        String value = System.getenv(name);
        return value == null || value.isEmpty() ? otherwise : value;
    }
}
