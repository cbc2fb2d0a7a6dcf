package dev.guestbridge;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** What the value of a key may be, for people. */
public final class AllowedValues {

    private static final Manual MANUAL = new Manual();

    private AllowedValues() {}

    /** A range or some words; empty when it may be any text. */
    public static String of(String key) {
        return MANUAL.range(key)
                .map(range -> String.format(Locale.ROOT, "%,d to %,d", range.least(), range.most()))
                .orElseGet(() -> MANUAL.words().getOrDefault(key, List.of()).stream()
                        .map(word -> "`" + word + "`")
                        .collect(Collectors.joining(", ")));
    }
}
