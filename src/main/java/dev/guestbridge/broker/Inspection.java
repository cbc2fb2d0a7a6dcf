package dev.guestbridge.broker;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientRequestor;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSession.QueueQuery;
import org.apache.activemq.artemis.api.core.management.AddressSettingsInfo;
import org.apache.activemq.artemis.api.core.management.ManagementHelper;

/**
 * What a broker that isn't ours would do to messages: queues that it lacks, and settings by which it loses some or breaks
 * their order. Queues are seen by any user; address settings only by one with the permission {@code manage}.
 */
public final class Inspection {

    private static final String MANAGEMENT = "activemq.management";
    private static final int ANSWER_MS = 2_000;
    private static final int NAMED = 3;

    private final Map<String, List<String>> faults = new TreeMap<>();
    private final Map<String, List<String>> warnings = new TreeMap<>();

    private Inspection() {}

    /** Looks at these queues and their addresses. */
    static Inspection of(ClientSession session, Collection<String> queues) throws ActiveMQException {
        Inspection found = new Inspection();
        for (String queue : queues) {
            found.look(queue, session.queueQuery(SimpleString.of(queue)));
        }
        found.lookAtSettings(session, queues);
        return found;
    }

    /** The first of the queues that the broker neither has nor will create; null when there is none. */
    static String lacking(ClientSession session, Collection<String> queues) throws ActiveMQException {
        for (String queue : queues) {
            QueueQuery answer = session.queueQuery(SimpleString.of(queue));
            if (!answer.isExists() && !answer.isAutoCreateQueues()) {
                return queue;
            }
        }
        return null;
    }

    /** What nobody should start with, in sentences that name the queues. */
    public List<String> faults() {
        return sentences(faults);
    }

    /** What should be seen, in sentences that name the queues. */
    public List<String> warnings() {
        return sentences(warnings);
    }

    private void look(String name, QueueQuery queue) {
        if (!queue.isExists()) {
            if (queue.isAutoCreateQueues()) {
                warn(name, "the broker will create a queue by itself, as it would for a name that is misspelt");
            } else {
                fault(name, "the broker lacks a queue, anycast and durable");
            }
            return;
        }
        when(queue.getRoutingType() == RoutingType.MULTICAST, name, "the queue is multicast, not anycast");
        when(!queue.isDurable(), name, "the queue isn't durable: it forgets its messages when the broker stops");
        when(
                queue.isPurgeOnNoConsumers(),
                name,
                "the queue drops its messages when nobody reads (purge-on-no-consumers)");
        when(
                Boolean.TRUE.equals(queue.isLastValue()),
                name,
                "the queue keeps only the newest message of a key (last-value)");
        when(Boolean.TRUE.equals(queue.isNonDestructive()), name, "the queue keeps what was read (non-destructive)");
        when(
                Objects.requireNonNullElse(queue.getRingSize(), -1L) > 0,
                name,
                "the queue drops its oldest messages (ring-size)");
        when(queue.getFilterString() != null, name, "the queue drops messages that don't fit its filter");
    }

    // without the permission 'manage' the broker refuses, or doesn't answer
    private void lookAtSettings(ClientSession session, Collection<String> queues) {
        try {
            // one for all questions, and it ends with the session: it makes a queue, which the broker logs two warnings
            // about
            ClientRequestor management = new ClientRequestor(session, MANAGEMENT);
            for (String queue : queues) {
                look(queue, settings(session, management, queue));
            }
        } catch (Exception e) {
            warn("", "the broker doesn't show its address settings to this user; compare them with config/broker.xml");
        }
    }

    private static AddressSettingsInfo settings(ClientSession session, ClientRequestor management, String queue)
            throws Exception {
        ClientMessage question = session.createMessage(false);
        ManagementHelper.putOperationInvocation(question, "broker", "getAddressSettingsAsJSON", queue);
        ClientMessage answer = management.request(question, ANSWER_MS);
        if (answer == null || !ManagementHelper.hasOperationSucceeded(answer)) {
            throw new ActiveMQException("no address settings of " + queue);
        }
        return AddressSettingsInfo.fromJSON((String) ManagementHelper.getResult(answer, String.class));
    }

    private void look(String name, AddressSettingsInfo settings) {
        boolean givesUp = settings.getMaxDeliveryAttempts() > 0;
        boolean hasDeadLetters = isSet(settings.getDeadLetterAddress());
        boolean expires = settings.getExpiryDelay() > 0 || settings.getMaxExpiryDelay() > 0;
        when(
                "DROP".equals(settings.getAddressFullMessagePolicy()),
                name,
                "the broker drops messages when an address is full (address-full-policy DROP)");
        when(
                givesUp && !hasDeadLetters,
                name,
                "the broker deletes a message after so many deliveries (max-delivery-attempts without a"
                        + " dead-letter-address)");
        when(
                settings.getRedeliveryDelay() > 0,
                name,
                "the broker breaks a guest's order by delaying a message that comes again (redelivery-delay)");
        when(
                expires && !isSet(settings.getExpiryAddress()),
                name,
                "the broker deletes messages that are old (expiry-delay without an expiry-address)");
        if (givesUp && hasDeadLetters) {
            warn(
                    name,
                    "the broker puts a message aside after so many deliveries, past the bridge (max-delivery-attempts;"
                            + " -1 is right)");
        }
        if ("FAIL".equals(settings.getAddressFullMessagePolicy())) {
            warn(name, "the broker refuses messages when an address is full (address-full-policy FAIL; PAGE is right)");
        }
        if ("BLOCK".equals(settings.getAddressFullMessagePolicy())) {
            warn(
                    name,
                    "the broker lets whoever sends wait without end when an address is full, so that one queue which"
                            + " nobody reads stops all channels (address-full-policy BLOCK; PAGE is right)");
        }
    }

    private static boolean isSet(String address) {
        return address != null && !address.isEmpty();
    }

    private void when(boolean holds, String queue, String sentence) {
        if (holds) {
            fault(queue, sentence);
        }
    }

    private void fault(String queue, String sentence) {
        faults.computeIfAbsent(sentence, none -> new ArrayList<>()).add(queue);
    }

    private void warn(String queue, String sentence) {
        warnings.computeIfAbsent(sentence, none -> new ArrayList<>()).add(queue);
    }

    private static List<String> sentences(Map<String, List<String>> found) {
        return found.entrySet().stream()
                .map(entry -> sentence(entry.getKey(), entry.getValue()))
                .toList();
    }

    private static String sentence(String said, List<String> queues) {
        if (queues.contains("")) {
            return said;
        }
        String named = String.join(", ", queues.subList(0, Math.min(NAMED, queues.size())));
        return said + ": " + named + (queues.size() > NAMED ? " and " + (queues.size() - NAMED) + " more" : "");
    }
}
