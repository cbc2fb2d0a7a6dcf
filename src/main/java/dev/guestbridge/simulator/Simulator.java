package dev.guestbridge.simulator;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import io.vertx.core.VertxOptions;
import io.vertx.core.file.FileSystemOptions;
import io.vertx.core.http.HttpServer;
import io.vertx.core.http.HttpServerOptions;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A strict stand-in for Genesys Cloud on 127.0.0.1: takes what the platform takes, refuses what it refuses. */
public final class Simulator implements AutoCloseable {

    private static final int LONGEST_LINE = 32 * 1024;
    private static final int SECONDS_TO_START_OR_STOP = 20;

    private final Vertx vertx;
    private final HttpServer server;

    private Simulator(Vertx vertx, HttpServer server) {
        this.vertx = vertx;
        this.server = server;
    }

    /** @throws IOException when the port can't be bound */
    public static Simulator start(SimulatorSettings settings) throws IOException {
        // one event loop: all state belongs to it, and nothing is locked
        Vertx vertx = Vertx.vertx(new VertxOptions()
                .setEventLoopPoolSize(1)
                .setWorkerPoolSize(1)
                .setInternalBlockingPoolSize(1)
                .setFileSystemOptions(
                        new FileSystemOptions().setFileCachingEnabled(false).setClassPathResolvingEnabled(false)));
        try {
            return new Simulator(vertx, await(serve(vertx, settings)));
        } catch (IOException e) {
            vertx.close();
            throw e;
        }
    }

    private static Future<HttpServer> serve(Vertx vertx, SimulatorSettings settings) {
        Map<String, Organisation> byName = new LinkedHashMap<>();
        Map<String, Organisation> byClientId = new HashMap<>();
        for (OrganisationSettings each : settings.organisations()) {
            Organisation organisation = new Organisation(each);
            byName.put(each.name(), organisation);
            byClientId.put(each.clientId(), organisation);
        }
        Tokens tokens = new Tokens();
        Faults faults = new Faults();
        Journal journal = new Journal(settings.journalEntries());
        Webhooks webhooks = new Webhooks(vertx, settings);
        Agent agent = new Agent(webhooks);
        TokenEndpoint tokenEndpoint = new TokenEndpoint(tokens, byClientId::get);
        List<Route> routes = new ArrayList<>(tokenEndpoint.routes());
        routes.addAll(ExternalThreads.routes());
        routes.addAll(ConversationMessages.routes());
        routes.addAll(new GuestConversations(tokens).routes());
        routes.addAll(Messaging.routes());
        routes.addAll(OpenMessaging.routes());
        Reception reception = new Reception(vertx, List.copyOf(routes), tokens, tokenEndpoint, faults, journal, agent);
        Control control = new Control(vertx, byName, tokens, faults, journal, webhooks, agent);
        return vertx.createHttpServer(new HttpServerOptions()
                        .setHttp2ClearTextEnabled(false)
                        .setHandle100ContinueAutomatically(true)
                        .setMaxInitialLineLength(LONGEST_LINE)
                        .setMaxHeaderSize(LONGEST_LINE))
                .requestHandler(request -> {
                    if (Reception.isControl(request)) {
                        control.receive(request);
                    } else {
                        reception.receive(request);
                    }
                })
                .listen(settings.port(), "127.0.0.1");
    }

    /** The port it listens on. */
    public int port() {
        return server.actualPort();
    }

    /** Its address, as in {@code http://127.0.0.1:8090}; base of the API's, the token's and the control URLs. */
    public String url() {
        return "http://127.0.0.1:" + port();
    }

    /** Stops listening, drops open calls and webhooks that wait. */
    @Override
    public void close() {
        try {
            await(vertx.close());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T await(Future<T> future) throws IOException {
        try {
            return future.toCompletionStage().toCompletableFuture().get(SECONDS_TO_START_OR_STOP, TimeUnit.SECONDS);
        } catch (ExecutionException e) {
            throw new IOException("simulator: " + e.getCause().getMessage(), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException("simulator: no answer in " + SECONDS_TO_START_OR_STOP + " s", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("simulator: interrupted", e);
        }
    }
}
