package dev.guestbridge.cli;

import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** How long something takes, as people write it. */
final class Span implements ITypeConverter<Duration> {

    @Override
    public Duration convert(String text) {
        try {
            return Duration.parse("PT" + (text.matches("\\d+") ? text + "S" : text.toUpperCase(Locale.ROOT)));
        } catch (DateTimeParseException e) {
            throw new TypeConversionException("'" + text + "' is not a time such as 90s, 5m or 1h30m");
        }
    }
}
