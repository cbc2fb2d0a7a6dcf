package dev.guestbridge.genesys;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** The scopes that each dialect's calls need, as configured. */
public final class Scopes {

    private final Map<String, Set<String>> needed;

    /** @param needed by dialect, or by dialect and call where they differ, as in {@code messaging-open} */
    public Scopes(Map<String, Set<String>> needed) {
        this.needed = Map.copyOf(needed);
    }

    /** What this dialect's call needs. */
    public Set<String> of(String dialect, String call) {
        Set<String> forCall = needed.get(dialect + "-" + call);
        return forCall == null ? needed.getOrDefault(dialect, Set.of()) : forCall;
    }

    /** What the call needs and the token hasn't got. */
    public Set<String> missing(String dialect, String call, Set<String> granted) {
        Set<String> missing = new TreeSet<>(of(dialect, call));
        missing.removeAll(granted);
        return missing;
    }
}
