package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes away what the bridge knows of a guest: the threads, or all of it. */
final class ThreadsRemove {

    private ThreadsRemove() {}

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
    static final class Forget extends ActingCommand {

        @Mixin
        private ThreadsCommand.OfGuest ofGuest;

        @Override
        Question question() {
            return ofGuest.at("/threads/forget");
        }

        @Override
        boolean isGood(JsonNode answer) {
            return answer.path("threads").asInt() > 0;
        }

        @Override
        void tell(JsonNode answer, PrintWriter out) {
            out.println((isMeant() ? "forgotten: " : "would be forgotten: ") + Gone.THREADS.counted(answer));
            answer.path("underWay").forEach(id -> terminal().tell("under way: message " + id.asText()));
            tellRest(answer, this);
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
    static final class Erase extends ActingCommand {

        private static final Duration TOLD_EVERY = Duration.ofSeconds(10);

        @Mixin
        private ThreadsCommand.OfGuest ofGuest;

        @Option(
                names = "--unsettled",
                description =
                        "Also when the ledger doesn't know what became of messages of the guest, for they are lost.")
        private boolean unsettled;

        @Override
        Question question() {
            return ofGuest.at("/threads/erase").about("unsettled", unsettled);
        }

        // thousands of dead letters to look through take their time
        @Override
        JsonNode act(Management bridge) throws InterruptedException {
            return bridge.actAtLength(question(), TOLD_EVERY, passed -> terminal()
                    .tell("still erasing, for " + passed.toSeconds() + " s; it goes on without this command"));
        }

        @Override
        boolean isAnswer(Management.Unanswered refusal) {
            return refusal.isInTheWay();
        }

        @Override
        boolean isGood(JsonNode answer) {
            return Stream.of(Gone.values()).anyMatch(kind -> kind.number(answer) > 0);
        }

        @Override
        void tell(JsonNode answer, PrintWriter out) {
            out.println((isMeant() ? "erased: " : "would be erased: ")
                    + Stream.of(Gone.values()).map(kind -> kind.counted(answer)).collect(Collectors.joining(", ")));
            tellRest(answer, this);
        }
    }

    private static void tellRest(JsonNode answer, ActingCommand command) {
        answer.path("notes").forEach(note -> command.terminal().tell(note.asText()));
        command.consent().tellIfMissing(command.terminal());
    }

    /** What goes with a guest, as an answer counts it. */
    private enum Gone {
        THREADS("threads", "thread", "threads"),
        MESSAGES("messages", "message in the ledger", "messages in the ledger"),
        DEAD_LETTERS("deadLetters", "dead letter", "dead letters"),
        REPLIES("replies", "waiting reply", "waiting replies"),
        TRACES("traces", "trace of a reply", "traces of replies");

        private final String field;
        private final String one;
        private final String several;

        Gone(String field, String one, String several) {
            this.field = field;
            this.one = one;
            this.several = several;
        }

        int number(JsonNode answer) {
            return answer.path(field).asInt();
        }

        String counted(JsonNode answer) {
            return number(answer) + " " + (number(answer) == 1 ? one : several);
        }
    }
}
