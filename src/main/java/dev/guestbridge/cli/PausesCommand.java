package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;

@Command(
        name = "pauses",
        description = "Shows which channels and organisations stand still, why, since when and until when.",
        footer = {"", "Exit status: 0 nothing stands still, 1 something does, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class PausesCommand extends AskingCommand {

    @Override
    Question question() {
        return Question.at("/pauses");
    }

    @Override
    boolean isGood(JsonNode pauses) {
        return pauses.isEmpty();
    }

    @Override
    void tell(JsonNode pauses, PrintWriter out) {
        if (pauses.isEmpty()) {
            out.println("Nothing stands still.");
            return;
        }
        Table table = new Table("name", "class", "since", "held", "how it goes on");
        pauses.forEach(pause -> table.row(
                Shown.text(pause, "name"),
                Shown.text(pause, "class"),
                Shown.time(pause, "since"),
                Shown.text(pause, "held"),
                Shown.text(pause, "sentence")));
        table.print(out);
        pauses.forEach(pause -> {
            out.println(Shown.text(pause, "name") + Shown.answered(pause) + ": " + Shown.text(pause, "reason"));
            out.println("  → " + Shown.text(pause, "advice"));
        });
    }
}
