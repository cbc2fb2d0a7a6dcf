package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.Checkup;
import dev.guestbridge.check.Finding;
import dev.guestbridge.check.Finding.Gravity;
import dev.guestbridge.message.Place;
import java.io.PrintWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "check",
        description =
                "Looks at config/, routes/ and the environment, and tells all that is wrong there, by file and line.",
        footer = {
            "",
            "It starts nothing and needs neither network nor ports, so it may run",
            "beside the bridge. What broker, database and Genesys say it can't tell."
        },
        exitCodeListHeading = "%nExit status:%n",
        exitCodeList = {
            "0:nothing is wrong; there may be warnings",
            "1:there are errors, or with --strict warnings",
            "2:the folder can't be looked at"
        },
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    @ParentCommand
    private Guestbridge guestbridge;

    @Spec
    private CommandSpec spec;

    @Option(names = "--strict", description = "Warnings count as errors.")
    private boolean strict;

    @Option(names = "--json", description = "Prints JSON.")
    private boolean json;

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        Path home = guestbridge.home();
        if (!Files.isDirectory(home)) {
            spec.commandLine()
                    .getErr()
                    .println("guestbridge: " + home + ": isn't a folder (GUESTBRIDGE_HOME names it)");
            return Guestbridge.WRONG;
        }
        Checkup checkup = new Checkup(home, guestbridge.environment());
        if (json) {
            out.println(json(checkup).toPrettyString());
        } else {
            print(checkup, out);
        }
        out.flush();
        return count(checkup, Gravity.ERROR) > 0
                        || strict && !checkup.findings().isEmpty()
                ? Guestbridge.NEGATIVE
                : Guestbridge.DONE;
    }

    private static void print(Checkup checkup, PrintWriter out) {
        for (Finding finding : checkup.findings()) {
            Place place = finding.place();
            String where = shown(checkup, place.file())
                    + (place.line() > 0 ? ":" + place.line() : "")
                    + (place.column() > 0 ? ":" + place.column() : "");
            out.println(where + ": " + word(finding.gravity()) + ": " + Guestbridge.onOneLine(finding.sentence()));
        }
        String lookedAt = checkup.lookedAt().entrySet().stream()
                .map(entry -> entry.getKey() + " " + entry.getValue())
                .collect(Collectors.joining(", "));
        out.println(
                checkup.findings().isEmpty()
                        ? "nothing is wrong; looked at: " + lookedAt
                        : "errors " + count(checkup, Gravity.ERROR) + ", warnings " + count(checkup, Gravity.WARNING)
                                + "; looked at: " + lookedAt);
    }

    private static ObjectNode json(Checkup checkup) {
        ObjectNode report = new ObjectMapper().createObjectNode();
        report.put("home", checkup.home().toString());
        ArrayNode findings = report.putArray("findings");
        for (Finding finding : checkup.findings()) {
            Place place = finding.place();
            ObjectNode one = findings.addObject();
            one.put("gravity", word(finding.gravity()));
            one.put("file", shown(checkup, place.file()));
            if (place.line() > 0) {
                one.put("line", place.line());
            }
            if (place.column() > 0) {
                one.put("column", place.column());
            }
            one.put("sentence", finding.sentence());
        }
        ObjectNode lookedAt = report.putObject("lookedAt");
        checkup.lookedAt().forEach(lookedAt::put);
        return report;
    }

    private static long count(Checkup checkup, Gravity gravity) {
        return checkup.findings().stream()
                .filter(finding -> finding.gravity() == gravity)
                .count();
    }

    private static String shown(Checkup checkup, Path file) {
        Path shown = file.isAbsolute() && file.startsWith(checkup.home())
                ? checkup.home().relativize(file)
                : file;
        return Guestbridge.onOneLine(shown.toString());
    }

    private static String word(Gravity gravity) {
        return gravity.name().toLowerCase(Locale.ROOT);
    }
}
