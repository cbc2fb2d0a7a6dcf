package dev.guestbridge.broker;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Json;
import dev.guestbridge.message.Trace;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.message.impl.CoreMessage;
import org.apache.activemq.artemis.core.persistence.OperationContext;
import org.apache.activemq.artemis.core.persistence.StorageManager;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.impl.AckReason;
import org.apache.activemq.artemis.core.server.plugin.ActiveMQServerMessagePlugin;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.TransactionOperationAbstract;
import org.apache.activemq.artemis.utils.UUIDGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Sees when a channel has taken a reply off its queue, and puts the receipt for it on the channel's receipt queue. */
final class TakenReplies implements ActiveMQServerMessagePlugin {

    private static final Logger LOG = LoggerFactory.getLogger(TakenReplies.class);
    private static final Set<String> SHOWN_TO_GUESTS = Set.of("text", "structured");
    private static final String MADE_UP = "sha256 "; // the id of a reply that Genesys gave none

    private final Map<String, Channel> byOutQueue;
    private ActiveMQServer server;
    private Executor executor;
    private OperationContext journal;

    TakenReplies(Collection<Channel> channels) {
        byOutQueue = channels.stream()
                .filter(Channel::takesReceipts)
                .collect(Collectors.toMap(Channel::outQueue, Function.identity()));
    }

    @Override
    public void registered(ActiveMQServer broker) {
        server = broker;
    }

    @Override
    public void messageAcknowledged(
            Transaction transaction, MessageReference reply, AckReason reason, ServerConsumer consumer) {
        Channel channel = byOutQueue.get(reply.getQueue().getName().toString());
        if (channel == null || consumer == null || reason != AckReason.NORMAL) {
            return;
        }
        JsonNode receipt = receipt(reply.getMessage()); // now: of a long reply nothing is left when it is gone
        if (receipt == null) {
            return;
        }
        Map<String, Object> belonging = belonging(reply.getMessage());
        // by another thread: the channel's acknowledgement neither waits for the receipt nor fails with it
        Runnable telling = () -> inOrder().execute(() -> tell(channel, receipt, belonging));
        if (transaction == null) {
            telling.run();
        } else {
            transaction.addOperation(new TransactionOperationAbstract() {
                @Override
                public void afterCommit(Transaction committed) {
                    telling.run();
                }
            });
        }
    }

    private synchronized Executor inOrder() {
        if (executor == null) { // not before the first reply: a broker that starts has none yet
            executor = server.getExecutorFactory().getExecutor();
            journal = server.getStorageManager().newContext(executor);
        }
        return executor;
    }

    /** By what the receipt is a part of its reply's trace. */
    private static Map<String, Object> belonging(Message reply) {
        Map<String, Object> belonging = new HashMap<>();
        for (String name : List.of(Trace.ID, Trace.PARENT, Trace.STATE)) {
            if (reply.getObjectProperty(SimpleString.of(name)) instanceof SimpleString value) {
                belonging.put(name, value.toString());
            }
        }
        return belonging;
    }

    private void tell(Channel channel, JsonNode receipt, Map<String, Object> belonging) {
        StorageManager storage = server.getStorageManager();
        try {
            storage.setContext(journal); // what is written in one context is queued in its order
            server.getPostOffice().route(message(channel, receipt, belonging), false);
        } catch (Exception e) { // the reply itself has arrived
            Trace.of(belonging.get(Trace.ID))
                    .logging(() -> LOG.warn(
                            "channel {}: no receipt for a reply that was taken: {}", channel.name(), e.toString()));
        } finally {
            storage.clearContext();
        }
    }

    /** The receipt for a reply; null for what guests don't see, and for what is no reply of ours. */
    private static JsonNode receipt(Message taken) {
        JsonNode reply;
        try {
            reply = Json.read(text(taken.toCore()));
        } catch (Json.Unreadable | RuntimeException notOurs) {
            return null;
        }
        String id = reply.path("id").asText();
        if (!SHOWN_TO_GUESTS.contains(reply.path("type").asText()) || id.startsWith(MADE_UP)) {
            return null;
        }
        ObjectNode receipt = JsonNodeFactory.instance.objectNode().put("id", id);
        receipt.putObject("guest").set("externalId", reply.path("guest").path("externalId"));
        return receipt.put("status", "delivered");
    }

    private static String text(ICoreMessage message) {
        SimpleString text = message.getReadOnlyBodyBuffer().readNullableSimpleString();
        return text == null ? "" : text.toString();
    }

    private Message message(Channel channel, JsonNode receipt, Map<String, Object> belonging) {
        CoreMessage message = new CoreMessage(server.getStorageManager().generateID(), 512);
        message.setAddress(channel.receiptQueue());
        message.setRoutingType(RoutingType.ANYCAST);
        message.setType(Message.TEXT_TYPE);
        message.setDurable(true);
        message.setTimestamp(System.currentTimeMillis());
        message.setUserID(UUIDGenerator.getInstance().generateUUID());
        belonging.forEach((name, value) -> message.putStringProperty(name, value.toString()));
        // a reply that was taken twice is told once
        message.putStringProperty(
                Message.HDR_DUPLICATE_DETECTION_ID,
                SimpleString.of(
                        "receipt " + channel.name() + " " + receipt.path("id").asText()));
        message.getBodyBuffer().writeNullableSimpleString(SimpleString.of(Json.write(receipt)));
        return message;
    }
}
