package dev.guestbridge.console;

import com.fasterxml.jackson.annotation.JsonProperty;
import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.genesys.Tokens;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.lane.Pauses;
import dev.guestbridge.lane.Standstill;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Spelling;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** What stands still, and an operator's word that it may go on. */
public final class PauseDesk {

    private static final Set<Integer> REFUSED = Set.of(401, 403);

    private final Pauses pauses;
    private final Lanes lanes;
    private final Channels channels;
    private final Tokens tokens;
    private final Clock clock;

    /** @param tokens are renewed where one was refused, before a probe goes */
    public PauseDesk(Pauses pauses, Lanes lanes, Channels channels, Tokens tokens, Clock clock) {
        this.pauses = pauses;
        this.lanes = lanes;
        this.channels = channels;
        this.tokens = tokens;
        this.clock = clock;
    }

    /**
     * One pause, as operators are told of it.
     *
     * @param waiting how many guests' messages wait for it
     * @param newcomers how many of these are still to be tried, one by one, where only refusals stopped it
     * @param held all messages that the bridge holds meanwhile, those behind them too
     */
    record Paused(
            String name,
            @JsonProperty("class") String errorClass,
            String reason,
            String advice,
            Integer status,
            String code,
            String correlationId,
            Instant since,
            Instant nextProbe,
            int waiting,
            int newcomers,
            long held,
            int probes,
            boolean probing,
            boolean resuming,
            String sentence) {}

    public void open(Operations operations) {
        operations.read(
                "/pauses", asked -> pauses.all().stream().map(this::paused).toList());
        operations.act("/pauses/resume", "resume", this::resume);
    }

    private Paused resume(Asked asked) throws Refused {
        String name = asked.required("name");
        renewToken(name);
        Standstill now = pauses.probeNow(name);
        if (now != null) {
            return paused(now);
        }
        List<String> names = pauses.all().stream().map(Standstill::name).toList();
        throw Refused.unknown("nothing named '" + name + "' stands still"
                + (names.isEmpty() ? ", nor does anything else" : "; what does: " + String.join(", ", names))
                + Spelling.hint(name, names));
    }

    // an operator who mended something at Genesys mustn't be told by a token from before that nothing has changed
    private void renewToken(String name) {
        if (pauses.all().stream()
                .anyMatch(one ->
                        one.name().equals(name) && REFUSED.contains(one.cause().status()))) {
            channels.all().stream()
                    .filter(channel -> stops(name, channel))
                    .map(Channel::org)
                    .distinct()
                    .forEach(tokens::renew);
        }
    }

    private Paused paused(Standstill one) {
        Failure cause = one.cause();
        return new Paused(
                one.name(),
                cause.errorClass(),
                cause.reason(),
                cause.advice(),
                cause.status(),
                cause.code(),
                cause.correlationId(),
                one.since(),
                one.nextProbe(),
                one.waiting(),
                one.newcomers(),
                lanes.held(delivery -> stops(one.name(), delivery.channel())).size(),
                one.probes(),
                one.probing(),
                one.resuming(),
                goesOn(one, clock.instant()));
    }

    private static boolean stops(String name, Channel channel) {
        return name.equals("channel " + channel.name()) || name.equals("organisation " + channel.org());
    }

    /** How what stands still goes on, a sentence. */
    static String goesOn(Standstill one, Instant now) {
        String waiting = one.waiting() == 0
                ? "nobody waits"
                : Words.count(one.waiting(), "guest's message waits", "guests' messages wait");
        if (one.trickling()) {
            return "Genesys takes messages again; what it had refused goes once more, one by one; " + waiting + ".";
        }
        if (one.newcomers() > 0 && !one.resuming()) {
            return "Those that weren't refused yet are tried one by one until Genesys takes one; " + waiting + ", "
                    + one.newcomers() + " still to be tried.";
        }
        if (one.resuming()) {
            return "The cause is gone and it resumes step by step; " + waiting + ".";
        }
        if (one.probing()) {
            return "A probe is under way that finds out whether the cause is gone; " + waiting + ".";
        }
        if (one.waiting() == 0 && !one.nextProbe().isAfter(now)) {
            return "A probe is due, and the next message that comes is it.";
        }
        return "The next probe goes at " + Words.at(one.nextProbe()) + "; " + waiting + ".";
    }
}
