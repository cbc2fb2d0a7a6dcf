package dev.guestbridge.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSContext;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.ObjectMessage;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** The channels' end of the bus, over the broker's port for other processes: puts messages, takes all that leaves. */
final class Bus implements AutoCloseable {

    static final List<String> CHANNELS = List.of("mobile", "loadtest", "kiosk", "webchat", "whatsapp");
    private static final List<String> COMMON = List.of("guest.dead", "guest.unrouted");

    private final ActiveMQConnectionFactory factory;
    private final JMSContext sending;
    private final Map<String, JMSContext> taking = new LinkedHashMap<>();
    private final Map<String, List<JsonNode>> taken = new LinkedHashMap<>();

    Bus(int port, List<String> channels) {
        factory = new ActiveMQConnectionFactory("tcp://127.0.0.1:" + port);
        // of an object message nothing but a text is made an object
        factory.setDeserializationAllowList("java.lang");
        sending = factory.createContext();
        COMMON.forEach(this::take);
        for (String channel : channels) {
            take("guest.status." + channel);
            take("guest.out." + channel);
        }
    }

    /** Begins to read a queue, again if it was {@link #leave left}. */
    void take(String queue) {
        List<JsonNode> messages = Collections.synchronizedList(new ArrayList<>());
        taken.put(queue, messages);
        JMSContext context = factory.createContext();
        taking.put(queue, context);
        context.createConsumer(context.createQueue(queue)).setMessageListener(message -> messages.add(seen(message)));
    }

    /** Reads a queue no more. */
    void leave(String queue) {
        taking.remove(queue).close();
    }

    /** Puts a message on a channel's queue; gives its JMSMessageID. */
    synchronized String put(String channel, Function<JMSContext, Message> message) {
        try {
            Message made = message.apply(sending);
            sending.createProducer().send(sending.createQueue("guest.in." + channel), made);
            return made.getJMSMessageID();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Tells on a channel's receipt queue what became of a reply. */
    synchronized void report(String channel, String receipt) {
        report(channel, context -> context.createTextMessage(receipt));
    }

    synchronized void report(String channel, Function<JMSContext, Message> receipt) {
        sending.createProducer().send(sending.createQueue("guest.receipt." + channel), receipt.apply(sending));
    }

    String put(String channel, String text) {
        return put(channel, context -> context.createTextMessage(text));
    }

    /** As a bytes message. */
    String put(String channel, byte[] body) {
        return put(channel, context -> bytes(context, body));
    }

    private static BytesMessage bytes(JMSContext context, byte[] body) {
        try {
            BytesMessage message = context.createBytesMessage();
            message.writeBytes(body);
            return message;
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    /** What a queue brought since the last {@link #forget}, in order: type, body, properties, group, correlationId. */
    List<JsonNode> from(String queue) {
        List<JsonNode> messages = taken.get(queue);
        synchronized (messages) {
            return List.copyOf(messages);
        }
    }

    /** The statuses of one channel, read. */
    List<JsonNode> statuses(String channel) {
        return from("guest.status." + channel).stream()
                .map(message -> Tree.json(message.path("body").asText()))
                .toList();
    }

    /** Everything of all queues, for those who look for what shouldn't be there. */
    List<JsonNode> everything() {
        return taken.keySet().stream().flatMap(queue -> from(queue).stream()).toList();
    }

    void forget() {
        taken.values().forEach(List::clear);
    }

    private static JsonNode seen(Message message) {
        try {
            ObjectNode seen = Tree.JSON.createObjectNode();
            if (message instanceof TextMessage text) {
                seen.put("type", "text").put("body", text.getText());
            } else if (message instanceof BytesMessage bytes) {
                byte[] body = new byte[(int) bytes.getBodyLength()];
                bytes.readBytes(body);
                seen.put("type", "bytes").put("body", Base64.getEncoder().encodeToString(body));
            } else if (message instanceof MapMessage map) {
                seen.put("type", "map").put("body", map.getString("text"));
            } else if (message instanceof ObjectMessage object) {
                seen.put("type", "object").put("body", text(object));
            } else {
                seen.put("type", message.getClass().getSimpleName());
            }
            put(seen, "correlationId", message.getJMSCorrelationID());
            put(seen, "group", message.getStringProperty("JMSXGroupID"));
            seen.put("persistent", message.getJMSDeliveryMode() == jakarta.jms.DeliveryMode.PERSISTENT);
            ObjectNode properties = seen.putObject("properties");
            Enumeration<?> names = message.getPropertyNames();
            while (names.hasMoreElements()) {
                Object name = names.nextElement();
                properties.set(name.toString(), Tree.of(message.getObjectProperty(name.toString())));
            }
            return seen;
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private static String text(ObjectMessage object) {
        try {
            return object.getObject().toString();
        } catch (JMSException notAText) {
            return "an object that is no text";
        }
    }

    private static void put(ObjectNode node, String field, String value) {
        if (value != null) {
            node.put(field, value);
        }
    }

    @Override
    public void close() {
        taking.values().forEach(JMSContext::close);
        sending.close();
        factory.close();
    }
}
