package dev.guestbridge.webhook;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Base64;

/** HMAC-SHA256 as RFC 2104 writes it, from the hash alone: what Genesys computes, told without the code under test. */
final class Hmac {

    private static final int BLOCK = 64;

    private Hmac() {}

    static byte[] of(byte[] key, byte[] text) {
        byte[] atMostABlock = key.length > BLOCK ? sha256(key) : key;
        byte[] inner = new byte[BLOCK];
        byte[] outer = new byte[BLOCK];
        for (int i = 0; i < BLOCK; i++) {
            byte one = i < atMostABlock.length ? atMostABlock[i] : 0;
            inner[i] = (byte) (one ^ 0x36);
            outer[i] = (byte) (one ^ 0x5c);
        }
        return sha256(outer, sha256(inner, text));
    }

    /** The header that goes with a body. */
    static String header(String secret, byte[] body) {
        return "sha256=" + Base64.getEncoder().encodeToString(of(secret.getBytes(UTF_8), body));
    }

    private static byte[] sha256(byte[]... parts) {
        try {
            MessageDigest hash = MessageDigest.getInstance("SHA-256");
            Arrays.stream(parts).forEach(hash::update);
            return hash.digest();
        } catch (NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }
}
