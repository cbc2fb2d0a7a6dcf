package dev.guestbridge.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.Locale;

/** The document that figures are written to, between the markers of their part. */
final class Document {

    private static final Path PATH = Path.of("docs/performance.md");

    private Document() {}

    static void write(String part, String table) throws IOException {
        String document = Files.readString(PATH);
        String begin = "<!-- " + part + " -->\n";
        int from = document.indexOf(begin) + begin.length();
        int to = document.indexOf("<!-- end of " + part + " -->");
        if (to < from || !document.contains(begin)) {
            throw new IllegalStateException(PATH + " has no markers for " + part);
        }
        Files.writeString(
                PATH, document.substring(0, from) + "\n" + table + "\n" + made(part) + "\n\n" + document.substring(to));
    }

    private static String made(String part) throws IOException {
        return String.format(
                Locale.ROOT,
                "`make bench BENCH=%s`, %s; %d cores (%s), %.0f GB of memory, Linux %s, Java %s, %s for each candidate.",
                part,
                LocalDate.now(ZoneOffset.UTC),
                Runtime.getRuntime().availableProcessors(),
                value("/proc/cpuinfo", "model name"),
                Double.parseDouble(value("/proc/meminfo", "MemTotal").replace(" kB", "")) / (1 << 20),
                System.getProperty("os.version"),
                System.getProperty("java.version"),
                Site.HEAP);
    }

    private static String value(String file, String key) throws IOException {
        return Arrays.stream(Files.readString(Path.of(file)).split("\n"))
                .filter(line -> line.startsWith(key))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("?");
    }
}
