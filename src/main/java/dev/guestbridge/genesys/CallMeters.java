package dev.guestbridge.genesys;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Meters;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** Measures how long Genesys takes for each call of each channel, and counts the failures by their class. */
final class CallMeters {

    private static final String ALL = "all"; // a refused token stops every channel of its organisation

    private final Meters meters;
    // by channel and call; looked up in the registry once, for that costs more than to take the time
    private final Map<String, Map<String, Timer>> timers = new ConcurrentHashMap<>();

    CallMeters(Meters meters) {
        this.meters = meters;
    }

    /** @param call open, send or receipt */
    void answered(Channel channel, String call, long nanos) {
        timer(channel, call).record(nanos, TimeUnit.NANOSECONDS);
    }

    private Timer timer(Channel channel, String call) {
        Map<String, Timer> ofChannel = timers.get(channel.name());
        Timer known = ofChannel == null ? null : ofChannel.get(call);
        return known != null
                ? known
                : timers.computeIfAbsent(channel.name(), name -> new ConcurrentHashMap<>())
                        .computeIfAbsent(call, name -> Timer.builder("genesys.guest.message.send")
                                .tags("org", channel.org(), "channel", channel.name(), "call", name)
                                .register(meters.registry()));
    }

    /** A call for a message of this channel failed. */
    void failed(Channel channel, Failure failure) {
        failed(channel.org(), channel.name(), channel.dialect(), failure);
    }

    /** A call for an organisation's token failed. */
    void tokenFailed(String org, Failure failure) {
        failed(org, ALL, ALL, failure);
    }

    private void failed(String org, String channel, String dialect, Failure failure) {
        Tags tags = Tags.of("org", org, "channel", channel, "dialect", dialect)
                .and("class", failure.errorClass())
                .and(
                        "status",
                        failure.status() == null ? "none" : failure.status().toString());
        meters.registry().counter("genesys.guest.message.send.error", tags).increment();
    }
}
