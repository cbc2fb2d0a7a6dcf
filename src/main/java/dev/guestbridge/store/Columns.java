package dev.guestbridge.store;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HexFormat;

/** How values are written in the store's columns, so that both databases keep and compare them exactly. */
final class Columns {

    /** Characters (code points) of a key: with four bytes each they still fit a row of a PostgreSQL index. */
    static final int LONGEST_KEY = 512;

    private static final int LONGEST_PLAIN = 200;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSSSSS'Z'").withZone(ZoneOffset.UTC);
    private static final Instant FIRST = Instant.parse("0000-01-01T00:00:00Z");
    private static final Instant LAST = Instant.parse("9999-12-31T23:59:59.999999999Z");

    private Columns() {}

    /**
     * A value that rows are found by, unchanged.
     *
     * @throws IllegalArgumentException when the databases could not keep it as it is: empty, longer than
     *     {@value #LONGEST_KEY} characters, with a NUL or half a surrogate pair
     */
    static String key(String name, String value) {
        if (!isKey(value)) {
            throw new IllegalArgumentException(name + " can't be a key: it must have 1 to " + LONGEST_KEY
                    + " characters of well-formed Unicode" + " without NUL");
        }
        return value;
    }

    static boolean isKey(String value) {
        return value != null
                && !value.isEmpty()
                && value.codePointCount(0, value.length()) <= LONGEST_KEY
                && isWellFormed(value);
    }

    /** A value from outside that rows are found by, or its digest where the databases could not keep it as it is. */
    static String keyOrDigest(String value) {
        if (value == null) {
            return "";
        }
        if (value.codePointCount(0, value.length()) <= LONGEST_PLAIN && isWellFormed(value)) {
            return value;
        }
        return digest(value);
    }

    /** By which a value is known again to those who hold it, and to nobody else. */
    static String digest(String value) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(value.getBytes(StandardCharsets.UTF_16BE));
            return "sha256:" + HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("Every Java has SHA-256", e);
        }
    }

    /** A value that is only shown or passed on; what the databases can't keep becomes U+FFFD. */
    static String text(String value) {
        if (value == null || isWellFormed(value)) {
            return value;
        }
        StringBuilder kept = new StringBuilder(value.length());
        value.codePoints().forEach(c -> kept.appendCodePoint(canBeKept(c) ? c : 0xFFFD));
        return kept.toString();
    }

    /** ISO-8601 in UTC, always 30 characters, so that times sort as text. */
    static String time(Instant time) {
        if (time == null) {
            return null;
        }
        return TIME.format(time.isBefore(FIRST) ? FIRST : time.isAfter(LAST) ? LAST : time);
    }

    static Instant time(String time) {
        return time == null ? null : Instant.parse(time);
    }

    private static boolean isWellFormed(String value) {
        return value.codePoints().allMatch(Columns::canBeKept);
    }

    private static boolean canBeKept(int codePoint) {
        return codePoint != 0 && (codePoint < Character.MIN_SURROGATE || codePoint > Character.MAX_SURROGATE);
    }
}
