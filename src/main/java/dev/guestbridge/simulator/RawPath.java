package dev.guestbridge.simulator;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A request's path, as it was sent and decoded: percent-decoded once, strictly, segment by segment.
 *
 * @param raw as it was sent
 * @param rawSegments between the slashes, as sent
 * @param segments the same, decoded
 */
record RawPath(String raw, List<String> rawSegments, List<String> segments) {

    private static final String UNENCODED = "-._~!$&'()*+,;=:@";

    /** @throws GenesysError 400 when a character must be encoded and isn't, or an encoding is not UTF-8 */
    static RawPath parse(String raw) throws GenesysError {
        if (!raw.startsWith("/")) {
            throw GenesysError.badRequest("The path must start with a slash.");
        }
        List<String> rawSegments = List.of(raw.substring(1).split("/", -1));
        List<String> segments = new ArrayList<>(rawSegments.size());
        for (String segment : rawSegments) {
            if (segment.equals(".") || segment.equals("..")) {
                throw GenesysError.badRequest("The path has dot segments.");
            }
            segments.add(decode(segment));
        }
        return new RawPath(raw, rawSegments, segments);
    }

    private static String decode(String segment) throws GenesysError {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream(segment.length());
        for (int i = 0; i < segment.length(); i++) {
            char c = segment.charAt(i);
            if (c == '%') {
                int high = i + 2 < segment.length() ? hex(segment.charAt(i + 1)) : -1;
                int low = i + 2 < segment.length() ? hex(segment.charAt(i + 2)) : -1;
                if (high < 0 || low < 0) {
                    throw GenesysError.badRequest("The path has an incomplete percent-encoding.");
                }
                bytes.write(high * 16 + low);
                i += 2;
            } else if (isLetterOrDigit(c) || UNENCODED.indexOf(c) >= 0) {
                bytes.write(c);
            } else {
                throw GenesysError.badRequest("The path has a character that must be percent-encoded.");
            }
        }
        try {
            return Json.utf8(bytes.toByteArray());
        } catch (IOException e) {
            throw GenesysError.badRequest("The path's percent-encoding is not UTF-8.");
        }
    }

    private static boolean isLetterOrDigit(char c) {
        return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
    }

    private static int hex(char c) {
        return c < 128 ? Character.digit(c, 16) : -1;
    }
}
