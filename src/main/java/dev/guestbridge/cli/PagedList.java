package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
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
     * @throws Refused when not all could be written
     */
    long write(Path file, PrintWriter stdout) throws IOException, InterruptedException {
        if (file == null) {
            return write(line -> print(line, stdout));
        }
        try (PrivateFile to = new PrivateFile(file)) {
            long written = write(to::line);
            to.keep();
            return written;
        }
    }

    private static void print(String line, PrintWriter stdout) {
        stdout.println(line);
        if (stdout.checkError()) { // it throws nothing by itself
            throw new Refused("stdout takes no more, by a full disk or a reader that ended: what is there isn't all");
        }
    }

    private long write(Lines lines) throws IOException, InterruptedException {
        long written = 0;
        String after = null;
        do {
            JsonNode part = page.asked(after);
            for (JsonNode row : part.path(rows)) {
                lines.add(Shown.json(row));
                written++;
            }
            after = part.path(more).textValue();
        } while (after != null);
        return written;
    }
}
