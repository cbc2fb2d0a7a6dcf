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
     * @param check throws a {@link BadPart} when it can't serve a channel
     */
    public static Channels read(Path folder, Consumer<Channel> check) throws BadChannel {
        return read(folder, check, bad -> {
            throw bad;
        });
    }

    /**
     * The channels of a folder; of those files that can be used.
     *
     * @param check throws a {@link BadPart} when it can't serve a channel
     * @param refused is told of each file that can't be used
     */
    public static Channels read(Path folder, Consumer<Channel> check, Consumer<BadChannel> refused) {
        Map<Channel, Path> fileOf = new LinkedHashMap<>();
        try {
            for (Path file : files(folder)) {
                Consumer<Channel> distinct =
                        channel -> fileOf.forEach((other, its) -> demandDistinct(channel, other, its));
                try {
                    fileOf.put(ChannelFile.read(file, distinct.andThen(check)), file);
                } catch (BadChannel bad) {
                    refused.accept(bad);
                }
            }
        } catch (BadChannel bad) {
            refused.accept(bad);
        }
        Map<String, Channel> byName = new TreeMap<>();
        fileOf.keySet().forEach(channel -> byName.put(channel.name(), channel));
        return new Channels(byName);
    }

    private static void demandDistinct(Channel channel, Channel other, Path its) {
        if (channel.name().equals(other.name())) {
            throw BadPart.parameter(
                    "channel",
                    "is '%s', as in %s; each channel has a name of its own"
                            .formatted(channel.name(), its.getFileName()));
        }
        if (channel.org().equals(other.org()) && channel.integration().equals(other.integration())) {
            throw BadPart.parameter(
                    "integration",
                    "is that of %s; replies could not tell the channels apart".formatted(its.getFileName()));
        }
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
        List<Path> found;
        try (Stream<Path> files = Files.list(folder)) {
            found = files.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            throw new BadChannel(Place.of(folder), "can't be read as a folder");
        }
        if (found.isEmpty()) {
            throw new BadChannel(Place.of(folder), "no channel, a file *" + SUFFIX + ", is there");
        }
        return found;
    }

    /** The path's end, from {@code routes} on in the usual place. */
    private static String shown(Path path) {
        int names = path.getNameCount();
        int wanted = path.getFileName().toString().endsWith(SUFFIX) ? 3 : 2;
        return path.subpath(Math.max(0, names - wanted), names).toString().replace('\\', '/');
    }

    /** A channel's file that can't be used; the sentence names the file, the key and the reason. */
    public static final class BadChannel extends Mistake {
        BadChannel(Place place, String reason) {
            super(shown(place.file()) + ": " + reason, place, reason);
        }
    }
}
