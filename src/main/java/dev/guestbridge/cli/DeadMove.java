package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Json;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Moves dead letters: tells what that would mean, or, with {@code --yes}, has the bridge do it and shows how far it is. */
final class DeadMove {

    private static final int ASKED_EVERY_MS = 250;

    private final CommandSpec spec;
    private final Management bridge;
    private final String path;
    private final String done;
    private final boolean json;

    /**
     * @param path where the bridge is asked for it
     * @param done the word for what is done with a letter
     */
    private DeadMove(CommandSpec spec, Management bridge, String path, String done, boolean json) {
        this.spec = spec;
        this.bridge = bridge;
        this.path = path;
        this.done = done;
        this.json = json;
    }

    @Command(
            name = "replay",
            description =
                    "Puts dead letters back on the queues that they came from; without --yes it only tells what that"
                            + " would mean.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Letters leave in their order on guest.dead, and go through their guests' lanes like any message, behind what"
                        + " waits there. Their bodies are untouched; the property 'replayed' says how often they were put"
                        + " back. Ctrl-C ends it after the batch that is on its way: each letter then lies in exactly one"
                        + " place, and the same command goes on with the rest.",
                "",
                "Exit status: 0 done (without --yes: there are some), 1 there are none, it was cancelled, or it failed."
            })
    static final class Replay implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @ParentCommand
        private DeadCommand dead;

        @Mixin
        private DeadCommand.Filter filter;

        @Parameters(
                paramLabel = "<letter>",
                arity = "0..*",
                description = "Only these: their ids, or the first 8 or more characters of them.")
        private List<String> letters;

        @Option(
                names = "--rate",
                paramLabel = "<n>",
                defaultValue = "5",
                description = "Letters a second, at most (default: ${DEFAULT-VALUE}); they share the organisation's"
                        + " budget with all other messages.")
        private int rate;

        @Option(names = "--limit", paramLabel = "<n>", description = "At most so many, the oldest first.")
        private Integer limit;

        @Option(names = "--yes", description = "Do it.")
        private boolean yes;

        @Option(names = "--json", description = "Print the bridge's last answer as it is.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            ObjectNode asked = DeadCommand.asked(filter, letters).put("rate", String.valueOf(rate));
            return new DeadMove(spec, dead.bridge(), "/dead/replay", "replayed", json).call(asked, limit, yes);
        }
    }

    @Command(
            name = "discard",
            description =
                    "Takes dead letters off guest.dead for good; without --yes it only tells what that would mean.",
            mixinStandardHelpOptions = true,
            footer = {
                "",
                "Their ids and classes are kept in the log of acts, what guests wrote isn't: 'dead export --body' before.",
                "",
                "Exit status: 0 done (without --yes: there are some), 1 there are none, it was cancelled, or it failed."
            })
    static final class Discard implements Callable<Integer> {
        @Spec
        private CommandSpec spec;

        @ParentCommand
        private DeadCommand dead;

        @Mixin
        private DeadCommand.Filter filter;

        @Parameters(
                paramLabel = "<letter>",
                arity = "0..*",
                description = "Only these: their ids, or the first 8 or more characters of them.")
        private List<String> letters;

        @Option(names = "--limit", paramLabel = "<n>", description = "At most so many, the oldest first.")
        private Integer limit;

        @Option(names = "--yes", description = "Do it.")
        private boolean yes;

        @Option(names = "--json", description = "Print the bridge's last answer as it is.")
        private boolean json;

        @Override
        public Integer call() throws Exception {
            ObjectNode asked = DeadCommand.asked(filter, letters);
            return new DeadMove(spec, dead.bridge(), "/dead/discard", "discarded", json).call(asked, limit, yes);
        }
    }

    private int call(ObjectNode asked, Integer limit, boolean yes) throws Exception {
        if (limit != null) {
            asked.put("limit", String.valueOf(limit));
        }
        if (!yes) {
            return plan(asked);
        }
        CountDownLatch stop = new CountDownLatch(1);
        return Stop.early(stop, () -> carryOut(asked, stop));
    }

    private int plan(ObjectNode asked) throws InterruptedException {
        Map<String, String> parameters = new LinkedHashMap<>();
        asked.properties()
                .forEach(one -> parameters.put(one.getKey(), one.getValue().asText()));
        JsonNode plan = bridge.ask(path, parameters);
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(Json.write(plan));
        } else {
            tell(plan, out);
        }
        out.flush();
        if (plan.path("letters").asInt() == 0) {
            return Guestbridge.NEGATIVE;
        }
        spec.commandLine().getErr().println("nothing is " + done + " yet; --yes does it");
        return Guestbridge.DONE;
    }

    private void tell(JsonNode plan, PrintWriter out) {
        out.printf(
                "%d letters of %d guests would be %s%n",
                plan.path("letters").asInt(), plan.path("guests").asInt(), done);
        if (!plan.path("classes").isEmpty()) {
            Table table = new Table("class", "channel", "letters", "advice");
            plan.path("classes")
                    .forEach(row -> table.row(
                            row.path("class").asText(),
                            row.path("channel").asText(),
                            row.path("letters").asText(),
                            row.path("advice").asText("")));
            table.print(out);
        }
        plan.path("left")
                .forEach(row -> out.printf(
                        "%d stay: %s%n",
                        row.path("letters").asInt(), row.path("why").asText()));
        if (path.endsWith("replay")) {
            tellOrder(plan, out);
        }
    }

    private static void tellOrder(JsonNode plan, PrintWriter out) {
        JsonNode later = plan.path("later");
        if (later.path("number").asInt() > 0) {
            out.printf(
                    "order: %d of these guests wrote %d messages later that Genesys has, or that wait; their letters come"
                            + " behind them%n",
                    later.path("guests").asInt(), later.path("number").asInt());
        }
        JsonNode overtaken = plan.path("overtaken");
        if (overtaken.path("number").asInt() > 0) {
            out.printf(
                    "order: %d older letters of %d of these guests stay, and would be overtaken%n",
                    overtaken.path("number").asInt(), overtaken.path("guests").asInt());
        }
    }

    private int carryOut(ObjectNode asked, CountDownLatch stop) throws InterruptedException {
        AtomicReference<JsonNode> job = new AtomicReference<>(bridge.act(path, asked));
        String id = job.get().path("job").asText();
        try (Progress progress = new Progress(
                spec.commandLine().getErr(),
                Boolean.getBoolean("stderr.watched"),
                () -> share(job.get()),
                () -> told(job.get()))) {
            progress.start();
            CountDownLatch signal = stop;
            while (job.get().path("state").asText().equals("running")) {
                if (signal.await(ASKED_EVERY_MS, TimeUnit.MILLISECONDS)) {
                    bridge.act(
                            "/jobs/cancel",
                            JsonNodeFactory.instance.objectNode().put("id", id));
                    signal = new CountDownLatch(1); // it is heard once
                }
                job.set(bridge.ask("/jobs", Map.of("id", id)));
            }
        }
        PrintWriter out = spec.commandLine().getOut();
        out.println(json ? Json.write(job.get()) : told(job.get()));
        out.flush();
        return ended(job.get());
    }

    private int ended(JsonNode job) {
        int left = job.path("left").asInt();
        PrintWriter err = spec.commandLine().getErr();
        switch (job.path("state").asText()) {
            case "cancelled" ->
                err.println("cancelled: the other " + left + " are on guest.dead as before; the same command goes on");
            case "failed" ->
                err.println("failed: " + job.path("trouble").asText()
                        + "; the rest is on guest.dead, and the same command goes on");
            default -> {
                if (left > 0) {
                    err.println(left + " were no longer on guest.dead");
                }
                return job.path("of").asInt() == 0 ? Guestbridge.NEGATIVE : Guestbridge.DONE;
            }
        }
        return Guestbridge.NEGATIVE;
    }

    private String told(JsonNode job) {
        return done + " " + job.path("done").asInt() + " of " + job.path("of").asInt() + " letters";
    }

    private static double share(JsonNode job) {
        return job.path("of").asInt() == 0
                ? 1
                : job.path("done").asDouble() / job.path("of").asDouble();
    }
}
