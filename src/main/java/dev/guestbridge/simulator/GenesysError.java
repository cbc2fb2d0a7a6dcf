package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A call refused, with the status and body that Genesys, or a report about it, shows. */
final class GenesysError extends Exception {

    private final int status;
    private final ObjectNode body;
    private final Map<String, String> headers;

    private GenesysError(int status, ObjectNode body, Map<String, String> headers) {
        super("HTTP " + status + " " + body, null, false, false);
        this.status = status;
        this.body = body;
        this.headers = headers;
    }

    /** In the live platform's form. */
    static GenesysError live(int status, String code, String message) {
        return live(status, code, message, Map.of());
    }

    private static GenesysError live(int status, String code, String message, Map<String, String> headers) {
        ObjectNode body = Json.object()
                .put("message", message)
                .put("code", code)
                .put("status", status)
                .put("contextId", "");
        body.putArray("details");
        body.putArray("errors");
        return new GenesysError(status, body, headers);
    }

    /** In the form of the report that shows it. */
    static GenesysError reported(int status, ObjectNode body) {
        return new GenesysError(status, body, Map.of());
    }

    /** Without a body. */
    static GenesysError bare(int status) {
        return new GenesysError(status, null, Map.of());
    }

    static GenesysError badRequest() {
        return badRequest("The request could not be understood by the server due to malformed syntax.");
    }

    static GenesysError badRequest(String message) {
        return live(400, "bad.request", message);
    }

    static GenesysError invalidValue(String message) {
        return live(400, "invalid.value", message);
    }

    static GenesysError authenticationRequired() {
        return live(
                401, "authentication.required", "No authentication bearer token specified in authorization header.");
    }

    static GenesysError badCredentials() {
        return live(401, "bad.credentials", "Invalid login credentials.");
    }

    static GenesysError credentialsExpired() {
        return live(401, "credentials.expired", "The supplied credentials have expired.");
    }

    /** What the reports saw for a wrong scope, a missing header and ids that don't exist alike. */
    static GenesysError unauthorized() {
        return reported(
                401,
                Json.object()
                        .put("code", "unauthorized")
                        .put(
                                "message",
                                "The request could not be fulfilled because the requestor is not authorized to perform"
                                        + " the action."));
    }

    static GenesysError missingPermissions(List<String> missing) {
        return live(
                403,
                "missing.permissions",
                "Unable to perform the requested action. You are missing the following permission(s): "
                        + String.join(", ", missing));
    }

    static GenesysError notFound() {
        return live(404, "not.found", "The requested resource was not found.");
    }

    static GenesysError wrongMethod(String allowed) {
        return live(405, "method.not.allowed", "HTTP 405 Method Not Allowed", Map.of("Allow", allowed));
    }

    static GenesysError closed(int status) {
        return live(status, "conversation.closed", "The conversation is closed.");
    }

    static GenesysError rateLimited(long seconds) {
        return live(
                429,
                "too.many.requests.retry.after",
                "Rate limit exceeded the maximum. Retry the request in [" + seconds + "] seconds",
                Map.of("Retry-After", Long.toString(seconds)));
    }

    /** The live platform's body for a status that a fault asks for without giving one. */
    static GenesysError ofStatus(int status, long retryAfterSeconds) {
        return switch (status) {
            case 400 -> badRequest();
            case 401 -> badCredentials();
            case 403 -> live(403, "not.authorized", "You are not authorized to perform the requested action.");
            case 404 -> notFound();
            case 413 -> live(413, "request.entity.too.large", "The request is over the size limit.");
            case 415 ->
                live(
                        415,
                        "unsupported.media.type",
                        "Unsupported Media Type - Unsupported or incorrect media"
                                + " type, such as an incorrect Content-Type value in the header.");
            case 429 -> rateLimited(retryAfterSeconds);
            case 500 ->
                live(
                        500,
                        "internal.server.error",
                        "The server encountered an unexpected condition which"
                                + " prevented it from fulfilling the request.");
            case 503 ->
                live(
                        503,
                        "service.unavailable",
                        "Service Unavailable - The server is currently unavailable"
                                + " (because it is overloaded or down for maintenance).");
            case 504 -> live(504, "request.timeout", "The request timed out.");
            default -> bare(status);
        };
    }

    /** @param correlationId becomes the body's {@code contextId}, where the form has one */
    Answer answer(String correlationId) {
        if (body == null) {
            return new Answer(status, headers, new byte[0]);
        }
        ObjectNode filled = body.deepCopy();
        if (filled.has("contextId")) {
            filled.put("contextId", correlationId);
        }
        Map<String, String> all = new HashMap<>(headers);
        all.put("Content-Type", "application/json");
        return new Answer(status, all, Json.bytes(filled));
    }
}
