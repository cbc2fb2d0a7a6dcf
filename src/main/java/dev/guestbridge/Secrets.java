package dev.guestbridge;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What a secret must be, so that nobody guesses it. */
final class Secrets {

    /** What stands in examples; not a part of a longer secret. */
    private static final Pattern PLACEHOLDER =
            Pattern.compile("(?i)(change[-_ ]?(me|it|this)|(client|webhook|my|your|the|a)?[-_ ]?"
                    + "(secret|password|passwort|token|key)|pass|test(ing|secret)?|default|example|sample|dummy|demo|todo|tbd|none|null|"
                    + "admin|guest|root|x+|\\*+|\\.+|…|<.*>|\\$\\{.*}|\\{\\{.*}}|your[-_ ].*)!*");

    /** What nobody means to be a secret, wherever it stands. */
    private static final Pattern BLANK_FORM = Pattern.compile(
            "(?i)(change[-_ ]?(me|it|this)|todo|tbd|x+|\\*+|\\.+|…|<.*>|\\$\\{.*}|\\{\\{.*}}|your[-_ ].*)!*");

    private static final Pattern SIMULATED = Pattern.compile("(?i)simulated.*");

    private static final int WEBHOOK_BYTES = 32;
    private static final int SIMULATED_WEBHOOK_BYTES = 16;
    private static final int DIFFERENT_CHARACTERS = 8;

    private Secrets() {}

    /**
     * The secret, if it may be used.
     *
     * @param simulated whether Genesys is simulated on this machine, where a simple secret does
     * @throws IllegalArgumentException with the reason
     */
    static String client(String secret, boolean simulated) {
        demand(!secret.isEmpty(), "is empty");
        demand(secret.chars().allMatch(c -> c > 0x1f && c != 0x7f), "must be one line of text");
        demand(
                secret.chars().noneMatch(c -> Character.getType(c) == Character.FORMAT),
                "holds a character that nobody sees, such as a byte order mark; write it anew, in UTF-8 without one");
        Pattern placeholder = simulated ? BLANK_FORM : PLACEHOLDER;
        demand(!placeholder.matcher(secret).matches(), "is a placeholder, not a secret");
        demand(simulated || !SIMULATED.matcher(secret).matches(), "is the example of the manual, not a secret");
        return secret;
    }

    /**
     * The one or two webhook secrets of a text, separated by commas or on lines of their own.
     *
     * @throws IllegalArgumentException with the reason
     */
    static List<String> webhook(String text, boolean simulated) {
        int least = simulated ? SIMULATED_WEBHOOK_BYTES : WEBHOOK_BYTES;
        List<String> secrets =
                Stream.of(text.split(",|\\R", -1)).map(String::strip).toList();
        demand(!secrets.contains(""), "one of the secrets between commas, or on lines of their own, is empty");
        demand(secrets.size() <= 2, "has " + secrets.size() + " secrets; two, while it is rotated, are the most");
        secrets.forEach(secret -> {
            client(secret, simulated);
            demand(
                    secret.getBytes(StandardCharsets.UTF_8).length >= least,
                    "is shorter than " + least + " bytes; make one by: openssl rand -base64 32");
            demand(
                    secret.chars().distinct().count() >= DIFFERENT_CHARACTERS,
                    "has fewer than " + DIFFERENT_CHARACTERS
                            + " different characters; make one by: openssl rand -base64 32");
        });
        demand(secrets.size() < 2 || !secrets.get(0).equals(secrets.get(1)), "has the same secret twice");
        return secrets;
    }

    private static void demand(boolean holds, String otherwise) {
        if (!holds) {
            throw new IllegalArgumentException(otherwise);
        }
    }
}
