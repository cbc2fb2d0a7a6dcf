package dev.guestbridge.cli;

import dev.guestbridge.Settings;
import dev.guestbridge.broker.Connections;
import dev.guestbridge.broker.Inspection;
import dev.guestbridge.broker.Queues;
import dev.guestbridge.message.Channels;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Connects to the broker as the bridge does, and looks at its queues, their settings and its certificate. */
final class BrokerCheckup {

    private static final Finding.Subject SUBJECT = new Finding.Subject("broker", "");

    private final Settings settings;
    private final Channels channels;
    private final RunningBridge bridge;
    private final Duration patience;
    private final Clock clock;
    private final boolean embedded;
    private final String url;

    private record Place(String host, int port, boolean tls) {
        @Override
        public String toString() {
            return host + ":" + port;
        }
    }

    BrokerCheckup(Settings settings, Channels channels, RunningBridge bridge, Duration patience, Clock clock) {
        this.settings = settings;
        this.channels = channels;
        this.bridge = bridge;
        this.patience = patience;
        this.clock = clock;
        this.embedded = settings.get("broker.url").equals("embedded");
        this.url = embedded ? "tcp://127.0.0.1:" + settings.number("broker.embedded.port") : settings.get("broker.url");
    }

    List<Finding> findings() throws Exception {
        List<Finding> findings = new ArrayList<>();
        List<Place> places = places();
        List<Place> heard = places.stream().filter(this::isListening).toList();
        if (heard.isEmpty()) {
            findings.add(silent(places));
            return findings;
        }
        findings.addAll(inspected(heard));
        for (Place place : heard) {
            if (place.tls()) {
                ShownCertificate.at(place.host(), place.port())
                        .ifPresent(shown -> findings.add(shown.told(SUBJECT, "the broker " + place, clock)));
            }
        }
        String trouble = bridge.answers() ? bridge.trouble("broker") : null;
        if (trouble != null) {
            findings.add(SUBJECT.fail(
                    "the running bridge can't use its broker: " + trouble, "put that right; it goes on by itself"));
        }
        return findings;
    }

    private Finding silent(List<Place> places) {
        if (embedded && !bridge.answers()) {
            return SUBJECT.skip("the embedded broker runs within the bridge, and none runs here", "");
        }
        if (embedded) {
            return SUBJECT.fail(
                    "nobody listens on broker.embedded.port " + settings.get("broker.embedded.port")
                            + ", though a bridge runs here",
                    "run the doctor with the bridge's own configuration and variables, BROKER_EMBEDDED_PORT among them");
        }
        return SUBJECT.fail(
                "the broker can't be reached: nobody takes a connection at " + named(places),
                "start it, or check broker.url and whether a firewall lets this machine out to it; the bridge waits for it");
    }

    private List<Finding> inspected(List<Place> heard) throws Exception {
        Collection<String> queues =
                embedded ? Queues.of(channels.all(), settings.word("reply.receipts")) : Queues.required(channels.all());
        try {
            Inspection found = InTime.of(patience.multipliedBy(2), () -> {
                try (Connections connections = new Connections(
                        url, settings.get("broker.username"), settings.secret("broker.password"), queues)) {
                    return connections.inspect(patience);
                }
            });
            return found == null ? List.of(mute(heard)) : told(found, queues.size(), heard);
        } catch (Connections.UserRefused e) {
            return List.of(SUBJECT.fail(
                    "the broker refuses the user: " + e.getMessage(),
                    "check broker.username and broker.password against the broker's users"));
        } catch (TimeoutException e) {
            return List.of(mute(heard));
        }
    }

    private Finding mute(List<Place> heard) {
        if (bridge.answers() && bridge.trouble("broker") == null) {
            return SUBJECT.skip(
                    "the running bridge can use its broker " + named(heard)
                            + ", but its queues weren't all shown within " + patience.toSeconds() + " s",
                    "look again when this machine and the broker are less busy");
        }
        boolean tls = heard.stream().anyMatch(Place::tls);
        return SUBJECT.fail(
                "the broker " + named(heard) + " takes connections, but isn't heard to be an Artemis within "
                        + patience.toSeconds() + " s",
                tls
                        ? "see that its certificate is of an authority that Java knows, or name that authority in broker.url:"
                                + " ;trustStorePath=/path/ca.pem;trustStoreType=PEM"
                        : "see that the port is that of an acceptor for CORE; one with TLS wants ?sslEnabled=true");
    }

    private List<Finding> told(Inspection found, int queues, List<Place> heard) {
        List<Finding> findings = new ArrayList<>();
        for (String fault : found.faults()) {
            findings.add(SUBJECT.fail(
                    fault, "create the queue, or copy the address settings of config/broker.xml to the broker"));
        }
        for (String warning : found.warnings()) {
            findings.add(warned(warning));
        }
        if (found.faults().isEmpty()) {
            findings.add(
                    0,
                    SUBJECT.ok("the broker " + named(heard) + " answers, and has the " + queues
                            + " queues that the channels need" + (heard.get(0).tls() ? ", over TLS" : "")));
        }
        return findings;
    }

    private Finding warned(String warning) {
        if (!warning.contains("to this user")) {
            return SUBJECT.warn(
                    warning, "compare the broker's address settings with config/broker.xml, and set them the same");
        }
        return embedded
                ? SUBJECT.ok("its address settings are those of config/broker.xml")
                : SUBJECT.warn(
                        warning, "to have them looked at, give the user the permission manage on activemq.management");
    }

    private List<Place> places() {
        try (ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(url)) {
            return Arrays.stream(factory.getStaticConnectors())
                    .map(connector -> place(connector.getParams()))
                    .toList();
        } catch (RuntimeException e) {
            throw settings.wrong("broker.url", "is no Artemis address");
        }
    }

    private static Place place(Map<String, Object> parameters) {
        return new Place(
                String.valueOf(parameters.getOrDefault("host", "localhost")),
                Integer.parseInt(String.valueOf(parameters.getOrDefault("port", "61616"))),
                Boolean.parseBoolean(String.valueOf(parameters.get("sslEnabled"))));
    }

    private static String named(List<Place> places) {
        return places.stream().map(Place::toString).collect(Collectors.joining(", "));
    }

    // a name service may take long, too
    private boolean isListening(Place place) {
        try {
            return InTime.of(patience, () -> {
                try (Socket socket = new Socket()) {
                    socket.connect(new InetSocketAddress(place.host(), place.port()));
                    return true;
                }
            });
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } catch (Exception e) {
            return false;
        }
    }
}
