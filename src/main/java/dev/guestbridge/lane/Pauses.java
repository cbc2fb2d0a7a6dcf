package dev.guestbridge.lane;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.Pause;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
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
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What stands still, why, since when and until when: a message that waits before its next try, a channel or an
 * organisation that is paused. Whoever calls Genesys passes here first; waiting holds no thread.
 */
public final class Pauses implements AutoCloseable, Gate.Watcher {

    private static final Logger LOG = LoggerFactory.getLogger(Pauses.class);

    private final Lanes lanes;
    private final Executor workers;
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
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
    public Pauses(Lanes lanes, Executor workers, Meters meters) {
        this.lanes = lanes;
        this.workers = workers;
        this.meters = meters;
    }

    /** The right to make one call, and which state of the gates it was given in. */
    public record Pass(long channel, long org) {}

    /**
     * Waits until nothing that the message depends on stands still, or until it is chosen as the probe.
     *
     * @return completes on a worker, with {@link MessageReturned} when the bridge stops before
     */
    public CompletionStage<Pass> pass(Delivery delivery) {
        if (closed) {
            return stopping();
        }
        CompletableFuture<Pass> answer = new CompletableFuture<>();
        hold(delivery)
                .thenCompose(held -> channelGate(delivery.channel()).pass())
                .thenCompose(channel -> orgGate(delivery.channel()).pass().thenApply(org -> new Pass(channel, org)))
                .whenComplete((pass, failure) -> {
                    if (failure == null) {
                        answer.complete(pass);
                    } else {
                        answer.completeExceptionally(new MessageReturned("the bridge is stopping"));
                    }
                });
        return answer;
    }

    private CompletionStage<Boolean> hold(Delivery delivery) {
        long millis = delivery.heldForMillis();
        if (millis <= 0) {
            return CompletableFuture.completedFuture(true);
        }
        CompletableFuture<Boolean> over = new CompletableFuture<>();
        holds.add(over);
        clock.schedule(
                () -> {
                    holds.remove(over);
                    over.completeAsync(() -> true, workers);
                },
                millis,
                TimeUnit.MILLISECONDS);
        return over;
    }

    private static <T> CompletionStage<T> stopping() {
        return CompletableFuture.failedFuture(new MessageReturned("the bridge is stopping"));
    }

    /** Holds the message alone, and with it its guest, for a while before its next try. */
    public void hold(Delivery delivery, Pass pass, Failure failure, long millis) {
        news(delivery, pass, failure);
        delivery.holdFor(millis);
    }

    /** A failure that is the message's or the guest's own: any answer at all shows that nothing wider stands still. */
    public void news(Delivery delivery, Pass pass, Failure failure) {
        if (failure.status() != null) {
            answered(delivery, pass);
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
        Pass made = pass == null ? new Pass(0, 0) : pass;
        Gate channel = channelGate(delivery.channel());
        boolean shut = false;
        if (pause.radius().equals("org")) {
            channel.inconclusive(made.channel());
            shut = orgGate(delivery.channel()).failed(made.org(), failure, pause);
        } else if (pause.radius().equals("channel")) {
            orgGate(delivery.channel()).answered(made.org());
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

    /** Genesys took a call, or refused it for the message's or the guest's own sake: nothing wider stands still. */
    public void answered(Delivery delivery, Pass pass) {
        if (pass != null) {
            channelGate(delivery.channel()).answered(pass.channel());
            orgGate(delivery.channel()).answered(pass.org());
        }
    }

    /** Everything wider than a message that stands still now. */
    public List<Gate.State> all() {
        return gates.values().stream().map(Gate::state).filter(Objects::nonNull).toList();
    }

    /** The same, a sentence each. */
    public List<String> told() {
        return all().stream()
                .map(state -> "%s paused since %s: %s; %s Next try %s, %d messages wait."
                        .formatted(
                                state.name(),
                                state.since().truncatedTo(ChronoUnit.SECONDS),
                                state.cause().errorClass(),
                                state.cause().reason(),
                                state.nextProbe().truncatedTo(ChronoUnit.SECONDS),
                                state.waiting()))
                .toList();
    }

    /** The messages held for long whose channel is still to be told so, each with what it waits for now. */
    public List<Delivery> waiting() {
        return lanes.heldLong().stream()
                .filter(delivery -> {
                    Failure org = orgGate(delivery.channel()).cause();
                    Failure cause =
                            org == null ? channelGate(delivery.channel()).cause() : org;
                    if (cause != null) {
                        delivery.waitsFor(cause);
                    }
                    return delivery.waitUntold();
                })
                .toList();
    }

    /** Sends back to the bus all that waits here. */
    @Override
    public void close() {
        closed = true;
        gates.values().forEach(Gate::close);
        holds.forEach(hold -> hold.completeExceptionally(new MessageReturned("the bridge is stopping")));
        clock.shutdownNow();
    }

    private Gate channelGate(Channel channel) {
        return gate("channel " + channel.name());
    }

    private Gate orgGate(Channel channel) {
        return gate("organisation " + channel.org());
    }

    private Gate gate(String name) {
        return gates.computeIfAbsent(name, key -> {
            Gate gate = new Gate(key, clock, workers, this);
            meters.registry()
                    .gauge(
                            "guestbridge.paused",
                            List.of(Tag.of("what", key)),
                            gate,
                            one -> one.state() == null ? 0 : 1);
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
                Duration.between(since, Instant.now()).toSeconds(),
                cause.errorClass());
    }
}
