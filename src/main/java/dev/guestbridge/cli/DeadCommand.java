package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Instant;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

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

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
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

        Question at(String path) {
            return Question.at(path)
                    .about("class", errorClass)
                    .about("channel", channel)
                    .about("since", since)
                    .about("until", until)
                    .about("reason", reason)
                    .about("text", text)
                    .about("guest", guest)
                    .about("id", id);
        }
    }

    @Command(
            name = "list",
            description = "Lists dead letters, the oldest first.",
            mixinStandardHelpOptions = true,
            footer = {"", "Exit status: 0 there are some, 1 there are none."})
    static final class ListLetters extends AskingCommand {

        @Mixin
        private Filter filter;

        @Option(
                names = "--limit",
                paramLabel = "<n>",
                defaultValue = "50",
                description = "At most so many, up to 500 (default: ${DEFAULT-VALUE}).")
        private int limit;

        @Override
        Question question() {
            return filter.at("/dead").about("limit", limit);
        }

        @Override
        boolean isGood(JsonNode answer) {
            return !answer.path("letters").isEmpty();
        }

        @Override
        void tell(JsonNode answer, PrintWriter out) {
            if (!isGood(answer)) {
                return;
            }
            Table table = new Table("letter", "dead at", "class", "channel", "message", "guest", "replays", "reason");
            answer.path("letters")
                    .forEach(letter -> table.row(
                            shortened(Shown.text(letter, "letter")),
                            Shown.time(letter, "at"),
                            Shown.text(letter, "class"),
                            Shown.text(letter, "channel"),
                            Shown.text(letter, "messageId"),
                            Shown.text(letter, "guest"),
                            Shown.text(letter, "replays"),
                            Shown.text(letter, "reason")));
            table.print(out);
        }

        @Override
        void note(JsonNode answer) {
            if (!isGood(answer)) {
                terminal().note("no dead letter is so");
            } else if (answer.has("after")) {
                terminal().note("there are more: --limit shows up to " + PagedList.PAGE + ", 'dead export' writes all");
            }
        }

        private static String shortened(String id) {
            return id.length() > SHORT_ID ? id.substring(0, SHORT_ID) : id;
        }
    }

    @Command(
            name = "show",
            description = "Shows all that is known of one dead letter.",
            mixinStandardHelpOptions = true,
            footer = {"", "Exit status: 0 it is there, 1 it isn't."})
    static final class Show extends AskingCommand {

        @Parameters(paramLabel = "<letter>", description = "Its id, or the first 8 or more characters of it.")
        private String id;

        @Option(names = "--body", description = "Show what the guest wrote, and what Genesys said, too.")
        private boolean body;

        @Override
        Question question() {
            return Question.at("/dead").about("letter", id).about("limit", 2).about("body", body);
        }

        @Override
        JsonNode answer(Management bridge) throws InterruptedException {
            JsonNode letters = super.answer(bridge).path("letters");
            if (letters.size() != 1) {
                terminal()
                        .note(
                                letters.isEmpty()
                                        ? "no letter on guest.dead has an id that begins with that"
                                        : "several letters have an id that begins with that; give more of it");
            }
            return letters.size() == 1 ? letters.get(0) : MissingNode.getInstance();
        }

        @Override
        boolean isGood(JsonNode letter) {
            return !letter.isMissingNode();
        }

        @Override
        void tell(JsonNode letter, PrintWriter out) {
            Table table = new Table("what", "value");
            letter.properties()
                    .forEach(one -> table.row(one.getKey(), one.getValue().asText()));
            table.print(out);
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
        public Integer call() throws IOException, InterruptedException {
            Terminal terminal = new Terminal(spec);
            Management bridge = terminal.bridge();
            PagedList letters = new PagedList(
                    "letters",
                    "after",
                    after -> bridge.ask(filter.at("/dead")
                            .about("limit", PagedList.PAGE)
                            .about("body", body)
                            .about("after", after)));
            long written = letters.write(file, terminal.out());
            terminal.note(written + " letters written" + (file == null ? "" : " to " + file));
            return written == 0 ? Guestbridge.NEGATIVE : Guestbridge.DONE;
        }
    }
}
