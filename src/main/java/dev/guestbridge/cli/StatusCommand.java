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
        description = "Shows where a guest's messages and the replies are, the newest first; or what bears an id.",
        footer = {"", "Exit status: 0 something is known of it, 1 nothing is, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class StatusCommand extends AskingCommand {

    @Parameters(
            paramLabel = "<guest|id|trace>",
            description = "A guest's externalId, the id of a message or reply, or its trace, letter by letter.")
    private String of;

    @Option(names = "--channel", paramLabel = "<name>", description = "Of this channel alone.")
    private String channel;

    @Override
    Question question() {
        return Question.at("/messages").about("of", of).about("channel", channel);
    }

    @Override
    boolean isGood(JsonNode answer) {
        return !answer.path("messages").isEmpty() || !answer.path("replies").isEmpty();
    }

    @Override
    void tell(JsonNode answer, PrintWriter out) {
        JsonNode messages = answer.path("messages");
        JsonNode replies = answer.path("replies");
        if (!isGood(answer)) {
            out.println(Shown.text("Nothing is known of '" + of + "'; 'guestbridge why' tells what to look at."));
        }
        if (!messages.isEmpty()) {
            tellMessages(messages, out);
        }
        if (!messages.isEmpty() && !replies.isEmpty()) {
            out.println();
        }
        if (!replies.isEmpty()) {
            tellReplies(replies, out);
        }
    }

    private static void tellReplies(JsonNode replies, PrintWriter out) {
        Table table = new Table("channel", "reply", "guest", "kind", "sent", "taken", "trace", "what is known");
        replies.forEach(reply -> table.row(
                Shown.text(reply, "channel"),
                Shown.text(reply, "id"),
                Shown.text(reply, "externalId"),
                Shown.text(reply, "kind"),
                Shown.time(reply, "sentAt"),
                Shown.time(reply, "takenAt"),
                Shown.text(reply, "traceId"),
                Shown.text(reply, "sentence")));
        table.print(out);
    }

    private static void tellMessages(JsonNode messages, PrintWriter out) {
        Table table =
                new Table("channel", "id", "guest", "state", "attempts", "class", "next try", "trace", "what is known");
        Map<String, String> advice = new TreeMap<>();
        for (JsonNode message : messages) {
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
