package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** An installed folder and the environment that it is started in; right as they stand. */
record Installed(Path home, Map<String, String> environment) {

    void set(String variable, String value) {
        environment.put(variable, value);
    }

    void unset(String variable) {
        environment.remove(variable);
    }

    void append(String line) throws IOException {
        append("config/application.properties", line);
    }

    void append(String file, String text) throws IOException {
        write(file, Files.readString(home.resolve(file)) + text + "\n");
    }

    void replace(String file, String from, String to) throws IOException {
        String text = Files.readString(home.resolve(file));
        assertThat(text).as(file).contains(from);
        write(file, text.replace(from, to));
    }

    void write(String file, String text) throws IOException {
        Files.writeString(home.resolve(file), text);
    }

    void delete(String name) throws IOException {
        try (Stream<Path> files = Files.walk(home.resolve(name))) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }

    /** A file for a secret, with these permissions. */
    void secret(String file, String text, String permissions) throws IOException {
        write(file, text);
        Files.setPosixFilePermissions(home.resolve(file), PosixFilePermissions.fromString(permissions));
    }

    /** A copy of what is shipped, with an organisation simulated on this machine. */
    static Installed in(Path home) throws IOException {
        for (String part : List.of("config", "routes")) {
            try (Stream<Path> files = Files.walk(Path.of(part))) {
                for (Path file : files.toList()) {
                    Files.createDirectories(home.resolve(file).getParent());
                    Files.copy(file, home.resolve(file));
                }
            }
        }
        Map<String, String> environment = new TreeMap<>();
        freePorts(environment);
        environment.put("GUESTBRIDGE_HOME", home.toString());
        environment.put("HTTP_HOST", "127.0.0.1");
        environment.put("GENESYS_MAIN_API_URL", "http://127.0.0.1:1");
        environment.put("GENESYS_MAIN_TOKEN_URL", "http://127.0.0.1:1/oauth/token");
        environment.put("GENESYS_MAIN_CLIENT_ID", "main");
        environment.put("GENESYS_MAIN_CLIENT_SECRET", "main-secret");
        environment.put("GENESYS_MAIN_WEBHOOK_SECRET", "a-webhook-secret-of-the-refusals-test");
        return new Installed(home, environment);
    }

    static void freePorts(Map<String, String> environment) throws IOException {
        List<ServerSocket> sockets = new ArrayList<>();
        for (String key : List.of("HTTP_PORT", "MANAGEMENT_PORT", "BROKER_EMBEDDED_PORT", "SIMULATOR_PORT")) {
            ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
            sockets.add(socket);
            environment.put(key, String.valueOf(socket.getLocalPort()));
        }
        for (ServerSocket socket : sockets) {
            socket.close();
        }
    }
}
