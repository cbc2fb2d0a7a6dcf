package dev.guestbridge.simulator;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;

/**
 * One organisation that the simulator serves: its OAuth client, its integrations, and how it behaves.
 *
 * @param name the name that control calls use
 * @param clientId tells organisations apart; unique
 * @param clientSecret what the token endpoint wants with it
 * @param allowedScopes what the client may get; other scopes asked for are dropped in silence
 * @param defaultScopes what a token gets when none are asked for
 * @param requiredScopes by dialect; {@code messaging} has {@code messaging-opening} and {@code messaging-sending}
 * @param tokenLifetimeSeconds of access tokens
 * @param guestTokenLifetimeSeconds of the guest tokens of guest-conversations
 * @param webhookUrl where replies are posted; null: none are
 * @param webhookSecret signs them; longer than 15 characters
 * @param requestsPerMinute for each token; 0: no limit
 * @param integrations whose guests are answered
 * @param agent {@code echo} answers each guest message, {@code silent} none
 * @param agentDelayMs milliseconds between a guest's message and its answer
 * @param propagationMs milliseconds after the opening in which guest-conversations answers 500
 * @param idempotency {@code off} takes a repeated message again, {@code recognise} answers as the first time
 * @param closedStatus 400, 404, 409 or 410, answered for a closed conversation where the dialect refuses it
 * @param unknownConversations {@code adopt} takes an id that conversation-messages names as existing, {@code refuse} not
 */
public record OrganisationSettings(
        String name,
        String clientId,
        String clientSecret,
        List<String> allowedScopes,
        List<String> defaultScopes,
        Map<String, List<String>> requiredScopes,
        int tokenLifetimeSeconds,
        int guestTokenLifetimeSeconds,
        String webhookUrl,
        String webhookSecret,
        int requestsPerMinute,
        List<IntegrationSettings> integrations,
        String agent,
        int agentDelayMs,
        int propagationMs,
        String idempotency,
        int closedStatus,
        String unknownConversations) {

    private static final String NAME = "[A-Za-z0-9][A-Za-z0-9_-]*";
    private static final List<String> SECRET = List.of("clientSecret", "webhookSecret");

    /** @throws IllegalArgumentException names the first field that is wrong */
    public OrganisationSettings {
        demand(name != null && name.matches(NAME), "name must be letters, digits, - and _");
        demand(clientId != null && !clientId.isEmpty() && !clientId.contains(":"), "clientId must be text without ':'");
        demand(clientSecret != null && !clientSecret.isEmpty(), "clientSecret is missing");
        demand(allowedScopes != null, "allowedScopes must be a list");
        demand(defaultScopes != null, "defaultScopes must be a list");
        demand(requiredScopes != null, "requiredScopes must be lists of scopes by dialect");
        demand(
                Scopes.REQUIRED.keySet().containsAll(requiredScopes.keySet()),
                "requiredScopes knows only "
                        + Scopes.REQUIRED.keySet().stream().sorted().toList());
        demand(requiredScopes.values().stream().allMatch(Objects::nonNull), "requiredScopes must hold lists");
        demand(tokenLifetimeSeconds > 0, "tokenLifetimeSeconds must be 1 or more");
        demand(guestTokenLifetimeSeconds > 0, "guestTokenLifetimeSeconds must be 1 or more");
        demand(webhookUrl == null || isHttp(webhookUrl), "webhookUrl must be an http or https URL");
        demand(webhookUrl == null || webhookSecret != null, "webhookSecret is missing");
        demand(webhookSecret == null || webhookSecret.length() > 15, "webhookSecret must be longer than 15 characters");
        demand(requestsPerMinute >= 0, "requestsPerMinute must be 0 or more");
        demand(integrations != null, "integrations must be a list");
        demand(Set.of("echo", "silent").contains(String.valueOf(agent)), "agent must be echo or silent");
        demand(agentDelayMs >= 0, "agentDelayMs must be 0 or more");
        demand(propagationMs >= 0, "propagationMs must be 0 or more");
        demand(
                Set.of("off", "recognise").contains(String.valueOf(idempotency)),
                "idempotency must be off or recognise");
        demand(Set.of(400, 404, 409, 410).contains(closedStatus), "closedStatus must be 400, 404, 409 or 410");
        demand(
                Set.of("adopt", "refuse").contains(String.valueOf(unknownConversations)),
                "unknownConversations must be adopt or refuse");
        allowedScopes = List.copyOf(allowedScopes);
        defaultScopes = List.copyOf(defaultScopes);
        requiredScopes = Map.copyOf(requiredScopes);
        integrations = List.copyOf(integrations);
    }

    /** An organisation with the five shipped integrations, every scope, an echoing agent and no webhook yet. */
    public static OrganisationSettings of(String name, String clientId, String clientSecret) {
        return new OrganisationSettings(
                name,
                clientId,
                clientSecret,
                Scopes.KNOWN,
                Scopes.KNOWN,
                Scopes.REQUIRED,
                3600,
                3600,
                null,
                null,
                0,
                List.of(
                        new IntegrationSettings("int-mobile", ExternalThreads.NAME, null),
                        new IntegrationSettings("int-loadtest", ConversationMessages.NAME, null),
                        new IntegrationSettings("int-kiosk", GuestConversations.NAME, "queue-kiosk"),
                        new IntegrationSettings("int-webchat", Messaging.NAME, "queue-webchat"),
                        new IntegrationSettings("int-whatsapp", OpenMessaging.NAME, null)),
                "echo",
                20,
                0,
                "off",
                410,
                "adopt");
    }

    /** The same, with its replies posted to this address and signed with this secret. */
    public OrganisationSettings withWebhook(String url, String secret) {
        return with(Map.of("webhookUrl", url, "webhookSecret", secret));
    }

    /**
     * The same with other values.
     *
     * @param values by component name, as in {@code Map.of("agent", "silent", "agentDelayMs", 5)}
     * @throws IllegalArgumentException names the field that is unknown or wrong
     */
    public OrganisationSettings with(Map<String, ?> values) {
        JsonNode node = Json.MAPPER.valueToTree(values);
        return with(node);
    }

    OrganisationSettings with(JsonNode values) {
        ObjectNode all = Json.MAPPER.valueToTree(this);
        for (String field : (Iterable<String>) values::fieldNames) {
            demand(all.has(field), field + " is not a setting of an organisation");
            demand(!field.equals("name"), "name can't be changed");
            if (field.equals("requiredScopes") && values.get(field).isObject()) {
                ((ObjectNode) all.get(field)).setAll((ObjectNode) values.get(field));
            } else {
                all.set(field, values.get(field));
            }
        }
        try {
            return Json.MAPPER.treeToValue(all, OrganisationSettings.class);
        } catch (JsonMappingException e) {
            if (e.getCause() instanceof IllegalArgumentException wrong) {
                throw wrong;
            }
            String field = e.getPath().isEmpty() ? "?" : e.getPath().get(0).getFieldName();
            throw new IllegalArgumentException(field + " has a value of the wrong type", e);
        } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
            throw new IllegalArgumentException(e.getOriginalMessage(), e);
        }
    }

    /** The first integration of a dialect, or null. */
    IntegrationSettings integrationOf(String dialect) {
        return integrations.stream()
                .filter(integration -> integration.dialect().equals(dialect))
                .findFirst()
                .orElse(null);
    }

    /** Whether new conversations of a dialect may be sent to a queue or user of this id. */
    boolean takes(String dialect, String queueOrUserId) {
        return queueOrUserId.startsWith("user-")
                || integrations.stream()
                        .filter(integration -> integration.dialect().equals(dialect))
                        .anyMatch(integration -> integration.queueId() == null
                                || integration.queueId().equals(queueOrUserId));
    }

    /** Everything, with the secrets masked. */
    ObjectNode masked() {
        ObjectNode all = Json.MAPPER.valueToTree(this);
        all.set("requiredScopes", Json.MAPPER.valueToTree(new TreeMap<>(requiredScopes)));
        SECRET.stream().filter(all::hasNonNull).forEach(field -> all.put(field, "***"));
        return all;
    }

    /** The masked form, so that no log can tell a secret. */
    @Override
    public String toString() {
        return masked().toString();
    }

    private static boolean isHttp(String url) {
        try {
            URI uri = URI.create(url);
            return uri.getHost() != null && Set.of("http", "https").contains(uri.getScheme());
        } catch (IllegalArgumentException e) {
            return false;
        }
    }

    private static void demand(boolean right, String sentence) {
        if (!right) {
            throw new IllegalArgumentException(sentence);
        }
    }
}
