package dev.guestbridge.message;

import java.time.Instant;

/**
 * The mark of a message that an operator put back from the dead letters, as properties of its bus message.
 *
 * @param times how often it was put back
 * @param id the id that its channel was told before, which counts when its body names none; may be null
 * @param sentAt when it was sent first; may be null
 */
public record Replay(int times, String id, Instant sentAt) {

    public static final String TIMES = "replayed";
    public static final String ID = "replayedId";
    public static final String SENT_AT = "replayedSentAt";

    private static final int LONGEST_ID = 200;

    /**
     * What the properties say; whatever isn't as the bridge writes it counts as missing.
     *
     * @return null when they are no mark
     */
    public static Replay of(Object times, Object id, Object sentAt) {
        if (!(times instanceof Integer count) || count < 1) {
            return null;
        }
        return new Replay(
                count,
                id instanceof String name && !name.isEmpty() && name.length() <= LONGEST_ID ? name : null,
                sentAt instanceof Long millis ? Instant.ofEpochMilli(millis) : null);
    }
}
