package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.guestbridge.message.Json;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A file of threads, JSON, one a line, read in batches as often as it is needed; what is wrong in it is told by line. */
final class ThreadLines {

    private static final int MOST_IN_BATCH = 500;
    private static final int LONGEST_BATCH = 500_000; // characters; a request takes a MiB
    private static final int LONGEST_LINE = 100_000;
    private static final int MOST_FAULTS = 20;

    private final Path file;
    private final List<String> faults = new ArrayList<>();
    private Map<String, Integer> lineOfGuest = new HashMap<>(); // null once all was looked at

    ThreadLines(Path file) {
        this.file = file;
    }

    interface Taking {
        void take(Batch batch) throws InterruptedException;
    }

    /** Some lines in a row that hold threads. */
    final class Batch {
        private final ArrayNode threads = JsonNodeFactory.instance.arrayNode();
        private final List<Integer> lines = new ArrayList<>();
        private int length;

        ArrayNode threads() {
            return threads;
        }

        /** One of them can't be used. */
        void wrong(int index, String reason) {
            fault(lines.get(index), reason);
        }
    }

    /** What is wrong, sentences; the first ones. */
    List<String> faults() {
        return faults;
    }

    /**
     * Reads all of it, or until too much is wrong; the first time it also looks for faults.
     *
     * @throws Refused when the file can't be read
     */
    void read(Taking taking) throws IOException, InterruptedException {
        try (BufferedReader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
            Batch batch = new Batch();
            int number = 0;
            for (String line; faults.size() < MOST_FAULTS && (line = reader.readLine()) != null; ) {
                number++;
                if (line.isBlank()) {
                    continue;
                }
                if (batch.threads.size() == MOST_IN_BATCH || batch.length + line.length() > LONGEST_BATCH) {
                    taking.take(batch);
                    batch = new Batch();
                }
                add(line, number, batch);
            }
            if (!batch.threads.isEmpty()) {
                taking.take(batch);
            }
            lineOfGuest = null;
        } catch (NoSuchFileException e) {
            throw Refused.of(file, "isn't there");
        } catch (CharacterCodingException e) {
            throw Refused.of(file, "isn't text in UTF-8");
        }
    }

    private void add(String line, int number, Batch batch) {
        try {
            JsonNode thread = Json.read(line, LONGEST_LINE);
            String guest =
                    thread.path("channel").asText() + ' ' + thread.path("guest").asText();
            Integer earlier = lineOfGuest == null ? null : lineOfGuest.putIfAbsent(guest, number);
            if (earlier != null) {
                fault(number, "names the guest of line " + earlier + " again");
            }
            batch.threads.add(thread);
            batch.lines.add(number);
            batch.length += line.length();
        } catch (Json.Unreadable e) {
            fault(number, e.getMessage());
        }
    }

    private void fault(int line, String reason) {
        if (faults.size() < MOST_FAULTS) {
            faults.add(file + ":" + line + ": " + reason);
        }
    }
}
