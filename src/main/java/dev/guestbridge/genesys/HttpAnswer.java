package dev.guestbridge.genesys;

import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What came back over HTTP, whatever it is.
 *
 * @param headers by name, in any case
 * @param granted the scopes that the token turned out to have, when that was asked because of this answer; else null
 * @param tokenVoid whether Genesys, asked about the token, doesn't know it either
 */
public record HttpAnswer(int status, Map<String, Object> headers, String body, Set<String> granted, boolean tokenVoid) {

    private static final int LONGEST_CHARACTER = 3; // bytes of one char in UTF-8; two make one of four

    static HttpAnswer of(int status, Map<String, Object> headers, String body) {
        Map<String, Object> anyCase = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        anyCase.putAll(headers);
        return new HttpAnswer(status, anyCase, body, null, false);
    }

    HttpAnswer withGranted(Set<String> scopes) {
        return new HttpAnswer(status, headers, body, scopes, false);
    }

    HttpAnswer withVoidToken() {
        return new HttpAnswer(status, headers, body, null, true);
    }

    boolean isYes() {
        return status >= 200 && status <= 299;
    }

    /** Whether it says that the caller may not, which has many causes. */
    boolean isRefusal() {
        return status == 401 || status == 403;
    }

    /** Whether it went on after what was read of it. */
    boolean isCutOff() {
        return body != null
                && body.length() >= TotalDeadline.LONGEST_ANSWER / LONGEST_CHARACTER
                && body.getBytes(StandardCharsets.UTF_8).length >= TotalDeadline.LONGEST_ANSWER;
    }

    String header(String name) {
        Object value = headers.get(name);
        return value == null ? null : value.toString();
    }

    @Override
    public String toString() {
        return "HttpAnswer[" + status + "]";
    }
}
