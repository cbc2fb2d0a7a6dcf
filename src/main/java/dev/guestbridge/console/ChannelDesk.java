package dev.guestbridge.console;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.guestbridge.genesys.ErrorCatalogue;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Meters;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.search.Search;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;

/** What flowed since the start, channel by channel, and what failed, class by class: the metrics, for people. */
public final class ChannelDesk {

    private final Channels channels;
    private final ErrorCatalogue catalogue;
    private final MeterRegistry meters;
    private final Clock clock;

    public ChannelDesk(Channels channels, ErrorCatalogue catalogue, Meters meters, Clock clock) {
        this.channels = channels;
        this.catalogue = catalogue;
        this.meters = meters.registry();
        this.clock = clock;
    }

    /**
     * What flowed and failed.
     *
     * @param failures the most frequent first
     */
    record Flow(Instant now, List<Flowing> channels, List<Failing> failures) {}

    /**
     * One channel.
     *
     * @param oldestSeconds how long ago the oldest message that is held was put on the bus; 0 when none is
     */
    record Flowing(
            String name,
            String dialect,
            String org,
            long held,
            double oldestSeconds,
            long delivered,
            long dead,
            long duplicate,
            long replies) {}

    /** One class of failure. */
    record Failing(@JsonProperty("class") String errorClass, long count, String radius, String advice) {}

    public void open(Operations operations) {
        operations.read("/channels", asked -> flow());
    }

    private Flow flow() {
        return new Flow(
                clock.instant(),
                channels.all().stream().map(this::flowing).toList(),
                catalogue.classes().stream()
                        .map(one -> new Failing(
                                one.name(),
                                count(meters.find("genesys.guest.message.send.error")
                                        .tag("class", one.name())),
                                one.radius().name().toLowerCase(Locale.ROOT),
                                one.advice()))
                        .filter(one -> one.count() > 0)
                        .sorted(Comparator.comparing(Failing::count).reversed())
                        .toList());
    }

    private Flowing flowing(Channel channel) {
        String name = channel.name();
        return new Flowing(
                name,
                channel.dialect(),
                channel.org(),
                (long) value(ofMessages("guestbridge.messages.held", name)),
                value(ofMessages("guestbridge.messages.oldest.age", name)),
                settled(name, "delivered"),
                settled(name, "dead"),
                settled(name, "duplicate"),
                replies(channel.outQueue()));
    }

    private long settled(String channel, String outcome) {
        return ofMessages("guestbridge.messages.settled", channel).tag("outcome", outcome).timers().stream()
                .mapToLong(Timer::count)
                .sum();
    }

    private long replies(String queue) {
        return (long) meters.find("guestbridge.replies.posted").tag("queue", queue).functionCounters().stream()
                .mapToDouble(FunctionCounter::count)
                .sum();
    }

    private Search ofMessages(String name, String channel) {
        return meters.find(name).tag("channel", channel).tag("kind", "message");
    }

    private static long count(Search found) {
        return (long) found.counters().stream().mapToDouble(Counter::count).sum();
    }

    private static double value(Search found) {
        return found.gauges().stream().mapToDouble(Gauge::value).sum();
    }
}
