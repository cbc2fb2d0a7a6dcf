package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "give-up",
        description =
                "Gives up the message that holds its guest: it becomes a dead letter, and the guest's next one goes on.",
        footer = {
            "",
            "Without --yes it only tells what it would give up. The message lies on guest.dead then, untouched, and its"
                    + " channel is told so; 'guestbridge dead replay' puts it back. What is being sent just now is given up"
                    + " after that call, unless Genesys takes it. It is the instance that holds the message that must be"
                    + " asked.",
            "",
            "Exit status: 0 done, 1 nothing is held by that name or it can't be given up, 2 it couldn't be asked."
        },
        mixinStandardHelpOptions = true)
final class GiveUpCommand extends ActingCommand {

    @Parameters(
            paramLabel = "<guest|id|trace>",
            description =
                    "The guest's externalId, or the id or trace of the message that holds the guest, letter by letter.")
    private String of;

    @Option(names = "--channel", paramLabel = "<name>", description = "The guest or message of this channel alone.")
    private String channel;

    @Override
    Question question() {
        return Question.at("/messages/give-up").about("of", of).about("channel", channel);
    }

    // by its id, for the guest's first one may be another by now
    @Override
    JsonNode act(Management bridge) throws InterruptedException {
        JsonNode first = bridge.ask(question()).path("message");
        return bridge.act(Question.at("/messages/give-up")
                .about("of", first.path("id").asText())
                .about("channel", first.path("channel").asText()));
    }

    @Override
    boolean isAnswer(Management.Unanswered refusal) {
        return refusal.isUnknown() || refusal.isInTheWay();
    }

    @Override
    boolean isGood(JsonNode answer) {
        return true;
    }

    @Override
    void tell(JsonNode answer, PrintWriter out) {
        answer.path("sentences").forEach(sentence -> out.println(Shown.text(sentence.asText())));
    }

    @Override
    void note(JsonNode answer) {
        consent().tellIfMissing(terminal());
    }
}
