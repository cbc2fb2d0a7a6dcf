package dev.guestbridge.broker;

/**
 * What lies on a queue, and who reads it.
 *
 * @param exists whether the broker has it; if not, nothing lies there and nobody reads
 * @param messages those that a consumer holds and hasn't acknowledged are among them
 * @param trouble why the bridge can't use it, a sentence; null when nothing is known to be the matter
 */
public record QueueCount(String name, boolean exists, long messages, int consumers, String trouble) {}
