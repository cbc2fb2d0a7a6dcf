package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.guestbridge.FolderLock;
import dev.guestbridge.process.PostgresProcess;
import dev.guestbridge.store.Outbox;
import dev.guestbridge.store.Store;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** What {@code guestbridge store} says to those who move a store. */
@Timeout(120)
class StoreCommandTest {

    @TempDir
    Path folder;

    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    private int store(Map<String, String> environment, String... arguments) {
        out.getBuffer().setLength(0);
        err.getBuffer().setLength(0);
        CommandLine line = Guestbridge.commandLine(environment, parts -> {});
        line.setOut(new PrintWriter(out, true));
        line.setErr(new PrintWriter(err, true));
        return line.execute(arguments);
    }

    @Test
    void a_file_is_moved_when_it_is_said_so_and_nobody_uses_it() throws Exception {
        Path file = folder.resolve("data/store.db");
        try (Store made = Store.open("jdbc:sqlite:" + file, "", "", Runnable::run)) {
            assertThat(new Outbox(made, 10).queues()).isEmpty();
        }
        Map<String, String> environment = Installed.in(folder.resolve("home")).environment();
        environment.put("STORE_URL", "jdbc:sqlite:" + file);

        assertThat(store(environment, "store", "migrate")).isEqualTo(2);
        assertThat(err.toString()).contains("where to? Set store.url to the PostgreSQL, or say --to");

        try (PostgresProcess postgres = new PostgresProcess(folder)) {
            String to = postgres.url("postgres");
            String named = to.replaceFirst("\\?.*", "");
            try (FolderLock bridge = FolderLock.take(Path.of(file + ".lock"))) {
                assertThat(bridge).isNotNull();
                assertThat(store(environment, "store", "migrate", "--to", to)).isEqualTo(2);
                assertThat(err.toString())
                        .contains("another bridge uses it, process "
                                + ProcessHandle.current().pid())
                        .contains("stop it first");
            }

            assertThat(store(environment, "store", "migrate", "--to", to)).isZero();
            assertThat(out.toString())
                    .contains("TABLE", "ROWS", "ledger", "outbox_sequence  1")
                    .contains("would be carried from jdbc:sqlite:" + file + " to " + named)
                    .doesNotContain("THERE", "user=");
            assertThat(err.toString()).isEqualTo("guestbridge: nothing was changed; --yes does it\n");

            assertThat(store(environment, "store", "migrate", "--to", to, "--yes", "--json"))
                    .isZero();
            JsonNode told = new ObjectMapper().readTree(out.toString());
            assertThat(told.path("carried").asBoolean()).isTrue();
            assertThat(told.path("tables")).hasSizeGreaterThan(4).allMatch(table -> table.path("rows")
                    .equals(table.path("there")));
        }
    }
}
