package dev.guestbridge;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The shipped {@code application.properties}: which keys there are, their defaults, and what their numbers may be. */
final class Manual {

    /** What a number may be; both ends belong to it. */
    record Range(int least, int most) {}

    /** Of an organisation, whose name and own key its groups are. */
    static final Pattern OF_AN_ORGANISATION = Pattern.compile("genesys\\.([a-z0-9][a-z0-9-]*)\\.([\\w-]+)");

    private static final Pattern KEY = Pattern.compile("#?([a-z][\\w-]*(?:\\.[\\w-]+)+) =.*");
    private static final Pattern OF_MAIN = Pattern.compile("genesys\\.main\\.([\\w-]+)");

    private static final Range PORT = new Range(1, 65_535);
    private static final Range FREE_PORT = new Range(0, 65_535);
    private static final Range DAYS = new Range(1, 3_650);
    private static final Range MOMENT_MS = new Range(10, 60_000);
    private static final Range MINUTES_MS = new Range(10, 600_000);

    private static final Map<String, Range> RANGES = Map.ofEntries(
            Map.entry("http.port", PORT),
            Map.entry("management.port", PORT),
            Map.entry("management.session-idle-minutes", new Range(1, 720)),
            Map.entry("metrics.statsd.port", PORT),
            Map.entry("tracing.sample-percent", new Range(0, 100)),
            Map.entry("broker.embedded.port", PORT),
            Map.entry("simulator.port", FREE_PORT),
            Map.entry("store.connections", new Range(3, 100)),
            Map.entry("store.connect-timeout-ms", new Range(1_000, 60_000)),
            Map.entry("store.answer-timeout-ms", new Range(1_000, 300_000)),
            Map.entry("store.lock-timeout-ms", new Range(100, 60_000)),
            Map.entry("store.cached-threads", new Range(0, 10_000_000)),
            Map.entry("store.keep-days", DAYS),
            Map.entry("store.keep-threads-days", DAYS),
            Map.entry("store.housekeeping-minutes", new Range(1, 1_440)),
            Map.entry("genesys.main.requests-per-minute", new Range(1, 1_000_000)),
            Map.entry("genesys.connect-timeout-ms", MOMENT_MS),
            Map.entry("genesys.call-timeout-ms", new Range(10, 300_000)),
            Map.entry("genesys.calls-in-flight", new Range(1, 10_000)),
            Map.entry("genesys.retry-percent", new Range(1, 100)),
            Map.entry("channel.refusals-per-minute", new Range(0, 1_000_000)),
            Map.entry("message.max-bytes", new Range(1_000, 16_777_216)),
            Map.entry("lane.window-bytes", new Range(1_024, 1_073_741_824)),
            Map.entry("status.waiting-check-ms", MOMENT_MS),
            Map.entry("typing.true-for-ms", MINUTES_MS),
            Map.entry("reply.outbox-check-ms", MINUTES_MS),
            Map.entry("reply.outbox-letters", new Range(1, 100_000_000)),
            Map.entry("own-fault.first-wait-ms", MINUTES_MS),
            Map.entry("http.connections", new Range(1, 100_000)),
            Map.entry("http.header-ms", MINUTES_MS),
            Map.entry("http.body-ms", MINUTES_MS),
            Map.entry("http.answer-ms", MINUTES_MS),
            Map.entry("http.idle-ms", MINUTES_MS),
            Map.entry("own-fault.longest-wait-ms", MINUTES_MS));

    private static final Map<String, List<String>> WORDS = Map.of(
            "log.format", List.of("text", "json"),
            "genesys.transport", List.of("http", "vertx-http"),
            "management.jmx", List.of("off", "on"),
            "reply.receipts", List.of("acknowledged", "reported", "off"));

    private final Set<String> keys = new TreeSet<>();

    Manual() {
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(open("application.properties"), StandardCharsets.UTF_8))) {
            lines.lines().map(KEY::matcher).filter(Matcher::matches).forEach(key -> keys.add(key.group(1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Every key there is; those of an organisation as those of {@code main}. */
    Set<String> keys() {
        return keys;
    }

    /** The keys of one organisation, without its name. */
    Set<String> organisationKeys() {
        return keys.stream()
                .map(OF_MAIN::matcher)
                .filter(Matcher::matches)
                .map(key -> key.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Those that another key names the file of. */
    Set<String> secrets() {
        return keys.stream().filter(key -> keys.contains(key + "-file")).collect(Collectors.toCollection(TreeSet::new));
    }

    /** Whether a key's value is a secret, of whichever organisation. */
    boolean isSecret(String key) {
        String known = asOfMain(key);
        return keys.contains(known) && keys.contains(known + "-file");
    }

    private static String asOfMain(String key) {
        Matcher organisation = OF_AN_ORGANISATION.matcher(key);
        return organisation.matches() ? "genesys.main." + organisation.group(2) : key;
    }

    /** What a key's number may be, empty when it is none; of an organisation's key as of that of {@code main}. */
    Optional<Range> range(String key) {
        return Optional.ofNullable(RANGES.get(asOfMain(key)));
    }

    /** The keys whose values are numbers. */
    Set<String> numbers() {
        return keys.stream().filter(RANGES::containsKey).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The words of which each of these keys must have one. */
    Map<String, List<String>> words() {
        return WORDS;
    }

    /** The values that a file of this jar sets, over those given. */
    static Properties shipped(String name, Properties values) {
        try (InputStream defaults = open(name)) {
            values.load(defaults);
            return values;
        } catch (IOException e) {
            throw new IllegalStateException(name + " is part of this jar", e);
        }
    }

    private static InputStream open(String name) {
        return Manual.class.getResourceAsStream("/" + name);
    }
}
