package dev.guestbridge.simulator;

import io.vertx.core.Future;
import io.vertx.core.Handler;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeoutException;

/** Posts webhooks with Genesys' own timing: one guest's in order and one at a time, each repeated up to five times. */
final class Webhooks {

    private static final int MOST_ATTEMPTS = 6;
    private static final int MOST_AT_ONCE = 64;

    private final Vertx vertx;
    private final SimulatorSettings settings;
    private final HttpClient client;
    private final Map<Delivery.Lane, Deque<Delivery>> lanes = new HashMap<>();
    private final Deque<Runnable> waiting = new ArrayDeque<>();
    private final Deque<Attempt> attempts = new ArrayDeque<>();
    private int atOnce;
    private int generation;

    Webhooks(Vertx vertx, SimulatorSettings settings) {
        this.vertx = vertx;
        this.settings = settings;
        this.client = vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(MOST_AT_ONCE).setConnectTimeout(settings.webhookTimeoutMs()));
    }

    void send(Delivery delivery) {
        Deque<Delivery> lane = lanes.computeIfAbsent(delivery.lane(), key -> new ArrayDeque<>());
        lane.add(delivery);
        if (lane.size() == 1) {
            next(delivery.lane());
        }
    }

    private void next(Delivery.Lane key) {
        Deque<Delivery> lane = lanes.get(key);
        if (lane.isEmpty()) {
            lanes.remove(key);
            return;
        }
        Delivery delivery = lane.peek();
        later(delivery.dueMs() - System.currentTimeMillis(), () -> attempt(delivery, 1));
    }

    private void later(long delayMs, Runnable task) {
        int planned = generation;
        Handler<Object> unlessForgotten = now -> {
            if (planned == generation) {
                task.run();
            }
        };
        if (delayMs > 0) {
            vertx.setTimer(delayMs, unlessForgotten::handle);
        } else {
            vertx.runOnContext(unlessForgotten::handle);
        }
    }

    private void attempt(Delivery delivery, int attempt) {
        if (atOnce >= MOST_AT_ONCE) {
            waiting.add(() -> attempt(delivery, attempt));
            return;
        }
        atOnce++;
        int started = generation;
        long startedMs = System.currentTimeMillis();
        post(delivery).onComplete(result -> {
            atOnce--;
            if (started == generation) {
                Integer status = result.result();
                note(delivery, attempt, startedMs, status, result.cause());
                if (attempt < MOST_ATTEMPTS && isWorthRepeating(status)) {
                    later(settings.webhookRetryDelayMs(), () -> attempt(delivery, attempt + 1));
                } else {
                    lanes.get(delivery.lane()).remove();
                    next(delivery.lane());
                }
            }
            if (atOnce < MOST_AT_ONCE && !waiting.isEmpty()) {
                waiting.remove().run();
            }
        });
    }

    private static boolean isWorthRepeating(Integer status) {
        return status == null || status == 429 || status >= 500;
    }

    private Future<Integer> post(Delivery delivery) {
        OrganisationSettings organisation = delivery.organisation().settings();
        if (organisation.webhookUrl() == null) {
            return Future.succeededFuture(0);
        }
        Promise<Integer> answered = Promise.promise();
        HttpClientRequest[] sent = new HttpClientRequest[1];
        long timer = vertx.setTimer(settings.webhookTimeoutMs(), expired -> {
            if (answered.tryFail(new TimeoutException("no answer in " + settings.webhookTimeoutMs() + " ms"))
                    && sent[0] != null) {
                sent[0].reset();
            }
        });
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(organisation.webhookUrl())
                .putHeader("Content-Type", "application/json");
        String signature = delivery.signature().of(delivery.body(), String.valueOf(organisation.webhookSecret()));
        if (signature != null) {
            options.putHeader(Signature.HEADER, signature);
        }
        client.request(options)
                .compose(request -> {
                    sent[0] = request;
                    if (answered.future().isComplete()) {
                        request.reset();
                    }
                    return request.send(Buffer.buffer(delivery.body()));
                })
                .compose(response -> response.body().map(response.statusCode()))
                .onComplete(result -> {
                    vertx.cancelTimer(timer);
                    if (result.succeeded()) {
                        answered.tryComplete(result.result());
                    } else {
                        answered.tryFail(result.cause());
                    }
                });
        return answered.future();
    }

    private void note(Delivery delivery, int number, long startedMs, Integer status, Throwable error) {
        attempts.add(new Attempt(
                delivery.id(),
                delivery.organisation().settings().name(),
                delivery.lane(),
                startedMs,
                number,
                System.currentTimeMillis() - startedMs,
                status,
                error == null ? null : String.valueOf(error.getMessage()),
                number == MOST_ATTEMPTS || !isWorthRepeating(status)));
        if (attempts.size() > settings.journalEntries()) {
            attempts.remove();
        }
    }

    List<Attempt> attempts() {
        return List.copyOf(attempts);
    }

    /** How many guests have webhooks that are not delivered yet. */
    int waiting() {
        return lanes.size();
    }

    void forgetAttempts() {
        attempts.clear();
    }

    /** Forgets what was sent and what waits. */
    void forget() {
        generation++;
        lanes.clear();
        waiting.clear();
        attempts.clear();
    }
}
