package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.Map;

/** A simulator, and someone who calls it by plain HTTP. */
final class Caller implements AutoCloseable {

    static final String SECRET = "a secret of this test";

    private static final ObjectMapper MAPPER = new ObjectMapper();

    private final Simulator simulator;
    private final HttpClient http = HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .connectTimeout(Duration.ofSeconds(5))
            .build();

    private Caller(Simulator simulator) {
        this.simulator = simulator;
    }

    static Caller start() {
        return start(SimulatorSettings.of(0, organisation()));
    }

    static Caller start(SimulatorSettings settings) {
        try {
            return new Caller(Simulator.start(settings));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static OrganisationSettings organisation() {
        return OrganisationSettings.of("main", "client-1", "secret-1");
    }

    @Override
    public void close() {
        simulator.close();
    }

    /** An access token of the first organisation. */
    String token(String... scopes) {
        String form = "grant_type=client_credentials"
                + (scopes.length == 0
                        ? ""
                        : "&scope=" + String.join("+", scopes).replace(":", "%3A"));
        return json(askToken("client-1:secret-1", form)).get("access_token").textValue();
    }

    HttpResponse<String> askToken(String credentials, String form) {
        return call(
                "POST",
                "/oauth/token",
                form,
                "Authorization",
                "Basic " + Base64.getEncoder().encodeToString(credentials.getBytes(StandardCharsets.UTF_8)),
                "Content-Type",
                "application/x-www-form-urlencoded");
    }

    HttpResponse<String> post(String token, String path, String json) {
        return call("POST", path, json, "Authorization", "Bearer " + token, "Content-Type", "application/json");
    }

    HttpResponse<String> get(String token, String path) {
        return call("GET", path, "", "Authorization", "Bearer " + token);
    }

    /** A control call; its JSON, which is missing when there was no body. */
    JsonNode control(String method, String path, String json) {
        return json(call(method, "/_simulator" + path, json, "Content-Type", "application/json"));
    }

    JsonNode change(String json) {
        return control("PATCH", "/organisations/main", json);
    }

    JsonNode journal(String query) {
        return control("GET", "/journal" + query, "").get("entries");
    }

    HttpResponse<String> call(String method, String path, String body, String... headers) {
        HttpRequest.Builder request = HttpRequest.newBuilder(URI.create(simulator.url() + path))
                .timeout(Duration.ofSeconds(20))
                .method(method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
        for (int i = 0; i < headers.length; i += 2) {
            request.header(headers[i], headers[i + 1]);
        }
        try {
            return http.send(request.build(), BodyHandlers.ofString());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Sends these characters as they are, one byte each, and reads until the connection ends. */
    String raw(String request) throws IOException {
        try (Socket socket = new Socket("127.0.0.1", simulator.port())) {
            socket.setSoTimeout(10_000);
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        }
    }

    int port() {
        return simulator.port();
    }

    String url() {
        return simulator.url();
    }

    static JsonNode json(HttpResponse<String> response) {
        try {
            return MAPPER.readTree(response.body());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The body, with what differs from call to call made the same. */
    static String body(HttpResponse<String> response) {
        return response.body().replaceAll("\"contextId\":\"[0-9a-f-]{36}\"", "\"contextId\":\"…\"");
    }

    /** The live platform's error body, as {@link #body} shows it. */
    static String live(int status, String code, String message) {
        return "{\"message\":\"" + message + "\",\"code\":\"" + code + "\",\"status\":" + status
                + ",\"contextId\":\"…\",\"details\":[],\"errors\":[]}";
    }

    static Map<String, String> ids(HttpResponse<String> opened) {
        return MAPPER.convertValue(
                json(opened), MAPPER.getTypeFactory().constructMapType(Map.class, String.class, String.class));
    }
}
