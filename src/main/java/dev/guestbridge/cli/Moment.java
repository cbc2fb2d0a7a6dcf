package dev.guestbridge.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A time, or how long ago it is, as people write it. */
final class Moment implements ITypeConverter<Instant> {

    @Override
    public Instant convert(String text) {
        try {
            return text.contains("T") ? Instant.parse(text) : Instant.now().minus(Duration.parse(duration(text)));
        } catch (DateTimeParseException e) {
            throw new TypeConversionException(
                    "'" + text + "' is neither a time such as 2026-11-21T14:00:00Z nor one such as 90m, 2h or 3d");
        }
    }

    private static String duration(String text) {
        String upper = text.toUpperCase(Locale.ROOT);
        return upper.endsWith("D") ? "P" + upper : "PT" + upper;
    }
}
