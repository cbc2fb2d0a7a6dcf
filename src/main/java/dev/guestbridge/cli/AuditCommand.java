package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "audit",
        description = "Shows what operators did, the newest first.",
        footer = {"", "Guests stand in it as digests; --guest finds what was done about one."},
        mixinStandardHelpOptions = true)
final class AuditCommand extends AskingCommand {

    @Option(
            names = "--limit",
            paramLabel = "<n>",
            defaultValue = "100",
            description = "How many, 1 to 1000 (default: ${DEFAULT-VALUE}).")
    private int limit;

    @Option(names = "--guest", paramLabel = "<id>", description = "Only what was done about this guest.")
    private String guest;

    @Override
    Question question() {
        return Question.at("/audit").about("limit", limit).about("guest", guest);
    }

    @Override
    boolean isGood(JsonNode acts) {
        return !acts.isEmpty();
    }

    @Override
    void tell(JsonNode acts, PrintWriter out) {
        Table table = new Table("at", "who", "act", "about");
        acts.forEach(act -> table.row(
                Shown.time(act, "at"), Shown.text(act, "who"), Shown.text(act, "act"), Shown.text(act, "about")));
        table.print(out);
    }
}
