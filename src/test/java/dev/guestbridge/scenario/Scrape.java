package dev.guestbridge.scenario;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * What one scrape brought, in Prometheus' text format.
 *
 * @param kinds counter, gauge, histogram, summary … by the family's name
 */
record Scrape(List<Sample> samples, Map<String, String> kinds) {

    private static final Pattern SAMPLE = Pattern.compile("([a-zA-Z_:][\\w:]*)(?:\\{(.*)})? (\\S+)(?: \\d+)?");
    private static final Pattern LABEL = Pattern.compile("(\\w+)=\"((?:[^\"\\\\]|\\\\.)*)\"");
    private static final Pattern TYPE = Pattern.compile("# TYPE (\\S+) (\\S+)");

    record Sample(String name, Map<String, String> labels, double value) {

        /** Whether it has these labels, each with this value. */
        boolean has(Map<String, String> wanted) {
            return labels.entrySet().containsAll(wanted.entrySet());
        }
    }

    static Scrape of(String text) {
        List<Sample> samples = new ArrayList<>();
        Map<String, String> kinds = new TreeMap<>();
        text.lines().forEach(line -> {
            Matcher type = TYPE.matcher(line);
            Matcher sample = SAMPLE.matcher(line);
            if (type.matches()) {
                kinds.put(type.group(1), type.group(2));
            } else if (sample.matches()) {
                Map<String, String> labels = new LinkedHashMap<>();
                LABEL.matcher(sample.group(2) == null ? "" : sample.group(2))
                        .results()
                        .forEach(label -> labels.put(label.group(1), label.group(2)));
                samples.add(new Sample(sample.group(1), labels, Double.parseDouble(sample.group(3))));
            } else if (!line.startsWith("#") && !line.isBlank()) {
                throw new IllegalArgumentException(line);
            }
        });
        return new Scrape(samples, kinds);
    }

    List<Sample> named(String name) {
        return samples.stream().filter(sample -> sample.name().equals(name)).toList();
    }

    Set<String> names() {
        return samples.stream().map(Sample::name).collect(Collectors.toCollection(TreeSet::new));
    }

    /** The labels that samples of this name have. */
    Set<String> labelsOf(String name) {
        return named(name).stream()
                .flatMap(sample -> sample.labels().keySet().stream())
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** The sum of the samples with this name and these labels; zero when there are none. */
    double sum(String name, String... labels) {
        Map<String, String> wanted = new TreeMap<>();
        for (int i = 0; i < labels.length; i += 2) {
            wanted.put(labels[i], labels[i + 1]);
        }
        return named(name).stream()
                .filter(sample -> sample.has(wanted))
                .mapToDouble(Sample::value)
                .sum();
    }
}
