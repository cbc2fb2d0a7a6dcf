package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "status",
        description = "Shows where a guest's messages and the replies are, the newest first; or what bears an id.",
        footer = {"", "Exit status: 0 something is known of it, 1 nothing is, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Guestbridge guestbridge;

    @Parameters(
            paramLabel = "<guest|id>",
            description = "A guest's externalId, or a message's or reply's id, letter by letter.")
    private String of;

    @Option(names = "--channel", paramLabel = "<name>", description = "Of this channel alone.")
    private String channel;

    @Option(names = "--json", description = "Print the bridge's answer as JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Map<String, String> asked = new HashMap<>();
        asked.put("of", of);
        asked.put("channel", channel);
        JsonNode answer = new Management(guestbridge.settings()).ask("/messages", asked);
        PrintWriter out = spec.commandLine().getOut();
        JsonNode messages = answer.path("messages");
        JsonNode replies = answer.path("replies");
        boolean nothing = messages.isEmpty() && replies.isEmpty();
        if (json) {
            out.println(Shown.json(answer));
        } else if (nothing) {
            out.println(Shown.text("Nothing is known of '" + of + "'; 'guestbridge why' tells what to look at."));
        } else {
            print(messages, out);
            if (!messages.isEmpty() && !replies.isEmpty()) {
                out.println();
            }
            printReplies(replies, out);
        }
        out.flush();
        return nothing ? Guestbridge.NEGATIVE : Guestbridge.DONE;
    }

    private static void printReplies(JsonNode replies, PrintWriter out) {
        if (replies.isEmpty()) {
            return;
        }
        Table table = new Table("channel", "reply", "guest", "kind", "sent", "taken", "what is known");
        for (JsonNode reply : replies) {
            table.row(
                    reply.path("channel").asText(),
                    reply.path("id").asText(),
                    reply.path("externalId").asText(),
                    reply.path("kind").asText(),
                    Shown.time(reply, "sentAt"),
                    Shown.time(reply, "takenAt"),
                    reply.path("sentence").asText());
        }
        table.print(out);
    }

    private static void print(JsonNode messages, PrintWriter out) {
        if (messages.isEmpty()) {
            return;
        }
        Table table = new Table("channel", "id", "guest", "state", "attempts", "class", "next try", "what is known");
        Map<String, String> advice = new TreeMap<>();
        for (JsonNode message : messages) {
            table.row(
                    message.path("channel").asText(),
                    message.path("carries").asText().equals("receipt")
                            ? "receipt " + message.path("id").asText()
                            : message.path("id").asText(),
                    message.path("externalId").asText(),
                    message.path("state").asText(),
                    message.path("attempts").asText(),
                    message.path("class").asText(),
                    Shown.time(message, "nextTry"),
                    message.path("sentence").asText()
                            + (message.path("possibleRepeat").asBoolean() ? " Genesys may have it twice." : ""));
            if (message.has("advice")) {
                advice.put(
                        message.path("class").asText(), message.path("advice").asText());
            }
        }
        table.print(out);
        advice.forEach((name, what) -> out.println(Shown.text(name + " → " + what)));
    }
}
