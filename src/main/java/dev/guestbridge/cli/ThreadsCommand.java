package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Instant;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

@Command(
        name = "threads",
        description = "Shows, forgets and moves the threads that guests have at Genesys, and erases guests.",
        footer = {"", "A guest is the externalId by which the channel names them."},
        mixinStandardHelpOptions = true,
        subcommands = {
            ThreadsCommand.Get.class,
            ThreadsCommand.ListThreads.class,
            ThreadsRemove.Forget.class,
            ThreadsMove.Export.class,
            ThreadsMove.Import.class,
            ThreadsRemove.Erase.class,
            HelpCommand.class
        })
final class ThreadsCommand implements Runnable {

    @Spec
    private CommandSpec spec;

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "which command?");
    }

    /** Whose threads are meant. */
    static final class OfGuest {
        @Parameters(paramLabel = "<guest>", description = "The guest's externalId.")
        private String guest;

        @Option(names = "--channel", paramLabel = "<name>", description = "Only in this channel (default: in all).")
        private String channel;

        Question at(String path) {
            return Question.at(path).about("channel", channel).about("guest", guest);
        }
    }

    @Command(
            name = "get",
            description = "Shows what is known of a guest's thread; of a token only that there is one.",
            footer = {"", "Exit status 1 when nothing is known."},
            mixinStandardHelpOptions = true)
    static final class Get extends AskingCommand {

        @Mixin
        private OfGuest ofGuest;

        @Override
        Question question() {
            return ofGuest.at("/threads/guest");
        }

        @Override
        boolean isGood(JsonNode answer) {
            return !answer.path("threads").isEmpty();
        }

        @Override
        void tell(JsonNode answer, PrintWriter out) {
            if (answer.path("threads").isEmpty()) {
                terminal().tell("nothing is known of the guest; the next message opens a thread");
                return;
            }
            Table table = new Table("channel", "what", "value");
            for (JsonNode thread : answer.path("threads")) {
                thread.properties().stream()
                        .filter(field -> !field.getKey().matches("channel|guest"))
                        .forEach(field -> table.row(
                                Shown.text(thread, "channel"),
                                field.getKey(),
                                field.getValue().asText()));
            }
            table.print(out);
        }
    }

    @Command(name = "list", description = "Lists guests' threads, in pages.", mixinStandardHelpOptions = true)
    static final class ListThreads extends AskingCommand {

        @Option(names = "--channel", paramLabel = "<name>", description = "Of this channel.")
        private String channel;

        @Option(names = "--org", paramLabel = "<name>", description = "Of this organisation.")
        private String org;

        @Option(
                names = "--opened-since",
                paramLabel = "<time>",
                converter = Moment.class,
                description = "Opened then or later: 2026-11-21T14:00:00Z, or how long ago, such as 90m, 2h or 3d.")
        private Instant openedSince;

        @Option(
                names = "--used-before",
                paramLabel = "<time>",
                converter = Moment.class,
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

        @Override
        Question question() {
            return Question.at("/threads")
                    .about("channel", channel)
                    .about("org", org)
                    .about("openedSince", openedSince)
                    .about("usedBefore", usedBefore)
                    .about("limit", limit)
                    .about("after", after);
        }

        @Override
        boolean isGood(JsonNode page) {
            return !page.path("threads").isEmpty();
        }

        @Override
        void tell(JsonNode page, PrintWriter out) {
            Table table = new Table("channel", "guest", "opened", "used", "conversation", "thread");
            page.path("threads")
                    .forEach(thread -> table.row(
                            Shown.text(thread, "channel"),
                            Shown.text(thread, "guest"),
                            Shown.time(thread, "openedAt"),
                            Shown.time(thread, "usedAt"),
                            Shown.text(thread, "conversationId"),
                            Shown.text(thread, "threadId")));
            table.print(out);
            if (page.has("next")) {
                terminal()
                        .tell("there may be more: --after " + page.path("next").asText());
            }
        }
    }
}
