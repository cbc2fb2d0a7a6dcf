package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.HashSet;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "why",
        description = "Tells why a guest, a message or a channel doesn't go on, what matters most first.",
        footer = {"", "Exit status: 0 nothing is the matter, 1 something is, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class WhyCommand extends AskingCommand {

    @Parameters(
            paramLabel = "<guest|id|trace|channel>",
            description =
                    "A guest's externalId, the id of a message or reply, its trace, or a channel's name, letter by letter.")
    private String of;

    @Option(names = "--channel", paramLabel = "<name>", description = "The guest or message of this channel alone.")
    private String channel;

    @Override
    Question question() {
        return Question.at("/why").about("of", of).about("channel", channel);
    }

    @Override
    boolean isGood(JsonNode answer) {
        return answer.path("well").asBoolean();
    }

    @Override
    void tell(JsonNode answer, PrintWriter out) {
        Set<JsonNode> advices = new HashSet<>();
        answer.path("advices").forEach(advices::add);
        for (JsonNode sentence : answer.path("sentences")) {
            out.println((advices.contains(sentence) ? "→ " : "") + Shown.text(sentence.asText()));
        }
    }
}
