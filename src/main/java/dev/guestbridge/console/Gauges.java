package dev.guestbridge.console;

import dev.guestbridge.broker.Postbox;
import dev.guestbridge.broker.QueueCount;
import dev.guestbridge.broker.QueueWatch;
import dev.guestbridge.genesys.Budgets;
import dev.guestbridge.genesys.Organisation;
import dev.guestbridge.genesys.Tokens;
import dev.guestbridge.lane.Bulkhead;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Meters;
import dev.guestbridge.store.Outbox;
import dev.guestbridge.store.Store;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.binder.MeterBinder;
import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.ToDoubleFunction;
import java.util.stream.Stream;

/**
 * What the parts are asked for at each scrape: all that can be known without counting message by message. Nothing here waits.
 * The names are those of {@code docs/metrics.md}, and what is counted where it happens stands there too.
 */
public final class Gauges implements AutoCloseable {

    private static final String SECONDS = "seconds";

    private final MeterRegistry registry;
    private final Clock clock;
    private final JvmGcMetrics collections = new JvmGcMetrics();

    public Gauges(Meters meters, Clock clock) {
        this.registry = meters.registry();
        this.clock = clock;
    }

    /** This program, and the machine that it runs on. */
    public void ofTheProcess(String camelVersion) {
        String version = Gauges.class.getPackage().getImplementationVersion();
        Tags build = Tags.of("version", version == null ? "development" : version)
                .and("camel", camelVersion)
                .and("java", Runtime.version().toString());
        Gauge.builder("guestbridge.build.info", () -> 1).tags(build).register(registry);
        Stream.<MeterBinder>of(
                        collections,
                        new JvmMemoryMetrics(),
                        new JvmThreadMetrics(),
                        new ProcessorMetrics(),
                        new FileDescriptorMetrics(),
                        new UptimeMetrics())
                .forEach(binder -> binder.bindTo(registry));
    }

    /** The messages that the bridge holds of one channel, and if it tells of replies, the receipts. */
    public void of(Channel channel, Lanes lanes) {
        Tags tags = Tags.of("org", channel.org()).and("channel", channel.name());
        held(channel.inQueue(), tags.and("kind", "message"), lanes);
        if (channel.takesReceipts()) {
            held(channel.receiptQueue(), tags.and("kind", "receipt"), lanes);
        }
    }

    private void held(String queue, Tags tags, Lanes lanes) {
        gauge("guestbridge.messages.held", tags, lanes, all -> all.load(queue).messages());
        gauge("guestbridge.messages.held.guests", tags, lanes, all -> all.load(queue)
                .guests());
        seconds("guestbridge.messages.oldest.age", tags, lanes, all -> ageOf(all.load(queue)));
    }

    private Duration ageOf(Lanes.Load load) {
        Instant now = clock.instant();
        Instant sent = load.oldestSentAt();
        // the producer's clock may be ahead of ours
        return sent == null || sent.isAfter(now) ? Duration.ZERO : Duration.between(sent, now);
    }

    /** One organisation's token and budget. */
    public void of(Organisation organisation, Tokens tokens, Budgets budgets) {
        String org = organisation.name();
        Tags tags = Tags.of("org", org);
        seconds("guestbridge.token.age", tags, tokens, all -> all.age(org));
        seconds("guestbridge.token.remaining", tags, tokens, all -> all.remaining(org));
        gauge("guestbridge.budget.allowed.per.minute", tags, organisation, Organisation::requestsPerMinute);
        gauge("guestbridge.budget.waiting", tags, budgets, all -> all.waiting(org));
        counter("guestbridge.budget.spent", tags, budgets, all -> all.spent(org));
    }

    /** The places for messages whose call is under way. */
    public void of(Bulkhead bulkhead) {
        gauge("guestbridge.calls.allowed", Tags.empty(), bulkhead, Bulkhead::places);
        gauge("guestbridge.calls.in.flight", Tags.empty(), bulkhead, Bulkhead::taken);
        gauge("guestbridge.calls.waiting", Tags.empty(), bulkhead, Bulkhead::waiting);
    }

    /** The store, by which everything waits that must be durable. */
    public void of(Store store) {
        gauge("guestbridge.store.waiting", Tags.empty(), store, Store::waiting);
        seconds("guestbridge.store.lag", Tags.empty(), store, Store::lag);
        counter("guestbridge.store.works", Tags.empty(), store, Store::works);
        counter("guestbridge.store.failures", Tags.empty(), store, Store::failures);
        FunctionTimer.builder(
                        "guestbridge.store.commits", store, Store::commits, Store::commitNanos, TimeUnit.NANOSECONDS)
                .register(registry);
    }

    /**
     * The replies that the store keeps for a broker that can't take them.
     *
     * @param allowed how many it keeps at most
     */
    public void of(Outbox outbox, int allowed) {
        gauge("guestbridge.outbox.letters", Tags.empty(), outbox, Outbox::letters);
        gauge("guestbridge.outbox.allowed", Tags.empty(), outbox, one -> allowed);
    }

    /** Whether the broker can be asked. */
    public void of(QueueWatch watch) {
        gauge("guestbridge.broker.reachable", Tags.empty(), watch, all -> all.reachable() ? 1 : 0);
    }

    /** What lies on one queue of the bus. */
    public void ofQueue(String queue, QueueWatch watch) {
        Tags tags = Tags.of("queue", queue);
        gauge("guestbridge.queue.messages", tags, watch, all -> known(all.of(queue), QueueCount::messages));
        gauge("guestbridge.queue.consumers", tags, watch, all -> known(all.of(queue), QueueCount::consumers));
        gauge(
                "guestbridge.queue.refused",
                tags,
                watch,
                all -> known(all.of(queue), count -> count.trouble() == null ? 0 : 1));
    }

    private static double known(QueueCount count, ToDoubleFunction<QueueCount> value) {
        return count == null ? Double.NaN : value.applyAsDouble(count);
    }

    /** The replies put on one queue. */
    public void ofReplies(String queue, Postbox postbox) {
        counter("guestbridge.replies.posted", Tags.of("queue", queue), postbox, all -> all.posted(queue));
    }

    private <T> void gauge(String name, Tags tags, T part, ToDoubleFunction<T> value) {
        Gauge.builder(name, part, value).tags(tags).register(registry);
    }

    private <T> void seconds(String name, Tags tags, T part, Function<T, Duration> value) {
        Gauge.builder(name, part, one -> value.apply(one).toMillis() / 1000.0)
                .tags(tags)
                .baseUnit(SECONDS)
                .register(registry);
    }

    private <T> void counter(String name, Tags tags, T part, ToDoubleFunction<T> value) {
        FunctionCounter.builder(name, part, value).tags(tags).register(registry);
    }

    @Override
    public void close() {
        collections.close();
    }
}
