package dev.guestbridge.process;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.mapping;
import static java.util.stream.Collectors.toList;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The simulator, asked and set over its control endpoints. */
public final class Genesys {

    public static final ObjectMapper JSON = new ObjectMapper();

    private final String url;

    Genesys(String url) {
        this.url = url;
    }

    /** One message as Genesys got it. */
    record Heard(String outcome, String guest, String messageId, String text) {}

    /** How many calls there were so far, of all kinds. */
    public long calls() {
        return call("GET", "/journal?newest=1", null)
                .get("entries")
                .path(0)
                .path("sequence")
                .asLong();
    }

    /** Every message that was taken, in the order in which it was, repeats too. */
    List<Heard> heard() {
        List<Heard> heard = new ArrayList<>();
        for (JsonNode entry : call("GET", "/journal?path=/messages/", null).get("entries")) {
            String outcome = entry.path("outcome").asText();
            if (outcome.equals("accepted") || outcome.equals("repeat")) {
                heard.add(new Heard(
                        outcome,
                        entry.path("externalId").asText(),
                        entry.path("messageId").asText(),
                        entry.path("text").asText()));
            }
        }
        return heard;
    }

    /** The texts of first acceptance by guest, in order. */
    static Map<String, List<String>> accepted(List<Heard> heard) {
        return heard.stream()
                .filter(one -> one.outcome().equals("accepted"))
                .collect(groupingBy(Heard::guest, LinkedHashMap::new, mapping(Heard::text, toList())));
    }

    public void change(String organisation, Map<String, ?> settings) {
        call("PATCH", "/organisations/" + organisation, settings);
    }

    /** All of an organisation's tokens are worth nothing from now on. */
    public void revokeTokens(String organisation) {
        call("POST", "/tokens/revoke", Map.of("org", organisation));
    }

    /** Answers each message late from now on; returns the fault's id. */
    public String delay(int millis) {
        return fault(Map.of("match", Map.of("path", "/messages/"), "times", 0, "delayMs", millis));
    }

    /** Answers each message with 429 from now on; returns the fault's id. */
    String tooMany(int retryAfterSeconds) {
        return fault(Map.of(
                "match",
                Map.of("path", "/messages/"),
                "times",
                0,
                "status",
                429,
                "headers",
                Map.of("Retry-After", retryAfterSeconds)));
    }

    /** Answers what one guest says late from now on; returns the fault's id. */
    String delay(String guest, int millis) {
        return fault(Map.of("match", Map.of("externalId", guest), "times", 0, "delayMs", millis));
    }

    /** Has the agent write, type, offer or end, as such a control call says. */
    void agent(Map<String, ?> message) {
        call("POST", "/agent", message);
    }

    /** Has such faults happen from now on; returns the fault's id. */
    String fault(Map<String, ?> fault) {
        return call("POST", "/faults", fault).get("id").asText();
    }

    public void endFault(String id) {
        call("DELETE", "/faults/" + id, null);
    }

    private JsonNode call(String method, String path, Object body) {
        try {
            HttpRequest.BodyPublisher content = body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body));
            HttpResponse<String> answer =
                    Installation.send(HttpRequest.newBuilder(URI.create(url + "/_simulator" + path))
                            .method(method, content));
            if (answer.statusCode() / 100 != 2) {
                throw new AssertionError(method + " " + path + ": " + answer.statusCode() + " " + answer.body());
            }
            return answer.body().isEmpty() ? JSON.createObjectNode() : JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
