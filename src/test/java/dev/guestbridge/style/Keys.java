package dev.guestbridge.style;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The keys of {@code config/application.properties}, as the file itself explains them. */
final class Keys {

    private static final Pattern TITLE = Pattern.compile("# --- (.+?) -{3,}");
    private static final Pattern KEY = Pattern.compile("(#?)([a-z][\\w.-]*\\.[\\w.-]+) =\\s*(.*)");

    /**
     * One key.
     *
     * @param section the heading it stands under
     * @param value its default; empty when it has none
     * @param commentedOut whether it has no default that a file could hold: a secret, or an identity
     * @param meaning the comment above it, or above those that it stands together with; empty when there is none
     * @param firstOfItsComment whether the comment stands directly above it
     */
    record Key(
            String section,
            String name,
            String value,
            boolean commentedOut,
            String meaning,
            boolean firstOfItsComment) {}

    private Keys() {}

    static List<Key> read(Path file) {
        List<Key> keys = new ArrayList<>();
        String section = "";
        StringBuilder comment = new StringBuilder();
        boolean fresh = false;
        for (String line : lines(file)) {
            Matcher title = TITLE.matcher(line);
            Matcher key = KEY.matcher(line);
            if (title.matches()) {
                section = title.group(1);
                comment.setLength(0);
            } else if (key.matches()) {
                keys.add(new Key(
                        section,
                        key.group(2),
                        key.group(3).strip(),
                        !key.group(1).isEmpty(),
                        comment.toString().strip(),
                        fresh));
                fresh = false;
            } else if (line.startsWith("#")) {
                if (!fresh) {
                    comment.setLength(0);
                }
                comment.append(line.substring(1).strip()).append(' ');
                fresh = true;
            } else {
                comment.setLength(0);
                fresh = false;
            }
        }
        return keys;
    }

    static List<String> lines(Path file) {
        try {
            return Files.readAllLines(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
