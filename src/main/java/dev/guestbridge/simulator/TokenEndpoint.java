package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/** Gives tokens for client credentials, and tells what a token may do. */
final class TokenEndpoint {

    private static final String BASIC = "basic ";

    private final Tokens tokens;
    private final Function<String, Organisation> byClientId;

    private record Credentials(String id, String secret) {}

    TokenEndpoint(Tokens tokens, Function<String, Organisation> byClientId) {
        this.tokens = tokens;
        this.byClientId = byClientId;
    }

    List<Route> routes() {
        Route.Guest nobody = call -> null;
        List<String> me = Route.split("/api/v2/tokens/me");
        Route.Bearer own = Route.Bearer.ORGANISATION;
        return List.of(
                new Route(
                        "POST", Route.split("/oauth/token"), Route.Bearer.NOBODY, List.of(), null, nobody, this::give),
                new Route(
                        "GET",
                        Route.split("/api/v2/oauth2/tokens/current"),
                        own,
                        List.of(),
                        null,
                        nobody,
                        TokenEndpoint::tell),
                new Route("GET", me, own, List.of(), null, nobody, TokenEndpoint::tell),
                new Route("HEAD", me, own, List.of(), null, nobody, call -> Answer.empty(200)),
                new Route("DELETE", me, own, List.of(), null, nobody, call -> {
                    tokens.revoke(call.token());
                    return Answer.empty(200);
                }));
    }

    /** The organisation whose client asks; null when the request names none. */
    Organisation organisationOf(Call call) {
        Credentials credentials = credentials(call);
        return credentials == null ? null : byClientId.apply(credentials.id);
    }

    private Answer give(Call call) throws GenesysError {
        Credentials credentials = credentials(call);
        if (credentials == null) {
            throw refusal(400, "invalid_request", "client credentials missing");
        }
        Organisation organisation = byClientId.apply(credentials.id);
        if (organisation == null) {
            throw refusal(400, "invalid_client", "client not found");
        }
        OrganisationSettings settings = organisation.settings();
        if (!settings.clientSecret().equals(credentials.secret)) {
            throw refusal(401, "invalid_client", "authentication failed");
        }
        Map<String, String> form = form(call);
        if (!"client_credentials".equals(form.get("grant_type"))) {
            throw form.containsKey("grant_type")
                    ? refusal(400, "unsupported_grant_type", "grant type not supported")
                    : refusal(400, "invalid_request", "grant_type missing");
        }
        String asked = form.getOrDefault("scope", "").strip();
        List<String> scopes = asked.isEmpty() ? settings.defaultScopes() : List.of(asked.split(" +"));
        List<String> granted = scopes.stream()
                .filter(settings.allowedScopes()::contains)
                .distinct()
                .toList();
        Token token = tokens.issue(organisation, granted, call.atMs());
        return Answer.json(
                200,
                Json.object()
                        .put("access_token", token.value())
                        .put("token_type", "bearer")
                        .put("expires_in", settings.tokenLifetimeSeconds())
                        .put("scope", String.join(" ", granted)));
    }

    private static Answer tell(Call call) {
        Token token = call.token();
        OrganisationSettings settings = call.organisation().settings();
        ObjectNode told = Json.object();
        told.putObject("organization").put("id", settings.name()).put("name", settings.name());
        told.putObject("OAuthClient").put("id", settings.clientId());
        ArrayNode scopes = told.putArray("authorizedScope");
        token.scopes().forEach(scopes::add);
        told.put("scope", String.join(" ", token.scopes()));
        told.put("expires_in", token.secondsLeft(call.atMs()));
        return Answer.json(200, told);
    }

    private static Credentials credentials(Call call) {
        String authorization = call.headers().get("Authorization");
        if (authorization == null || !authorization.regionMatches(true, 0, BASIC, 0, BASIC.length())) {
            return null;
        }
        try {
            String pair = Json.utf8(Base64.getDecoder()
                    .decode(authorization.substring(BASIC.length()).strip()));
            int colon = pair.indexOf(':');
            return colon < 0 ? null : new Credentials(pair.substring(0, colon), pair.substring(colon + 1));
        } catch (IOException | IllegalArgumentException e) {
            return null;
        }
    }

    private static Map<String, String> form(Call call) throws GenesysError {
        String type = call.headers().get("Content-Type");
        if (type == null
                || !type.split(";", 2)[0].strip().equalsIgnoreCase("application/x-www-form-urlencoded")
                || call.isTooLong()) {
            throw refusal(400, "invalid_request", "body must be application/x-www-form-urlencoded");
        }
        Map<String, String> form = new HashMap<>();
        try {
            for (String field : Json.utf8(call.body()).split("&")) {
                String[] pair = field.split("=", 2);
                String value = pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8);
                if (form.put(URLDecoder.decode(pair[0], StandardCharsets.UTF_8), value) != null) {
                    throw refusal(400, "invalid_request", pair[0] + " given twice");
                }
            }
        } catch (IOException | IllegalArgumentException e) {
            throw refusal(400, "invalid_request", "body is not a form");
        }
        return form;
    }

    private static GenesysError refusal(int status, String error, String description) {
        return GenesysError.reported(
                status,
                Json.object()
                        .put("error", error)
                        .put("description", description)
                        .put("error_description", description));
    }
}
