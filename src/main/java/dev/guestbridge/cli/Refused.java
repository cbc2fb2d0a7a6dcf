package dev.guestbridge.cli;

import java.nio.file.Path;

/** It can't be done as it was asked; the sentence says why. */
final class Refused extends IllegalArgumentException {

    Refused(String sentence) {
        super(sentence);
    }

    /** For the sake of a file. */
    static Refused of(Path file, String reason) {
        return new Refused(file + ": " + reason);
    }
}
