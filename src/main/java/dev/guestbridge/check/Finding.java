package dev.guestbridge.check;

import dev.guestbridge.message.Mistake;
import dev.guestbridge.message.Place;
import java.util.Comparator;

/**
 * Something that the operator should put right.
 *
 * @param sentence what is wrong, and what to do where that isn't plain
 */
public record Finding(Gravity gravity, Place place, String sentence) implements Comparable<Finding> {

    /** How grave it is. */
    public enum Gravity {
        /** The bridge doesn't start, or doesn't do what it is meant to. */
        ERROR,
        /** The bridge runs. */
        WARNING
    }

    private static final Comparator<Finding> ORDER = Comparator.comparing(Finding::gravity)
            .thenComparing(finding -> finding.place().file())
            .thenComparing(finding -> finding.place().line())
            .thenComparing(finding -> finding.place().column())
            .thenComparing(Finding::sentence);

    public static Finding of(Mistake mistake) {
        return error(mistake.place(), mistake.reason());
    }

    public static Finding error(Place place, String sentence) {
        return new Finding(Gravity.ERROR, place, sentence);
    }

    public static Finding warning(Place place, String sentence) {
        return new Finding(Gravity.WARNING, place, sentence);
    }

    /** Errors first, then by file and line. */
    @Override
    public int compareTo(Finding other) {
        return ORDER.compare(this, other);
    }
}
