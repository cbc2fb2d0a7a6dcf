package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "queues",
        description = "Shows what lies on each queue, how much of it the bridge holds, and who reads it.",
        footer = {"", "Exit status: 0 nothing is wrong with them, 1 something is, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class QueuesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Guestbridge guestbridge;

    @Option(names = "--json", description = "Print the bridge's answer as JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        JsonNode queues = new Management(guestbridge.settings()).ask("/queues", Map.of());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Shown.json(queues));
        } else {
            Table table = new Table("queue", "messages", "held", "readers", "");
            queues.forEach(queue -> table.row(
                    queue.path("queue").asText(),
                    queue.path("messages").asText(),
                    queue.path("held").asText(),
                    queue.path("consumers").asText(),
                    queue.path("trouble").asText(queue.path("note").asText())));
            table.print(out);
        }
        out.flush();
        boolean wrong = queues.findValue("trouble") != null;
        return wrong ? Guestbridge.NEGATIVE : Guestbridge.DONE;
    }
}
