package dev.guestbridge.webhook;

import dev.guestbridge.webhook.Entrance.Limits;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpConnection;
import io.vertx.core.http.HttpServerRequest;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The connections at the webhooks' door: bounds how many there are, and how long each may keep it waiting. */
final class Visitors {

    private static final Logger LOG = LoggerFactory.getLogger(Visitors.class);

    private final Vertx clock;
    private final Limits limits;
    // connections and their timers, those that have waited longest first
    private final Map<HttpConnection, Long> strangers = new LinkedHashMap<>(); // before their first request
    private final Map<HttpConnection, Long> kept = new LinkedHashMap<>(); // between two requests
    private final Map<HttpConnection, Long> served = new HashMap<>(); // in a request
    private final Set<HttpConnection> leaving = new HashSet<>(); // closed after the answer

    Visitors(Vertx clock, Limits limits) {
        this.clock = clock;
        this.limits = limits;
    }

    /** A connection was opened; when there are too many, the stranger goes that has waited longest, else one that is kept. */
    void arrived(HttpConnection connection) {
        if (connection.localAddress().port() != limits.port()) {
            return;
        }
        HttpConnection tooMany = null;
        synchronized (this) {
            if (strangers.size() + kept.size() + served.size() >= limits.connections()) {
                tooMany = Stream.concat(strangers.keySet().stream(), kept.keySet().stream())
                        .findFirst()
                        .orElse(connection);
            }
        }
        if (tooMany != null) {
            LOG.debug("too many connections at the webhooks' door: one is closed");
            tooMany.close();
        }
        if (tooMany != connection) {
            connection.closeHandler(closed -> left(connection));
            long timer = clock.setTimer(limits.headerMs(), late -> connection.close());
            synchronized (this) {
                strangers.put(connection, timer);
            }
        }
    }

    /**
     * A request's headers are there.
     *
     * @param tooSlow called when its body doesn't come in time; then the connection is closed
     * @param tooLate called when its answer isn't there in time
     */
    void served(HttpServerRequest request, Runnable tooSlow, Runnable tooLate) {
        HttpConnection connection = request.connection();
        long body = clock.setTimer(limits.bodyMs(), late -> {
            tooSlow.run();
            connection.close();
        });
        serves(connection, clock.setTimer(limits.answerMs(), late -> tooLate.run()));
        request.end().onComplete(read -> clock.cancelTimer(body));
        if (request.getHeader("Transfer-Encoding") != null) {
            // its end is told in chunks: who passed it on may see another end, so nothing that follows is listened to
            request.response().putHeader("Connection", "close");
            synchronized (this) {
                leaving.add(connection);
            }
        }
    }

    /** Whether nothing that still comes on a connection is listened to. */
    synchronized boolean isLeaving(HttpConnection connection) {
        return leaving.contains(connection);
    }

    /** The request is answered, or nobody waits for the answer any more. */
    void answered(HttpConnection connection) {
        if (isLeaving(connection)) {
            connection.close();
            return;
        }
        long timer = clock.setTimer(limits.idleMs(), late -> connection.close());
        synchronized (this) {
            Long answer = served.remove(connection);
            cancel(answer == null ? timer : answer); // one that has left isn't kept
            if (answer != null) {
                kept.put(connection, timer);
            }
        }
    }

    private synchronized void serves(HttpConnection connection, long timer) {
        cancel(strangers.remove(connection));
        cancel(kept.remove(connection));
        cancel(served.put(connection, timer));
    }

    private synchronized void left(HttpConnection connection) {
        cancel(strangers.remove(connection));
        cancel(kept.remove(connection));
        cancel(served.remove(connection));
        leaving.remove(connection);
    }

    private void cancel(Long timer) {
        if (timer != null) {
            clock.cancelTimer(timer);
        }
    }
}
