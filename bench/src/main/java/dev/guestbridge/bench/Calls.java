package dev.guestbridge.bench;

import io.vertx.core.json.JsonObject;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** How many calls the bridge makes for a message of a dialect that has to open a thread for each guest first. */
record Calls(int guests, int messagesOfEach, int latencyMs) implements Part {

    private static final Duration LIMIT = Duration.ofMinutes(5);

    @Override
    public Result run() {
        int messages = guests * messagesOfEach;
        StringBuilder table = new StringBuilder(
                Figures.head("messages", "guests", "openings", "calls", "calls per message", "fewest possible"));
        List<String> wrong = new ArrayList<>();
        Candidate bridge = Candidate.bridge(Candidate.LARGE);
        try (Site site = new Site("calls");
                Started process = bridge.start().apply(site)) {
            site.reset(latencyMs, 0);
            site.load().fill(Load.THREADS_QUEUE, messages, guests);
            process.until("all told", LIMIT, () -> site.load().delivered() >= messages);
            JsonObject arrived = site.figures();
            int calls = arrived.getInteger("calls");
            table.append(Figures.row(
                    messages,
                    guests,
                    arrived.getInteger("openings"),
                    calls,
                    "%.3f".formatted(calls / (double) messages),
                    "%.3f".formatted(1 + guests / (double) messages)));
            if (calls != messages + guests || arrived.getInteger("distinct") != messages) {
                wrong.add(calls + " calls for " + messages + " messages of " + guests + " guests");
            }
        }
        return new Result(table.toString(), wrong);
    }
}
