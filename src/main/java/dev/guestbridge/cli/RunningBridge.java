package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.guestbridge.Settings;
import dev.guestbridge.cli.Asking.NoAnswer;
import java.net.URI;
import java.net.http.HttpRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** The bridge that runs with these settings on this machine, as its management port tells of it; there may be none. */
final class RunningBridge {

    private final Management management;
    private final Duration patience;
    private final JsonNode health;

    private RunningBridge(Management management, Duration patience, JsonNode health) {
        this.management = management;
        this.patience = patience;
        this.health = health;
    }

    static RunningBridge of(Settings settings, Asking asking) throws InterruptedException {
        Management management = new Management(settings);
        URI address = management.address().resolve("/observe/health");
        try {
            return new RunningBridge(
                    management,
                    asking.patience(),
                    asking.ask(HttpRequest.newBuilder(address).GET(), "management.port")
                            .json());
        } catch (NoAnswer e) {
            return new RunningBridge(management, asking.patience(), MissingNode.getInstance());
        }
    }

    /** Whether there is one. */
    boolean answers() {
        return health.path("checks").isArray();
    }

    /** What its own check of broker or store found, a sentence; null when all is well. */
    String trouble(String check) {
        for (JsonNode one : health.path("checks")) {
            if (one.path("name").asText().equals(check)
                    && !one.path("status").asText().equals("UP")) {
                return one.path("message").asText("its health says no more than DOWN");
            }
        }
        return null;
    }

    /**
     * What operators are told at this path.
     *
     * @throws Management.Unanswered when that can't be had; the sentence says why
     */
    JsonNode ask(String path) throws InterruptedException {
        try {
            return InTime.of(patience, () -> management.ask(Question.at(path)));
        } catch (RuntimeException | InterruptedException e) {
            throw e;
        } catch (TimeoutException e) {
            throw new Management.Unanswered("the bridge gave no answer within " + patience.toSeconds() + " s");
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    /** The objects of a list that operators are told at this path; none when it can't be had. */
    List<JsonNode> list(String path, String field) throws InterruptedException {
        List<JsonNode> all = new ArrayList<>();
        if (answers()) {
            try {
                JsonNode told = ask(path);
                (told.isArray() ? told : told.path(field)).forEach(all::add);
            } catch (Management.Unanswered e) {
                // an older bridge, or one that lets only those in whom it knows
            }
        }
        return all;
    }
}
