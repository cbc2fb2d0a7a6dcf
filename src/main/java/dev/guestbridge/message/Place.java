package dev.guestbridge.message;

import java.nio.file.Path;

/**
 * Where in what an operator wrote something stands.
 *
 * @param file the file, or {@code environment}
 * @param line the first is 1; 0 when only the file is known
 * @param column the first is 1; 0 when only the line is known
 */
public record Place(Path file, int line, int column) {

    /** The whole of a file. */
    public static Place of(Path file) {
        return new Place(file, 0, 0);
    }
}
