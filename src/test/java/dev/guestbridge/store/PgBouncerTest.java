package dev.guestbridge.store;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ForkJoinPool;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The store behind a real PgBouncer: one that gives each client its connection is as good as none, others are named. */
@Timeout(60)
class PgBouncerTest {

    @TempDir
    Path folder;

    private EmbeddedPostgres postgres;
    private Process pooler;
    private int port;

    @BeforeEach
    void start() throws Exception {
        assumeTrue(
                Stream.of(System.getenv("PATH").split(":"))
                        .anyMatch(bin -> Files.isExecutable(Path.of(bin, "pgbouncer"))),
                "skipped: this machine has no pgbouncer");
        postgres = EmbeddedPostgres.start();
        startPooler();
    }

    @AfterEach
    void stop() throws Exception {
        if (pooler != null) {
            pooler.destroyForcibly().waitFor();
        }
        if (postgres != null) {
            postgres.close();
        }
    }

    /** Starts a PgBouncer that lends connections by what the database is called, and waits until it listens. */
    private void startPooler() throws Exception {
        try (ServerSocket free = new ServerSocket(0)) {
            port = free.getLocalPort();
        }
        Path ini = Files.writeString(
                folder.resolve("pgbouncer.ini"),
                """
                [databases]
                session = host=127.0.0.1 port=%1$d dbname=postgres user=postgres pool_mode=session
                transaction = host=127.0.0.1 port=%1$d dbname=postgres user=postgres pool_mode=transaction
                [pgbouncer]
                listen_addr = 127.0.0.1
                listen_port = %2$d
                unix_socket_dir =
                auth_type = any
                """
                        .formatted(postgres.getPort(), port));
        List<String> command = new ArrayList<>(List.of("pgbouncer", ini.toString()));
        if (System.getProperty("user.name").equals("root")) { // as whom it refuses to run
            Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
            command.addAll(1, List.of("-u", "nobody"));
        }
        pooler = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("pgbouncer.log").toFile())
                .start();
        await().until(() -> {
            try (Socket socket = new Socket("127.0.0.1", port)) {
                return socket.isConnected();
            } catch (IOException e) {
                assertThat(pooler.isAlive())
                        .as(() -> read(folder.resolve("pgbouncer.log")))
                        .isTrue();
                return false;
            }
        });
    }

    private static String read(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String url(String database) {
        return "jdbc:postgresql://127.0.0.1:" + port + "/" + database + "?user=guestbridge";
    }

    private StoreUnavailable refused(String url) {
        return catchThrowableOfType(StoreUnavailable.class, () -> Store.open(url, "", "", ForkJoinPool.commonPool())
                .close());
    }

    /** More than the driver needs to prepare a statement in the server, and on more than one connection. */
    private static void carriesMuch(String url) {
        try (Store store = Store.open(url, "", "", ForkJoinPool.commonPool())) {
            Ledger ledger = new Ledger(store);
            for (int i = 0; i < 50; i++) {
                String id = "m" + i;
                ledger.start(new Identity("whatsapp", id, "guest", "f", "b")).join();
                assertThat(Stream.of(1, 2, 3, 4).parallel().map(n -> ledger.find("whatsapp", id)))
                        .doesNotContainNull();
            }
            assertThat(store.trouble()).isNull();
        }
    }

    @Test
    void each_client_has_its_connection_or_says_that_it_prepares_nothing() throws Exception {
        assertThat(refused(url("transaction")))
                .hasMessageContaining("lends connections by the transaction")
                .hasMessageContaining("set pool_mode = session");
        assertThat(catchThrowableOfType(StoreUnavailable.class, () -> StoreInspection.of(url("transaction"), "", "")))
                .hasMessageContaining("lends connections by the transaction");
        assertThat(refused(url("session") + "&currentSchema=bridge"))
                .hasMessageContaining("unsupported startup parameter: search_path")
                .hasMessageContaining("ALTER ROLE … SET search_path");
        carriesMuch(url("session"));
        carriesMuch(url("transaction") + "&prepareThreshold=0");
    }
}
