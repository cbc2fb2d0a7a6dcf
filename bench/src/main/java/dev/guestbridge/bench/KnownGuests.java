package dev.guestbridge.bench;

import dev.guestbridge.bench.Plot.Series;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Webhook;
import dev.guestbridge.store.Store;
import dev.guestbridge.store.Threads;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.HdrHistogram.Histogram;

/** Rate, look-up and memory of the bridge when it knows ever more guests. */
final class KnownGuests {

    static final int LATENCY_MS = 50;
    static final Map<String, String> SETTINGS = settings();
    private static final int WARM_UP = 5_000;
    private static final int CACHED = 100_000; // store.cached-threads as shipped
    private static final int LOOK_UPS = 20_000;
    private static final int PRIME = 7_919;
    private static final int ROUNDS_OF_THE_JIT = 5;
    private static final Duration LIMIT = Duration.ofMinutes(10);

    private final List<Integer> sizes;
    private final Duration window;
    private final Series rates = Growth.series("by known guests");
    private final Series memory = Growth.series("by known guests");

    KnownGuests(List<Integer> sizes, Duration window) {
        this.sizes = sizes;
        this.window = window;
    }

    private static Map<String, String> settings() {
        Map<String, String> settings = new HashMap<>(Candidate.LARGE);
        settings.put("GENESYS_TRANSPORT", "vertx-http");
        return settings;
    }

    Series rates() {
        return rates;
    }

    Series memory() {
        return memory;
    }

    /** What a JVM learns with use isn't to be taken for growth. */
    static void warmUp(Site site, Started bridge, String queue) {
        site.reset(LATENCY_MS, 0);
        site.load().fill(queue, WARM_UP, Load.GUESTS);
        bridge.until("warm", LIMIT, () -> site.figures().getInteger("distinct") == WARM_UP);
        bridge.until("acknowledged", LIMIT, () -> site.load().left(queue) == 0);
    }

    String table() {
        StringBuilder table = new StringBuilder(Figures.head(
                "known guests",
                "store, MiB",
                "messages/s",
                "live heap, MiB",
                "resident, MiB",
                "look-up in the store p50, p99, µs",
                "in memory p50, p99, µs",
                "bytes of memory a cached guest"));
        sizes.forEach(size -> table.append(row(size)));
        return table.toString();
    }

    private String row(int size) {
        try (Site site = new Site("growth")) {
            Path home = site.home();
            Path file = home.resolve("data/store.db");
            write(file, size);
            long mebibytes = Files.size(file) >> 20;
            List<Object> lookUps = lookUps(file, size);
            try (Started bridge = site.bridge(home, SETTINGS, Site.freePort())) {
                warmUp(site, bridge, Load.THREADS_QUEUE);
                int guests = Math.min(size, 10_000);
                int messages = (int) Math.min(20_000, 1_000 * window.toSeconds());
                Load load = site.load();
                load.hold(Load.THREADS_QUEUE);
                load.fill(Load.THREADS_QUEUE, messages, guests, size / guests);
                site.reset(LATENCY_MS, 0);
                load.release(Load.THREADS_QUEUE);
                bridge.until("all sent", LIMIT, () -> site.figures().getInteger("distinct") == messages);
                double rate = Growth.rate(site);
                long resident = bridge.residentMiB();
                if (site.figures().getInteger("openings") > 0) {
                    throw new IllegalStateException("guests weren't known");
                }
                Bench.say("%d known guests: %.0f messages/s", size, rate);
                rates.points().put(size, rate);
                memory.points().put(size, (double) resident);
                return Figures.row(
                        size,
                        mebibytes,
                        "%.0f".formatted(rate),
                        bridge.liveHeapMiB(),
                        resident,
                        lookUps.get(0),
                        lookUps.get(1),
                        lookUps.get(2));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** As the bridge has them after it has opened a thread for each. */
    private static void write(Path file, int guests) throws IOException {
        Files.createDirectories(file.getParent());
        ExecutorService tellers = Executors.newSingleThreadExecutor();
        Store.open("jdbc:sqlite:" + file, "", "", tellers).close();
        tellers.shutdown();
        String now = Instant.now().toString().replaceFirst("(\\.\\d+)?Z", ".000000000Z");
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file)) {
            connection.setAutoCommit(false);
            try (PreparedStatement row = connection.prepareStatement(
                    "INSERT INTO guest_thread (org, channel, external_id, confirmed_id, thread_id, conversation_id,"
                            + " conversation_at, opened_at, used_at) VALUES ('main', 'mobile', ?, ?, ?, ?, ?, ?, ?)")) {
                Random random = new Random(1);
                for (int guest = 0; guest < guests; guest++) {
                    row.setString(1, "guest-" + guest);
                    row.setString(2, "guest-" + guest);
                    row.setString(3, new UUID(random.nextLong(), random.nextLong()).toString());
                    row.setString(4, new UUID(random.nextLong(), random.nextLong()).toString());
                    row.setString(5, now);
                    row.setString(6, now);
                    row.setString(7, now);
                    row.executeUpdate();
                }
            }
            connection.commit();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static List<Object> lookUps(Path file, int guests) {
        Channel channel = new Channel("mobile", "external-threads", "main", "int-mobile", null);
        ExecutorService tellers = Executors.newSingleThreadExecutor();
        Store store = Store.open("jdbc:sqlite:" + file, "", "", tellers);
        try {
            for (int round = 0; round < ROUNDS_OF_THE_JIT; round++) {
                timed(new Threads(store, CACHED), channel, guests);
            }
            Threads threads = new Threads(store, CACHED);
            long before = usedBytes();
            Histogram inStore = timed(threads, channel, guests);
            Histogram inMemory = timed(threads, channel, guests);
            int cached = Math.min(guests, CACHED);
            for (int guest = 0; guest < cached; guest++) {
                threads.ifKnown(webhook(channel, "guest-" + guest));
            }
            long bytes = (usedBytes() - before) / cached;
            threads.ifKnown(webhook(channel, "guest-0")); // held until here
            return List.of(told(inStore), told(inMemory), bytes);
        } finally {
            store.close();
            tellers.shutdown();
        }
    }

    /** Each guest once, in an order in which no two neighbours of the store follow each other. */
    private static Histogram timed(Threads threads, Channel channel, int guests) {
        Histogram nanos = new Histogram(10_000_000_000L, 3);
        for (long look = 0; look < Math.min(guests, LOOK_UPS); look++) {
            Webhook webhook = webhook(channel, "guest-" + look * PRIME % guests);
            long start = System.nanoTime();
            if (threads.ifKnown(webhook) == null) {
                throw new IllegalStateException(webhook.externalId() + " isn't known");
            }
            nanos.recordValue(System.nanoTime() - start);
        }
        return nanos;
    }

    private static Webhook webhook(Channel channel, String guest) {
        return new Webhook("main", channel, "id", "", Instant.EPOCH, guest, null, "text", "digest", null, null);
    }

    private static String told(Histogram nanos) {
        return "%.1f, %.1f".formatted(nanos.getValueAtPercentile(50) / 1e3, nanos.getValueAtPercentile(99) / 1e3);
    }

    private static long usedBytes() {
        System.gc();
        System.gc();
        return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }
}
