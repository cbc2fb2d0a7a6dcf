package dev.guestbridge;

import dev.guestbridge.message.Traces;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.AutoConfiguredOpenTelemetrySdk;
import io.opentelemetry.sdk.autoconfigure.spi.ConfigurationException;
import io.opentelemetry.sdk.trace.IdGenerator;
import java.time.Clock;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.slf4j.bridge.SLF4JBridgeHandler;

/** Where traces go: to the collector that is configured, in batches, or, when none is, nowhere. */
final class Tracing implements AutoCloseable {

    private static final long FLUSH_SECONDS = 3;

    private final OpenTelemetrySdk sdk; // null when there is no collector
    private final Traces traces;

    /** @throws IllegalArgumentException when an OTEL_* variable is wrong; the sentence names it */
    Tracing(Settings settings) {
        String endpoint = settings.get("tracing.otlp.endpoint");
        if (endpoint.isEmpty()) {
            sdk = null;
            traces = Traces.uncollected();
            return;
        }
        // the library logs by java.util.logging, which would write to stderr in a form of its own
        if (!SLF4JBridgeHandler.isInstalled()) {
            SLF4JBridgeHandler.removeHandlersForRootLogger();
            SLF4JBridgeHandler.install();
        }
        sdk = sdk(settings, endpoint);
        traces = new Traces(sdk.getTracer("dev.guestbridge", version()), Clock.systemUTC());
    }

    private static OpenTelemetrySdk sdk(Settings settings, String endpoint) {
        Map<String, String> unlessSet = Map.of(
                "otel.service.name",
                "guestbridge",
                "otel.resource.attributes",
                "service.version=" + version(),
                "otel.traces.sampler",
                "parentbased_traceidratio",
                "otel.traces.sampler.arg",
                String.valueOf(settings.number("tracing.sample-percent") / 100.0));
        Map<String, String> fixed = Map.of(
                "otel.exporter.otlp.endpoint", endpoint,
                "otel.exporter.otlp.protocol", "http/protobuf",
                "otel.traces.exporter", "otlp",
                "otel.metrics.exporter", "none",
                "otel.logs.exporter", "none");
        try {
            return AutoConfiguredOpenTelemetrySdk.builder()
                    .addPropertiesSupplier(() -> unlessSet)
                    .addPropertiesCustomizer(all -> fixed)
                    .addTracerProviderCustomizer((provider, all) -> provider.setIdGenerator(new Ids()))
                    .disableShutdownHook()
                    .build()
                    .getOpenTelemetrySdk();
        } catch (ConfigurationException e) {
            throw settings.wrong(
                    "tracing.otlp.endpoint", "OpenTelemetry refuses an OTEL_* variable: " + e.getMessage());
        }
    }

    private static String version() {
        return Objects.requireNonNullElse(Tracing.class.getPackage().getImplementationVersion(), "unknown");
    }

    /** Gives a trace the id that it is to have; spans get theirs by chance. */
    private static final class Ids implements IdGenerator {

        private final IdGenerator byChance = IdGenerator.random();

        @Override
        public String generateTraceId() {
            String given = Context.current().get(Traces.GIVEN);
            return given == null ? byChance.generateTraceId() : given;
        }

        @Override
        public String generateSpanId() {
            return byChance.generateSpanId();
        }
    }

    /** What messages are followed with. */
    Traces traces() {
        return traces;
    }

    /** Sends what was collected last; not for long, when the collector is away. */
    @Override
    public void close() {
        if (sdk != null) {
            sdk.shutdown().join(FLUSH_SECONDS, TimeUnit.SECONDS);
        }
    }
}
