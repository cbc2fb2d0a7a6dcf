package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "status",
        description = "Shows where a guest's messages are, the newest first; or the message that bears an id.",
        footer = {"", "Exit status: 0 something is known of it, 1 nothing is, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class StatusCommand extends AskingCommand {

    @Parameters(
            paramLabel = "<guest|id|trace>",
            description = "A guest's externalId, or a message's id or its trace's, letter by letter.")
    private String of;

    @Option(names = "--channel", paramLabel = "<name>", description = "Of this channel alone.")
    private String channel;

    @Override
    Question question() {
        return Question.at("/messages").about("of", of).about("channel", channel);
    }

    @Override
    boolean isGood(JsonNode answer) {
        return !answer.path("messages").isEmpty();
    }

    @Override
    void tell(JsonNode answer, PrintWriter out) {
        if (answer.path("messages").isEmpty()) {
            out.println(Shown.text("Nothing is known of '" + of + "'; 'guestbridge why' tells what to look at."));
            return;
        }
        Table table =
                new Table("channel", "id", "guest", "state", "attempts", "class", "next try", "trace", "what is known");
        Map<String, String> advice = new TreeMap<>();
        for (JsonNode message : answer.path("messages")) {
            boolean receipt = message.path("carries").asText().equals("receipt");
            boolean twice = message.path("possibleRepeat").asBoolean();
            table.row(
                    Shown.text(message, "channel"),
                    (receipt ? "receipt " : "") + Shown.text(message, "id"),
                    Shown.text(message, "externalId"),
                    Shown.text(message, "state"),
                    Shown.text(message, "attempts"),
                    Shown.text(message, "class"),
                    Shown.time(message, "nextTry"),
                    Shown.text(message, "traceId"),
                    Shown.text(message, "sentence") + (twice ? " Genesys may have it twice." : ""));
            if (message.has("advice")) {
                advice.put(Shown.text(message, "class"), Shown.text(message, "advice"));
            }
        }
        table.print(out);
        advice.forEach((name, what) -> out.println(name + " → " + what));
    }
}
