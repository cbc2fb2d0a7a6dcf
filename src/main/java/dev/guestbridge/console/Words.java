package dev.guestbridge.console;

import java.time.Instant;
import java.time.temporal.ChronoUnit;

/** Numbers, times and names as sentences have them. */
final class Words {

    private Words() {}

    static String count(long number, String one, String several) {
        return (number == 0 ? "no" : String.valueOf(number)) + " " + (number == 1 ? one : several);
    }

    /** To the second: more tells nobody anything. */
    static String at(Instant time) {
        return time.truncatedTo(ChronoUnit.SECONDS).toString();
    }

    /** As a shell takes it for one word. */
    static String argument(String value) {
        return value.matches("[\\w@%+=:,./-]+") ? value : "'" + value.replace("'", "'\\''") + "'";
    }

    /** What Genesys answered, behind a class; nothing when no answer came. */
    static String answered(Integer status, String code) {
        return status == null ? "" : " (HTTP " + status + (code == null ? "" : ", " + code) + ")";
    }

    /** With a capital and a full stop. */
    static String sentence(String words) {
        return Character.toUpperCase(words.charAt(0)) + words.substring(1) + (words.endsWith(".") ? "" : ".");
    }
}
