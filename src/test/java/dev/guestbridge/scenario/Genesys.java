package dev.guestbridge.scenario;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;

/** The simulated Genesys as its control calls show and change it. */
final class Genesys {

    /** Every scope that the shipped channels need. */
    static final List<String> SCOPES = List.of(
            "messaging",
            "messaging:external:write",
            "conversation:view",
            "conversation:write",
            "messaging:guest",
            "messaging:web",
            "guest:messages:send");

    private final String url;
    private final HttpClient http = HttpClient.newHttpClient();

    Genesys(String url) {
        this.url = url;
    }

    /** All openings and sendings so far, in order; those for tokens, and what was asked about tokens, left out. */
    List<JsonNode> requests() {
        return journal().stream()
                .filter(entry -> entry.path("path").asText().startsWith("/api/v2/conversations/"))
                .toList();
    }

    /** All requests for tokens so far. */
    List<JsonNode> tokenRequests() {
        return journal().stream()
                .filter(entry -> entry.path("path").asText().equals("/oauth/token"))
                .toList();
    }

    /** All requests that were refused so far, those for tokens too. */
    List<JsonNode> refused() {
        return journal().stream()
                .filter(entry -> entry.path("outcome").asText().equals("refused"))
                .toList();
    }

    private List<JsonNode> journal() {
        JsonNode entries = call("GET", "/journal", null).path("entries");
        return StreamSupport.stream(entries.spliterator(), false).toList();
    }

    /** Adds a fault, and gives its id. */
    String fault(Object fault) {
        return call("POST", "/faults", fault).path("id").asText();
    }

    void settings(Object changes) {
        settings("main", changes);
    }

    void settings(String org, Object changes) {
        call("PATCH", "/organisations/" + org, changes);
    }

    /** From now on it gives this token to whoever asks for one, and takes none that it gave before. */
    void givesToken(String token) {
        fault(Map.of(
                "match",
                Map.of("path", "/oauth/token"),
                "status",
                200,
                "body",
                Map.of("access_token", token, "token_type", "bearer", "expires_in", 3600)));
        revokeTokens();
    }

    void revokeTokens() {
        call("POST", "/tokens/revoke", Map.of("org", "main"));
    }

    void forgetFaults() {
        call("DELETE", "/faults", null);
    }

    void forgetJournal() {
        call("DELETE", "/journal", null);
    }

    /** One control call; what it answers. */
    JsonNode call(String method, String path, Object body) {
        HttpRequest request = HttpRequest.newBuilder(URI.create(url + "/_simulator" + path))
                .method(
                        method,
                        body == null
                                ? BodyPublishers.noBody()
                                : BodyPublishers.ofString(Tree.of(body).toString()))
                .build();
        try {
            HttpResponse<String> answer = http.send(request, BodyHandlers.ofString());
            if (answer.statusCode() > 299) {
                throw new IllegalStateException(method + " " + path + ": " + answer.body());
            }
            return answer.body().isBlank() ? Tree.JSON.createObjectNode() : Tree.json(answer.body());
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
