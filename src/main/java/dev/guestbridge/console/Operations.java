package dev.guestbridge.console;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import dev.guestbridge.message.Json;
import dev.guestbridge.store.Audit;
import dev.guestbridge.store.StoreUnavailable;
import io.vertx.core.WorkerExecutor;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.handler.BodyHandler;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The operators' door, below {@value #ROOT} on the management port: JSON in, JSON out. What command line and page can do they
 * do here, so that the same rules hold for both, and one log of acts tells of all.
 */
public final class Operations {

    public static final String ROOT = "/ops/api";

    private static final Logger LOG = LoggerFactory.getLogger(Operations.class);
    private static final String NOT_ENCODED =
            "the address isn't encoded properly: a % stands before two hexadecimal digits, and together they are UTF-8";
    private static final int LONGEST_BODY = 1 << 20;
    private static final JsonMapper MAPPER = JsonMapper.builder()
            .addModule(new SimpleModule().addSerializer(Instant.class, ToStringSerializer.instance))
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    private final Router router;
    private final Audit audit;
    private final WorkerExecutor workers;

    /**
     * @param router of the management port
     * @param workers wait for the answers: not those that webhooks wait on
     */
    public Operations(Router router, Door door, Audit audit, WorkerExecutor workers) {
        this.router = router;
        this.audit = audit;
        this.workers = workers;
        router.route().order(Integer.MIN_VALUE).handler(Operations::demandDecodable); // Camel's own paths too
        door.open(router, ROOT);
        // uploads would be written to disk
        router.route(ROOT + "/*").handler(BodyHandler.create(false).setBodyLimit(LONGEST_BODY));
    }

    private static void demandDecodable(RoutingContext visit) {
        try {
            visit.normalizedPath();
            visit.queryParams();
        } catch (RuntimeException undecodable) { // Vert.x throws one of several
            refuse(visit, Refused.wrong(NOT_ENCODED));
            return;
        }
        visit.next();
    }

    /** Answers a question; may wait. */
    @FunctionalInterface
    public interface Answering {
        /**
         * @return what becomes the answer's JSON: records, maps, lists, nodes
         * @throws Refused when the question can't be answered, for a reason that the operator can put right
         */
        Object answer(Asked asked) throws Exception;
    }

    /** Not as asked; the sentence says why, and what to do. */
    public static final class Refused extends Exception {
        private final int status;
        private final transient Map<String, String> headers = new LinkedHashMap<>();

        public Refused(int status, String sentence) {
            super(sentence);
            this.status = status;
        }

        int status() {
            return status;
        }

        Map<String, String> headers() {
            return headers;
        }

        /** The same with one header of the answer more. */
        Refused with(String header, String value) {
            headers.put(header, value);
            return this;
        }

        /** There is no such thing. */
        public static Refused unknown(String sentence) {
            return new Refused(404, sentence);
        }

        /** The question is wrong in itself. */
        public static Refused wrong(String sentence) {
            return new Refused(400, sentence);
        }
    }

    /**
     * What was asked.
     *
     * @param parameters those of the address
     * @param body an empty object when there was none
     * @param who asked
     */
    public record Asked(Map<String, String> parameters, JsonNode body, String who) {

        /** @throws Refused when it is missing or empty */
        public String required(String name) throws Refused {
            String value = optional(name);
            if (value == null) {
                throw Refused.wrong(name + " is missing");
            }
            return value;
        }

        /** A parameter of the address, or else a text of the body; null when it is missing or empty. */
        public String optional(String name) {
            String value = parameters.containsKey(name)
                    ? parameters.get(name)
                    : body.path(name).asText("");
            return value.isEmpty() ? null : value;
        }

        /** @throws Refused when it isn't a whole number from least to most */
        public int number(String name, int least, int most, int otherwise) throws Refused {
            String value = optional(name);
            if (value == null) {
                return otherwise;
            }
            try {
                int number = Integer.parseInt(value);
                if (number >= least && number <= most) {
                    return number;
                }
            } catch (NumberFormatException notANumber) {
                // told below
            }
            throw Refused.wrong(name + " '" + value + "' is not a whole number from " + least + " to " + most);
        }
    }

    /** Opens {@code GET path}, which changes nothing. */
    public void read(String path, Answering answering) {
        router.get(ROOT + path).handler(visit -> answer(visit, answering));
    }

    /** Opens {@code POST path}, which changes nothing, for questions that are too long for an address. */
    public void weigh(String path, Answering answering) {
        router.post(ROOT + path).handler(visit -> answer(visit, answering));
    }

    /**
     * Opens {@code POST path}, which changes something, and is written down before it does: with what was asked, in which
     * a digest stands for the guest.
     *
     * @param act the word in the log of acts
     */
    public void act(String path, String act, Answering answering) {
        act(path, act, Operations::all, answering);
    }

    /**
     * The same, for questions that hold more than the log of acts should.
     *
     * @param about what of it is written down
     */
    public void act(String path, String act, Function<Asked, ObjectNode> about, Answering answering) {
        router.post(ROOT + path)
                .handler(visit -> answer(visit, asked -> {
                    JsonNode told = withoutGuests(about.apply(asked));
                    audit.write(Door.who(visit), act, MAPPER.writeValueAsString(told))
                            .get();
                    LOG.info("an operator, {}: {} {}", Door.who(visit), act, MAPPER.writeValueAsString(unnamed(told)));
                    return answering.answer(asked);
                }));
    }

    /** The same for the bridge's log, which names no message by an id that its channel made. */
    private static JsonNode unnamed(JsonNode told) {
        return told instanceof ObjectNode object ? object.deepCopy().without(List.of("id", "letter")) : told;
    }

    private static ObjectNode all(Asked asked) {
        ObjectNode all = JsonNodeFactory.instance.objectNode();
        asked.parameters().forEach(all::put);
        asked.body().properties().forEach(field -> all.set(field.getKey(), field.getValue()));
        return all;
    }

    private static JsonNode withoutGuests(JsonNode about) {
        if (about.isArray()) {
            ArrayNode told = JsonNodeFactory.instance.arrayNode();
            about.forEach(one -> told.add(withoutGuests(one)));
            return told;
        }
        if (!about.isObject()) {
            return about;
        }
        ObjectNode told = JsonNodeFactory.instance.objectNode();
        about.properties()
                .forEach(field -> told.set(
                        field.getKey(),
                        switch (field.getKey()) {
                            case "guest" ->
                                TextNode.valueOf(Audit.digest(field.getValue().asText()));
                            case "text" -> TextNode.valueOf("(not kept)"); // what a guest wrote, or a part of it
                            default -> withoutGuests(field.getValue());
                        }));
        return told;
    }

    private void answer(RoutingContext visit, Answering answering) {
        workers.executeBlocking(() -> awaited(answering.answer(asked(visit))), false)
                .onSuccess(answer -> end(visit, 200, answer))
                .onFailure(failure -> refuse(visit, failure));
    }

    private static Object awaited(Object answer) throws Exception {
        try {
            return answer instanceof Future<?> future ? future.get() : answer;
        } catch (ExecutionException e) {
            throw e.getCause() instanceof Exception cause ? cause : e;
        }
    }

    private static Asked asked(RoutingContext visit) throws Refused {
        Map<String, String> parameters = new LinkedHashMap<>();
        visit.queryParams().forEach(one -> parameters.put(one.getKey(), one.getValue()));
        Asked asked = new Asked(parameters, body(visit), Door.who(visit));
        if (parameters.values().stream().anyMatch(Operations::holdsNul) || holdsNul(asked.body())) {
            throw Refused.wrong("a NUL character is in no name, id or text that the bridge knows");
        }
        return asked;
    }

    private static boolean holdsNul(JsonNode node) {
        if (node.isTextual()) {
            return holdsNul(node.textValue());
        }
        for (JsonNode part : node) {
            if (holdsNul(part)) {
                return true;
            }
        }
        return false;
    }

    private static boolean holdsNul(String text) {
        return text.indexOf('\0') >= 0;
    }

    /** An empty object when there is none. */
    static JsonNode body(RoutingContext visit) throws Refused {
        Buffer body = visit.body().buffer();
        if (body == null || body.length() == 0) {
            return JsonNodeFactory.instance.objectNode();
        }
        try {
            JsonNode said = Json.read(body.getBytes());
            if (said.isObject()) {
                return said;
            }
        } catch (Json.Unreadable e) {
            throw Refused.wrong(e.getMessage());
        }
        throw Refused.wrong("the body is no JSON object");
    }

    static void refuse(RoutingContext visit, Throwable failure) {
        boolean wrapped = failure instanceof ExecutionException || failure instanceof CompletionException;
        Throwable cause = wrapped && failure.getCause() != null ? failure.getCause() : failure;
        if (cause instanceof Refused refused) {
            refused.headers.forEach(visit.response()::putHeader);
            end(visit, refused.status, Map.of("error", refused.getMessage()));
        } else if (cause instanceof StoreUnavailable) {
            end(visit, 503, Map.of("error", cause.getMessage()));
        } else {
            LOG.error("{} failed", visit.request().path(), cause);
            end(visit, 500, Map.of("error", "a fault of the bridge, which its log tells of: " + cause));
        }
    }

    static void end(RoutingContext visit, int status, Object answer) {
        try {
            visit.response()
                    .setStatusCode(status)
                    .putHeader("Content-Type", "application/json")
                    .end(MAPPER.writeValueAsString(answer));
        } catch (JsonProcessingException e) {
            LOG.error("{}: the answer can't be written", visit.request().path(), e);
            visit.response().setStatusCode(500).end();
        }
    }
}
