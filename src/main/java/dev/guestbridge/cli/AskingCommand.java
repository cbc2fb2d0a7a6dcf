package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that asks the running bridge one question: it tells the answer in words, or prints it as JSON. */
abstract class AskingCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @Option(names = "--json", description = "Print the bridge's answer as JSON.")
    private boolean json;

    abstract Question question();

    /** Tells an answer to people. */
    abstract void tell(JsonNode answer, PrintWriter out);

    /** Whether an answer is a positive result; it makes the exit status. */
    abstract boolean isGood(JsonNode answer);

    /** What the bridge answers; a missing node when there is nothing to tell. */
    JsonNode answer(Management bridge) throws InterruptedException {
        return bridge.ask(question());
    }

    /** Says on stderr what belongs to an answer, to programs too. */
    void note(JsonNode answer) {}

    /** Whether the bridge's refusal is an answer all the same, and a negative one. */
    boolean isAnswer(Management.Unanswered refusal) {
        return false;
    }

    final Terminal terminal() {
        return new Terminal(spec);
    }

    @Override
    public Integer call() throws Exception {
        Terminal terminal = terminal();
        try {
            JsonNode answer = answer(terminal.bridge());
            if (json && !answer.isMissingNode()) {
                terminal.print(Shown.json(answer));
            } else if (!answer.isMissingNode()) {
                tell(answer, terminal.out());
                terminal.out().flush();
            }
            note(answer);
            return isGood(answer) ? Guestbridge.DONE : Guestbridge.NEGATIVE;
        } catch (Management.Unanswered refusal) {
            if (!isAnswer(refusal)) {
                throw refusal;
            }
            terminal.tell(refusal.getMessage());
            return Guestbridge.NEGATIVE;
        }
    }
}
