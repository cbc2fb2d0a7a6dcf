package dev.guestbridge.cli;

import dev.guestbridge.Loopback;
import dev.guestbridge.Settings;
import java.net.URI;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** Sees to it that nobody on other machines is loaded by mistake. */
final class ThisMachine {

    private ThisMachine() {}

    /**
     * Looks where the broker and an organisation's keys lead.
     *
     * @throws IllegalArgumentException when it is elsewhere, or isn't known; names the key
     */
    static void demand(Settings settings, String org, ActiveMQConnectionFactory factory) {
        List<String> brokers = hosts(factory);
        if (brokers.isEmpty()) {
            throw settings.wrong("broker.url", "names no host, so it isn't known whom the load would reach");
        }
        for (String host : brokers) {
            if (!Loopback.is(host)) {
                throw settings.wrong("broker.url", notHere(host));
            }
        }
        for (String key : new String[] {"api-url", "token-url"}) {
            String url = settings.organisation(org, key);
            if (url.isEmpty()) {
                throw settings.wrong(
                        "genesys." + org + "." + key,
                        "is missing; set it as for the bridge, so that it is known whom the load would reach");
            }
            String host = host(url);
            if (!Loopback.is(host)) {
                throw settings.wrong("genesys." + org + "." + key, notHere(host));
            }
        }
    }

    private static String notHere(String host) {
        return host + " is not this machine; --yes-really loads it all the same, with real messages";
    }

    // as Artemis understood it: its addresses may hold several, and name a host in their query too
    private static List<String> hosts(ActiveMQConnectionFactory factory) {
        return Stream.ofNullable(factory.getStaticConnectors())
                .flatMap(Arrays::stream)
                .map(connector -> connector.getParams().get("host"))
                .filter(Objects::nonNull)
                .map(Object::toString)
                .toList();
    }

    private static String host(String url) {
        try {
            return String.valueOf(URI.create(url).getHost());
        } catch (IllegalArgumentException e) {
            return url;
        }
    }
}
