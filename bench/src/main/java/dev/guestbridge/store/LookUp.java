package dev.guestbridge.store;

import dev.guestbridge.message.Channel;
import dev.guestbridge.message.GuestThread;

/** Lets the benchmark look up a guest of whom no message came. */
public record LookUp(Threads threads, Channel channel) {

    /** What is known of the guest; null when nothing is. */
    public GuestThread of(String externalId) {
        return threads.find(channel, externalId);
    }
}
