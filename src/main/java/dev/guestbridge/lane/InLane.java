package dev.guestbridge.lane;

import dev.guestbridge.message.Delivery;

/**
 * A message held, and where it stands.
 *
 * @param place how many messages of its guest are before it; {@link #NONE} when it has no lane yet, or never gets one
 * @param head the first of its lane, which all others wait for; itself when it has none
 */
public record InLane(Delivery delivery, int place, Delivery head) {

    public static final int NONE = -1;
}
