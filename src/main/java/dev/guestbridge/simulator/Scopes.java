package dev.guestbridge.simulator;

import java.util.List;
import java.util.Map;

/** The scopes that the reports and the platform name, and which of them each kind of call needs. */
final class Scopes {

    static final String OPENING = "messaging-opening";
    static final String SENDING = "messaging-sending";

    static final List<String> KNOWN = List.of(
            "messaging",
            "messaging:readonly",
            "conversations",
            "conversations:readonly",
            "messaging:external:write",
            "messaging:send",
            "messaging:guest:write",
            "conversation:view",
            "conversation:write",
            "webchat:guest",
            "webmessaging:guest",
            "messaging:guest",
            "messaging:web",
            "guest:messages:send",
            "messaging:conversation:write");

    /** By dialect; {@code messaging} needs other scopes to open than to send. */
    static final Map<String, List<String>> REQUIRED = Map.of(
            ExternalThreads.NAME,
            List.of("messaging:external:write"),
            ConversationMessages.NAME,
            List.of("conversation:view", "conversation:write"),
            GuestConversations.NAME,
            List.of(),
            OPENING,
            List.of("messaging:guest", "messaging:web"),
            SENDING,
            List.of("guest:messages:send"),
            OpenMessaging.NAME,
            List.of("messaging"));

    private Scopes() {}

    /** The required scopes that the call's token lacks. */
    static List<String> missing(Call call, String kind) {
        List<String> required = call.organisation().settings().requiredScopes().getOrDefault(kind, List.of());
        return required.stream()
                .filter(scope -> !call.token().scopes().contains(scope))
                .toList();
    }

    /** Refuses the call as the live platform refuses a client without the right. */
    static void demand(Call call, String kind) throws GenesysError {
        List<String> missing = missing(call, kind);
        if (!missing.isEmpty()) {
            throw GenesysError.missingPermissions(missing);
        }
    }
}
