package dev.guestbridge.broker;

import dev.guestbridge.message.Absence;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.GuestMessageReader;
import dev.guestbridge.message.ReceiptReader;
import dev.guestbridge.message.Trace;
import dev.guestbridge.message.Traces;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Enumeration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientSession.QueueQuery;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;
import org.apache.activemq.artemis.jms.client.ActiveMQSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jms.connection.CachingConnectionFactory;
import org.springframework.jms.connection.DelegatingConnectionFactory;

/** The connections to the bus, embedded or not: one for each consumer, a shared one for all that is sent. */
public final class Connections implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Connections.class);
    private static final String MEANWHILE = "Until it is back no guest's message comes in, and replies are kept in the"
            + " store, as many as reply.outbox-letters says; the bridge tries again each second and goes on by itself";

    private static final Set<String> CARRIED = Set.of("_AMQ_DUPL_ID", Trace.PARENT, Trace.STATE);
    private static final String CERTIFICATE = " (if its certificate isn't trusted, the log says so)";
    private static final int CALL_TIMEOUT_MS = 5_000;
    private static final int SILENT_MS = 10_000;
    private static final int SENDING_SESSIONS = 64;
    private static final int POSTING_MS = 3_000;
    private static final int SEEN_AHEAD_BYTES = 1 << 16;

    private static final long RETRY_MS = 50;
    private static final long FAIL_FAST_NANOS = 500_000_000;

    private final ActiveMQConnectionFactory consuming;
    private final ActiveMQConnectionFactory producing;
    private final ActiveMQConnectionFactory asking;
    private final ActiveMQConnectionFactory posting;
    private final ActiveMQConnectionFactory tending;
    private final CachingConnectionFactory sending;
    private final List<String> queues;
    private final String name;
    private final boolean tls;
    private final Postbox postbox;
    private final Absence absence;
    private final QueueTrouble queueTrouble = new QueueTrouble(this::isAway);

    /**
     * @param url an Artemis URL
     * @param username empty when the broker asks for none
     * @param queues what the bridge needs there; empty when it made them itself
     * @throws IllegalArgumentException when the URL can't be one
     */
    public Connections(String url, String username, String password, Collection<String> queues) {
        this(url, username, password, queues, Traces.uncollected(), () -> "");
    }

    /**
     * The same.
     *
     * @param traces tell of each reply's sending
     * @param held what waits for a broker that is away, in a few words for the log
     */
    public Connections(
            String url,
            String username,
            String password,
            Collection<String> queues,
            Traces traces,
            Supplier<String> held) {
        this.name = url.startsWith("vm:") ? "The embedded broker" : "The broker " + url.replaceAll("\\?[^,)]*", "");
        this.absence = new Absence(LOG, name, MEANWHILE, held, this::look);
        this.queues = List.copyOf(queues);
        this.tls = url.contains("sslEnabled=true");
        // one for each purpose: a factory lets one connection after the other be tried
        consuming = factory(url, username, password);
        producing = factory(url, username, password);
        asking = factory(url, username, password);
        sending = cached(new FailingFast(queueTrouble.seen(producing)));
        tending = factory(url, username, password);
        // the broker logs a fault when it is closed while it sends ahead letters that nobody wants to see any more
        tending.setConsumerWindowSize(SEEN_AHEAD_BYTES);
        posting = factory(url, username, password);
        FailingFast once = new FailingFast(queueTrouble.seen(posting));
        postbox = new Postbox(() -> cached(once), POSTING_MS, traces);
    }

    private static CachingConnectionFactory cached(ConnectionFactory connecting) {
        CachingConnectionFactory cached = new CachingConnectionFactory(connecting);
        cached.setSessionCacheSize(SENDING_SESSIONS);
        cached.setCacheConsumers(false);
        return cached;
    }

    private static ActiveMQConnectionFactory factory(String url, String username, String password) {
        ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url);
        if (!username.isEmpty()) {
            factory.setUser(username);
            factory.setPassword(password);
        }
        // whoever sends must hear soon that the broker can't take it, to keep the reply elsewhere
        factory.setCallTimeout(CALL_TIMEOUT_MS);
        // Artemis sleeps for so long after each try at a broker that it has known, though it tries no second time
        factory.setRetryInterval(RETRY_MS);
        if (!url.startsWith("vm:") && !url.contains("connectionTTL=")) {
            // so soon a broker gives the messages of an instance that stands still to another one
            factory.setConnectionTTL(SILENT_MS);
            factory.setClientFailureCheckPeriod(SILENT_MS / 2);
        }
        factory.setDeserializationDenyList("*");
        return factory;
    }

    /** The broker doesn't take the user, or the password. */
    public static final class UserRefused extends Exception {
        UserRefused(String message) {
            super(message);
        }
    }

    /** The broker gives no answer; the sentence says why. */
    public static final class Unreachable extends Exception {
        Unreachable(String message) {
            super(message);
        }
    }

    /** While the broker is down, one sender finds that out for all that come in the next half second. */
    private static final class FailingFast extends DelegatingConnectionFactory {
        private JMSException lastFailure;
        private long failedNanos;

        FailingFast(ConnectionFactory target) {
            setTargetConnectionFactory(target);
        }

        @Override
        public synchronized Connection createConnection() throws JMSException {
            if (lastFailure != null && System.nanoTime() - failedNanos < FAIL_FAST_NANOS) {
                throw new JMSException(lastFailure.getMessage());
            }
            try {
                Connection connection = super.createConnection();
                lastFailure = null;
                return connection;
            } catch (JMSException e) {
                lastFailure = e;
                failedNanos = System.nanoTime();
                throw e;
            }
        }
    }

    /**
     * Sends a received message on as it is, whatever kind of body it has; nothing of the body is read.
     *
     * @param headers become its properties, those that a dead letter bears and no others
     */
    public void forward(Message message, String queue, Map<String, Object> headers) throws JMSException {
        message.clearProperties();
        for (Map.Entry<String, Object> header : headers.entrySet()) {
            if (header.getKey().startsWith("dead") || CARRIED.contains(header.getKey())) {
                message.setObjectProperty(header.getKey(), header.getValue());
            }
        }
        message.setJMSCorrelationID((String) headers.get("JMSCorrelationID"));
        try (Connection connection = sending.createConnection();
                Session session = connection.createSession();
                MessageProducer producer = session.createProducer(session.createQueue(queue))) {
            producer.send(message);
        }
    }

    /** For consumers: each opens a connection of its own. */
    public ConnectionFactory consuming() {
        return queueTrouble.seen(consuming);
    }

    /** For senders: one connection, its sessions kept. */
    public CachingConnectionFactory sending() {
        return sending;
    }

    /** For replies, which somebody waits for. */
    public Postbox postbox() {
        return postbox;
    }

    /**
     * For operators; what the broker refuses them is told to them, and not to those who watch whether messages flow.
     *
     * @param longestBody how long a body may be to be read: bytes, or a text's characters
     */
    public DeadLetters deadLetters(
            Channels channels, GuestMessageReader messages, ReceiptReader receipts, int longestBody, Clock clock) {
        return new DeadLetters(tending, channels, messages, receipts, longestBody, clock);
    }

    /**
     * How many unread messages of a group lie on each of these queues; those where none does are left out.
     *
     * @throws Unreachable when the broker can't be used, or keeps one of them from the bridge's user
     */
    public Map<String, Integer> unread(String group, Collection<String> names) throws Unreachable {
        Map<String, Integer> unread = new TreeMap<>();
        String ofGroup = "JMSXGroupID = '" + group.replace("'", "''") + "'";
        for (String name : names) {
            try (Connection connection = tending.createConnection();
                    Session session = connection.createSession();
                    QueueBrowser browser = session.createBrowser(session.createQueue(name), ofGroup)) {
                connection.start();
                for (Enumeration<?> found = browser.getEnumeration(); found.hasMoreElements(); found.nextElement()) {
                    unread.merge(name, 1, Integer::sum);
                }
            } catch (JMSException e) {
                throw new Unreachable((e instanceof JMSSecurityException
                                ? "the broker refuses its user to browse " + name
                                : "the broker can't be used")
                        + ": " + e.getMessage());
            }
        }
        return unread;
    }

    /** Whether the broker says that it neither has nor will create this queue. */
    public boolean lacks(String queue) {
        try (Connection connection = asking.createConnection();
                Session session = connection.createSession()) {
            return Inspection.lacking(((ActiveMQSession) session).getCoreSession(), List.of(queue)) != null;
        } catch (JMSException | ActiveMQException | RuntimeException e) {
            return false;
        }
    }

    private void isAway(JMSException failure) {
        absence.away(sentence(failure));
    }

    private void look() {
        try {
            asking.createConnection().close();
            absence.here();
        } catch (JMSException e) {
            isAway(e);
        }
    }

    private String sentence(JMSException failure) {
        if (failure instanceof JMSSecurityException) {
            return name + " refuses broker.username or broker.password: " + failure.getMessage();
        }
        String told = String.valueOf(failure.getMessage());
        String below = failure.getCause() == null
                ? told
                : String.valueOf(failure.getCause().getMessage());
        String words = told.contains(below) ? told : told + ": " + below;
        return name + " can't be reached: " + words + (tls ? CERTIFICATE : "");
    }

    /** Why the broker can't be used; null when it can. */
    public String trouble() {
        try (Connection connection = asking.createConnection();
                Session session = connection.createSession()) {
            String lacking = Inspection.lacking(((ActiveMQSession) session).getCoreSession(), queues);
            return lacking == null ? queueTrouble.sentences() : "the broker lacks the queue " + lacking;
        } catch (JMSSecurityException e) {
            return "the broker refuses the user: " + e.getMessage();
        } catch (JMSException | ActiveMQException | RuntimeException e) {
            return "the broker can't be reached: " + e.getMessage() + (tls ? CERTIFICATE : "");
        }
    }

    /**
     * What the broker says of these queues, in the order given.
     *
     * @throws Unreachable when it says nothing
     */
    public List<QueueCount> count(Collection<String> names) throws Unreachable {
        Map<String, String> troubles = queueTrouble.byQueue();
        List<QueueCount> counts = new ArrayList<>();
        try (Connection connection = asking.createConnection();
                Session session = connection.createSession()) {
            for (String name : names) {
                QueueQuery found = ((ActiveMQSession) session).getCoreSession().queueQuery(SimpleString.of(name));
                counts.add(new QueueCount(
                        name,
                        found.isExists(),
                        found.isExists() ? found.getMessageCount() : 0,
                        found.isExists() ? found.getConsumerCount() : 0,
                        troubles.get(name)));
            }
            return counts;
        } catch (JMSException | ActiveMQException | RuntimeException e) {
            throw new Unreachable("the broker can't be reached: " + e.getMessage());
        }
    }

    /** Whether nothing lies on a queue, not even what a consumer holds; false too when the broker lacks it or doesn't say. */
    public boolean isEmpty(String queue) {
        try {
            QueueCount count = count(List.of(queue)).get(0);
            return count.exists() && count.messages() == 0;
        } catch (Unreachable e) {
            return false;
        }
    }

    /**
     * What the broker says of what is needed there; null when it can't be reached within that time.
     *
     * @throws UserRefused when it refuses the user
     */
    public Inspection inspect(Duration patience) throws UserRefused, InterruptedException {
        CompletableFuture<Inspection> found = new CompletableFuture<>();
        Thread looking = new Thread(() -> inspect(found), "broker-inspection");
        looking.setDaemon(true);
        looking.start();
        try {
            return found.get(patience.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            return null;
        } catch (ExecutionException e) {
            if (e.getCause() instanceof JMSSecurityException refused) {
                throw new UserRefused(refused.getMessage());
            }
            return null;
        }
    }

    private void inspect(CompletableFuture<Inspection> found) {
        try (Connection connection = asking.createConnection();
                Session session = connection.createSession()) {
            connection.start();
            found.complete(Inspection.of(((ActiveMQSession) session).getCoreSession(), queues));
        } catch (JMSException | ActiveMQException | RuntimeException e) {
            found.completeExceptionally(e);
        }
    }

    @Override
    public void close() {
        absence.close();
        postbox.close();
        posting.close();
        sending.destroy();
        producing.close();
        consuming.close();
        asking.close();
        tending.close();
    }
}
