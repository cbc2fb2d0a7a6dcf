package dev.guestbridge.lane;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.Pause;
import io.micrometer.core.instrument.Tag;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.Executor;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands still, why, since when and until when: a message that waits before its next try, a channel or an
 * organisation that is paused. Whoever calls Genesys passes here first; waiting holds no thread.
 */
public final class Pauses implements AutoCloseable, Gate.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(Pauses.class);

    private static final String STOPPING = "the bridge is stopping";

    private final Lanes lanes;
    private final Executor workers;
    private final Clock clock;
    private final ScheduledExecutorService alarms = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "pauses");
        thread.setDaemon(true);
        return thread;
    });
    private final ConcurrentMap<String, Gate> gates = new ConcurrentHashMap<>();
    private final Set<CompletableFuture<?>> holds = ConcurrentHashMap.newKeySet();
    private final Meters meters;
    private volatile boolean closed;

    /**
     * @param lanes hold the messages that wait
     * @param workers run what comes after a wait
     */
    public Pauses(Lanes lanes, Executor workers, Clock clock, Meters meters) {
        this.lanes = lanes;
        this.workers = workers;
        this.clock = clock;
        this.meters = meters;
    }

    /** The right to make one call: a turn at the channel's gate and one at its organisation's. */
    public record Pass(Gate.Turn channel, Gate.Turn org) {

        private static final Gate.Turn NO_TURN = new Gate.Turn(0, false, Crowd.Place.OLDEST);
        private static final Pass NONE = new Pass(NO_TURN, NO_TURN);

        /** Whether it was given to find out whether the cause of a pause is gone. */
        public boolean probe() {
            return channel.probe() || org.probe();
        }
    }

    /**
     * Waits until nothing that the message depends on stands still, or until it is chosen as the probe.
     *
     * @param held what it was given for its last call: a probe may make as many calls as its attempt needs. May be null
     * @return completes on a worker, with {@link MessageReturned} when the bridge stops before, with {@link GivenUp} as soon as
     *     the message is given up
     */
    public CompletionStage<Pass> pass(Delivery delivery, Pass held) {
        if (closed) {
            return stopping();
        }
        Pass before = held == null ? Pass.NONE : held;
        if (delivery.isGivenUp()) {
            return CompletableFuture.failedFuture(givenUp(delivery, before.probe() ? before : null));
        }
        delivery.comesTo(Delivery.Step.TURN);
        tellWait(delivery);
        CompletableFuture<Pass> answer = new CompletableFuture<>();
        hold(delivery)
                .thenCompose(over -> pass(
                        delivery,
                        channelGate(delivery.channel()),
                        before.channel(),
                        delivery.isSpared(),
                        !delivery.yields()))
                .thenCompose(channel -> pass(delivery, orgGate(delivery.channel()), before.org(), false, true)
                        .whenComplete((org, failure) -> {
                            if (failure != null) { // a channel's probe that comes no further tells nothing
                                channelGate(delivery.channel()).inconclusive(channel);
                            }
                        })
                        .thenApply(org -> new Pass(channel, org)))
                .whenComplete((pass, failure) -> {
                    if (failure == null) {
                        delivery.probes(pass.probe());
                        delivery.passed(() -> allows(delivery, pass));
                        delivery.comesTo(Delivery.Step.TOKEN);
                        answer.complete(pass);
                    } else {
                        answer.completeExceptionally(
                                closed || !delivery.isGivenUp()
                                        ? new MessageReturned(STOPPING)
                                        : givenUp(delivery, null));
                    }
                });
        return answer;
    }

    private static CompletionStage<Gate.Turn> pass(
            Delivery delivery, Gate gate, Gate.Turn held, boolean refusedBefore, boolean tells) {
        CompletionStage<Gate.Turn> turn = gate.pass(held, refusedBefore, tells);
        delivery.wokenBy(() -> gate.withdraw(turn));
        return turn;
    }

    /** @param unused the right to call that it had and doesn't use; null when it had none */
    private GivenUp givenUp(Delivery delivery, Pass unused) {
        undecided(delivery, unused);
        delivery.comesTo(Delivery.Step.LANE);
        return new GivenUp();
    }

    private void tellWait(Delivery delivery) {
        Failure cause = delivery.trace().isFollowed() ? standing(delivery.channel()) : null;
        if (cause != null) {
            delivery.trace().waits("pause", cause);
        }
    }

    /** Why the channel or its organisation stands still; null when neither does. */
    private Failure standing(Channel channel) {
        Failure org = orgGate(channel).cause();
        return org == null ? channelGate(channel).cause() : org;
    }

    /**
     * Looks again, after the message has waited for what else its call needs.
     *
     * @param granted whether it got a request of the budget
     * @throws PausedMeanwhile when what it depends on was paused in between
     * @throws MessageReturned when the bridge stops
     * @throws GivenUp when the message was given up in between
     */
    public void confirm(Delivery delivery, Pass pass, boolean granted)
            throws PausedMeanwhile, MessageReturned, GivenUp {
        delivery.trace().goesOn();
        if (closed) {
            throw new MessageReturned(STOPPING);
        }
        if (delivery.isGivenUp()) {
            throw givenUp(delivery, pass);
        }
        if (!granted || !allows(delivery, pass)) {
            throw new PausedMeanwhile();
        }
    }

    private boolean allows(Delivery delivery, Pass pass) {
        return !closed
                && !delivery.isGivenUp()
                && channelGate(delivery.channel()).allows(pass.channel())
                && orgGate(delivery.channel()).allows(pass.org());
    }

    private CompletionStage<Boolean> hold(Delivery delivery) {
        long millis = delivery.heldForMillis();
        if (millis <= 0) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        holds.add(over);
        delivery.wokenBy(() -> workers.execute(() -> {
            holds.remove(over);
            over.completeExceptionally(new GivenUp());
        }));
        alarms.schedule(
                () -> {
                    holds.remove(over);
                    over.completeAsync(() -> true, workers);
                },
                millis,
                TimeUnit.MILLISECONDS);
        return over;
    }

    private static <T> CompletionStage<T> stopping() {
        return CompletableFuture.failedFuture(new MessageReturned(STOPPING));
    }

    /** Holds the message alone, and with it its guest, for a while before its next try. */
    public void hold(Delivery delivery, Pass pass, Failure failure, long millis) {
        news(delivery, pass, failure);
        delivery.holdFor(millis);
    }

    /** A failure that is the message's or the guest's own: any answer at all shows that nothing wider stands still. */
    public void news(Delivery delivery, Pass pass, Failure failure) {
        if (failure.status() != null && pass != null) {
            channelGate(delivery.channel()).answered(pass.channel(), false);
            orgGate(delivery.channel()).answered(pass.org(), false);
        } else {
            undecided(delivery, pass);
        }
    }

    /**
     * Stops what the failure's radius names, or, below its threshold, holds the message alone.
     *
     * @param pass the right that the failed call was made with; null when it needed none
     * @param millis how long the message alone is held, in milliseconds
     */
    public void pause(Delivery delivery, Pass pass, Failure failure, Pause pause, long millis) {
        delivery.shares(failure);
        Pass made = pass == null ? Pass.NONE : pass;
        Gate channel = channelGate(delivery.channel());
        boolean shut = false;
        if (pause.radius().equals("org")) {
            channel.inconclusive(made.channel());
            shut = orgGate(delivery.channel()).failed(made.org(), failure, pause);
        } else if (pause.radius().equals("channel")) {
            orgGate(delivery.channel()).answered(made.org(), false);
            shut = channel.failed(made.channel(), failure, pause);
        }
        if (!shut) {
            delivery.holdFor(millis);
        }
    }

    /** The call told nothing of what stands still, as when its token had expired: if it was the probe, it is due again. */
    public void undecided(Delivery delivery, Pass pass) {
        if (pass != null) {
            channelGate(delivery.channel()).inconclusive(pass.channel());
            orgGate(delivery.channel()).inconclusive(pass.org());
        }
    }

    /**
     * Genesys took a call: nothing wider stands still.
     *
     * @param call which one: that a thread was opened tells of the organisation, and of the channel only what follows does
     */
    public void answered(Delivery delivery, Pass pass, String call) {
        orgGate(delivery.channel()).answered(pass.org(), true);
        if (!call.equals("open")) {
            channelGate(delivery.channel()).answered(pass.channel(), !delivery.yields());
            if (delivery.yields()) { // typing or a receipt tells nothing of whether messages are taken again
                channelGate(delivery.channel()).inconclusive(pass.channel());
            }
        }
    }

    /** Everything wider than a message that stands still now. */
    public List<Standstill> all() {
        return gates.values().stream().map(Gate::state).filter(Objects::nonNull).toList();
    }

    /** Those of them that stand in this channel's way. */
    public List<Standstill> inTheWayOf(Channel channel) {
        return Stream.of(orgGate(channel), channelGate(channel))
                .map(Gate::state)
                .filter(Objects::nonNull)
                .toList();
    }

    /**
     * Lets the next probe of what stands still go now.
     *
     * @param name as {@link Standstill#name} has it
     * @return how it stands then; null when nothing of that name stands still
     */
    public Standstill probeNow(String name) {
        Gate gate = gates.get(name);
        return gate == null ? null : gate.probeNow();
    }

    /** The same, a sentence each. */
    public List<String> told() {
        return all().stream().map(Pauses::told).toList();
    }

    private static String told(Standstill state) {
        if (state.resuming()) {
            return "%s resumes, step by step: %s is over, %d messages wait."
                    .formatted(state.name(), state.cause().errorClass(), state.waiting());
        }
        if (state.newcomers() > 0) {
            return "%s paused since %s: %s; %s %d messages wait, %d of them are still to be tried."
                    .formatted(
                            state.name(),
                            state.since().truncatedTo(ChronoUnit.SECONDS),
                            state.cause().errorClass(),
                            state.cause().reason(),
                            state.waiting(),
                            state.newcomers());
        }
        return "%s paused since %s: %s; %s Next try %s, %d messages wait."
                .formatted(
                        state.name(),
                        state.since().truncatedTo(ChronoUnit.SECONDS),
                        state.cause().errorClass(),
                        state.cause().reason(),
                        state.nextProbe().truncatedTo(ChronoUnit.SECONDS),
                        state.waiting());
    }

    /** The messages held for long whose channel is still to be told so, by channel, each with what it waits for now. */
    public Collection<List<Delivery>> waiting() {
        return held().stream()
                .filter(delivery -> delivery.waiting().isUntold())
                .collect(Collectors.groupingBy(delivery -> delivery.channel().statusQueue()))
                .values();
    }

    /** The messages held for long, each with what it waits for now. */
    public List<Delivery> held() {
        List<Delivery> held = lanes.heldLong();
        for (Delivery delivery : held) {
            Failure cause = standing(delivery.channel());
            if (cause != null) {
                delivery.waiting().causedBy(cause);
            }
        }
        return held;
    }

    /** Sends back to the bus all that waits here. */
    @Override
    public void close() {
        closed = true;
        gates.values().forEach(Gate::close);
        holds.forEach(hold -> hold.completeExceptionally(new MessageReturned(STOPPING)));
        alarms.shutdownNow();
    }

    private Gate channelGate(Channel channel) {
        return gate("channel " + channel.name());
    }

    private Gate orgGate(Channel channel) {
        return gate("organisation " + channel.org());
    }

    private Gate gate(String name) {
        return gates.computeIfAbsent(name, key -> {
            Gate gate = new Gate(key, alarms, workers, clock, this);
            List<Tag> what = List.of(Tag.of("what", key));
            meters.registry().gauge("guestbridge.paused", what, gate, one -> one.cause() == null ? 0 : 1);
            meters.registry().gauge("guestbridge.paused.waiting", what, gate, Gate::queued);
            return gate;
        });
    }

    @Override
    public void shut(String name, Failure cause, Instant since) {
        LOG.warn("{} paused: {}: {}", name, cause.errorClass(), cause.advice());
    }

    @Override
    public void opened(String name, Failure cause, Instant since) {
        LOG.info(
                "{} resumed after {} s: {} is over",
                name,
                Duration.between(since, clock.instant()).toSeconds(),
                cause.errorClass());
    }
}
