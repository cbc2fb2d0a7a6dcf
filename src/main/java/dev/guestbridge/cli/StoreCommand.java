package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.FolderLock;
import dev.guestbridge.Settings;
import dev.guestbridge.store.StoreMove;
import dev.guestbridge.store.StoreMove.Part;
import dev.guestbridge.store.StoreUpgrade;
import java.io.BufferedReader;
import java.io.Console;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

@Command(
        name = "store",
        description = "Moves the store from its file to a PostgreSQL, and brings a PostgreSQL's tables up to date.",
        mixinStandardHelpOptions = true,
        subcommands = {StoreCommand.Migrate.class, StoreCommand.Upgrade.class, HelpCommand.class})
final class StoreCommand implements Runnable {

    private static final String SQLITE = "jdbc:sqlite:";
    private static final String POSTGRESQL = "jdbc:postgresql:";

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    @Command(
            name = "migrate",
            description =
                    "Carries all that the store's file knows into an empty PostgreSQL, while the bridge is stopped.",
            footer = {
                "",
                "Without --yes it only tells what it would do. All is carried in one transaction: when it is broken off,"
                        + " nothing is there, and it can be said again. The file stays as it is. User and password are"
                        + " those of store.username and store.password."
            },
            mixinStandardHelpOptions = true)
    static final class Migrate implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Option(
                names = "--from",
                paramLabel = "<url>",
                description = "The file: jdbc:sqlite:/path/store.db (default: the one of store.url, or data/store.db).")
        private String from;

        @Option(
                names = "--to",
                paramLabel = "<url>",
                description = "The database: jdbc:postgresql://host/database (default: store.url).")
        private String to;

        @Mixin
        private Consent consent;

        @Option(names = "--json", description = "Print JSON.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            Terminal terminal = new Terminal(spec);
            Settings settings = terminal.settings();
            StoreMove move = new StoreMove(
                    source(settings),
                    target(settings),
                    settings.get("store.username"),
                    settings.secret("store.password"));
            Deque<FolderLock> held = new ArrayDeque<>();
            try {
                hold(settings, move.file(), held);
                List<Part> parts = move.plan();
                tell(told(move, parts, consent.isGiven() ? carried(move, parts, terminal) : null), terminal);
            } finally {
                while (!held.isEmpty()) {
                    held.pop().close();
                }
            }
            return Guestbridge.DONE;
        }

        private String source(Settings settings) {
            String set = settings.get("store.url");
            if (from != null) {
                return from;
            }
            return set.startsWith(SQLITE) ? set : SQLITE + settings.data().resolve("store.db");
        }

        private String target(Settings settings) {
            String set = to == null ? settings.get("store.url") : to;
            if (!set.startsWith(POSTGRESQL)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "where to? Set store.url to the PostgreSQL, or say --to " + POSTGRESQL + "//host/database");
            }
            return set;
        }

        /** Keeps bridges from the file, and from the folder that one would run in. */
        private void hold(Settings settings, Path file, Deque<FolderLock> held) throws IOException {
            TreeSet<Path> locks = new TreeSet<>(List.of(
                    Path.of(file + ".lock"),
                    file.resolveSibling("guestbridge.lock"),
                    settings.data().toAbsolutePath().normalize().resolve("guestbridge.lock")));
            for (Path lock : locks) {
                if (Files.isDirectory(lock.getParent())) {
                    try {
                        held.push(FolderLock.take(lock));
                    } catch (IllegalStateException taken) {
                        throw new ParameterException(
                                spec.commandLine(), lock.getParent() + ": " + taken.getMessage() + "; stop it first");
                    }
                }
            }
        }

        private static List<Part> carried(StoreMove move, List<Part> parts, Terminal terminal) {
            long all = parts.stream().mapToLong(Part::rows).sum();
            try (Progress progress = terminal.progress(
                    () -> all == 0 ? 1 : (double) move.carried() / all,
                    () -> move.carried() + " of " + all + " rows")) {
                progress.start();
                return move.carry();
            }
        }

        /** @param there null when nothing was carried */
        private static ObjectNode told(StoreMove move, List<Part> parts, List<Part> there) {
            ObjectNode told = JsonNodeFactory.instance.objectNode();
            told.put("from", move.from()).put("to", move.to()).put("carried", there != null);
            ArrayNode tables = told.putArray("tables");
            for (int i = 0; i < parts.size(); i++) {
                ObjectNode row = tables.addObject();
                row.put("table", parts.get(i).table()).put("rows", parts.get(i).rows());
                if (there != null) {
                    row.put("there", there.get(i).rows());
                }
            }
            return told;
        }

        private void tell(ObjectNode told, Terminal terminal) {
            if (json) {
                terminal.print(Shown.json(told));
                return;
            }
            boolean carried = consent.isGiven();
            List<String> columns = carried ? List.of("table", "rows", "there") : List.of("table", "rows");
            Table table = new Table(columns.toArray(String[]::new));
            told.path("tables")
                    .forEach(row -> table.row(columns.stream()
                            .map(column -> Shown.text(row, column))
                            .toArray()));
            table.print(terminal.out());
            terminal.print((carried ? "carried" : "would be carried") + " from " + Shown.text(told, "from") + " to "
                    + Shown.text(told, "to"));
            if (carried) {
                terminal.tell("set store.url to the database before the bridge starts again; the file stays as it was,"
                        + " and knows nothing of what is sent from now on");
            }
            consent.tellIfMissing(terminal);
        }
    }

    @Command(
            name = "upgrade",
            description =
                    "Makes and changes the PostgreSQL's tables as a user who may, and lets store.username use them.",
            footer = {
                "",
                "The bridge does it by itself at a start, where store.username may make tables. The password is asked for"
                        + " where somebody sits at a terminal, else it is a line on stdin."
            },
            mixinStandardHelpOptions = true)
    static final class Upgrade implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @Option(names = "--as", required = true, paramLabel = "<user>", description = "Who may make tables there.")
        private String owner;

        @Override
        public Integer call() throws IOException {
            Terminal terminal = new Terminal(spec);
            Settings settings = terminal.settings();
            String user = settings.get("store.username");
            StoreUpgrade upgrade = new StoreUpgrade(settings.storeUrl(), owner, password());
            int changes = upgrade.carryOut(user.equals(owner) ? "" : user);
            terminal.print(changes == 0 ? "the tables are up to date" : changes + " changes were carried out");
            return Guestbridge.DONE;
        }

        private String password() throws IOException {
            Console console = System.console();
            if (console != null) {
                char[] typed = console.readPassword("password of %s: ", owner);
                return typed == null ? "" : new String(typed);
            }
            String line = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)).readLine();
            return line == null ? "" : line;
        }
    }
}
