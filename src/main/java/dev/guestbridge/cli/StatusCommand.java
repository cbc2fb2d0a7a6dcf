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
        description = "Shows where a guest's messages are, the newest first; or the message that bears an id.",
        footer = {"", "Exit status: 0 something is known of it, 1 nothing is, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class StatusCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Guestbridge guestbridge;

    @Parameters(
            paramLabel = "<guest|id|trace>",
            description = "A guest's externalId, or a message's id or its trace's, letter by letter.")
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
        if (json) {
            out.println(Shown.json(answer));
        } else if (messages.isEmpty()) {
            out.println(Shown.text("Nothing is known of '" + of + "'; 'guestbridge why' tells what to look at."));
        } else {
            print(messages, out);
        }
        out.flush();
        return messages.isEmpty() ? Guestbridge.NEGATIVE : Guestbridge.DONE;
    }

    private static void print(JsonNode messages, PrintWriter out) {
        Table table =
                new Table("channel", "id", "guest", "state", "attempts", "class", "next try", "trace", "what is known");
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
                    message.path("traceId").asText(),
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
