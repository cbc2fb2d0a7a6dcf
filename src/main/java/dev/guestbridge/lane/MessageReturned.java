package dev.guestbridge.lane;

/** A message leaves this process unsettled: its bus keeps it, or another exchange already carries it. */
public final class MessageReturned extends Exception {

    MessageReturned(String why) {
        super(why, null, false, false);
    }
}
