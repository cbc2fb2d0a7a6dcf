package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "why",
        description = "Tells why a guest, a message or a channel doesn't go on, what matters most first.",
        footer = {"", "Exit status: 0 nothing is the matter, 1 something is, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class WhyCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Guestbridge guestbridge;

    @Parameters(
            paramLabel = "<guest|id|channel>",
            description = "A guest's externalId, a message's or reply's id, or a channel's name, letter by letter.")
    private String of;

    @Option(names = "--channel", paramLabel = "<name>", description = "The guest or message of this channel alone.")
    private String channel;

    @Option(names = "--json", description = "Print the bridge's answer as JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        Map<String, String> asked = new HashMap<>();
        asked.put("of", of);
        asked.put("channel", channel);
        JsonNode answer = new Management(guestbridge.settings()).ask("/why", asked);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Shown.json(answer));
        } else {
            JsonNode advice = answer.path("advice");
            for (JsonNode sentence : answer.path("sentences")) {
                out.println((sentence.equals(advice) ? "→ " : "") + Shown.text(sentence.asText()));
            }
        }
        out.flush();
        return answer.path("well").asBoolean() ? Guestbridge.DONE : Guestbridge.NEGATIVE;
    }
}
