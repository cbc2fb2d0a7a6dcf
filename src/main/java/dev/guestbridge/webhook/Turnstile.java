package dev.guestbridge.webhook;

import dev.guestbridge.message.Meters;
import dev.guestbridge.message.Seldom;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Tags;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts webhooks by their answer, and tells of those turned away: one line a second for each kind, so that a flood fills no disk. */
public final class Turnstile {

    private static final Logger LOG = LoggerFactory.getLogger("dev.guestbridge.webhook");
    private static final Duration SILENCE = Duration.ofSeconds(1);

    private static final List<Integer> EXPECTED = List.of(200, 401, 500, 503);
    private static final Map<Integer, String> REASONS = Map.of(
            400, "not JSON, nested too deeply, or no proper HTTP",
            401, "the signature is missing or wrong",
            404, "no such organisation or path",
            405, "not a POST",
            408, "the body didn't come in time",
            413, "longer than 1 MiB",
            503, "neither broker nor store took it in time");

    private final Meters meters;
    private final Seldom seldom;
    private final Map<String, Map<Integer, Counter>> counters = new ConcurrentHashMap<>(); // by organisation and status

    /** @param organisations whose answers are counted from zero on: else the first refusal of each would seem to be none */
    public Turnstile(Meters meters, Clock clock, Collection<String> organisations) {
        this.meters = meters;
        this.seldom = new Seldom(SILENCE, clock);
        organisations.forEach(org -> EXPECTED.forEach(status -> counter(org, status)));
    }

    /**
     * A webhook was answered.
     *
     * @param org whom it was for; null when there is no such organisation
     */
    void passed(String org, int status) {
        String name = org == null ? "unknown" : org;
        counter(name, status).increment();
        long turnedAway = status < 400 ? 0 : seldom.toTell(name + " " + status);
        if (turnedAway > 0) {
            String reason = REASONS.getOrDefault(status, "a fault of ours");
            LOG.warn("organisation {}: {} webhook(s) answered {}: {}", name, turnedAway, status, reason);
        }
    }

    private Counter counter(String org, int status) {
        return counters.computeIfAbsent(org, first -> new ConcurrentHashMap<>())
                .computeIfAbsent(status, first -> meters.registry()
                        .counter("guestbridge.webhook.answers", Tags.of("org", org, "status", String.valueOf(first))));
    }
}
