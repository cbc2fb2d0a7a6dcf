package dev.guestbridge.message;

import java.util.Collection;
import java.util.Comparator;

/** What somebody may have meant who wrote a word that isn't known. */
public final class Spelling {

    private Spelling() {}

    /** A sentence's end that names the nearest of the known words; empty when none is near. */
    public static String hint(String written, Collection<String> known) {
        return hint(written, known, Math.max(2, written.length() / 4));
    }

    /** The same, of words that differ in so many letters at most. */
    public static String hint(String written, Collection<String> known, int letters) {
        return known.stream()
                .filter(word -> distance(written, word) <= letters)
                .min(Comparator.comparingInt((String word) -> distance(written, word))
                        .thenComparing(Comparator.naturalOrder()))
                .map(word -> "; did you mean " + word + "?")
                .orElse("");
    }

    /** How many letters must be put in, taken out or changed (Levenshtein). */
    private static int distance(String from, String to) {
        int[] row = new int[to.length() + 1];
        for (int j = 0; j <= to.length(); j++) {
            row[j] = j;
        }
        for (int i = 1; i <= from.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j <= to.length(); j++) {
                int changed = diagonal + (from.charAt(i - 1) == to.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(changed, Math.min(row[j], row[j - 1]) + 1);
            }
        }
        return row[to.length()];
    }
}
