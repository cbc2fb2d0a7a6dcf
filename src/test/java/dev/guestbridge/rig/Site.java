package dev.guestbridge.rig;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.process.BrokerProcess;
import dev.guestbridge.process.Genesys;
import dev.guestbridge.process.Installation;
import dev.guestbridge.process.Installation.Running;
import dev.guestbridge.rig.History.Heard;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Bridge, broker and simulator, each a process of its own, with the fault proxy between bridge and simulator. */
final class Site implements AutoCloseable {

    private static final Pattern METRIC = Pattern.compile("(?m)^([a-z_]+)(?:\\{.*})? ([0-9.E+-]+)$");
    /** Compiled quickly rather than well: a bridge that is killed soon spends its life starting. */
    static final String QUICK_START = "-Xmx512m -XX:TieredStopAtLevel=1";

    private static final String INTEGRATION = "int-whatsapp";

    private final Installation installation;
    private final FaultProxy proxy;
    private final Channel channel;
    private final boolean external;
    private final BrokerPair pair; // null where there is one broker
    private Running simulator;
    private Running broker;
    private Running bridge;

    private Site(String run, boolean external, boolean remembers) {
        this(run, external, remembers, null);
    }

    /** @param pairOptions of the address at which the bridge finds two brokers; null where there is one */
    private Site(String run, boolean external, boolean remembers, String pairOptions) {
        this.external = external;
        installation = new Installation("rig-" + run);
        Runtime.getRuntime().addShutdownHook(new Thread(installation::close));
        proxy = new FaultProxy(Installation.freePort(), installation.port("SIMULATOR_PORT"));
        pair = pairOptions == null ? null : new BrokerPair(installation);
        String url = pair == null ? "tcp://127.0.0.1:" + installation.port("BROKER_EMBEDDED_PORT") : pair.url();
        if (pair != null) {
            installation.with("BROKER_URL", url + pairOptions);
        } else if (external) {
            installation.with("BROKER_URL", url);
        }
        simulator = installation.simulator();
        installation.with("GENESYS_MAIN_API_URL", proxy.url());
        installation.with("GENESYS_MAIN_TOKEN_URL", proxy.url() + "/oauth/token");
        genesys().change("main", Map.of("agent", "silent", "idempotency", "recognise"));
        if (pair != null) {
            pair.start();
        } else if (external) {
            startBroker();
        }
        channel = new Channel(url, remembers);
    }

    /** The broker is a process of its own. */
    static Site withBroker(String run) {
        return new Site(run, true, true);
    }

    /** The broker lives, and dies, in the bridge. */
    static Site withEmbeddedBroker(String run) {
        return new Site(run, false, true);
    }

    /**
     * Two brokers of the Artemis distribution that share a journal.
     *
     * @param options of the bridge's address
     */
    static Site withPair(String run, String options) {
        return new Site(run, true, true, options);
    }

    /** The broker is a process of its own, and of what comes back the ends are counted, and nothing is kept. */
    static Site withCountingChannel(String run) {
        return new Site(run, true, false);
    }

    Installation installation() {
        return installation;
    }

    Genesys genesys() {
        return installation.genesys();
    }

    FaultProxy proxy() {
        return proxy;
    }

    Channel channel() {
        return channel;
    }

    BrokerPair pair() {
        return pair;
    }

    Running bridge() {
        return bridge;
    }

    /** @param java options of its JVM, in place of the launcher's */
    Site bridgeOptions(String java) {
        installation.with("GUESTBRIDGE_JAVA_OPTS", java);
        return this;
    }

    void startBridge() {
        bridge = installation.bridge();
    }

    /** The same for one that may be gone before it is ready. */
    void startBridgeToDie() {
        bridge = installation.start("run");
    }

    void killBridge() {
        bridge.kill();
    }

    /** Messages of a killed bridge whose sending had begun and whose fate wasn't written down, by a copy of its store. */
    int begun() {
        Path data = installation.home().resolve("data");
        try {
            Path copy = Files.createTempDirectory("rig-store");
            for (String name : List.of("store.db", "store.db-wal")) {
                if (Files.exists(data.resolve(name))) {
                    Files.copy(data.resolve(name), copy.resolve(name));
                }
            }
            try (Connection store = DriverManager.getConnection("jdbc:sqlite:" + copy.resolve("store.db"));
                    Statement statement = store.createStatement();
                    ResultSet row =
                            statement.executeQuery("SELECT count(*) FROM ledger WHERE state = 'open' AND starts > 0")) {
                return row.getInt(1);
            } finally {
                Installation.remove(copy);
            }
        } catch (IOException | SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void startBroker() {
        broker = installation.startJava(
                BrokerProcess.class,
                installation.home().toString(),
                installation.home().resolve("data/external").toString(),
                String.valueOf(installation.port("BROKER_EMBEDDED_PORT")));
        broker.awaitUp("up", () -> broker.stdout().contains("broker up"));
    }

    void killBroker() {
        broker.kill();
    }

    static void signal(Running running, String signal) {
        try {
            int exit = new ProcessBuilder(
                            "kill",
                            "-" + signal,
                            String.valueOf(running.process().pid()))
                    .start()
                    .waitFor();
            if (exit != 0) {
                throw new IllegalStateException("kill -" + signal + " ended with " + exit);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Waits for something that must come. */
    static void until(String what, Duration limit, BooleanSupplier condition) {
        await(what).atMost(limit).pollInterval(Duration.ofMillis(5)).until(condition::getAsBoolean);
    }

    /** Waits until every message that was sent has come to an end. */
    boolean awaitEnds(Duration limit) {
        long end = System.nanoTime() + limit.toNanos();
        while (channel.ended() < channel.sent().size()) {
            if (System.nanoTime() > end || (bridge != null && !bridge.process().isAlive())) {
                return false;
            }
            Channel.sleep(50);
        }
        return true;
    }

    /** Failed calls as the bridge counts them. */
    long failedCalls() {
        return (long) metric("genesys_guest_message_send_error_total");
    }

    private double metric(String name) {
        Matcher lines = METRIC.matcher(installation.get("/observe/metrics").body());
        double sum = 0;
        while (lines.find()) {
            sum += lines.group(1).equals(name) ? Double.parseDouble(lines.group(2)) : 0;
        }
        return sum;
    }

    /** The resident memory of a process, in MiB. */
    static long memory(Running running) {
        try {
            String status =
                    Files.readString(Path.of("/proc/" + running.process().pid() + "/status"));
            Matcher line = Pattern.compile("VmRSS:\\s+(\\d+) kB").matcher(status);
            return line.find() ? Long.parseLong(line.group(1)) / 1024 : -1;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What Genesys took of guests' messages, in its order. */
    List<Heard> heard() {
        List<Heard> heard = new ArrayList<>();
        URI journal = URI.create(installation.simulatorUrl() + "/_simulator/journal?path=/messages/");
        try (InputStream in = journal.toURL().openStream();
                JsonParser parser = Genesys.JSON.createParser(in)) {
            for (JsonToken token; (token = parser.nextToken()) != null; ) {
                if (token == JsonToken.FIELD_NAME && parser.currentName().equals("dropped")) {
                    parser.nextToken();
                    if (parser.getIntValue() > 0) {
                        throw new IllegalStateException("the simulator's journal has dropped entries");
                    }
                } else if (token == JsonToken.FIELD_NAME && parser.currentName().equals("entries")) {
                    parser.nextToken();
                    while (parser.nextToken() == JsonToken.START_OBJECT) {
                        read(parser.readValueAsTree(), heard);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return heard;
    }

    private static void read(JsonNode entry, List<Heard> heard) {
        String outcome = entry.path("outcome").asText();
        String[] path = entry.path("path").asText().split("/");
        boolean taken = outcome.equals("accepted") || outcome.equals("repeat");
        if (taken && path[path.length - 1].equals("message")) { // receipts for replies go the same way
            heard.add(new Heard(
                    entry.path("messageId").asText(),
                    entry.path("externalId").asText(),
                    path.length > 5 ? path[5] : "",
                    outcome.equals("accepted")));
        }
    }

    History.Findings findings() {
        return new History(channel.sent(), heard(), channel.told(), Set.of()).findings(INTEGRATION);
    }

    @Override
    public void close() {
        channel.close();
        installation.close();
        proxy.close();
    }
}
