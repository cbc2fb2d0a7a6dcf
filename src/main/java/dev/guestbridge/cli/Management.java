package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.guestbridge.Settings;
import dev.guestbridge.console.Door;
import dev.guestbridge.console.Operations;
import dev.guestbridge.message.Json;
import java.io.Console;
import java.io.IOException;
import java.net.ConnectException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;

/** The running bridge, as the command line asks it: by the operators' door on its management port. */
final class Management {

    /** The bridge didn't do what it was asked; the sentence says why. */
    static final class Unanswered extends IllegalArgumentException {
        private final int status;

        Unanswered(String sentence) {
            this(sentence, 0);
        }

        private Unanswered(String sentence, int status) {
            super(sentence);
            this.status = status;
        }

        /** Whether something stands in the way that may be over later. */
        boolean isInTheWay() {
            return status == 409;
        }

        /** Whether it knows nothing of that name. */
        boolean isUnknown() {
            return status == 404;
        }
    }

    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final int LONGEST_ANSWER = 64 << 20;
    private static final Set<String> EVERY_ADDRESS = Set.of("0.0.0.0", "::", "[::]");

    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(3)).build();
    private final URI bridge;
    private final Settings settings;
    private String authorization; // null until it is asked for

    /** The bridge that these settings are of. */
    Management(Settings settings) {
        this.settings = settings;
        String host = settings.get("management.host");
        String reached = EVERY_ADDRESS.contains(host) ? "127.0.0.1" : host;
        this.bridge = URI.create(
                "http://" + (reached.contains(":") && !reached.startsWith("[") ? "[" + reached + "]" : reached) + ":"
                        + settings.number("management.port"));
    }

    /**
     * Asks, changing nothing.
     *
     * @throws Unanswered when there is no answer but a refusal, or none at all
     */
    JsonNode ask(Question question) throws InterruptedException {
        return answer(HttpRequest.newBuilder(at(question.address())).GET());
    }

    /**
     * Asks what is too long for an address, changing nothing.
     *
     * @throws Unanswered as {@link #ask}
     */
    JsonNode weigh(Question question) throws InterruptedException {
        return act(question);
    }

    /**
     * Asks for something to be done.
     *
     * @throws Unanswered as {@link #ask}
     */
    JsonNode act(Question question) throws InterruptedException {
        return answer(posted(question));
    }

    /**
     * Asks for something to be done that takes as long as it takes, and waits for its end.
     *
     * @param every how often to be told that it isn't there yet
     * @param notYet is told how long it has taken so far
     * @throws Unanswered as {@link #ask}
     */
    JsonNode actAtLength(Question question, Duration every, Consumer<Duration> notYet) throws InterruptedException {
        return answer(posted(question), every, notYet);
    }

    private HttpRequest.Builder posted(Question question) {
        return HttpRequest.newBuilder(at(question.path()))
                .header(Door.MEANT, "cli")
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(question.body()));
    }

    /** Its management port, such as {@code http://127.0.0.1:9876}. */
    URI address() {
        return bridge;
    }

    private URI at(String path) {
        return bridge.resolve(Operations.ROOT + path);
    }

    private JsonNode answer(HttpRequest.Builder request) throws InterruptedException {
        return answer(request.timeout(PATIENCE), PATIENCE, passed -> {});
    }

    private JsonNode answer(HttpRequest.Builder request, Duration every, Consumer<Duration> notYet)
            throws InterruptedException {
        if (!settings.get("management.user").isEmpty()) {
            request.header("Authorization", authorization());
        }
        try {
            HttpResponse<byte[]> answer = heard(request.build(), every, notYet);
            JsonNode json = answer.body().length == 0
                    ? JsonNodeFactory.instance.objectNode()
                    : Json.readOwn(answer.body(), LONGEST_ANSWER);
            if (answer.statusCode() != 200) {
                throw new Unanswered(
                        json.path("error").asText("the bridge at " + bridge + " answers " + answer.statusCode()),
                        answer.statusCode());
            }
            return json;
        } catch (ConnectException e) {
            throw new Unanswered("no bridge answers at " + bridge
                    + " (management.host and management.port); start it with 'guestbridge run'");
        } catch (IOException e) {
            throw new Unanswered("the bridge at " + bridge + " gives no answer: " + e.getMessage());
        } catch (Json.Unreadable e) {
            throw new Unanswered("what answers at " + bridge + " is no bridge: " + e.getMessage());
        }
    }

    private HttpResponse<byte[]> heard(HttpRequest request, Duration every, Consumer<Duration> notYet)
            throws IOException, InterruptedException {
        CompletableFuture<HttpResponse<byte[]>> answer =
                client.sendAsync(request, HttpResponse.BodyHandlers.ofByteArray());
        try {
            for (Duration passed = every; ; passed = passed.plus(every)) {
                try {
                    return answer.get(every.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException e) {
                    notYet.accept(passed);
                }
            }
        } catch (ExecutionException e) {
            throw e.getCause() instanceof IOException failure ? failure : new IOException(e.getCause());
        } finally {
            answer.cancel(true); // of nothing, unless this thread was interrupted
        }
    }

    private String authorization() {
        if (authorization == null) {
            String said = settings.get("management.user") + ":" + password();
            authorization = "Basic " + Base64.getEncoder().encodeToString(said.getBytes(StandardCharsets.UTF_8));
        }
        return authorization;
    }

    private String password() {
        String given = settings.operatorsPassword();
        Console console = given == null ? System.console() : null;
        char[] typed =
                console == null ? null : console.readPassword("password of %s: ", settings.get("management.user"));
        if (given == null && typed == null) {
            throw new Unanswered("the bridge asks who you are (management.user); set GUESTBRIDGE_PASSWORD");
        }
        return given == null ? new String(typed) : given;
    }
}
