package dev.guestbridge.simulator;

import java.util.ArrayList;
import java.util.List;

/** The faults in force, oldest first; a call meets the first that matches. */
final class Faults {

    private final List<Fault> faults = new ArrayList<>();
    private int created;

    String nextId() {
        created++;
        return "fault-" + created;
    }

    void add(Fault fault) {
        faults.add(fault);
    }

    /** The fault that ends the call before its body is read; null when none does. */
    Fault early(Call call) {
        for (Fault fault : faults) {
            if (!fault.isUsedUp() && fault.match().fitsSoFar(call)) {
                return fault.isEarly() ? hit(fault) : null;
            }
        }
        return null;
    }

    /** The fault that the call meets; null when it meets none. */
    Fault meet(Call call) {
        for (Fault fault : faults) {
            if (!fault.isUsedUp() && fault.match().fits(call)) {
                return hit(fault);
            }
        }
        return null;
    }

    private static Fault hit(Fault fault) {
        fault.hit();
        return fault;
    }

    List<Fault> all() {
        return List.copyOf(faults);
    }

    Fault get(String id) {
        return faults.stream()
                .filter(fault -> fault.id().equals(id))
                .findFirst()
                .orElse(null);
    }

    void delete(Fault fault) {
        faults.remove(fault);
        fault.release();
    }

    void forget() {
        all().forEach(this::delete);
    }
}
