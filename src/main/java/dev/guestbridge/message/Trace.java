package dev.guestbridge.message;

import io.opentelemetry.api.common.AttributeKey;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.TraceFlags;
import io.opentelemetry.api.trace.TraceState;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.slf4j.MDC;

/**
 * The way of one message, webhook or reply through the bridge: the id by which all that tells of it names it, and spans where
 * somebody collects them. Spans leave the house, so nothing is put there but our own names, classes, numbers, and the id that
 * Genesys gave a call; never what a guest wrote or goes by, nor an id that a channel made.
 */
public final class Trace {

    /** The property of a bus message that bears the id alone. */
    public static final String ID = "traceId";

    /** The property that bears the span which it comes from, as W3C Trace Context writes it. */
    public static final String PARENT = "traceparent";

    /** The property with what its tracing system keeps of it, by the same. */
    public static final String STATE = "tracestate";

    private static final String IN_LOG = "trace.id"; // as the Elastic Common Schema names it
    private static final String ERROR_TYPE = "error.type";
    private static final Pattern FORM = Pattern.compile("(?!0{32})[0-9a-f]{32}");
    private static final Pattern CORRELATION = Pattern.compile("[\\w.:-]{1,100}"); // answers aren't trusted
    private static final AttributeKey<List<String>> CORRELATION_ID =
            AttributeKey.stringArrayKey("http.response.header.inin-correlation-id");
    private static final Duration WORTH_TELLING = Duration.ofMillis(10);

    private final String id;
    private final Tracer tracer; // null when nobody collects
    private final Clock clock;
    private final Span way;
    private String wait; // what for; null when it goes on
    private Failure waitsOut;
    private Instant waitsSince;
    private Span call; // null when none is under way
    private Instant answeredAt;

    Trace(String id, Tracer tracer, Clock clock, Span way) {
        this.id = id;
        this.tracer = tracer;
        this.clock = clock;
        this.way = way;
    }

    /** That of a message which nobody follows here; without an id when what is given is none. */
    public static Trace of(Object id) {
        return new Trace(fits(id) ? id.toString() : null, null, null, Span.getInvalid());
    }

    /** Whether it can be a trace's id: 32 hexadecimal digits in lower case, not all of them 0. */
    public static boolean fits(Object id) {
        return id instanceof String text && FORM.matcher(text).matches();
    }

    /** 32 hexadecimal digits; null when it isn't known. */
    public String id() {
        return id;
    }

    /** The span of the whole way; null when nobody collects it. */
    public String spanId() {
        return isFollowed() && way.getSpanContext().isSampled()
                ? way.getSpanContext().getSpanId()
                : null;
    }

    /** Whether somebody collects what is told here. */
    public boolean isFollowed() {
        return tracer != null && way.getSpanContext().isValid();
    }

    /** By which whatever comes of it goes on with this trace: {@value #PARENT} and perhaps {@value #STATE}; else none. */
    public Map<String, String> headers() {
        return isFollowed() ? headers(way) : Map.of();
    }

    /** The first of {@link #headers}; null when there are none. */
    public String parent() {
        return headers().get(PARENT);
    }

    /** The second of {@link #headers}; null when there is none. */
    public String state() {
        return headers().get(STATE);
    }

    private static Map<String, String> headers(Span span) {
        Map<String, String> headers = new HashMap<>();
        W3CTraceContextPropagator.getInstance().inject(Context.root().with(span), headers, Map::put);
        return headers;
    }

    /** Lets this thread log what concerns it; each line bears the id. */
    public void logging(Runnable lines) {
        if (id == null) {
            lines.run();
            return;
        }
        MDC.put(IN_LOG, id);
        try {
            lines.run();
        } finally {
            MDC.remove(IN_LOG);
        }
    }

    /**
     * It waits from now on; only if that takes a moment it is told.
     *
     * @param what guest, pause, retry, token, budget or place, as operators are told
     * @param why null when no failure is behind it
     */
    public void waits(String what, Failure why) {
        if (isFollowed()) {
            goesOn();
            wait = what;
            waitsOut = why;
            waitsSince = clock.instant();
        }
    }

    /** What it waited for is there. */
    public void goesOn() {
        if (wait == null) {
            return;
        }
        Instant now = clock.instant();
        if (Duration.between(waitsSince, now).compareTo(WORTH_TELLING) >= 0) {
            SpanBuilder waited = child("wait " + wait, SpanKind.INTERNAL)
                    .setStartTimestamp(waitsSince)
                    .setAttribute("guestbridge.wait.for", wait);
            if (waitsOut != null) {
                waited.setAttribute("guestbridge.class", waitsOut.errorClass());
            }
            waited.startSpan().end(now);
        }
        wait = null;
    }

    /**
     * A request to Genesys begins.
     *
     * @param what open, send or receipt
     * @param attempt of the message, from 1
     * @return the headers that make Genesys' side a part of the trace; none when nobody collects it
     */
    public Map<String, String> calls(String what, Request request, URI api, int attempt) {
        if (!isFollowed()) {
            return Map.of();
        }
        String path = request.template();
        SpanBuilder begun = child("POST " + path, SpanKind.CLIENT)
                .setAttribute("http.request.method", "POST")
                .setAttribute("url.template", path)
                .setAttribute("server.address", api.getHost())
                .setAttribute("guestbridge.call", what)
                .setAttribute("guestbridge.attempt", attempt);
        if (api.getPort() > 0) {
            begun.setAttribute("server.port", api.getPort());
        }
        if (attempt > 1) {
            begun.setAttribute("http.request.resend_count", attempt - 1);
        }
        answeredAt = null;
        call = begun.startSpan();
        return Map.of(PARENT, headers(call).get(PARENT)); // what tracing systems keep is none of Genesys' business
    }

    /** The request's whole answer is there; what it means is told by {@link #callEnds}. */
    public void answered() {
        answeredAt = call == null ? null : clock.instant();
    }

    /**
     * What came of the request.
     *
     * @param status HTTP's; null when there was no answer
     * @param errorClass null for a yes
     * @param correlationId Genesys' id of the call; may be null
     */
    public void callEnds(Integer status, String errorClass, String correlationId) {
        if (call == null) {
            return;
        }
        if (status != null) {
            call.setAttribute("http.response.status_code", status);
        }
        if (correlationId != null && CORRELATION.matcher(correlationId).matches()) {
            call.setAttribute(CORRELATION_ID, List.of(correlationId));
        }
        failed(call, errorClass);
        call.end(answeredAt == null ? clock.instant() : answeredAt);
        call = null;
    }

    /** Something came between that is worth a word, one of few. */
    public void tells(String what) {
        way.addEvent(what);
    }

    /** It belongs to a conversation in which this span was the guest's last word. */
    public void answers(String traceId, String spanId) {
        way.addLink(
                SpanContext.createFromRemoteParent(traceId, spanId, TraceFlags.getSampled(), TraceState.getDefault()));
    }

    /**
     * A message's way is over.
     *
     * @param outcome delivered, dead, dropped, duplicate, or returned when the bus is to bring it again
     * @param errorClass what it died of; else null
     */
    public void settled(String outcome, String errorClass, int attempts) {
        if (isFollowed()) {
            goesOn();
            way.setAttribute("guestbridge.outcome", outcome);
            way.setAttribute("guestbridge.attempts", attempts);
            ends(errorClass);
        }
    }

    /** A webhook was answered. */
    public void answered(int status) {
        if (isFollowed()) {
            way.setAttribute("http.response.status_code", status);
            ends(status >= 500 ? String.valueOf(status) : null);
        }
    }

    /** @param errorType what it failed of, one of few words; null when it didn't */
    public void ends(String errorType) {
        if (isFollowed()) {
            callEnds(null, errorType, null);
            failed(way, errorType);
            way.end();
        }
    }

    private static void failed(Span span, String errorType) {
        if (errorType != null) {
            span.setAttribute(ERROR_TYPE, errorType);
            span.setStatus(StatusCode.ERROR);
        }
    }

    private SpanBuilder child(String name, SpanKind kind) {
        return tracer.spanBuilder(name)
                .setSpanKind(kind)
                .setParent(Context.root().with(way));
    }

    /** Its id; the rest is for those who collect it. */
    @Override
    public String toString() {
        return "Trace[" + id + "]";
    }
}
