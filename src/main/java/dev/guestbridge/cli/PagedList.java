package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;

/**
 * A list that the running bridge tells in pages.
 *
 * @param rows the field of a page that holds its part of the list
 * @param more the field that is there when more follows, and says where to go on
 */
record PagedList(String rows, String more, Page page) {

    static final int PAGE = 500;

    /** One page of it. */
    interface Page {
        /** @param after where the page before ended; null for the first */
        JsonNode asked(String after) throws InterruptedException;
    }

    private interface Lines {
        void add(String line) throws IOException;
    }

    /**
     * Writes all of it as JSON, one row a line.
     *
     * @param file a new one, for its owner alone; null: to stdout
     * @return how many rows it has
     */
    long write(Path file, PrintWriter stdout) throws IOException, InterruptedException {
        if (file == null) {
            long written = write(stdout::println);
            stdout.flush();
            return written;
        }
        try (PrivateFile to = new PrivateFile(file)) {
            long written = write(to::line);
            to.keep();
            return written;
        }
    }

    private long write(Lines lines) throws IOException, InterruptedException {
        long written = 0;
        String after = null;
        do {
            JsonNode part = page.asked(after);
            for (JsonNode row : part.path(rows)) {
                lines.add(Json.write(row));
                written++;
            }
            after = part.path(more).textValue();
        } while (after != null);
        return written;
    }
}
