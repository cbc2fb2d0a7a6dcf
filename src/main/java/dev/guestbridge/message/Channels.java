package dev.guestbridge.message;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Stream;

/** The channels that the files of {@code routes/channels} declare, by name. */
public final class Channels {

    private static final String SUFFIX = ".camel.yaml";

    private final Map<String, Channel> byName;

    private Channels(Map<String, Channel> byName) {
        this.byName = Collections.unmodifiableMap(byName);
    }

    /** The channels of a folder, each file of which declares one. */
    public static Channels read(Path folder) throws BadChannel {
        return read(folder, channel -> {});
    }

    /**
     * The channels of a folder, each file of which declares one.
     *
     * @param check throws an IllegalArgumentException that names the parameter and the reason when it can't serve a
     *     channel
     */
    public static Channels read(Path folder, Consumer<Channel> check) throws BadChannel {
        Map<String, Channel> byName = new TreeMap<>();
        Map<String, Path> fileOfName = new LinkedHashMap<>();
        Map<List<String>, Path> fileOfIntegration = new LinkedHashMap<>();
        for (Path file : files(folder)) {
            try {
                Channel channel = ChannelFile.read(file);
                Path sameName = fileOfName.putIfAbsent(channel.name(), file);
                if (sameName != null) {
                    throw new IllegalArgumentException(
                            "parameter 'channel' is '%s', as in %s; each channel has a name of its own"
                                    .formatted(channel.name(), sameName.getFileName()));
                }
                Path sameIntegration =
                        fileOfIntegration.putIfAbsent(List.of(channel.org(), channel.integration()), file);
                if (sameIntegration != null) {
                    throw new IllegalArgumentException(
                            "parameter 'integration' is that of %s; replies could not tell the channels apart"
                                    .formatted(sameIntegration.getFileName()));
                }
                check.accept(channel);
                byName.put(channel.name(), channel);
            } catch (IllegalArgumentException e) {
                throw new BadChannel(shown(file) + ": " + e.getMessage());
            }
        }
        if (byName.isEmpty()) {
            throw new BadChannel(shown(folder) + ": no channel, a file *" + SUFFIX + ", is there");
        }
        return new Channels(byName);
    }

    /** The channel of that name, or null. */
    public Channel named(String name) {
        return byName.get(name);
    }

    /** The channel that an organisation's integration answers, or null. */
    public Channel ofIntegration(String org, String integration) {
        return byName.values().stream()
                .filter(channel ->
                        channel.org().equals(org) && channel.integration().equals(integration))
                .findFirst()
                .orElse(null);
    }

    /** Every channel, in the order of their names. */
    public Collection<Channel> all() {
        return byName.values();
    }

    /** The organisations that channels belong to. */
    public SortedSet<String> organisations() {
        SortedSet<String> organisations = new TreeSet<>();
        byName.values().forEach(channel -> organisations.add(channel.org()));
        return Collections.unmodifiableSortedSet(organisations);
    }

    private static List<Path> files(Path folder) throws BadChannel {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new BadChannel(shown(folder) + ": can't be read as a folder");
        }
    }

    /** The path's end, from {@code routes} on in the usual place. */
    private static String shown(Path path) {
        int names = path.getNameCount();
        int wanted = path.getFileName().toString().endsWith(SUFFIX) ? 3 : 2;
        return path.subpath(Math.max(0, names - wanted), names).toString().replace('\\', '/');
    }

    /** A channel's file that can't be used; the sentence names the file, the key and the reason. */
    public static final class BadChannel extends IllegalArgumentException {
        public BadChannel(String reason) {
            super(reason);
        }
    }
}
