package dev.guestbridge.simulator;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TokenEndpointTest {

    private static final String GRANT = "grant_type=client_credentials";

    private final Caller caller = Caller.start();

    @AfterEach
    void stop() {
        caller.close();
    }

    @Test
    void givesATokenWithTheScopesAskedFor() {
        HttpResponse<String> answer =
                caller.askToken("client-1:secret-1", GRANT + "&scope=messaging%3Aguest+messaging");

        JsonNode token = Caller.json(answer);
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(token.get("access_token").textValue()).hasSizeGreaterThan(40);
        assertThat(token.get("token_type").textValue()).isEqualTo("bearer");
        assertThat(token.get("expires_in").intValue()).isEqualTo(3600);
        assertThat(token.get("scope").textValue()).isEqualTo("messaging:guest messaging");
        assertThat(answer.headers().firstValue("x-request-id"))
                .isPresent()
                .isEqualTo(answer.headers().firstValue("inin-correlation-id"));
    }

    @Test
    void dropsScopesThatTheClientMayNotHaveInSilence() {
        caller.change("{\"allowedScopes\":[\"messaging\"],\"defaultScopes\":[\"messaging\",\"messaging:guest\"]}");

        HttpResponse<String> asked =
                caller.askToken("client-1:secret-1", GRANT + "&scope=guest:messages:send+messaging");
        HttpResponse<String> unasked = caller.askToken("client-1:secret-1", GRANT);

        assertThat(Caller.json(asked).get("scope").textValue()).isEqualTo("messaging");
        assertThat(Caller.json(unasked).get("scope").textValue()).isEqualTo("messaging");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '~',
            textBlock =
                    """
        nobody:secret-1  | grant_type=client_credentials                        | 400 | {"error":"invalid_client","description":"client not found","error_description":"client not found"}
        client-1:wrong   | grant_type=client_credentials                        | 401 | {"error":"invalid_client","description":"authentication failed","error_description":"authentication failed"}
        client-1:secret-1 | grant_type=password                                 | 400 | {"error":"unsupported_grant_type","description":"grant type not supported","error_description":"grant type not supported"}
        client-1:secret-1 | scope=messaging                                     | 400 | {"error":"invalid_request","description":"grant_type missing","error_description":"grant_type missing"}
        client-1:secret-1 | grant_type=client_credentials&grant_type=password   | 400 | {"error":"invalid_request","description":"grant_type given twice","error_description":"grant_type given twice"}
        client-1          | grant_type=client_credentials                       | 400 | {"error":"invalid_request","description":"client credentials missing","error_description":"client credentials missing"}
        """)
    void refuses(String credentials, String form, int status, String body) {
        HttpResponse<String> answer = caller.askToken(credentials, form);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.body()).isEqualTo(body);
    }

    @Test
    void takesCredentialsByBasicAuthenticationOnly() {
        HttpResponse<String> answer = caller.call(
                "POST",
                "/oauth/token",
                GRANT + "&client_id=client-1&client_secret=secret-1",
                "Content-Type",
                "application/x-www-form-urlencoded");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(caller.journal("").toString()).doesNotContain("secret-1");
    }

    @Test
    void refusesAnotherContentType() {
        HttpResponse<String> answer = caller.call(
                "POST",
                "/oauth/token",
                "{}",
                "Authorization",
                "Basic Y2xpZW50LTE6c2VjcmV0LTE=",
                "Content-Type",
                "application/json");

        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(answer.body())
                .isEqualTo(
                        "{\"error\":\"invalid_request\",\"description\":\"body must be application/x-www-form-urlencoded\","
                                + "\"error_description\":\"body must be application/x-www-form-urlencoded\"}");
    }

    @ParameterizedTest
    @CsvSource({"/api/v2/oauth2/tokens/current", "/api/v2/tokens/me"})
    void tellsWhatATokenReallyHas(String path) {
        String token = caller.token("messaging:guest", "messaging:web");
        caller.change("{\"allowedScopes\":[\"messaging:guest\"]}");

        JsonNode told = Caller.json(caller.get(token, path));

        assertThat(told.get("scope").textValue()).isEqualTo("messaging:guest");
        assertThat(told.get("authorizedScope").toString()).isEqualTo("[\"messaging:guest\"]");
        assertThat(told.get("OAuthClient").get("id").textValue()).isEqualTo("client-1");
        assertThat(told.get("organization").get("name").textValue()).isEqualTo("main");
        assertThat(told.get("expires_in").intValue()).isBetween(3590, 3600);
    }

    @Test
    void tokensExpire() {
        caller.change("{\"tokenLifetimeSeconds\":1}");
        String token = caller.token();

        await().until(() -> caller.get(token, "/api/v2/tokens/me").statusCode() == 401);
        assertThat(Caller.body(caller.get(token, "/api/v2/tokens/me")))
                .isEqualTo(Caller.live(401, "credentials.expired", "The supplied credentials have expired."));
    }

    @Test
    void tokensAreRevokedByControlAndByTheirOwner() {
        String first = caller.token();
        String second = caller.token();

        caller.call("DELETE", "/api/v2/tokens/me", "", "Authorization", "Bearer " + first);
        assertThat(Caller.body(caller.get(first, "/api/v2/tokens/me")))
                .isEqualTo(Caller.live(401, "bad.credentials", "Invalid login credentials."));
        assertThat(caller.get(second, "/api/v2/tokens/me").statusCode()).isEqualTo(200);

        assertThat(caller.control("POST", "/tokens/revoke", "{\"org\":\"main\"}")
                        .get("revoked")
                        .intValue())
                .isEqualTo(1);
        assertThat(caller.get(second, "/api/v2/tokens/me").statusCode()).isEqualTo(401);
    }

    @Test
    void organisationsAreToldApartByTheirClient() {
        OrganisationSettings other = OrganisationSettings.of("other", "client-2", "secret-2");
        try (Caller both = Caller.start(SimulatorSettings.of(0, Caller.organisation(), other))) {
            String token = Caller.json(both.askToken("client-2:secret-2", GRANT))
                    .get("access_token")
                    .textValue();

            both.post(token, "/api/v2/conversations/messaging/external/threads", "{\"externalId\":\"g\"}");
            HttpResponse<String> foreign = both.post(
                    both.token(),
                    "/api/v2/conversations/messaging/external/threads/g/messages",
                    "{\"sender\":{\"id\":\"g\"},\"text\":\"hi\"}");

            assertThat(foreign.statusCode()).isEqualTo(404);
            assertThat(both.journal("?org=other")).hasSize(2);
            assertThat(both.journal("?org=main")).hasSize(2);
        }
    }
}
