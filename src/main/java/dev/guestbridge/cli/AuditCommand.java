package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Json;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "audit",
        description = "Shows what operators did, the newest first.",
        footer = {"", "Guests stand in it as digests; --guest finds what was done about one."},
        mixinStandardHelpOptions = true)
final class AuditCommand implements Callable<Integer> {

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Guestbridge guestbridge;

    @Option(
            names = "--limit",
            paramLabel = "<n>",
            defaultValue = "100",
            description = "How many, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--guest", paramLabel = "<id>", description = "Only what was done about this guest.")
    private String guest;

    @Option(names = "--json", description = "Print the acts as JSON.")
    private boolean asJson;

    @Override
    public Integer call() throws InterruptedException {
        Map<String, String> question = new HashMap<>();
        question.put("limit", String.valueOf(limit));
        question.put("guest", guest);
        JsonNode acts = new Management(guestbridge.settings()).ask("/audit", question);
        if (asJson) {
            spec.commandLine().getOut().println(Json.write(acts));
        } else {
            Table table = new Table("at", "who", "act", "about");
            acts.forEach(act -> table.row(
                    act.path("at").asText().replaceFirst("\\.\\d+Z$", "Z"),
                    act.path("who").asText(),
                    act.path("act").asText(),
                    act.path("about").asText()));
            table.print(spec.commandLine().getOut());
        }
        return acts.isEmpty() ? Guestbridge.NEGATIVE : Guestbridge.DONE;
    }
}
