package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.IOException;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Moves threads to another store or system, and from one. */
final class ThreadsMove {

    private ThreadsMove() {}

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
            Terminal terminal = new Terminal(spec);
            Management bridge = terminal.bridge();
            PagedList threads = new PagedList("threads", "next", after -> page(bridge, after));
            terminal.tell(threads.write(file, terminal.out()) + " threads written"
                    + (withSecrets ? ", with their secrets" : ""));
            return Guestbridge.DONE;
        }

        private JsonNode page(Management bridge, String after) throws InterruptedException {
            Question question = Question.at(withSecrets ? "/threads/secrets" : "/threads")
                    .about("limit", PagedList.PAGE)
                    .about("channel", channel)
                    .about("after", after);
            return withSecrets ? bridge.act(question) : bridge.ask(question);
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

        @Parameters(paramLabel = "<file>", description = "The file.")
        private Path file;

        @Option(
                names = "--replace",
                description = "Take the place of the threads that guests have, wholly: what a line leaves out is gone.")
        private boolean replace;

        @Mixin
        private Consent consent;

        @Option(names = "--json", description = "Print what came of it as JSON.")
        private boolean json;

        @Override
        public Integer call() throws IOException, InterruptedException {
            Terminal terminal = new Terminal(spec);
            Management bridge = terminal.bridge();
            ThreadLines lines = new ThreadLines(file);
            long[] sum = new long[2];
            lines.read(batch -> {
                JsonNode weighed = bridge.weigh(question("/threads/import/check", batch.threads()));
                weighed.path("faults")
                        .forEach(fault -> batch.wrong(
                                fault.path("index").asInt(),
                                fault.path("reason").asText()));
                sum[0] += weighed.path("threads").asInt();
                sum[1] += weighed.path("known").asInt();
            });
            if (!lines.faults().isEmpty()) {
                lines.faults().forEach(terminal::tell);
                terminal.tell("nothing was written");
                return Guestbridge.NEGATIVE;
            }
            if (!consent.isGiven()) {
                if (replace) {
                    terminal.tell(sum[1] + " of them in the place of what is known of the guest, token and all");
                }
                return told("would be written", sum[0] - (replace ? 0 : sum[1]), replace ? 0 : sum[1], terminal);
            }
            long[] done = new long[2];
            try {
                lines.read(batch -> {
                    JsonNode imported = bridge.act(question("/threads/import", batch.threads()));
                    done[0] += imported.path("written").asInt();
                    done[1] += imported.path("kept").asInt();
                });
            } catch (Management.Unanswered e) {
                terminal.tell(done[0] + " were written, " + done[1] + " kept, then it ended; it can be said again");
                throw e;
            }
            return told("written", done[0], done[1], terminal);
        }

        private Question question(String path, ArrayNode batch) {
            return Question.at(path).about("threads", batch).about("replace", replace);
        }

        private int told(String what, long written, long kept, Terminal terminal) {
            if (json) {
                terminal.print(Shown.json(JsonNodeFactory.instance
                        .objectNode()
                        .put("done", consent.isGiven())
                        .put("written", written)
                        .put("kept", kept)));
                return Guestbridge.DONE;
            }
            terminal.print(what + ": " + written + " threads, kept as they are: " + kept);
            consent.tellIfMissing(terminal);
            return Guestbridge.DONE;
        }
    }
}
