package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** One way in which calls go wrong, for the next few calls that match. */
final class Fault {

    /** What happens to the call besides its delay. */
    enum Action {
        /** The connection ends before the call is looked at. */
        RESET(false),
        /** Something else is answered, and the call is not looked at. */
        ANSWER(false),
        /** Nothing but the delay. */
        NONE(true),
        /** The call is done, and the connection ends instead of an answer. */
        LOSE(true),
        /** The call is done, and the answer held back until the fault is deleted. */
        HANG(true),
        /** The call is done, and the answer's body comes byte by byte. */
        DRIP(true),
        /** The call is done, and the answer breaks off in the middle. */
        TRUNCATE(true),
        /** The call is done, and the answer is a 200 that nobody can read. */
        GARBAGE(true);

        private final boolean handles;

        Action(boolean handles) {
            this.handles = handles;
        }

        /** Whether the call is done all the same. */
        boolean handles() {
            return handles;
        }
    }

    private final String id;
    private final Match match;
    private final int times;
    private final int delayMs;
    private final int everyMs;
    private final Action action;
    private final Integer status;
    private final Map<String, String> headers;
    private final byte[] body;
    private final List<Runnable> held = new ArrayList<>();
    private int hits;

    /**
     * Which calls; null matches any.
     *
     * @param path found anywhere in the path as sent
     */
    record Match(Pattern path, String method, String externalId, String org) {

        boolean fits(Call call) {
            return fitsSoFar(call) && (externalId == null || externalId.equals(call.notes().externalId));
        }

        /** Looks at nothing that stands in a body. */
        boolean fitsSoFar(Call call) {
            return (path == null || path.matcher(call.rawPath()).find())
                    && (method == null || method.equalsIgnoreCase(call.method()))
                    && (org == null
                            || (call.organisation() != null
                                    && org.equals(call.organisation().settings().name())));
        }
    }

    /** Reads a fault from a control call. */
    Fault(String id, ControlBody form) throws ControlRefusal {
        this.id = id;
        ControlBody criteria = form.object("match");
        this.match = new Match(
                criteria.pattern("path"), criteria.text("method"), criteria.text("externalId"), criteria.text("org"));
        criteria.end();
        this.times = form.number("times", 1, 0, Integer.MAX_VALUE);
        this.delayMs = form.number("delayMs", 0, 0, Integer.MAX_VALUE);
        this.everyMs = form.number("everyMs", 1000, 1, Integer.MAX_VALUE);
        int asked = form.number("status", 0, 200, 599);
        this.status = asked == 0 ? null : asked;
        this.headers = form.texts("headers");
        this.body = form.bytes("body");
        String name = form.oneOf("action", List.of("reset", "lose", "hang", "drip", "truncate", "garbage"));
        form.end();
        this.action = name != null
                ? Action.valueOf(name.toUpperCase(Locale.ROOT))
                : status != null ? Action.ANSWER : Action.NONE;
        if (status != null && name != null) {
            throw new ControlRefusal(400, "status can't be combined with action");
        }
        if (status == null && (body != null || !headers.isEmpty())) {
            throw new ControlRefusal(400, "status is missing: headers and body need one");
        }
        if (action == Action.NONE && delayMs == 0) {
            throw new ControlRefusal(400, "action, status or delayMs is missing");
        }
    }

    String id() {
        return id;
    }

    Match match() {
        return match;
    }

    Action action() {
        return action;
    }

    int delayMs() {
        return delayMs;
    }

    /** Milliseconds between the bytes of a dripping answer. */
    int everyMs() {
        return everyMs;
    }

    boolean isUsedUp() {
        return times > 0 && hits >= times;
    }

    /** Whether its call can be dropped before its body is there. */
    boolean isEarly() {
        return action == Action.RESET && delayMs == 0 && match.externalId() == null;
    }

    void hit() {
        hits++;
    }

    /** The answer that is given in the call's stead; without a body of its own the live platform's, where it has one. */
    Answer answer(String correlationId) {
        long seconds = 1;
        for (Map.Entry<String, String> header : headers.entrySet()) {
            if (header.getKey().equalsIgnoreCase("Retry-After")
                    && header.getValue().matches("\\d{1,9}")) {
                seconds = Long.parseLong(header.getValue());
            }
        }
        Answer live = GenesysError.ofStatus(status, seconds).answer(correlationId);
        Map<String, String> all = new java.util.TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (body == null || body.length > 0) {
            all.put("Content-Type", "application/json");
        }
        if (body == null) {
            all.putAll(live.headers());
        }
        all.putAll(headers);
        return new Answer(status, all, body == null ? live.body() : body);
    }

    void hold(Runnable answering) {
        held.add(answering);
    }

    /** Lets the answers go that it held back. */
    void release() {
        List.copyOf(held).forEach(Runnable::run);
        held.clear();
    }

    ObjectNode written() {
        ObjectNode fault = Json.object().put("id", id).put("hits", hits).put("times", times);
        ObjectNode criteria = fault.putObject("match");
        if (match.path() != null) {
            criteria.put("path", match.path().pattern());
        }
        criteria.put("method", match.method())
                .put("externalId", match.externalId())
                .put("org", match.org());
        fault.put("action", action.name().toLowerCase(Locale.ROOT)).put("delayMs", delayMs);
        fault.put("status", status).put("held", held.size());
        return fault;
    }
}
