package dev.guestbridge.process;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** An installed folder of its own, free ports, and the processes started on it; all of them end with it. */
public final class Installation implements AutoCloseable {

    public static final String WEBHOOK_SECRET = "a webhook secret of the tests that is long enough";

    private static final Path SOURCES = Path.of("").toAbsolutePath();
    private static final HttpClient HTTP = HttpClient.newHttpClient();
    private static final Set<Integer> GIVEN_AWAY = new HashSet<>();
    private static final int FORK = Integer.getInteger("surefire.forkNumber", 1);

    private final Path folder;
    private Path program;
    private final Map<String, String> environment = new TreeMap<>();
    private final List<Running> started = new ArrayList<>();

    /** @param name of the folder under target/processes that keeps what the processes wrote */
    public Installation(String name) {
        this(name, SOURCES);
    }

    /**
     * Of a program that lies elsewhere.
     *
     * @param program the folder of {@code bin/}, {@code config/} and {@code routes/}
     */
    Installation(String name, Path program) {
        folder = SOURCES.resolve("target/processes").resolve(name);
        remove(folder);
        runs(program);
        for (String port : List.of("HTTP_PORT", "MANAGEMENT_PORT", "BROKER_EMBEDDED_PORT", "SIMULATOR_PORT")) {
            environment.put(port, String.valueOf(freePort()));
        }
        environment.put("HTTP_HOST", "127.0.0.1");
        environment.put("GENESYS_MAIN_API_URL", simulatorUrl());
        environment.put("GENESYS_MAIN_TOKEN_URL", simulatorUrl() + "/oauth/token");
        environment.put("GENESYS_MAIN_CLIENT_ID", "main");
        environment.put("GENESYS_MAIN_CLIENT_SECRET", "main-secret");
        environment.put("GENESYS_MAIN_WEBHOOK_SECRET", WEBHOOK_SECRET);
        environment.put("GENESYS_MAIN_REQUESTS_PER_MINUTE", "600000");
    }

    public Path home() {
        return folder.resolve("home");
    }

    /** What is started from now on is this program, with the settings and routes that it ships. */
    public void runs(Path program) {
        this.program = program;
        for (String shipped : List.of("config", "routes")) {
            remove(home().resolve(shipped));
            copy(program.resolve(shipped), home().resolve(shipped));
        }
    }

    /** The program that the tests are of. */
    public void runsThis() {
        runs(SOURCES);
    }

    public Installation with(String variable, Object value) {
        environment.put(variable, value.toString());
        return this;
    }

    Installation without(String prefix) {
        environment.keySet().removeIf(variable -> variable.startsWith(prefix));
        return this;
    }

    public int port(String variable) {
        return Integer.parseInt(environment.get(variable));
    }

    public String simulatorUrl() {
        return "http://127.0.0.1:" + port("SIMULATOR_PORT");
    }

    Bus bus() {
        return new Bus(port("BROKER_EMBEDDED_PORT"));
    }

    public Genesys genesys() {
        return new Genesys(simulatorUrl());
    }

    /** Starts the bridge, and waits until it is ready. */
    public Running bridge() {
        Running bridge = start("run");
        bridge.awaitUp("ready", () -> get("/observe/health/ready").statusCode() == 200);
        return bridge;
    }

    /** Starts the simulator, and waits until it answers. */
    public Running simulator() {
        Running simulator = start("simulate");
        simulator.awaitUp("answering", () -> genesys().calls() >= 0);
        return simulator;
    }

    /** Starts a command of the launcher. */
    public Running start(String command, String... arguments) {
        List<String> line =
                new ArrayList<>(List.of(program.resolve("bin/guestbridge").toString(), command));
        line.addAll(List.of(arguments));
        return start(command, line);
    }

    /** Starts a class of the tests in a process of its own, with what the launcher gives to the bridge. */
    public Running startJava(Class<?> main, String... arguments) {
        Path target = SOURCES.resolve("target");
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx256m",
                "-cp",
                target + "/test-classes:" + target + "/guestbridge.jar:" + target + "/lib/*",
                main.getName()));
        command.addAll(List.of(arguments));
        return start(main.getSimpleName(), command);
    }

    /** Starts another program, with what the bridge is given and these variables. */
    Running start(String name, Map<String, String> variables, List<String> command) {
        return start(name, command, variables);
    }

    /** Starts any program, with the variables of this installation. */
    Running program(String name, String... command) {
        return start(name, List.of(command));
    }

    private Running start(String name, List<String> command) {
        return start(name, command, Map.of());
    }

    private Running start(String name, List<String> command, Map<String, String> variables) {
        String log = (started.size() + 1) + "-" + name;
        Path out = folder.resolve(log + ".out");
        Path err = folder.resolve(log + ".err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().keySet().removeIf(variable -> variable.matches("(GENESYS|BROKER|STORE|LOG)_.*"));
        builder.environment().putAll(environment);
        builder.environment().put("GUESTBRIDGE_HOME", home().toString());
        builder.environment().putAll(variables);
        try {
            Running running = new Running(log, builder.start(), out, err);
            started.add(running);
            return running;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** What the management port answers. */
    public HttpResponse<String> get(String path) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("MANAGEMENT_PORT") + path)));
    }

    /** Posts a webhook to the bridge. */
    HttpResponse<String> webhook(String body, String signature) {
        return send(HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port("HTTP_PORT") + "/webhooks/main"))
                .header("Content-Type", "application/json")
                .header("X-Hub-Signature-256", signature)
                .POST(HttpRequest.BodyPublishers.ofString(body)));
    }

    static HttpResponse<String> send(HttpRequest.Builder request) {
        try {
            return HTTP.send(request.timeout(Duration.ofSeconds(20)).build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        started.forEach(Running::close);
        remove(home().resolve("data"));
    }

    /** A port that nobody listens on, and that no other installation of this run was given, nor one of Failsafe's other fork. */
    public static synchronized int freePort() {
        try {
            while (true) {
                try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
                    int port = socket.getLocalPort();
                    if (port / 2 % 2 == FORK % 2 && GIVEN_AWAY.add(port)) { // by halves, for Linux gives odd ones alone
                        return port;
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static void copy(Path from, Path to) {
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

    public static void remove(Path folder) {
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

    /** A process that a test started, and what it wrote. */
    public record Running(String name, Process process, Path out, Path err) implements AutoCloseable {

        public interface Condition {
            boolean holds() throws Exception;
        }

        public void awaitUp(String what, Condition condition) {
            await(name + " is " + what)
                    .atMost(Duration.ofSeconds(120))
                    .pollInterval(Duration.ofMillis(100))
                    .ignoreExceptionsMatching(e -> process.isAlive())
                    .until(() -> {
                        if (!process.isAlive()) {
                            throw new AssertionError(name + " ended with " + process.exitValue() + ": " + stderr());
                        }
                        return condition.holds();
                    });
        }

        /** Its exit status; fails when it takes longer than that. */
        public int exitWithin(Duration limit) {
            try {
                if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new AssertionError(name + " still runs after " + limit + ": " + stderr());
                }
                return process.exitValue();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }

        public void sigterm() {
            process.toHandle().destroy();
        }

        /** kill -9 */
        public void kill() {
            process.toHandle().destroyForcibly();
            exitWithin(Duration.ofSeconds(20));
        }

        public String stdout() {
            return read(out);
        }

        public String stderr() {
            return read(err);
        }

        private static String read(Path file) {
            try {
                return Files.readString(file);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }

        @Override
        public void close() {
            process.toHandle().destroyForcibly();
            exitWithin(Duration.ofSeconds(20));
        }
    }
}
