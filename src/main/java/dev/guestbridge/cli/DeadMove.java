package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** Moves dead letters: tells what that would mean, or has the bridge do it and shows how far it is. */
abstract class DeadMove extends ActingCommand {

    private static final int ASKED_EVERY_MS = 250;

    private final String path;
    private final String done;
    private final CountDownLatch stop = new CountDownLatch(1);

    @Mixin
    private DeadCommand.Filter filter;

    @Parameters(
            paramLabel = "<letter>",
            arity = "0..*",
            description = "Only these: their ids, or the first 8 or more characters of them.")
    private List<String> letters;

    @Option(names = "--limit", paramLabel = "<n>", description = "At most so many, the oldest first.")
    private Integer limit;

    /**
     * @param path where the bridge is asked for it
     * @param done the word for what is done with a letter
     */
    private DeadMove(String path, String done) {
        this.path = path;
        this.done = done;
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
    static final class Replay extends DeadMove {

        @Option(
                names = "--rate",
                paramLabel = "<n>",
                defaultValue = "5",
                description = "Letters a second, at most (default: ${DEFAULT-VALUE}); they share the organisation's"
                        + " budget with all other messages.")
        private int rate;

        Replay() {
            super("/dead/replay", "replayed");
        }

        @Override
        Question question() {
            return super.question().about("rate", rate);
        }

        @Override
        void tellPlan(JsonNode plan, PrintWriter out) {
            super.tellPlan(plan, out);
            JsonNode later = plan.path("later");
            if (later.path("number").asInt() > 0) {
                out.printf(
                        "order: %d of these guests wrote %d messages later that Genesys has, or that wait; their letters"
                                + " come behind them%n",
                        later.path("guests").asInt(), later.path("number").asInt());
            }
            JsonNode overtaken = plan.path("overtaken");
            if (overtaken.path("number").asInt() > 0) {
                out.printf(
                        "order: %d older letters of %d of these guests stay, and would be overtaken%n",
                        overtaken.path("number").asInt(),
                        overtaken.path("guests").asInt());
            }
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
    static final class Discard extends DeadMove {
        Discard() {
            super("/dead/discard", "discarded");
        }
    }

    @Override
    Question question() {
        return filter.at(path)
                .about("letter", letters == null || letters.isEmpty() ? null : String.join(",", letters))
                .about("limit", limit);
    }

    @Override
    public Integer call() throws Exception {
        return isMeant() ? Stop.early(stop, super::call) : super.call();
    }

    /** The job when it is over, however it ended. */
    @Override
    JsonNode act(Management bridge) throws InterruptedException {
        AtomicReference<JsonNode> job = new AtomicReference<>(super.act(bridge));
        String id = job.get().path("job").asText();
        try (Progress progress = terminal().progress(() -> share(job.get()), () -> told(job.get()))) {
            progress.start();
            CountDownLatch signal = stop;
            while (job.get().path("state").asText().equals("running")) {
                if (signal.await(ASKED_EVERY_MS, TimeUnit.MILLISECONDS)) {
                    bridge.act(Question.at("/jobs/cancel").about("id", id));
                    signal = new CountDownLatch(1); // it is heard once
                }
                job.set(bridge.ask(Question.at("/jobs").about("id", id)));
            }
        }
        return job.get();
    }

    @Override
    boolean isGood(JsonNode answer) {
        return isMeant()
                ? answer.path("state").asText().equals("done")
                        && answer.path("of").asInt() > 0
                : answer.path("letters").asInt() > 0;
    }

    @Override
    void tell(JsonNode answer, PrintWriter out) {
        if (isMeant()) {
            out.println(told(answer));
        } else {
            tellPlan(answer, out);
        }
    }

    @Override
    void note(JsonNode answer) {
        if (isMeant()) {
            noteEnd(answer);
        } else if (isGood(answer)) {
            terminal().note("nothing is " + done + " yet; --yes does it");
        }
    }

    /** Tells what it would mean. */
    void tellPlan(JsonNode plan, PrintWriter out) {
        out.printf(
                "%d letters of %d guests would be %s%n",
                plan.path("letters").asInt(), plan.path("guests").asInt(), done);
        if (!plan.path("classes").isEmpty()) {
            Table table = new Table("class", "channel", "letters", "advice");
            plan.path("classes")
                    .forEach(row -> table.row(
                            Shown.text(row, "class"),
                            Shown.text(row, "channel"),
                            Shown.text(row, "letters"),
                            Shown.text(row, "advice")));
            table.print(out);
        }
        plan.path("left")
                .forEach(row -> out.printf("%d stay: %s%n", row.path("letters").asInt(), Shown.text(row, "why")));
    }

    private void noteEnd(JsonNode job) {
        int left = job.path("left").asInt();
        switch (job.path("state").asText()) {
            case "cancelled" ->
                terminal()
                        .note("cancelled: the other " + left
                                + " are on guest.dead as before; the same command goes on");
            case "failed" ->
                terminal()
                        .note("failed: " + Shown.text(job, "trouble")
                                + "; the rest is on guest.dead, and the same command goes on");
            default -> {
                if (left > 0) {
                    terminal().note(left + " were no longer on guest.dead");
                }
            }
        }
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
