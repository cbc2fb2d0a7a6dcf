package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.cli.Finding.Verdict;
import dev.guestbridge.message.Json;
import dev.guestbridge.message.Spelling;
import java.io.PrintWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

@Command(
        name = "doctor",
        description =
                "Looks at broker, store, organisations, channels and webhooks, and says what is the matter and what to"
                        + " do about it.",
        footer = {
            "",
            "It goes by config/ and this shell's variables, so set them as for the bridge. Beside a running bridge it also"
                    + " tells what its messages met; without one it looks at all the rest. It sends no message, changes"
                    + " nothing, and waits for nothing longer than five seconds.",
            "",
            "Each organisation is asked for one token, and costs it a few requests.",
            "",
            "Exit status: 0 nothing found, 1 something is the matter, 2 the configuration can't be used."
        },
        mixinStandardHelpOptions = true)
final class DoctorCommand implements Callable<Integer> {

    private static final Duration PATIENCE = Duration.ofSeconds(5);

    @Spec
    private CommandSpec spec;

    @ParentCommand
    private Guestbridge guestbridge;

    @Option(
            names = "--only",
            paramLabel = "<group>",
            split = ",",
            description =
                    "Look at this alone: broker, store, organisation, channel or webhook; several, comma separated.")
    private List<String> only;

    @Option(names = "--json", description = "Print the findings as one JSON object.")
    private boolean json;

    @Override
    public Integer call() throws Exception {
        List<String> groups = only == null ? Doctor.GROUPS : only;
        for (String group : groups) {
            if (!Doctor.GROUPS.contains(group)) {
                throw new ParameterException(
                        spec.commandLine(),
                        "--only " + group + ": there is no such group" + Spelling.hint(group, Doctor.GROUPS) + " ("
                                + String.join(", ", Doctor.GROUPS) + ")");
            }
        }
        List<Finding> findings = doctor().findings(groups);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(written(findings)));
        } else {
            print(findings, out);
        }
        out.flush();
        return findings.stream().anyMatch(Finding::isBad) ? Guestbridge.NEGATIVE : Guestbridge.DONE;
    }

    private Doctor doctor() {
        try {
            return new Doctor(guestbridge.settings(), PATIENCE, Clock.systemUTC());
        } catch (IllegalArgumentException wrong) {
            spec.commandLine()
                    .getErr()
                    .println(
                            "guestbridge: the configuration comes first; 'guestbridge check' tells all that is wrong with it");
            throw wrong;
        }
    }

    private static void print(List<Finding> findings, PrintWriter out) {
        String heading = "";
        for (Finding finding : findings) {
            if (!heading.equals(finding.heading())) {
                out.println((heading.isEmpty() ? "" : System.lineSeparator()) + finding.heading());
                heading = finding.heading();
            }
            out.printf("  %-4s  %s%n", finding.verdict().word(), finding.sentence());
            if (!finding.cure().isEmpty()) {
                out.println("        → " + finding.cure());
            }
        }
        out.println();
        out.println(Arrays.stream(Verdict.values())
                .map(verdict -> count(findings, verdict) + " " + verdict.word())
                .collect(Collectors.joining(", ")));
    }

    private static ObjectNode written(List<Finding> findings) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        for (Verdict verdict : Verdict.values()) {
            all.put(verdict.word().toLowerCase(Locale.ROOT), count(findings, verdict));
        }
        ArrayNode list = all.putArray("findings");
        findings.forEach(finding -> finding.write(list.addObject()));
        return all;
    }

    private static long count(List<Finding> findings, Verdict verdict) {
        return findings.stream().filter(finding -> finding.verdict() == verdict).count();
    }
}
