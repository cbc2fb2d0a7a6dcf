package dev.guestbridge.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.FolderLock;
import dev.guestbridge.message.Json;
import dev.guestbridge.process.PostgresProcess;
import dev.guestbridge.store.Outbox;
import dev.guestbridge.store.Store;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What {@code guestbridge store} says to those who move a store. */
@Timeout(120)
class StoreCommandTest {

    @TempDir
    Path folder;

    @Test
    void a_file_is_moved_when_it_is_said_so_and_nobody_uses_it() throws Exception {
        Path file = folder.resolve("data/store.db");
        try (Store made = Store.open("jdbc:sqlite:" + file, "", "", Runnable::run)) {
            assertThat(new Outbox(made, 10).queues()).isEmpty();
        }
        Map<String, String> environment = Installed.in(folder.resolve("home")).environment();
        environment.put("STORE_URL", "jdbc:sqlite:" + file);

        Ended nowhere = Ended.of(environment, "store", "migrate");
        assertThat(nowhere.status()).isEqualTo(2);
        assertThat(nowhere.err()).contains("where to? Set store.url to the PostgreSQL, or say --to");

        try (PostgresProcess postgres = new PostgresProcess(folder)) {
            String to = postgres.url("postgres");
            String way = "from jdbc:sqlite:" + file + " to " + to.replaceFirst("\\?.*", "");
            try (FolderLock bridge = FolderLock.take(Path.of(file + ".lock"))) {
                assertThat(bridge).isNotNull();
                Ended taken = Ended.of(environment, "store", "migrate", "--to", to);
                assertThat(taken.status()).isEqualTo(2);
                assertThat(taken.err())
                        .contains("another bridge uses it, process "
                                + ProcessHandle.current().pid())
                        .contains("stop it first");
            }

            Ended plan = Ended.of(environment, "store", "migrate", "--to", to);
            assertThat(plan.status()).isZero();
            assertThat(plan.out())
                    .contains("TABLE", "ROWS", "ledger", "outbox_sequence  1\n", "would be carried " + way)
                    .doesNotContain("THERE", "user=");
            assertThat(plan.err()).isEqualTo("guestbridge: nothing was changed; --yes does it\n");

            JsonNode told = Json.read(Ended.of(environment, "store", "migrate", "--to", to, "--json")
                    .out());
            assertThat(told.path("carried").asBoolean(true)).isFalse();
            assertThat(told.path("tables"))
                    .hasSizeGreaterThan(4)
                    .allMatch(table -> table.has("rows") && !table.has("there"));

            Ended done = Ended.of(environment, "store", "migrate", "--to", to, "--yes");
            assertThat(done.status()).as(done.err()).isZero();
            assertThat(done.out())
                    .containsPattern("TABLE +ROWS +THERE")
                    .containsPattern("outbox_sequence +1 +1\n")
                    .contains("carried " + way)
                    .doesNotContain("would be");
            assertThat(done.err()).contains("set store.url to the database").doesNotContain("--yes");
        }
    }
}
