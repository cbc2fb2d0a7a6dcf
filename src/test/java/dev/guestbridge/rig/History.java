package dev.guestbridge.rig;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What was sent, what Genesys heard and what the channel was told, and what follows from the three.
 *
 * @param sent what the bus took from the channel, each guest's in order
 * @param heard what Genesys took, in its order, repeats too
 * @param told the fates that the channel was told
 * @param queued ids of messages that still lie on the bus
 */
record History(List<Sent> sent, List<Heard> heard, List<Told> told, Set<String> queued) {

    /** @param number counts up within the whole run, so it does for each guest */
    record Sent(String id, String guest, long number) {}

    /** @param effective whether an agent sees it, or Genesys knew it again */
    record Heard(String id, String guest, String integration, boolean effective) {}

    /** @param flagged whether it says that the message may have come twice */
    record Told(String id, String guest, String state, boolean flagged) {}

    /**
     * Counts of messages.
     *
     * @param lost neither heard nor dead nor still queued
     * @param dead told to be dead
     * @param wireRepeats heard again, each time counted
     * @param unflagged heard again without a fate that says so
     * @param effectiveRepeats seen again by an agent
     * @param outOfOrder first heard after a later message of the same guest
     * @param phantoms heard but never sent, or of another guest or channel
     * @param untold without a fate, or with two, or told of what was never sent
     */
    record Findings(
            int sent,
            int lost,
            int dead,
            int wireRepeats,
            int unflagged,
            int effectiveRepeats,
            int outOfOrder,
            int phantoms,
            int untold) {

        /** Whether every message is accounted for, and nothing came twice in silence, swapped or from nowhere. */
        boolean isGood() {
            return lost + unflagged + effectiveRepeats + outOfOrder + phantoms + untold == 0;
        }
    }

    /** @param integration the one that all of it must have gone to */
    Findings findings(String integration) {
        Map<String, Sent> byId = new HashMap<>();
        sent.forEach(one -> byId.put(one.id(), one));
        Map<String, Integer> times = new HashMap<>();
        Map<String, Integer> seen = new HashMap<>();
        Map<String, Long> newest = new HashMap<>();
        int phantoms = 0;
        int outOfOrder = 0;
        for (Heard one : heard) {
            Sent message = byId.get(one.id());
            if (message == null || !message.guest().equals(one.guest()) || !integration.equals(one.integration())) {
                phantoms++;
                continue;
            }
            seen.merge(one.id(), one.effective() ? 1 : 0, Integer::sum);
            if (times.merge(one.id(), 1, Integer::sum) == 1) {
                long before = newest.merge(message.guest(), message.number(), Math::max);
                outOfOrder += before > message.number() ? 1 : 0;
            }
        }
        Map<String, Integer> fates = new HashMap<>();
        Set<String> flagged = new HashSet<>();
        Set<String> dead = new HashSet<>();
        int untold = 0;
        for (Told fate : told) {
            if (fate.state().equals("waiting")) {
                continue;
            }
            if (!byId.containsKey(fate.id())) {
                untold++;
                continue;
            }
            if (!fate.state()
                    .equals("duplicate")) { // a message that its channel sent twice has a second fate of its own
                fates.merge(fate.id(), 1, Integer::sum);
            }
            if (fate.flagged()) {
                flagged.add(fate.id());
            }
            if (fate.state().equals("dead")) {
                dead.add(fate.id());
            }
        }
        int lost = 0;
        for (Sent one : sent) {
            boolean held = queued.contains(one.id());
            boolean arrived = times.containsKey(one.id());
            lost += arrived || held || dead.contains(one.id()) ? 0 : 1;
            untold += held || fates.getOrDefault(one.id(), 0) == 1 ? 0 : 1;
        }
        return new Findings(
                sent.size(),
                lost,
                dead.size(),
                times.values().stream().mapToInt(count -> count - 1).sum(),
                (int) times.entrySet().stream()
                        .filter(one -> one.getValue() > 1 && !flagged.contains(one.getKey()))
                        .count(),
                seen.values().stream().mapToInt(count -> Math.max(0, count - 1)).sum(),
                outOfOrder,
                phantoms,
                untold);
    }
}
