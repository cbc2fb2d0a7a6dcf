package dev.guestbridge.bench;

import io.vertx.core.json.JsonObject;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** Broker and API, each a process of its own, and the folder and ports that candidates are started with. */
final class Site implements AutoCloseable {

    /** The heap of each candidate, which is the launcher's default. */
    static final String HEAP = "-Xmx512m";

    private static final Path SOURCES = Path.of("").toAbsolutePath();
    private static final List<String> CHANNELS = List.of("mobile", "loadtest", "kiosk", "webchat", "whatsapp");
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    private final Path folder;
    private final int brokerPort = freePort();
    private final int apiPort = freePort();
    private final Deque<Started> started = new ArrayDeque<>();
    private final Thread atExit = new Thread(this::end);
    private final Load load;
    private int number;

    Site(String name) {
        folder = SOURCES.resolve("bench/target/run").resolve(name);
        remove(folder);
        Runtime.getRuntime().addShutdownHook(atExit);
        List<String> broker = new ArrayList<>(List.of(
                SOURCES.resolve("config/broker.xml").toString(),
                folder.resolve("broker").toString(),
                String.valueOf(brokerPort),
                "guest.dead",
                "guest.unrouted"));
        for (String channel : CHANNELS) {
            for (String queue : List.of("in", "out", "status", "receipt")) {
                broker.add("guest." + queue + "." + channel);
            }
        }
        java(Broker.class, broker).awaitUp();
        java(Api.class, List.of(String.valueOf(apiPort))).awaitUp();
        load = new Load(brokerUrl());
    }

    Load load() {
        return load;
    }

    String brokerUrl() {
        return "tcp://127.0.0.1:" + brokerPort;
    }

    String apiUrl() {
        return "http://127.0.0.1:" + apiPort;
    }

    /** Starts a class of the benchmark as a process of its own. */
    Started java(Class<?> main, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                HEAP,
                "-cp",
                System.getProperty("java.class.path"),
                main.getName()));
        command.addAll(arguments);
        return start(main.getSimpleName(), command, Map.of());
    }

    /** Starts the bridge as it is shipped, but for these settings, with a store of its own, and waits until it is ready. */
    Started bridge(Map<String, String> settings, int httpPort) {
        return bridge(home(), settings, httpPort);
    }

    /** The shipped config and routes, in a folder of their own. */
    Path home() {
        Path home = folder.resolve("home-" + number);
        copy(SOURCES.resolve("config"), home.resolve("config"));
        copy(SOURCES.resolve("routes"), home.resolve("routes"));
        return home;
    }

    /** The same, with the routes and the store of this folder. */
    Started bridge(Path home, Map<String, String> settings, int httpPort) {
        int management = freePort();
        Map<String, String> environment = new TreeMap<>();
        environment.put("GUESTBRIDGE_HOME", home.toString());
        environment.put("HTTP_HOST", "127.0.0.1");
        environment.put("HTTP_PORT", String.valueOf(httpPort));
        environment.put("MANAGEMENT_PORT", String.valueOf(management));
        environment.put("BROKER_URL", brokerUrl());
        environment.put("GENESYS_MAIN_API_URL", apiUrl());
        environment.put("GENESYS_MAIN_TOKEN_URL", apiUrl() + "/oauth/token");
        environment.put("GENESYS_MAIN_CLIENT_ID", "main");
        environment.put("GENESYS_MAIN_CLIENT_SECRET", "main-secret");
        environment.put("GENESYS_MAIN_WEBHOOK_SECRET", Webhook.SECRET);
        environment.putAll(settings);
        Started bridge = launch("run", environment);
        String ready = "http://127.0.0.1:" + management + "/observe/health/ready";
        bridge.until("ready", Duration.ofMinutes(5), () -> answers(ready));
        return bridge;
    }

    /** Starts a command of the launcher. */
    Started launch(String command, Map<String, String> environment) {
        return start("bridge", List.of(SOURCES.resolve("bin/guestbridge").toString(), command), environment);
    }

    private static boolean answers(String url) {
        try {
            return HTTP.send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.discarding())
                            .statusCode()
                    == 200;
        } catch (IOException notYet) {
            return false;
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private Started start(String name, List<String> command, Map<String, String> environment) {
        String log = ++number + "-" + name;
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectOutput(folder.resolve(log + ".out").toFile())
                .redirectError(folder.resolve(log + ".err").toFile());
        builder.environment()
                .keySet()
                .removeIf(variable -> variable.matches("(GENESYS|BROKER|STORE|LOG|GUESTBRIDGE)_.*"));
        builder.environment().putAll(environment);
        try {
            Files.createDirectories(folder);
            Started process =
                    new Started(log, builder.start(), folder.resolve(log + ".out"), folder.resolve(log + ".err"));
            started.push(process);
            return process;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Lets the API count anew. */
    void reset(int latencyMs, int perMinute) {
        ask("/_bench/reset?latency-ms=" + latencyMs + "&per-minute=" + perMinute);
    }

    /** Waits until so many messages have arrived at the API and were acknowledged at the broker. */
    void awaitArrival(Started candidate, int messages, Duration limit) {
        candidate.until("all messages at the API", limit, () -> Long.parseLong(ask("/_bench/distinct")) == messages);
        candidate.until("all messages acknowledged", limit, () -> load.left(Load.QUEUE) == 0);
    }

    /** What the API has counted. */
    JsonObject figures() {
        return new JsonObject(ask("/_bench/figures"));
    }

    private String ask(String path) {
        try {
            HttpRequest request = HttpRequest.newBuilder(URI.create(apiUrl() + path))
                    .version(HttpClient.Version.HTTP_1_1)
                    .POST(BodyPublishers.noBody())
                    .build();
            HttpResponse<String> answer = HTTP.send(request, BodyHandlers.ofString());
            return answer.body();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void copy(Path from, Path to) {
        try (Stream<Path> files = Files.walk(from)) {
            for (Path file : files.toList()) {
                Path copy = to.resolve(from.relativize(file).toString());
                Files.createDirectories(copy.getParent());
                Files.copy(file, copy);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void remove(Path folder) {
        if (!Files.exists(folder)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void end() {
        started.forEach(process -> process.process().toHandle().destroyForcibly());
    }

    @Override
    public void close() {
        load.close();
        end();
        started.forEach(Started::close);
        Runtime.getRuntime().removeShutdownHook(atExit);
        remove(folder.resolve("broker"));
    }
}
