package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

@Command(
        name = "resume",
        description = "Lets the next probe of what stands still go now, instead of when it is due.",
        footer = {
            "",
            "One message goes. If Genesys takes it, what waits follows step by step; if not, the pause goes on. So nothing"
                    + " is lost by trying too early.",
            "",
            "Exit status: 0 done, 1 nothing of that name stands still, 2 it couldn't be asked."
        },
        mixinStandardHelpOptions = true)
final class ResumeCommand extends AskingCommand {

    @Parameters(
            arity = "1..2",
            paramLabel = "<name>",
            description = "As 'guestbridge pauses' names it: channel webchat, or organisation main.")
    private List<String> name;

    @Override
    Question question() {
        return Question.at("/pauses/resume").about("name", String.join(" ", name));
    }

    // it can't be wrong, so nobody is asked to mean it
    @Override
    JsonNode answer(Management bridge) throws InterruptedException {
        return bridge.act(question());
    }

    @Override
    boolean isAnswer(Management.Unanswered refusal) {
        return refusal.isUnknown();
    }

    @Override
    boolean isGood(JsonNode pause) {
        return true;
    }

    @Override
    void tell(JsonNode pause, PrintWriter out) {
        out.println(Shown.text(pause, "name") + ": " + Shown.text(pause, "sentence"));
    }
}
