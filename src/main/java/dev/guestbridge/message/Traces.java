package dev.guestbridge.message;

import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanBuilder;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.api.trace.SpanKind;
import io.opentelemetry.api.trace.Tracer;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.ContextKey;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.time.Instant;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/**
 * Begins traces: by OpenTelemetry's conventions where somebody collects them, else as nothing but an id. An id that is made
 * here begins with the time, so that ids sort by it and an index of them grows at its end.
 */
public final class Traces {

    /** The id for a trace that begins: the library has no other way to be told. */
    public static final ContextKey<String> GIVEN = ContextKey.named("guestbridge.trace.id");

    private static final Pattern VERSION_00 = Pattern.compile("00-[0-9a-f]{32}-[0-9a-f]{16}-[0-9a-f]{2}");
    private static final int LONGEST = 512;
    private static final int OF_TIME = 12;
    private static final HexFormat HEX = HexFormat.of();

    private final Tracer tracer; // null when nobody collects
    private final Clock clock;

    /** @param tracer of those who collect them; null when nobody does */
    public Traces(Tracer tracer, Clock clock) {
        this.tracer = tracer;
        this.clock = clock;
    }

    /** Nobody collects them. */
    public static Traces uncollected() {
        return new Traces(null, Clock.systemUTC());
    }

    /**
     * A message was taken off its queue: it goes on with the trace that it names, or begins one, which has the same id
     * however often the bus brings it again.
     *
     * @param number the broker's own of the message
     * @param properties the message's of {@link Trace}'s names; whatever isn't as it must be counts as missing
     */
    public Trace taken(Delivery delivery, String number, Map<String, Object> properties) {
        Context producers = context(properties.get(Trace.PARENT), properties.get(Trace.STATE));
        SpanContext named = Span.fromContext(producers).getSpanContext();
        Object alone = properties.get(Trace.ID);
        String id = named.isValid()
                ? named.getTraceId()
                : Trace.fits(alone) ? alone.toString() : id(delivery.sentAt(), delivery.queue() + ' ' + number);
        if (tracer == null) {
            return uncollected(id);
        }
        SpanBuilder span = messaging("process", delivery.queue(), SpanKind.CONSUMER)
                .setStartTimestamp(delivery.takenAt())
                .setAttribute("guestbridge.org", delivery.channel().org())
                .setAttribute("guestbridge.channel", delivery.channel().name())
                .setAttribute("guestbridge.dialect", delivery.channel().dialect());
        return begun(span, producers, id);
    }

    /**
     * A genuine webhook came; Genesys says nothing of a trace.
     *
     * @param type of the reply that it is; null when it is none that we know
     */
    public Trace webhook(String org, Channel channel, String type) {
        ThreadLocalRandom random = ThreadLocalRandom.current();
        String id = HEX.toHexDigits(clock.millis(), OF_TIME)
                + HEX.toHexDigits(random.nextLong())
                + HEX.toHexDigits((short) random.nextInt());
        if (tracer == null) {
            return uncollected(id);
        }
        SpanBuilder span = tracer.spanBuilder("POST /webhooks/{org}")
                .setSpanKind(SpanKind.SERVER)
                .setAttribute("http.request.method", "POST")
                .setAttribute("http.route", "/webhooks/{org}")
                .setAttribute("guestbridge.org", org);
        if (channel != null) {
            span.setAttribute("guestbridge.channel", channel.name());
        }
        if (type != null) {
            span.setAttribute("guestbridge.reply.type", type);
        }
        return begun(span, Context.root(), id);
    }

    /** A letter is about to be put on its queue. */
    public Trace sends(Letter letter) {
        Context from = context(letter.traceparent(), null);
        if (tracer == null || !Span.fromContext(from).getSpanContext().isValid()) {
            return uncollected(letter.traceId());
        }
        return begun(messaging("send", letter.queue(), SpanKind.PRODUCER), from, letter.traceId());
    }

    private static Trace uncollected(String id) {
        return new Trace(id, null, null, Span.getInvalid());
    }

    private SpanBuilder messaging(String operation, String queue, SpanKind kind) {
        return tracer.spanBuilder(operation + ' ' + queue)
                .setSpanKind(kind)
                .setAttribute("messaging.system", "activemq")
                .setAttribute("messaging.operation.name", operation)
                .setAttribute("messaging.operation.type", operation)
                .setAttribute("messaging.destination.name", queue);
    }

    private Trace begun(SpanBuilder span, Context parent, String id) {
        boolean continues = Span.fromContext(parent).getSpanContext().isValid();
        Span way = continues
                ? span.setParent(parent).startSpan()
                : Context.root()
                        .with(GIVEN, id)
                        .wrapSupplier(span.setNoParent()::startSpan)
                        .get();
        return new Trace(id, tracer, clock, way);
    }

    /** What a sender says that its message belongs to; the root when it says nothing that keeps to W3C Trace Context. */
    private static Context context(Object parent, Object state) {
        if (!(parent instanceof String span) || !VERSION_00.matcher(span).matches()) {
            return Context.root();
        }
        Map<String, String> given = new HashMap<>(Map.of(Trace.PARENT, span));
        if (state instanceof String text && text.length() <= LONGEST) {
            given.put(Trace.STATE, text);
        }
        return W3CTraceContextPropagator.getInstance().extract(Context.root(), given, new Given());
    }

    private static final class Given implements TextMapGetter<Map<String, String>> {

        @Override
        public Iterable<String> keys(Map<String, String> carrier) {
            return carrier.keySet();
        }

        @Override
        public String get(Map<String, String> carrier, String key) {
            return carrier.get(key);
        }
    }

    private static String id(Instant at, String what) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(what.getBytes(StandardCharsets.UTF_8));
            return HEX.toHexDigits(at.toEpochMilli(), OF_TIME) + HEX.formatHex(digest, 0, 10);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}
