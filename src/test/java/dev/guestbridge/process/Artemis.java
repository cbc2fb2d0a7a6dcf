package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.guestbridge.process.Installation.Running;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** A broker as an operator has it: the Artemis distribution's own process, with the broker.xml that we ship. */
public final class Artemis {

    private static final Path DISTRIBUTION = Path.of("target/artemis");
    private static final Duration LONG = Duration.ofSeconds(120);

    private final Installation installation;
    private final Path instance;
    private final String name;
    private final int port = Installation.freePort();
    private final Map<String, String> properties = new TreeMap<>();
    private Running running;

    /** Makes a broker's folder, as its operator would; it isn't started yet. */
    public Artemis(Installation installation, String name) {
        this.installation = installation;
        this.name = name;
        this.instance = installation.home().resolveSibling(name);
        Installation.remove(instance);
        tool(
                distribution().resolve("bin/artemis"),
                "create",
                "--silent",
                "--user=admin",
                "--password=admin-of-the-tests",
                "--require-login",
                "--no-web",
                "--no-autotune",
                "--nio",
                instance.toString());
        write("broker.xml", read(Path.of("docker/artemis/broker.xml")));
        with("guestbridge.port", port).with("guestbridge.host", "127.0.0.1");
    }

    private static Path distribution() {
        try (Stream<Path> folders = Files.list(DISTRIBUTION)) {
            return folders.findFirst().orElseThrow().toAbsolutePath();
        } catch (IOException e) {
            throw new UncheckedIOException(DISTRIBUTION + " has no Artemis; mvn dependency:unpack@artemis", e);
        }
    }

    /** One of the names in the shipped file is given this value. */
    public Artemis with(String property, Object value) {
        properties.put(property, value.toString());
        return this;
    }

    /** Whoever has this name and password is of that role. */
    public Artemis user(String user, String password, String role) {
        append("artemis-users.properties", user + " = " + password);
        append("artemis-roles.properties", role + " = " + user);
        return this;
    }

    /** A file of the broker's settings. */
    Path etc(String file) {
        return instance.resolve("etc").resolve(file);
    }

    /** The broker's settings as they are. */
    public String settings() {
        return read(etc("broker.xml"));
    }

    /** Sets the broker's settings; one that runs sees them a while later. */
    public void settings(String xml) {
        write("broker.xml", xml);
    }

    public int port() {
        return port;
    }

    /** Starts it, without waiting for it. */
    public Artemis starting() {
        running =
                installation.start(name, environment(), List.of("sh", launcher().toString(), "run"));
        return this;
    }

    /** Waits until it has said this so many times since it was started. */
    public Artemis awaitSaid(String what, int times) {
        running.awaitUp(what, () -> running.stdout().split(what, -1).length > times);
        return this;
    }

    /** Starts it, and waits until it serves clients. */
    public Artemis start() {
        return starting().awaitSaid("AMQ221007", 1);
    }

    /** kill -9 */
    public void kill() {
        running.kill();
    }

    /** What one of the broker's own commands prints; fails when it fails. */
    String command(String... arguments) {
        return tool(launcher(), arguments);
    }

    private String tool(Path launcher, String... arguments) {
        List<String> command = new ArrayList<>(List.of("sh", launcher.toString()));
        command.addAll(List.of(arguments));
        Running tool = installation.start(name + "-" + arguments[0], environment(), command);
        assertThat(tool.exitWithin(LONG))
                .as(() -> tool.stdout() + tool.stderr())
                .isZero();
        return tool.stdout();
    }

    private Map<String, String> environment() {
        StringBuilder set = new StringBuilder();
        properties.forEach((property, value) ->
                set.append("-D").append(property).append('=').append(value).append(' '));
        return Map.of("JAVA_ARGS", "-Xmx256m -XX:TieredStopAtLevel=1", "JAVA_ARGS_APPEND", set.toString());
    }

    private Path launcher() {
        return instance.resolve("bin/artemis");
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void write(String file, String text) {
        try {
            Files.writeString(etc(file), text);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void append(String file, String line) {
        try {
            Files.writeString(etc(file), "\n" + line + "\n", StandardOpenOption.APPEND);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
