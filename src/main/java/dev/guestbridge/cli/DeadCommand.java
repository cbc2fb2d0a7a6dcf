package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "dead",
        description = "Shows the messages on guest.dead, puts them back, discards or exports them.",
        footer = {
            "",
            "A letter's id is its JMSMessageID without 'ID:'; its first 8 or more characters will do. What guests wrote is"
                    + " shown with --body only, and with it what Genesys said, which may quote them."
        },
        mixinStandardHelpOptions = true,
        subcommands = {
            DeadCommand.ListLetters.class,
            DeadCommand.Show.class,
            DeadMove.Replay.class,
            DeadMove.Discard.class,
            DeadCommand.Export.class,
            HelpCommand.class
        })
final class DeadCommand implements Runnable {

    private static final int SHORT_ID = 13; // the first two parts: no two made within 300 days share them
    private static final int PAGE = 500;

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Guestbridge guestbridge;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    Management bridge() {
        return new Management(guestbridge.settings());
    }

    /** Which letters are meant. */
    static final class Filter {
        @Option(names = "--class", paramLabel = "<name>", description = "Of this error class.")
        private String errorClass;

        @Option(names = "--channel", paramLabel = "<name>", description = "Of this channel.")
        private String channel;

        @Option(
                names = "--since",
                paramLabel = "<time>",
                converter = Moment.class,
                description = "Dead since then: so long ago, as 90m, 2h or 3d, or a time, as 2026-11-21T14:00:00Z.")
        private Instant since;

        @Option(
                names = "--until",
                paramLabel = "<time>",
                converter = Moment.class,
                description = "Dead before then, said in the same way.")
        private Instant until;

        @Option(names = "--reason", paramLabel = "<words>", description = "Whose reason has these words in it.")
        private String reason;

        @Option(names = "--text", paramLabel = "<words>", description = "In which the guest wrote these words.")
        private String text;

        @Option(names = "--guest", paramLabel = "<externalId>", description = "Of this guest.")
        private String guest;

        @Option(names = "--id", paramLabel = "<id>", description = "Whose message, or the trace of it, has this id.")
        private String id;

        Map<String, String> parameters() {
            Map<String, String> parameters = new LinkedHashMap<>();
            put(parameters, "class", errorClass);
            put(parameters, "channel", channel);
            put(parameters, "since", since);
            put(parameters, "until", until);
            put(parameters, "reason", reason);
            put(parameters, "text", text);
            put(parameters, "guest", guest);
            put(parameters, "id", id);
            return parameters;
        }

        private static void put(Map<String, String> parameters, String name, Object value) {
            if (value != null) {
                parameters.put(name, value.toString());
            }
        }
    }

    /** A time, or how long ago it is, as people write it. */
    static final class Moment implements ITypeConverter<Instant> {
        @Override
        public Instant convert(String text) {
            try {
                return text.contains("T") ? Instant.parse(text) : Instant.now().minus(Duration.parse(duration(text)));
            } catch (DateTimeParseException e) {
                throw new TypeConversionException(
                        "'" + text + "' is neither a time such as 2026-11-21T14:00:00Z nor one such as 90m, 2h or 3d");
            }
        }

        private static String duration(String text) {
            String upper = text.toUpperCase(Locale.ROOT);
            return upper.endsWith("D") ? "P" + upper : "PT" + upper;
        }
    }

    @Command(
            name = "list",
            description = "Lists dead letters, the oldest first.",
            mixinStandardHelpOptions = true,
            footer = {"", "Exit status: 0 there are some, 1 there are none."})
    static final class ListLetters implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @ParentCommand
        private DeadCommand dead;

        @Mixin
        private Filter filter;

        @Option(
                names = "--limit",
                paramLabel = "<n>",
                defaultValue = "50",
                description = "At most so many, up to 500 (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Option(names = "--json", description = "Print the bridge's answer as it is.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            Map<String, String> parameters = filter.parameters();
            parameters.put("limit", String.valueOf(limit));
            JsonNode answer = dead.bridge().ask("/dead", parameters);
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.write(answer));
                out.flush();
            } else if (!answer.path("letters").isEmpty()) {
                table(answer.path("letters")).print(out);
            }
            PrintWriter err = spec.commandLine().getErr();
            if (answer.path("letters").isEmpty()) {
                err.println("no dead letter is so");
            } else if (answer.has("after")) {
                err.println("there are more: --limit shows up to " + PAGE + ", 'dead export' writes all");
            }
            return answer.path("letters").isEmpty() ? Guestbridge.NEGATIVE : Guestbridge.DONE;
        }

        private static Table table(JsonNode letters) {
            Table table = new Table("letter", "dead at", "class", "channel", "message", "guest", "replays", "reason");
            letters.forEach(letter -> table.row(
                    shortened(letter.path("letter").asText()),
                    letter.path("at").asText().replaceFirst("\\.\\d+Z$", "Z"),
                    text(letter, "class"),
                    text(letter, "channel"),
                    text(letter, "messageId"),
                    text(letter, "guest"),
                    letter.path("replays").asText(),
                    text(letter, "reason")));
            return table;
        }

        private static String shortened(String id) {
            return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
        }

        private static String text(JsonNode letter, String field) {
            return letter.path(field).asText(null);
        }
    }

    @Command(
            name = "show",
            description = "Shows all that is known of one dead letter.",
            mixinStandardHelpOptions = true,
            footer = {"", "Exit status: 0 it is there, 1 it isn't."})
    static final class Show implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @ParentCommand
        private DeadCommand dead;

        @Parameters(paramLabel = "<letter>", description = "Its id, or the first 8 or more characters of it.")
        private String id;

        @Option(names = "--body", description = "Show what the guest wrote, and what Genesys said, too.")
        private boolean body;

        @Option(names = "--json", description = "Print the bridge's answer as it is.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            Map<String, String> parameters = new LinkedHashMap<>();
            parameters.put("letter", id);
            parameters.put("limit", "2");
            parameters.put("body", String.valueOf(body));
            JsonNode letters = dead.bridge().ask("/dead", parameters).path("letters");
            if (letters.size() != 1) {
                spec.commandLine()
                        .getErr()
                        .println(
                                letters.isEmpty()
                                        ? "no letter on guest.dead has an id that begins with that"
                                        : "several letters have an id that begins with that; give more of it");
                return Guestbridge.NEGATIVE;
            }
            PrintWriter out = spec.commandLine().getOut();
            if (json) {
                out.println(Json.write(letters.get(0)));
                out.flush();
            } else {
                Table table = new Table("what", "value");
                letters.get(0)
                        .properties()
                        .forEach(one -> table.row(one.getKey(), one.getValue().asText()));
                table.print(out);
            }
            return Guestbridge.DONE;
        }
    }

    @Command(
            name = "export",
            description = "Writes dead letters as JSON lines, the oldest first, and leaves them where they are.",
            mixinStandardHelpOptions = true,
            footer = {"", "Exit status: 0 there were some, 1 there were none."})
    static final class Export implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @ParentCommand
        private DeadCommand dead;

        @Mixin
        private Filter filter;

        @Option(names = "--body", description = "Write what guests wrote, and what Genesys said, too.")
        private boolean body;

        @Option(
                names = "--out",
                paramLabel = "<file>",
                description = "Write to this new file, which only you may read (default: stdout).")
        private Path file;

        @Override
        public Integer call() throws Exception {
            if (file == null) {
                return export(spec.commandLine().getOut());
            }
            try {
                Files.createFile(
                        file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            } catch (FileAlreadyExistsException e) {
                throw new ParameterException(spec.commandLine(), "--out " + file + ": is there already");
            } catch (IOException | UnsupportedOperationException e) {
                throw new ParameterException(spec.commandLine(), "--out " + file + ": can't be written: " + e);
            }
            try (PrintWriter out =
                    new PrintWriter(Files.newBufferedWriter(file, StandardCharsets.UTF_8, StandardOpenOption.WRITE))) {
                int status = export(out);
                if (out.checkError()) {
                    throw new IOException(file + " couldn't be written to its end");
                }
                return status;
            }
        }

        private int export(PrintWriter out) throws InterruptedException {
            Management bridge = dead.bridge();
            Map<String, String> parameters = filter.parameters();
            parameters.put("limit", String.valueOf(PAGE));
            parameters.put("body", String.valueOf(body));
            long letters = 0;
            JsonNode page;
            do {
                page = bridge.ask("/dead", parameters);
                for (JsonNode letter : page.path("letters")) {
                    out.println(Json.write(letter));
                    letters++;
                }
                out.flush();
                parameters.put("after", page.path("after").asText());
            } while (page.has("after"));
            spec.commandLine().getErr().println(letters + " letters written" + (file == null ? "" : " to " + file));
            return letters == 0 ? Guestbridge.NEGATIVE : Guestbridge.DONE;
        }
    }

    /** What a filter and these letters mean, as the bridge is asked for it. */
    static ObjectNode asked(Filter filter, List<String> letters) {
        ObjectNode asked = JsonNodeFactory.instance.objectNode();
        filter.parameters().forEach(asked::put);
        if (letters != null && !letters.isEmpty()) {
            asked.put("letter", String.join(",", letters));
        }
        return asked;
    }
}
