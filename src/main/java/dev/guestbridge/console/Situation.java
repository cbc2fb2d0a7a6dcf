package dev.guestbridge.console;

import dev.guestbridge.lane.InLane;
import dev.guestbridge.lane.Standstill;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import java.time.Instant;
import java.util.List;

/**
 * What a message that is held waits for.
 *
 * @param state waiting, sending or ending
 * @param waitsFor as {@link Seen#waitsFor} has it
 * @param why the failure that holds it up, or the last that it met; null when there was none
 * @param nextTry null when none has a time
 * @param pause what stands still in its way; null when nothing does
 */
record Situation(String state, String waitsFor, Failure why, Instant nextTry, Standstill pause, String sentence) {

    /**
     * How a message stands.
     *
     * @param pauses those in its channel's way
     * @param perMinute its organisation's budget
     */
    static Situation of(InLane held, List<Standstill> pauses, int perMinute, Instant now) {
        if (held.place() > 0) {
            Situation first = of(new InLane(held.head(), 0, held.head()), pauses, perMinute, now);
            String behind = "It waits behind " + Words.count(held.place(), "message", "messages")
                    + " of its guest, the first of them " + held.head().id() + ".";
            return new Situation("waiting", "guest", first.why(), first.nextTry(), first.pause(), behind);
        }
        Delivery delivery = held.delivery();
        Failure last = delivery.failure();
        String org = delivery.channel().org();
        return switch (delivery.step()) {
            case LANE ->
                last == null
                        ? waits("reading", last, "It was just taken: it is read, and looked for in the ledger.")
                        : waits("end", last, "It can't be delivered and leaves for guest.dead: " + last.reason());
            case TURN -> turn(delivery, pauses, now);
            case TOKEN -> waits("token", last, "It waits for a token of organisation " + org + ".");
            case BUDGET ->
                waits(
                        "budget",
                        last,
                        "It waits for the budget of organisation " + org + ", " + perMinute
                                + " requests a minute (genesys." + org + ".requests-per-minute).");
            case PLACE ->
                waits(
                        "place",
                        last,
                        "It waits for a place among the calls under way (genesys.calls-in-flight), or for the ledger.");
            case CALL ->
                new Situation("sending", "answer", last, null, null, "It is being sent; Genesys' answer is awaited.");
            case END ->
                new Situation(
                        "ending",
                        "end",
                        last,
                        null,
                        null,
                        "Genesys answered; what became of it is written down, and its channel told.");
        };
    }

    private static Situation turn(Delivery delivery, List<Standstill> pauses, Instant now) {
        if (!pauses.isEmpty()) {
            Standstill pause = pauses.get(0);
            Instant next = pause.isTimed() ? pause.nextProbe() : null;
            return new Situation(
                    "waiting",
                    "pause",
                    pause.cause(),
                    next,
                    pause,
                    "Paused: " + pause.name() + ", " + pause.cause().errorClass() + ". "
                            + PauseDesk.goesOn(pause, now));
        }
        long held = delivery.heldForMillis();
        Failure last = delivery.failure();
        if (held > 0) {
            Instant next = now.plusMillis(held);
            String failed = last == null
                    ? "The bridge ended while it was being sent"
                    : Words.count(delivery.attempts(), "attempt", "attempts") + " came to " + last.errorClass();
            return new Situation(
                    "waiting",
                    "retry",
                    last,
                    next,
                    null,
                    failed + ". The next one is at " + Words.at(next.plusMillis(999)) + ".");
        }
        return waits("turn", last, "Nothing stands in its way; it goes on now.");
    }

    private static Situation waits(String what, Failure last, String sentence) {
        return new Situation("waiting", what, last, null, null, sentence);
    }
}
