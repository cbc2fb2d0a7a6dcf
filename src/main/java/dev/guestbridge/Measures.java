package dev.guestbridge;

import dev.guestbridge.broker.Connections;
import dev.guestbridge.broker.QueueWatch;
import dev.guestbridge.broker.Queues;
import dev.guestbridge.console.Gauges;
import dev.guestbridge.genesys.Budgets;
import dev.guestbridge.genesys.Organisations;
import dev.guestbridge.genesys.Tokens;
import dev.guestbridge.lane.Bulkhead;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Meters;
import dev.guestbridge.store.Outbox;
import dev.guestbridge.store.Store;
import io.micrometer.core.instrument.Clock;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.core.instrument.distribution.DistributionStatisticConfig;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.micrometer.statsd.StatsdConfig;
import io.micrometer.statsd.StatsdFlavor;
import io.micrometer.statsd.StatsdMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.apache.camel.spi.Registry;

/** What is measured, and where it goes: Prometheus, and DogStatsD where it is configured. */
final class Measures implements AutoCloseable {

    private static final Duration QUEUES_ASKED = Duration.ofSeconds(10);
    private static final double[] BUCKETS = Stream.of(25, 50, 100, 200, 400, 800, 1_500, 3_000, 5_000, 10_000, 15_000)
            .mapToDouble(millis -> millis * 1e6)
            .toArray();

    private final Settings settings;
    private final PrometheusMeterRegistry prometheus = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final CompositeMeterRegistry all = new CompositeMeterRegistry();
    private final Meters meters = new Meters(all);
    private final Gauges gauges = new Gauges(meters, java.time.Clock.systemUTC());
    private QueueWatch watch;

    Measures(Settings settings) {
        this.settings = settings;
        all.config().meterFilter(MeterFilter.denyNameStartsWith("jvm.gc.concurrent")); // of one collector alone
        prometheus.config().meterFilter(buckets());
        all.add(prometheus);
        String host = settings.get("metrics.statsd.host");
        if (!host.isEmpty()) {
            int port = settings.number("metrics.statsd.port");
            all.add(new StatsdMeterRegistry(dogStatsd(host, port), Clock.SYSTEM));
        }
    }

    /** What Prometheus gets. */
    PrometheusMeterRegistry prometheus() {
        return prometheus;
    }

    /** What the parts count with. */
    Meters meters() {
        return meters;
    }

    /**
     * Looks at the parts from now on at each scrape.
     *
     * @param beans those that the routes call, all of them started
     */
    void open(Registry beans, String camelVersion) {
        Channels channels = bean(beans, "channels", Channels.class);
        Connections connections = bean(beans, "connections", Connections.class);
        Lanes lanes = bean(beans, "lanes", Lanes.class);
        Tokens tokens = bean(beans, "tokens", Tokens.class);
        Budgets budgets = bean(beans, "budgets", Budgets.class);
        List<String> queues = Queues.of(channels.all(), settings.word("reply.receipts"));
        watch = new QueueWatch(connections, queues, QUEUES_ASKED);
        gauges.ofTheProcess(camelVersion);
        channels.all().forEach(channel -> gauges.of(channel, lanes));
        bean(beans, "organisations", Organisations.class).all().forEach(one -> gauges.of(one, tokens, budgets));
        gauges.of(bean(beans, "bulkhead", Bulkhead.class));
        gauges.of(bean(beans, "store", Store.class));
        gauges.of(bean(beans, "outbox", Outbox.class), settings.number("reply.outbox-letters"));
        gauges.of(watch);
        queues.forEach(queue -> gauges.ofQueue(queue, watch));
        Queues.replies(channels.all()).forEach(queue -> gauges.ofReplies(queue, connections.postbox()));
    }

    private static <T> T bean(Registry beans, String name, Class<T> type) {
        return beans.lookupByNameAndType(name, type);
    }

    // a DogStatsD agent makes its own of the times that it is sent
    private static MeterFilter buckets() {
        return new MeterFilter() {
            @Override
            public DistributionStatisticConfig configure(Meter.Id id, DistributionStatisticConfig config) {
                return id.getName().equals("genesys.guest.message.send")
                        ? DistributionStatisticConfig.builder()
                                .serviceLevelObjectives(BUCKETS)
                                .build()
                                .merge(config)
                        : config;
            }
        };
    }

    private static StatsdConfig dogStatsd(String host, int port) {
        return key -> switch (key) {
            case "statsd.flavor" -> StatsdFlavor.DATADOG.name();
            case "statsd.host" -> host;
            case "statsd.port" -> String.valueOf(port);
            default -> null;
        };
    }

    @Override
    public void close() {
        if (watch != null) {
            watch.close();
        }
        gauges.close();
        all.close();
    }
}
