package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(
        name = "queues",
        description = "Shows what lies on each queue, how much of it the bridge holds, and who reads it.",
        footer = {"", "Exit status: 0 nothing is wrong with them, 1 something is, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class QueuesCommand extends AskingCommand {

    @Override
    Question question() {
        return Question.at("/queues");
    }

    @Override
    boolean isGood(JsonNode queues) {
        return queues.findValue("trouble") == null;
    }

    @Override
    void tell(JsonNode queues, PrintWriter out) {
        Table table = new Table("queue", "messages", "held", "readers", "");
        queues.forEach(queue -> table.row(
                Shown.text(queue, "queue"),
                Shown.text(queue, "messages"),
                Shown.text(queue, "held"),
                Shown.text(queue, "consumers"),
                Shown.text(queue, queue.has("trouble") ? "trouble" : "note")));
        table.print(out);
    }
}
