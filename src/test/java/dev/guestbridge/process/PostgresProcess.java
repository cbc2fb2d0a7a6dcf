package dev.guestbridge.process;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A real PostgreSQL that can be killed, frozen and started again on the same port and data. */
public final class PostgresProcess implements AutoCloseable {

    private final Path data;
    private final int port = Installation.freePort();
    private EmbeddedPostgres server;

    /** @param folder where it keeps its data */
    public PostgresProcess(Path folder) {
        data = folder.resolve("pg");
        start();
    }

    public void start() {
        try {
            server = EmbeddedPostgres.builder()
                    .setDataDirectory(data)
                    .setCleanDataDirectory(false)
                    .setPort(port)
                    .start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    public String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=postgres";
    }

    /** From now on this user is asked for a password; the others aren't. */
    public void demandPassword(String user) {
        try {
            Path rules = data.resolve("pg_hba.conf");
            Files.writeString(rules, "host all " + user + " 127.0.0.1/32 scram-sha-256\n" + Files.readString(rules));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        sql("postgres", "SELECT pg_reload_conf()");
    }

    /** As the server's own user. */
    public void sql(String database, String statement) {
        try (Connection connection = server.getDatabase("postgres", database).getConnection();
                Statement change = connection.createStatement()) {
            change.execute(statement);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Each process stands still, as on a machine that hangs: connections stay open, and nothing is answered. */
    public void freeze() {
        signal("STOP", processes());
    }

    public void thaw() {
        signal("CONT", processes());
    }

    /** kill -9 of all its processes; {@link #start} brings it back. */
    public void kill() {
        List<ProcessHandle> processes = processes();
        signal("KILL", processes);
        processes.forEach(process -> process.onExit().join());
        release();
    }

    /** Shuts down in order; {@link #start} brings it back. */
    public void stop() {
        release();
    }

    private void release() {
        try {
            server.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private List<ProcessHandle> processes() {
        try (Stream<String> lines = Files.lines(data.resolve("postmaster.pid"))) {
            ProcessHandle postmaster = ProcessHandle.of(
                            Long.parseLong(lines.findFirst().orElseThrow()))
                    .orElseThrow();
            List<ProcessHandle> all = new ArrayList<>(List.of(postmaster));
            postmaster.descendants().forEach(all::add);
            return all;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void signal(String signal, List<ProcessHandle> processes) {
        List<String> command = new ArrayList<>(List.of("kill", "-" + signal));
        processes.forEach(process -> command.add(String.valueOf(process.pid())));
        try {
            new ProcessBuilder(command).inheritIO().start().waitFor(); // one may have ended meanwhile
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public void close() {
        thawed();
        release();
    }

    private void thawed() {
        if (Files.exists(data.resolve("postmaster.pid"))) {
            thaw();
        }
    }
}
