package dev.guestbridge.lane;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.Pause;
import io.micrometer.core.instrument.Tag;
import java.time.Duration;
import java.time.Instant;
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

    /** @param workers run what comes after a wait */
    public Pauses(Executor workers, Meters meters) {
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

    /** Holds the message back for a while before its next try. */
    public void hold(Delivery delivery, long millis) {
        delivery.holdFor(millis);
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
            shut = orgGate(delivery.channel()).failed(made.org(), failure.errorClass(), pause);
        } else if (pause.radius().equals("channel")) {
            orgGate(delivery.channel()).answered(made.org());
            shut = channel.failed(made.channel(), failure.errorClass(), pause);
        }
        if (!shut) {
            delivery.holdFor(millis);
        }
    }

    /** The call told nothing of what stands still, as when its token had expired: if it was the probe, it is due again. */
    public void undecided(Delivery delivery, Pass pass) {
        channelGate(delivery.channel()).inconclusive(pass.channel());
        orgGate(delivery.channel()).inconclusive(pass.org());
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

    /** How many messages wait before their next try. */
    public int held() {
        return holds.size();
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
    public void shut(String name, String cause, Instant since) {
        LOG.warn("{} paused: {}", name, cause);
    }

    @Override
    public void opened(String name, String cause, Instant since) {
        LOG.info(
                "{} resumed after {} s: {} is over",
                name,
                Duration.between(since, Instant.now()).toSeconds(),
                cause);
    }
}
