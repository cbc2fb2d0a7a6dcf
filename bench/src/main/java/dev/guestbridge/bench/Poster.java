package dev.guestbridge.bench;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.security.GeneralSecurityException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;

/** Posts signed webhooks over connections that are kept. */
final class Poster implements AutoCloseable {

    private static final AtomicLong NUMBERS = new AtomicLong();

    private final Vertx vertx = Vertx.vertx();
    private final HttpClient client;
    private final RequestOptions options;
    private final int connections;

    Poster(int port, int connections) {
        this.connections = connections;
        client = vertx.createHttpClient(
                new HttpClientOptions().setMaxPoolSize(connections).setTcpNoDelay(true));
        options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setHost("127.0.0.1")
                .setPort(port)
                .setURI("/webhooks/main")
                .putHeader("Content-Type", "application/json");
    }

    /**
     * What came of a run.
     *
     * @param micros from the planned moment to the answer
     */
    record Posted(long taken, long refused, double perSecond, Histogram micros) {}

    private static final class Count {
        private final AtomicLong taken = new AtomicLong();
        private final AtomicLong refused = new AtomicLong();
        private final AtomicLong underWay = new AtomicLong();
        private final ConcurrentHistogram micros = new ConcurrentHistogram(TimeUnit.MINUTES.toMicros(10), 3);
    }

    /** @param perSecond at times that are fixed beforehand; 0: the next one over each connection when it has its answer */
    Posted post(double perSecond, int seconds) {
        Count count = new Count();
        long start = System.nanoTime();
        long end = start + TimeUnit.SECONDS.toNanos(seconds);
        if (perSecond == 0) {
            for (int i = 0; i < connections; i++) {
                again(count, end);
            }
        } else {
            for (long i = 0; i < perSecond * seconds; i++) {
                long planned = start + (long) (i * 1e9 / perSecond);
                for (long left; (left = planned - System.nanoTime()) > 0; ) {
                    LockSupport.parkNanos(left);
                }
                one(count, planned, () -> {});
            }
        }
        while (System.nanoTime() < end || count.underWay.get() > 0) {
            Started.pause();
        }
        return new Posted(count.taken.get(), count.refused.get(), count.taken.get() / (double) seconds, count.micros);
    }

    private void again(Count count, long end) {
        long now = System.nanoTime();
        if (now < end) {
            one(count, now, () -> again(count, end));
        }
    }

    private void one(Count count, long planned, Runnable afterwards) {
        byte[] body = Webhook.body(NUMBERS.incrementAndGet()).getBytes(UTF_8);
        count.underWay.incrementAndGet();
        client.request(new RequestOptions(options))
                .compose(request -> request.putHeader("X-Hub-Signature-256", signature(body))
                        .send(Buffer.buffer(body))
                        // in here: from outside the answer's end might be over before anybody asks for it
                        .compose(answer -> answer.end().map(answer.statusCode())))
                .onComplete(answer -> {
                    boolean yes = answer.succeeded() && answer.result() == 200;
                    (yes ? count.taken : count.refused).incrementAndGet();
                    count.micros.recordValue((System.nanoTime() - planned) / 1_000);
                    afterwards.run();
                    count.underWay.decrementAndGet();
                });
    }

    private static String signature(byte[] body) {
        try {
            return Webhook.signature(body);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        vertx.close();
    }
}
