package dev.guestbridge.cli;

import java.util.List;
import java.util.Map;

/**
 * A refusal that the demo brings about at the simulator, for one message that the bridge then cures.
 *
 * @param errorClass the class of the error catalogue that it shows
 * @param channel the channel whose message meets it
 * @param guest the guest's externalId
 * @param told what happens, for the reader
 * @param before the control call that brings it about; {@code <conversation>} stands for the guest's conversation
 * @param after the control call that ends it once the message is told to wait; null when it ends by itself
 */
record Trouble(String errorClass, String channel, String guest, String told, Control before, Control after) {

    /** A call to the simulator's control endpoints. */
    record Control(String method, String path, Map<String, Object> body) {}

    private static final String ORG = "/organisations/main";
    private static final List<String> SCOPES = List.of(
            "messaging",
            "messaging:external:write",
            "conversation:view",
            "conversation:write",
            "messaging:guest",
            "messaging:web",
            "guest:messages:send");
    private static final Map<String, Object> INVALID_SENDER = Map.of(
            "code",
            "bad_request",
            "message",
            "Invalid sender. The external ID does not match the thread owner.",
            "details",
            List.of());

    /** One of each kind that can be cured. */
    static List<Trouble> all() {
        return List.of(
                of(
                        "token-expired",
                        "whatsapp",
                        "the token is revoked",
                        new Control("POST", "/tokens/revoke", Map.of("org", "main"))),
                of("rate-limited", "whatsapp", "429, Retry-After 1 s", fault(429, 1, Map.of("Retry-After", "1"), null)),
                of("unavailable", "whatsapp", "503 twice", fault(503, 2, Map.of(), null)),
                of("sender-mismatch", "mobile", "400 Invalid sender", fault(400, 1, Map.of(), INVALID_SENDER)),
                new Trouble(
                        "conversation-closed",
                        "kiosk",
                        "kiosk-lobby-3",
                        "the guest's conversation is closed",
                        new Control(
                                "POST", "/conversations/close", Map.of("org", "main", "externalId", "kiosk-lobby-3")),
                        null),
                of(
                        "not-propagated",
                        "kiosk",
                        "500 until the new guest is known everywhere",
                        new Control("PATCH", ORG, Map.of("propagationMs", 600))),
                new Trouble(
                        "identity-unknown",
                        "webchat",
                        "b7c1e1f2",
                        "401, though token and scopes are good",
                        new Control(
                                "POST",
                                "/faults",
                                Map.of("match", Map.of("path", ".*<conversation>.*"), "status", 401, "times", 0)),
                        null),
                of(
                        "outcome-unknown",
                        "whatsapp",
                        "taken, but the answer is lost",
                        new Control(
                                "POST",
                                "/faults",
                                Map.of("match", Map.of("externalId", guestOf("outcome-unknown")), "action", "lose"))),
                of("unknown", "whatsapp", "418", fault(418, 1, Map.of(), null)),
                of("address-unknown", "whatsapp", "404", fault(404, 1, Map.of(), null)),
                new Trouble(
                        "scope-missing",
                        "mobile",
                        guestOf("scope-missing"),
                        "the scope is taken away, and given back",
                        new Control("PATCH", ORG, Map.of("allowedScopes", withoutExternalWrite())),
                        new Control("PATCH", ORG, Map.of("allowedScopes", SCOPES))),
                new Trouble(
                        "credentials-invalid",
                        "webchat",
                        guestOf("credentials-invalid"),
                        "the client secret is changed, and changed back",
                        new Control("PATCH", ORG, Map.of("clientSecret", "another-secret")),
                        new Control("PATCH", ORG, Map.of("clientSecret", "main-secret"))));
    }

    private static Trouble of(String errorClass, String channel, String told, Control before) {
        String guest = guestOf(errorClass);
        boolean isFault = before.path().equals("/faults") && !before.body().containsKey("match");
        return new Trouble(errorClass, channel, guest, told, isFault ? matching(guest, before) : before, null);
    }

    private static Control fault(int status, int times, Map<String, String> headers, Object body) {
        return new Control(
                "POST",
                "/faults",
                body == null
                        ? Map.of("status", status, "times", times, "headers", headers)
                        : Map.of("status", status, "times", times, "headers", headers, "body", body));
    }

    private static Control matching(String guest, Control fault) {
        Map<String, Object> body = new java.util.HashMap<>(fault.body());
        body.put("match", Map.of("externalId", guest, "path", ".*(messages|/message)$"));
        return new Control(fault.method(), fault.path(), body);
    }

    private static List<String> withoutExternalWrite() {
        return SCOPES.stream()
                .filter(scope -> !scope.equals("messaging:external:write"))
                .toList();
    }

    private static String guestOf(String errorClass) {
        return "guest-of-" + errorClass;
    }
}
