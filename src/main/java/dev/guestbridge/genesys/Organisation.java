package dev.guestbridge.genesys;

import dev.guestbridge.message.WebhookSecrets;
import java.net.URI;
import java.util.Collection;
import java.util.List;
import java.util.function.Supplier;

/**
 * A Genesys Cloud organisation and how to reach it.
 *
 * @param name the operator's name for it
 * @param apiUrl such as {@code https://api.mypurecloud.de}
 * @param tokenUrl such as {@code https://login.mypurecloud.de/oauth/token}
 * @param scope asked for with each token, space separated; empty when none is asked for
 * @param clientSecret as it is now; it may be renewed while the bridge runs
 * @param webhookSecrets one, or two while they are rotated; as they are now
 * @param requestsPerMinute the budget for all calls with this organisation's token
 */
public record Organisation(
        String name,
        URI apiUrl,
        URI tokenUrl,
        String clientId,
        Supplier<String> clientSecret,
        String scope,
        Supplier<WebhookSecrets> webhookSecrets,
        int requestsPerMinute) {

    /** Whether it asks for all of these scopes with each token. */
    public boolean asksFor(Collection<String> scopes) {
        return List.of(scope.split("\\s+")).containsAll(scopes);
    }

    /** Its name and addresses; never a secret. */
    @Override
    public String toString() {
        return "Organisation[%s, %s, %s]".formatted(name, apiUrl, tokenUrl);
    }
}
