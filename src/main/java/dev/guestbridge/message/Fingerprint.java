package dev.guestbridge.message;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 over a sequence of values, each with its length before it, so that no two sequences run into one. */
final class Fingerprint {

    private static final int ABSENT = -1;

    private final MessageDigest digest;

    Fingerprint() {
        try {
            digest = MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    Fingerprint add(int number) {
        digest.update(ByteBuffer.allocate(Integer.BYTES).putInt(number).flip());
        return this;
    }

    /** @param text may be null, which is not the same as empty */
    Fingerprint add(String text) {
        if (text == null) {
            return add(ABSENT);
        }
        // chars, not UTF-8: an encoder would turn every lone surrogate into the same question mark
        ByteBuffer chars = ByteBuffer.allocate(Character.BYTES * text.length());
        chars.asCharBuffer().put(text);
        add(text.length());
        digest.update(chars);
        return this;
    }

    String hex() {
        return HexFormat.of().formatHex(digest.digest());
    }
}
