package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "resume",
        description = "Lets the next probe of what stands still go now, instead of when it is due.",
        footer = {
            "",
            "One message goes. If Genesys takes it, what waits follows step by step; if not, the pause goes on. So nothing"
                    + " is lost by trying too early.",
            "",
            "Exit status: 0 done, 1 nothing of that name stands still, 2 it couldn't be asked."
        },
        mixinStandardHelpOptions = true)
final class ResumeCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Guestbridge guestbridge;

    @Parameters(
            arity = "1..2",
            paramLabel = "<name>",
            description = "As 'guestbridge pauses' names it: channel webchat, or organisation main.")
    private List<String> name;

    @Option(names = "--json", description = "Print the bridge's answer as JSON.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        JsonNode asked = JsonNodeFactory.instance.objectNode().put("name", String.join(" ", name));
        PrintWriter out = spec.commandLine().getOut();
        try {
            JsonNode pause = new Management(guestbridge.settings()).act("/pauses/resume", asked);
            out.println(json ? Shown.json(pause) : Shown.text(pause, "name") + ": " + Shown.text(pause, "sentence"));
            out.flush();
            return Guestbridge.DONE;
        } catch (Management.Unanswered e) {
            if (!e.isUnknown()) {
                throw e;
            }
            spec.commandLine().getErr().println("guestbridge: " + Shown.text(e.getMessage()));
            return Guestbridge.NEGATIVE;
        }
    }
}
