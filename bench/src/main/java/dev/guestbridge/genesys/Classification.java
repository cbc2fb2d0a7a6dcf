package dev.guestbridge.genesys;

import java.nio.file.Path;

/** Lets the benchmark ask the catalogue what an answer means. */
public final class Classification {

    private static final Answer BUSY = new Answer(
            "main",
            "send",
            "open-messaging",
            503,
            null,
            "service.unavailable",
            "The service is busy",
            null,
            null,
            "",
            -1,
            -1,
            null,
            "c-1");

    private final ErrorCatalogue catalogue = new ErrorCatalogue(Path.of("config/error-classes.yaml"));

    /** What a 503 comes to. */
    public Object ofBusy() {
        return catalogue.judge(BUSY, null, null);
    }
}
