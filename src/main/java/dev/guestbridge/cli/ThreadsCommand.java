package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "threads",
        description = "Shows, forgets and moves the threads that guests have at Genesys, and erases guests.",
        footer = {"", "A guest is the externalId by which the channel names them."},
        mixinStandardHelpOptions = true,
        subcommands = {
            ThreadsCommand.Get.class,
            ThreadsCommand.ListThreads.class,
            ThreadsCommand.Forget.class,
            ThreadsCommand.Export.class,
            ThreadsCommand.Import.class,
            ThreadsCommand.Erase.class,
            HelpCommand.class
        })
final class ThreadsCommand implements Runnable {

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

    /** Whose threads are meant. */
    static final class OfGuest {
        @Parameters(paramLabel = "<guest>", description = "The guest's externalId.")
        private String guest;

        @Option(names = "--channel", paramLabel = "<name>", description = "Only in this channel (default: in all).")
        private String channel;

        Map<String, String> question() {
            Map<String, String> question = new HashMap<>();
            question.put("guest", guest);
            question.put("channel", channel);
            return question;
        }

        ObjectNode body() {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            question().forEach((name, value) -> {
                if (value != null) {
                    body.put(name, value);
                }
            });
            return body;
        }
    }

    private static Table table() {
        return new Table("channel", "guest", "opened", "used", "conversation", "thread");
    }

    private static void row(Table table, JsonNode thread) {
        table.row(
                thread.path("channel").asText(),
                thread.path("guest").asText(),
                second(thread.path("openedAt").asText()),
                second(thread.path("usedAt").asText()),
                thread.path("conversationId").asText(),
                thread.path("threadId").asText());
    }

    private static String second(String time) {
        return time.replaceFirst("\\.\\d+Z$", "Z");
    }

    private static void print(CommandSpec spec, JsonNode json) {
        PrintWriter out = spec.commandLine().getOut();
        out.println(Json.write(json));
        out.flush();
    }

    private static void tell(CommandSpec spec, String line) {
        PrintWriter err = spec.commandLine().getErr();
        err.println("guestbridge: " + line.replaceAll("[\\p{Cntrl}\\u0085\\u2028\\u2029]+", " "));
        err.flush();
    }

    private static void tellNotes(CommandSpec spec, JsonNode answer) {
        answer.path("notes").forEach(note -> tell(spec, note.asText()));
    }

    @Command(
            name = "get",
            description = "Shows what is known of a guest's thread; of a token only that there is one.",
            footer = {"", "Exit status 1 when nothing is known."},
            mixinStandardHelpOptions = true)
    static final class Get implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @ParentCommand
        private ThreadsCommand threads;

        @Mixin
        private OfGuest ofGuest;

        @Option(names = "--json", description = "Print the bridge's answer as it is.")
        private boolean asJson;

        @Override
        public Integer call() throws InterruptedException {
            JsonNode answer = threads.bridge().ask("/threads/guest", ofGuest.question());
            if (asJson) {
                print(spec, answer);
            } else {
                show(answer.path("threads"));
            }
            return answer.path("threads").isEmpty() ? Guestbridge.NEGATIVE : Guestbridge.DONE;
        }

        private void show(JsonNode found) {
            if (found.isEmpty()) {
                tell(spec, "nothing is known of the guest; the next message opens a thread");
                return;
            }
            Table table = new Table("channel", "what", "value");
            for (JsonNode thread : found) {
                thread.properties().stream()
                        .filter(field -> !field.getKey().matches("channel|guest"))
                        .forEach(field -> table.row(
                                thread.path("channel").asText(),
                                field.getKey(),
                                field.getValue().asText()));
            }
            table.print(spec.commandLine().getOut());
        }
    }

    @Command(name = "list", description = "Lists guests' threads, in pages.", mixinStandardHelpOptions = true)
    static final class ListThreads implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @ParentCommand
        private ThreadsCommand threads;

        @Option(names = "--channel", paramLabel = "<name>", description = "Of this channel.")
        private String channel;

        @Option(names = "--org", paramLabel = "<name>", description = "Of this organisation.")
        private String org;

        @Option(
                names = "--opened-since",
                paramLabel = "<time>",
                converter = DeadCommand.Moment.class,
                description = "Opened then or later: 2026-11-21T14:00:00Z, or how long ago, such as 90m, 2h or 3d.")
        private Instant openedSince;

        @Option(
                names = "--used-before",
                paramLabel = "<time>",
                converter = DeadCommand.Moment.class,
                description = "Last used before then, to the hour.")
        private Instant usedBefore;

        @Option(
                names = "--limit",
                paramLabel = "<n>",
                defaultValue = "50",
                description = "How many, 1 to 500 (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Option(names = "--after", paramLabel = "<place>", description = "Where the page before says that more is.")
        private String after;

        @Option(names = "--json", description = "Print the bridge's answer as it is.")
        private boolean asJson;

        @Override
        public Integer call() throws InterruptedException {
            Map<String, String> question = new HashMap<>();
            question.put("channel", channel);
            question.put("org", org);
            question.put("openedSince", openedSince == null ? null : openedSince.toString());
            question.put("usedBefore", usedBefore == null ? null : usedBefore.toString());
            question.put("limit", String.valueOf(limit));
            question.put("after", after);
            JsonNode page = threads.bridge().ask("/threads", question);
            if (asJson) {
                print(spec, page);
            } else {
                Table table = table();
                page.path("threads").forEach(thread -> row(table, thread));
                table.print(spec.commandLine().getOut());
                if (page.has("next")) {
                    tell(spec, "there may be more: --after " + page.path("next").asText());
                }
            }
            return page.path("threads").isEmpty() ? Guestbridge.NEGATIVE : Guestbridge.DONE;
        }
    }

    @Command(
            name = "forget",
            description = "Forgets a guest's threads, so that the next message opens a new one.",
            footer = {
                "",
                "Without --yes it only tells what it would do. A message that is just being sent ends in the old thread;"
                        + " what is tried after that, also of messages that wait, opens a new one. Exit status 1 when"
                        + " nothing is known."
            },
            mixinStandardHelpOptions = true)
    static final class Forget implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @ParentCommand
        private ThreadsCommand threads;

        @Mixin
        private OfGuest ofGuest;

        @Option(names = "--yes", description = "Do it.")
        private boolean yes;

        @Option(names = "--json", description = "Print the bridge's answer as it is.")
        private boolean asJson;

        @Override
        public Integer call() throws InterruptedException {
            JsonNode answer = yes
                    ? threads.bridge().act("/threads/forget", ofGuest.body())
                    : threads.bridge().ask("/threads/forget", ofGuest.question());
            if (asJson) {
                print(spec, answer);
            } else {
                PrintWriter out = spec.commandLine().getOut();
                out.println((yes ? "forgotten: " : "would be forgotten: ") + count(answer, "threads", "thread"));
                answer.path("underWay").forEach(id -> tell(spec, "under way: message " + id.asText()));
                tellNotes(spec, answer);
                tellHow(spec, yes);
            }
            return answer.path("threads").asInt() == 0 ? Guestbridge.NEGATIVE : Guestbridge.DONE;
        }
    }

    @Command(
            name = "erase",
            description = "Erases all that the bridge holds of a guest: threads, messages in the ledger, dead letters,"
                    + " and replies that wait in the store.",
            footer = {
                "",
                "Without --yes it only tells what it would do. It is refused while messages of the guest are under way."
                        + " Of each message in the ledger a digest stays for store.keep-days, by which a repeat of it is"
                        + " still known. docs/operations.md says what 'erased' promises, and what remains elsewhere. Exit"
                        + " status 1 when nothing is known, or when it was refused."
            },
            mixinStandardHelpOptions = true)
    static final class Erase implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @ParentCommand
        private ThreadsCommand threads;

        @Mixin
        private OfGuest ofGuest;

        @Option(names = "--yes", description = "Do it.")
        private boolean yes;

        @Option(
                names = "--unsettled",
                description =
                        "Also when the ledger doesn't know what became of messages of the guest, for they are lost.")
        private boolean unsettled;

        @Option(names = "--json", description = "Print the bridge's answer as it is.")
        private boolean asJson;

        @Override
        public Integer call() throws InterruptedException {
            Map<String, String> question = ofGuest.question();
            question.put("unsettled", String.valueOf(unsettled));
            JsonNode answer;
            try {
                answer = yes
                        ? threads.bridge().act("/threads/erase", ofGuest.body().put("unsettled", unsettled))
                        : threads.bridge().ask("/threads/erase", question);
            } catch (Management.Unanswered e) {
                if (!e.isInTheWay()) {
                    throw e;
                }
                tell(spec, e.getMessage());
                return Guestbridge.NEGATIVE;
            }
            if (asJson) {
                print(spec, answer);
            } else {
                PrintWriter out = spec.commandLine().getOut();
                out.println((yes ? "erased: " : "would be erased: ")
                        + String.join(
                                ", ",
                                count(answer, "threads", "thread"),
                                count(answer, "messages", "message in the ledger", "messages in the ledger"),
                                count(answer, "deadLetters", "dead letter"),
                                count(answer, "replies", "waiting reply", "waiting replies"),
                                count(answer, "traces", "trace of a reply", "traces of replies")));
                tellNotes(spec, answer);
                tellHow(spec, yes);
            }
            boolean nothing = answer.path("threads").asInt()
                            + answer.path("messages").asInt()
                            + answer.path("deadLetters").asInt()
                            + answer.path("replies").asInt()
                            + answer.path("traces").asInt()
                    == 0;
            return nothing ? Guestbridge.NEGATIVE : Guestbridge.DONE;
        }
    }

    private static void tellHow(CommandSpec spec, boolean done) {
        if (!done) {
            tell(spec, "nothing was changed; --yes does it");
        }
        spec.commandLine().getOut().flush();
    }

    private static String count(JsonNode answer, String field, String one) {
        return count(answer, field, one, one + "s");
    }

    private static String count(JsonNode answer, String field, String one, String several) {
        int number = answer.path(field).asInt();
        return number + " " + (number == 1 ? one : several);
    }

    @Command(
            name = "export",
            description = "Writes all threads as JSON, one a line, for 'threads import'.",
            footer = {
                "",
                "The file is open to its owner alone, and must not be there yet; it takes its name when it is whole."
                        + " Guests' tokens are secrets: they are left out unless --with-secrets is given, which needs a"
                        + " file. A guest whose token is left out opens a new conversation with the next message, in the"
                        + " dialect guest-conversations."
            },
            mixinStandardHelpOptions = true)
    static final class Export implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @ParentCommand
        private ThreadsCommand threads;

        @Parameters(paramLabel = "<file>", arity = "0..1", description = "Where to (default: stdout).")
        private Path file;

        @Option(names = "--channel", paramLabel = "<name>", description = "Only those of this channel.")
        private String channel;

        @Option(names = "--with-secrets", description = "Guests' tokens too.")
        private boolean withSecrets;

        @Override
        public Integer call() throws IOException, InterruptedException {
            if (withSecrets && file == null) {
                throw new ParameterException(spec.commandLine(), "--with-secrets needs a file");
            }
            long written;
            if (file == null) {
                written = write(spec.commandLine().getOut()::println);
                spec.commandLine().getOut().flush();
            } else {
                try (PrivateFile to = new PrivateFile(file)) {
                    written = write(to::line);
                    to.keep();
                }
            }
            tell(spec, written + " threads written" + (withSecrets ? ", with their secrets" : ""));
            return Guestbridge.DONE;
        }

        private interface Lines {
            void add(String line) throws IOException;
        }

        private long write(Lines lines) throws IOException, InterruptedException {
            Management bridge = threads.bridge();
            long written = 0;
            String after = null;
            do {
                JsonNode page = page(bridge, after);
                for (JsonNode thread : page.path("threads")) {
                    lines.add(Json.write(thread));
                    written++;
                }
                after = page.path("next").textValue();
            } while (after != null);
            return written;
        }

        private JsonNode page(Management bridge, String after) throws InterruptedException {
            Map<String, String> question = new HashMap<>();
            question.put("limit", String.valueOf(PAGE));
            question.put("channel", channel);
            question.put("after", after);
            if (!withSecrets) {
                return bridge.ask("/threads", question);
            }
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            question.forEach((name, value) -> {
                if (value != null) {
                    body.put(name, value);
                }
            });
            return bridge.act("/threads/secrets", body);
        }
    }

    @Command(
            name = "import",
            description = "Puts threads in that 'threads export' or another system wrote, JSON, one a line.",
            footer = {
                "",
                "Every line is looked at before anything is written; faults are told by line. Required are channel, guest"
                        + " and one of threadId, conversationId, participantId and guestId. Guests who have a thread keep"
                        + " it unless --replace is given. Without --yes it only tells what it would do. Exit status 1"
                        + " when lines are wrong."
            },
            mixinStandardHelpOptions = true)
    static final class Import implements Callable<Integer> {

        @Spec
        private CommandSpec spec;

        @ParentCommand
        private ThreadsCommand threads;

        @Parameters(paramLabel = "<file>", description = "The file.")
        private Path file;

        @Option(
                names = "--replace",
                description = "Take the place of the threads that guests have, wholly: what a line leaves out is gone.")
        private boolean replace;

        @Option(names = "--yes", description = "Do it.")
        private boolean yes;

        @Option(names = "--json", description = "Print what came of it as JSON.")
        private boolean asJson;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Management bridge = threads.bridge();
            ThreadLines lines = new ThreadLines(file);
            long[] sum = new long[2];
            lines.read(batch -> {
                JsonNode weighed = bridge.weigh("/threads/import/check", body(batch.threads()));
                weighed.path("faults")
                        .forEach(fault -> batch.wrong(
                                fault.path("index").asInt(),
                                fault.path("reason").asText()));
                sum[0] += weighed.path("threads").asInt();
                sum[1] += weighed.path("known").asInt();
            });
            if (!lines.faults().isEmpty()) {
                lines.faults().forEach(fault -> tell(spec, fault));
                tell(spec, "nothing was written");
                return Guestbridge.NEGATIVE;
            }
            if (!yes) {
                if (replace) {
                    tell(spec, sum[1] + " of them in the place of what is known of the guest, token and all");
                }
                return told("would be written", sum[0] - (replace ? 0 : sum[1]), replace ? 0 : sum[1]);
            }
            long[] done = new long[2];
            try {
                lines.read(batch -> {
                    JsonNode imported = bridge.act("/threads/import", body(batch.threads()));
                    done[0] += imported.path("written").asInt();
                    done[1] += imported.path("kept").asInt();
                });
            } catch (Management.Unanswered e) {
                tell(spec, done[0] + " were written, " + done[1] + " kept, then it ended; it can be said again");
                throw e;
            }
            return told("written", done[0], done[1]);
        }

        private ObjectNode body(ArrayNode batch) {
            ObjectNode body = JsonNodeFactory.instance.objectNode();
            body.set("threads", batch);
            return body.put("replace", replace);
        }

        private int told(String what, long written, long kept) {
            if (asJson) {
                print(
                        spec,
                        JsonNodeFactory.instance
                                .objectNode()
                                .put("done", yes)
                                .put("written", written)
                                .put("kept", kept));
            } else {
                spec.commandLine().getOut().println(what + ": " + written + " threads, kept as they are: " + kept);
                tellHow(spec, yes);
            }
            return Guestbridge.DONE;
        }
    }
}
