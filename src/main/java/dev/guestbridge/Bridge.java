package dev.guestbridge;

import dev.guestbridge.broker.Broker;
import dev.guestbridge.broker.Connections;
import dev.guestbridge.broker.Inspection;
import dev.guestbridge.broker.Postbox;
import dev.guestbridge.broker.Queues;
import dev.guestbridge.console.Checks;
import dev.guestbridge.dialect.Dialects;
import dev.guestbridge.genesys.Budgets;
import dev.guestbridge.genesys.ErrorCatalogue;
import dev.guestbridge.genesys.Organisations;
import dev.guestbridge.genesys.Scopes;
import dev.guestbridge.genesys.Token;
import dev.guestbridge.lane.Bulkhead;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.lane.Pauses;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Meters;
import dev.guestbridge.message.SteadyClock;
import dev.guestbridge.message.Traces;
import dev.guestbridge.store.Outbox;
import dev.guestbridge.store.Store;
import dev.guestbridge.store.StoreUnavailable;
import dev.guestbridge.webhook.Entrance;
import dev.guestbridge.webhook.Turnstile;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.RoutesBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.platform.http.vertx.VertxPlatformHttpRouter;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The running bridge: the routes of the installed folder, and all that they stand on. */
public final class Bridge implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(Bridge.class);

    /** What routes/beans.camel.yaml is given, by name; {@code check} looks there too. */
    static final Map<String, Class<?>> BOUND = Map.ofEntries(
            Map.entry("channels", Channels.class),
            Map.entry("organisations", Organisations.class),
            Map.entry("tokenEndpoint", Function.class),
            Map.entry("neededScopes", Scopes.class),
            Map.entry("clock", Clock.class),
            Map.entry("steadyClock", Clock.class),
            Map.entry("guestMessageSchema", Path.class),
            Map.entry("receiptSchema", Path.class),
            Map.entry("errorClasses", Path.class),
            Map.entry("workers", ExecutorService.class),
            Map.entry("store", Store.class),
            Map.entry("metricsRegistry", PrometheusMeterRegistry.class),
            Map.entry("meters", Meters.class),
            Map.entry("traces", Traces.class),
            Map.entry("vertx", Vertx.class),
            Map.entry("connections", Connections.class),
            Map.entry("postbox", Postbox.class),
            Map.entry("consuming", Object.class),
            Map.entry("sending", Object.class),
            Map.entry("brokerCheck", HealthCheck.class),
            Map.entry("pausesCheck", HealthCheck.class),
            Map.entry("storeCheck", HealthCheck.class));

    private static final Duration IN_FLIGHT_ENDS = Duration.ofSeconds(18);
    private static final Duration BROKER_ANSWERS = Duration.ofSeconds(4);
    private static final int MOST_THREADS = 64; // where only broker and store are waited for

    private final Settings settings;
    private final Deque<AutoCloseable> parts = new ArrayDeque<>();
    private final Main camel = new Main();
    private final EndsWithCamel endsWithCamel = new EndsWithCamel();
    private ProducerTemplate asking;

    private Bridge(Settings settings) {
        this.settings = settings;
    }

    /**
     * Starts it; when it returns, messages flow.
     *
     * @throws IllegalArgumentException when the configuration is wrong; names file, key and reason
     * @throws Exception when something that it stands on can't be used
     */
    public static Bridge start(Settings settings) throws Exception {
        Bridge bridge = new Bridge(settings);
        try {
            bridge.start();
            return bridge;
        } catch (Exception e) {
            bridge.close();
            throw e;
        }
    }

    private void start() throws Exception {
        Path home = settings.home();
        Channels channels = Channels.read(home.resolve("routes/channels"));
        Organisations organisations = new Organisations(settings.organisations(channels.organisations()));
        Preflight preflight = new Preflight(settings);
        preflight.demand();
        ErrorCatalogue catalogue = new ErrorCatalogue(home.resolve("config/error-classes.yaml"));
        if (preflight.usesData()) {
            lock("guestbridge.data", settings.data().resolve("guestbridge.lock"));
        }
        preflight.warnings().forEach(warning -> LOG.warn(warning.getMessage()));
        ExecutorService workers = part(ExecutorService::shutdown, workers(threads()));
        // store and broker are opened at the same time: together they are half of the start
        CompletableFuture<Store> opening = part(Bridge::closed, opening(workers));
        Tracing tracing = part(Tracing::close, new Tracing(settings));
        Connections connections = part(Connections::close, connections(channels, tracing.traces()));
        Store store = opened(opening);
        Measures measures = part(Measures::close, new Measures(settings));

        Properties camelProperties = settings.all();
        camel.setOverrideProperties(camelProperties);
        camel.configure().setJmxEnabled(settings.word("management.jmx").equals("on"));
        camel.configure().withRoutesIncludePattern("file:" + home + "/routes/**/*.camel.yaml");
        // known to Camel from its properties too late
        camel.configure().withRoutesExcludePattern(camelProperties.getProperty("camel.main.routesExcludePattern"));
        camel.configure().addRoutesBuilder(receiptRoutes(channels, connections));
        bind("channels", channels);
        bind("organisations", organisations);
        bind("tokenEndpoint", (Function<String, CompletableFuture<Token>>) this::askForToken);
        bind("neededScopes", new Scopes(settings.neededScopes()));
        bind("clock", Clock.systemUTC());
        bind("steadyClock", new SteadyClock());
        bind("guestMessageSchema", home.resolve("config/schemas/guest-message.schema.json"));
        bind("receiptSchema", home.resolve("config/schemas/receipt.schema.json"));
        bind("errorClasses", home.resolve("config/error-classes.yaml"));
        bind("workers", workers);
        bind("store", store);
        bind("metricsRegistry", measures.prometheus());
        bind("meters", measures.meters());
        bind("traces", tracing.traces());
        Entrance entrance = part(Entrance::close, entrance(organisations, measures.meters()));
        bind("vertx", entrance.vertx());
        bind("connections", connections);
        bind("postbox", connections.postbox());
        bind("consuming", connections.consuming());
        bind("sending", connections.sending());
        bind("brokerCheck", Checks.readiness("broker", connections::trouble));
        bind("pausesCheck", Checks.information("pauses", this::pauses));
        bind("storeCheck", Checks.readiness("store", store::trouble));
        parts.push(this::drain);
        camel.addMainListener(new MainListenerSupport() {
            @Override
            public void afterConfigure(BaseMainSupport main) {
                if (settings.isForDevelopers()) {
                    main.getCamelContext().addLifecycleStrategy(endsWithCamel);
                }
                Registry beans = main.getCamelContext().getRegistry();
                Dialects dialects = beans.lookupByNameAndType("dialects", Dialects.class);
                Channels.read(home.resolve("routes/channels"), dialects::check);
            }
        });
        try {
            camel.start();
        } catch (Exception e) {
            throw BadRoutes.of(home.resolve("routes"), e);
        }
        openDesks();
        measures.open(registry(), context().getVersion());
        LOG.info(
                "started: channels {}, webhooks on port {}, management on port {}",
                channels.all().stream().map(channel -> channel.name()).toList(),
                settings.get("http.port"),
                settings.get("management.port"));
    }

    private void bind(String name, Object bean) {
        camel.bind(name, BOUND.get(name).cast(bean));
    }

    private Entrance entrance(Organisations organisations, Meters meters) {
        Entrance.Limits limits = new Entrance.Limits(
                settings.number("http.port"),
                settings.number("http.connections"),
                settings.number("http.header-ms"),
                settings.number("http.body-ms"),
                settings.number("http.answer-ms"),
                settings.number("http.idle-ms"));
        return new Entrance(
                limits,
                name -> organisations.named(name) != null,
                new Turnstile(meters, new SteadyClock(), organisations.names()),
                () -> VertxPlatformHttpRouter.lookup(
                        context(), VertxPlatformHttpRouter.getRouterNameFromPort(limits.port())));
    }

    private void openDesks() {
        Router router = VertxPlatformHttpRouter.lookup(
                context(), VertxPlatformHttpRouter.getRouterNameFromPort(settings.number("management.port")));
        if (router != null) { // null when an operator switched Camel's management server off
            part(Desks::close, new Desks(settings, registry())).open(router);
        }
    }

    private <T> T bean(String name, Class<T> type) {
        return registry().lookupByNameAndType(name, type);
    }

    private synchronized CompletableFuture<Token> askForToken(String org) {
        if (asking == null) {
            asking = camel.getCamelContext().createProducerTemplate();
        }
        return asking.asyncRequestBody("direct:genesys-token", org, Token.class);
    }

    private String pauses() {
        List<String> all = bean("pauses", Pauses.class).told();
        return all.isEmpty() ? null : String.join("; ", all);
    }

    private Connections connections(Channels channels, Traces traces) throws Exception {
        String url = settings.get("broker.url");
        String username = settings.get("broker.username");
        String password = settings.secret("broker.password");
        if (url.equals("embedded")) {
            Broker broker = part(
                    Broker::close,
                    Broker.start(
                            settings.home().resolve("config/broker.xml"),
                            settings.data().resolve("broker"),
                            settings.number("broker.embedded.port"),
                            channels.all(),
                            receipts(),
                            username,
                            password));
            return new Connections(broker.url(), username, password, List.of(), traces, this::held);
        }
        Connections connections;
        try {
            connections = new Connections(url, username, password, Queues.required(channels.all()), traces, this::held);
        } catch (IllegalArgumentException e) {
            throw settings.wrong("broker.url", "is no Artemis address");
        }
        inspect(connections);
        return connections;
    }

    // a broker that is down is waited for: it isn't the configuration that is wrong
    private void inspect(Connections connections) throws InterruptedException {
        try {
            Inspection found = connections.inspect(BROKER_ANSWERS);
            if (found == null) {
                LOG.warn(
                        "the broker can't be reached yet, so its queues and settings haven't been looked at: have 'guestbridge"
                                + " doctor --only broker' do that when it is there");
                return;
            }
            found.warnings().forEach(LOG::warn);
            if (!found.faults().isEmpty()) {
                throw settings.wrong("broker.url", String.join("; ", found.faults()));
            }
        } catch (Connections.UserRefused e) {
            throw settings.wrong("broker.username", "the broker refuses it: " + e.getMessage());
        }
    }

    private CompletableFuture<Store> opening(ExecutorService workers) {
        String url = settings.get("store.url");
        if (url.startsWith("jdbc:sqlite:") && url.contains("/")) {
            lock(
                    "store.url",
                    Path.of(url.replaceFirst("^jdbc:sqlite:(file:)?", "").replaceFirst("\\?.*$", "") + ".lock"));
        }
        String username = settings.get("store.username");
        String password = settings.secret("store.password");
        return CompletableFuture.supplyAsync(
                () -> Store.openOrAwait(
                        settings.storeUrl(), username, password, settings.storeLimits(), workers, this::held),
                workers);
    }

    private Store opened(CompletableFuture<Store> opening) {
        try {
            return opening.join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof StoreUnavailable
                    ? settings.wrong("store.url", e.getCause().getMessage())
                    : e;
        }
    }

    private static void closed(CompletableFuture<Store> opening) {
        opening.handle((store, failure) -> store)
                .thenAccept(store -> {
                    if (store != null) {
                        store.close();
                    }
                })
                .join();
    }

    /** What waits for broker or store, for the log. */
    private String held() {
        CamelContext context = camel.getCamelContext();
        Lanes lanes = context == null ? null : bean("lanes", Lanes.class);
        Outbox outbox = context == null ? null : bean("outbox", Outbox.class);
        return "messages %d, replies %d"
                .formatted(
                        lanes == null ? 0 : lanes.held(delivery -> true).size(), outbox == null ? 0 : outbox.letters());
    }

    private void lock(String key, Path file) {
        try {
            part(FolderLock::close, FolderLock.take(file));
        } catch (IllegalStateException taken) {
            throw settings.wrong(key, file.getParent() + ": " + taken.getMessage());
        } catch (FileAlreadyExistsException e) {
            throw settings.wrong(key, file.getParent() + " can't be written to: it isn't a folder");
        } catch (IOException | RuntimeException e) {
            throw settings.wrong(key, file.getParent() + " can't be written to: " + e.getMessage());
        }
    }

    private String receipts() {
        return settings.word("reply.receipts");
    }

    /** One route for each channel that may tell what became of replies. */
    private RoutesBuilder receiptRoutes(Channels channels, Connections connections) {
        List<String> names = receipts().equals("off")
                ? List.of()
                : channels.all().stream()
                        .filter(Channel::takesReceipts)
                        .filter(channel -> hasQueue(connections, channel.receiptQueue()))
                        .map(Channel::name)
                        .toList();
        return new RouteBuilder() {
            @Override
            public void configure() {
                names.forEach(name ->
                        templatedRoute("receipt-in").routeId(name + "-receipts").parameter("channel", name));
            }
        };
    }

    private static boolean hasQueue(Connections connections, String receipts) {
        boolean lacks = connections.lacks(receipts);
        if (lacks) {
            LOG.warn(
                    "the broker lacks the queue {}: nobody tells the agent what became of the channel's replies",
                    receipts);
        }
        return !lacks;
    }

    private int threads() {
        int callsInFlight = settings.number("genesys.calls-in-flight");
        boolean eachHoldsOne = settings.word("genesys.transport").equals("http");
        return eachHoldsOne ? callsInFlight : Math.min(callsInFlight, MOST_THREADS);
    }

    private static ExecutorService workers(int threads) {
        AtomicInteger number = new AtomicInteger();
        return Executors.newFixedThreadPool(threads, task -> new Thread(task, "worker-" + number.incrementAndGet()));
    }

    /** What the routes call by name. */
    public Registry registry() {
        return camel.getCamelContext().getRegistry();
    }

    /** The running context, for those who look into it. */
    public CamelContext context() {
        return camel.getCamelContext();
    }

    /** Ends what is in flight, sends the rest back to the bus untouched, and stops. */
    @Override
    public void close() {
        while (!parts.isEmpty()) {
            try {
                parts.pop().close();
            } catch (Exception e) {
                LOG.warn("while stopping: {}", e.toString());
            }
        }
    }

    private void drain() throws Exception {
        CamelContext context = camel.getCamelContext();
        if (context != null && context.getRegistry().lookupByName("lanes") != null) {
            Lanes lanes = context.getRegistry().lookupByNameAndType("lanes", Lanes.class);
            LOG.info("stopping: what is in flight has {} s to end, the bus keeps the rest", IN_FLIGHT_ENDS.toSeconds());
            lanes.stopTaking();
            context.getRegistry().lookupByNameAndType("pauses", Pauses.class).close();
            context.getRegistry().lookupByNameAndType("budgets", Budgets.class).close();
            context.getRegistry()
                    .lookupByNameAndType("bulkhead", Bulkhead.class)
                    .close();
            int left = lanes.awaitEnd(IN_FLIGHT_ENDS);
            if (left > 0) {
                LOG.warn("{} messages in flight didn't end in time; the bus keeps them", left);
            }
            lanes.close();
        }
        endsWithCamel.leaveIt();
        camel.stop();
        LOG.info("stopped");
    }

    private interface Closing<T> {
        void close(T part) throws Exception;
    }

    private <T> T part(Closing<T> closing, T part) {
        parts.push(() -> closing.close(part));
        return part;
    }
}
