package dev.guestbridge.bench;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * One way to carry guest messages from the bus to Genesys.
 *
 * @param ordered whether it promises each guest's order
 * @param tellsStatus whether it tells the channel what became of each message
 */
record Candidate(String name, boolean ordered, boolean tellsStatus, Function<Site, Started> start) {

    static final String VERTX = "vertx";
    static final String NAIVE = "naive camel";
    static final String JDK = "jdk client";
    static final int IN_FLIGHT = Integer.getInteger("bench.in-flight", 512);
    private static final String ONLY = System.getProperty("bench.only", ".*");

    /** What an operator of a large organisation sets. */
    static final Map<String, String> LARGE =
            Map.of("GENESYS_MAIN_REQUESTS_PER_MINUTE", "1000000", "GENESYS_CALLS_IN_FLIGHT", String.valueOf(IN_FLIGHT));

    static List<Candidate> all() {
        List<Candidate> all = bridges(LARGE);
        all.add(plain(NAIVE, false, NaiveCamel.class));
        all.add(plain(JDK, true, JdkClient.class));
        all.add(plain("genesys sdk", false, GenesysSdk.class));
        all.add(plain(VERTX, true, VertxClient.class));
        all.removeIf(candidate -> !candidate.isAsked());
        return all;
    }

    boolean isAsked() {
        return name.matches(ONLY);
    }

    static Candidate named(String name) {
        return all().stream().filter(one -> one.name().equals(name)).findFirst().orElseThrow();
    }

    /** The bridge with each transport. */
    static List<Candidate> bridges(Map<String, String> settings) {
        return new ArrayList<>(List.of(bridge("http", settings), bridge("vertx-http", settings)));
    }

    /** The bridge with its default transport. */
    static Candidate bridge(Map<String, String> settings) {
        return bridges(settings).get(0);
    }

    /** Two bridges on one queue and one PostgreSQL; without message groups, so no guest has an order. */
    static Candidate twoBridges(Map<String, String> settings, String store) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("STORE_URL", store);
        return new Candidate("two bridges, shared", false, true, site -> {
            site.bridge(environment, Site.freePort());
            return site.bridge(environment, Site.freePort());
        });
    }

    private static Candidate bridge(String transport, Map<String, String> settings) {
        Map<String, String> environment = new HashMap<>(settings);
        environment.put("GENESYS_TRANSPORT", transport);
        return new Candidate("bridge " + transport, true, true, site -> site.bridge(environment, Site.freePort()));
    }

    private static Candidate plain(String name, boolean ordered, Class<?> main) {
        return new Candidate(name, ordered, false, site -> {
            Started started = site.java(main, List.of(site.brokerUrl(), site.apiUrl(), String.valueOf(IN_FLIGHT)));
            started.awaitUp();
            return started;
        });
    }
}
