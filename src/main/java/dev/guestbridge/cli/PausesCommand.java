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
        name = "pauses",
        description = "Shows which channels and organisations stand still, why, since when and until when.",
        footer = {"", "Exit status: 0 nothing stands still, 1 something does, 2 it couldn't be asked."},
        mixinStandardHelpOptions = true)
final class PausesCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Guestbridge guestbridge;

    @Option(names = "--json", description = "Print the bridge's answer as JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        JsonNode pauses = new Management(guestbridge.settings()).ask("/pauses", Map.of());
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Shown.json(pauses));
        } else if (pauses.isEmpty()) {
            out.println("Nothing stands still.");
        } else {
            print(pauses, out);
        }
        out.flush();
        return pauses.isEmpty() ? Guestbridge.DONE : Guestbridge.NEGATIVE;
    }

    private static void print(JsonNode pauses, PrintWriter out) {
        Table table = new Table("name", "class", "since", "held", "how it goes on");
        pauses.forEach(pause -> table.row(
                pause.path("name").asText(),
                pause.path("class").asText(),
                Shown.time(pause, "since"),
                pause.path("held").asText(),
                pause.path("sentence").asText()));
        table.print(out);
        pauses.forEach(pause -> {
            out.println(Shown.text(pause, "name") + ": " + Shown.text(pause, "reason"));
            out.println("  → " + Shown.text(pause, "advice"));
        });
    }
}
