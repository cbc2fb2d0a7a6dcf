package dev.guestbridge;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** A properties file, as Java reads it, line by line. */
final class PropertiesFile {

    /** One key; {@code line} is where it begins, the first being 1. */
    record Entry(int line, String key, String value) {}

    /** A line can't be read. */
    static final class Unreadable extends Exception {

        private final int line;

        private Unreadable(int line, String reason) {
            super(reason);
            this.line = line;
        }

        int line() {
            return line;
        }
    }

    private PropertiesFile() {}

    /** Every key that stands there, in order, one that stands there twice too. */
    static List<Entry> read(Path file) throws IOException, Unreadable {
        List<Entry> entries = new ArrayList<>();
        StringBuilder logical = new StringBuilder();
        int begun = 0;
        int number = 0;
        for (String line : withoutMark(Files.readString(file)).lines().toList()) {
            number++;
            boolean continues = goesOn(line);
            if (logical.isEmpty()) {
                begun = number;
                continues &= !line.stripLeading().matches("[#!].*");
            }
            logical.append(line).append('\n');
            if (!continues) {
                add(entries, begun, logical.toString());
                logical.setLength(0);
            }
        }
        add(entries, begun, logical.toString());
        return entries;
    }

    /** Without the byte order mark that some editors begin a file with, and nobody sees. */
    private static String withoutMark(String text) {
        return text.startsWith("\uFEFF") ? text.substring(1) : text;
    }

    private static void add(List<Entry> entries, int line, String logical) throws Unreadable {
        Properties one = new Properties();
        try {
            one.load(new StringReader(logical));
        } catch (IOException | IllegalArgumentException e) {
            throw new Unreadable(
                    line, "there is a \\u without four hexadecimal digits; write each backslash twice, or / instead");
        }
        one.stringPropertyNames().forEach(key -> entries.add(new Entry(line, key, one.getProperty(key))));
    }

    /** Whether it ends in an odd number of backslashes, which makes the next line a part of it. */
    private static boolean goesOn(String line) {
        int end = line.length();
        while (end > 0 && line.charAt(end - 1) == '\\') {
            end--;
        }
        return (line.length() - end) % 2 == 1;
    }
}
