package dev.guestbridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.broker.Broker;
import dev.guestbridge.check.CamelKeys;
import dev.guestbridge.check.CatalogueCheck;
import dev.guestbridge.check.Finding;
import dev.guestbridge.check.RouteCheck;
import dev.guestbridge.dialect.Dialect;
import dev.guestbridge.dialect.Dialects;
import dev.guestbridge.genesys.ErrorCatalogue;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.GuestMessageReader;
import dev.guestbridge.message.Mistake;
import dev.guestbridge.message.Place;
import dev.guestbridge.message.ReceiptReader;
import dev.guestbridge.message.YamlFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import javax.xml.parsers.DocumentBuilderFactory;
import javax.xml.parsers.ParserConfigurationException;
import org.xml.sax.SAXException;
import org.xml.sax.SAXParseException;
import org.xml.sax.helpers.DefaultHandler;

/** What can be known of an installed folder without the network, and without starting anything: by the rules of the start. */
public final class Checkup {

    private final Path home;
    private final SortedSet<Finding> findings = new TreeSet<>();
    private final Map<String, Integer> lookedAt = new LinkedHashMap<>();

    /**
     * Looks at a folder.
     *
     * @param home the folder that holds {@code config/} and {@code routes/}
     */
    public Checkup(Path home, Map<String, String> environment) {
        this.home = home.toAbsolutePath().normalize();
        Settings settings = Settings.read(home, environment, this::wrong);
        List<Path> files = routeFiles();
        List<YamlFile> routes = readable(files);
        lookedAt.put("files of routes", routes.size());
        Dialects dialects = dialects(routes);
        Set<Path> badChannels = new TreeSet<>();
        Channels channels = channels(dialects, badChannels);
        Preflight preflight = new Preflight(settings, this::wrong);
        preflight.demandInstalled();
        organisations(settings, channels.organisations(), badChannels.isEmpty());
        preflight.warnings().forEach(warning -> findings.add(Finding.warning(warning.place(), warning.reason())));
        catalogue(dialects);
        ifThere("config/schemas/guest-message.schema.json", GuestMessageReader::new);
        ifThere("config/schemas/receipt.schema.json", ReceiptReader::new);
        ifThere("config/log4j2.xml", this::demandXml);
        if (preflight.isEmbedded()) {
            ifThere("config/broker.xml", Broker::check);
        }
        camelKeys(settings);
        boolean complete = routes.size() == files.size();
        routes.removeIf(file -> badChannels.contains(file.path()));
        findings.addAll(new RouteCheck(values(settings), Bridge.BOUND).of(routes, complete));
    }

    public Path home() {
        return home;
    }

    /** What should be put right; errors first. */
    public SortedSet<Finding> findings() {
        return findings;
    }

    /** How much of what was looked at. */
    public Map<String, Integer> lookedAt() {
        return lookedAt;
    }

    private void wrong(Mistake mistake) {
        findings.add(Finding.of(mistake));
    }

    private List<Path> routeFiles() {
        try {
            return Preflight.routeFiles(home);
        } catch (IOException e) {
            return List.of(); // the preflight tells
        }
    }

    /** Those that are YAML; of the others the preflight tells. */
    private static List<YamlFile> readable(List<Path> files) {
        List<YamlFile> readable = new ArrayList<>();
        for (Path file : files) {
            try {
                readable.add(YamlFile.read(file));
            } catch (YamlFile.Unreadable e) {
                continue;
            }
        }
        return readable;
    }

    /** Those that the routes make a bean of, without Camel; null when there are none. */
    private static Dialects dialects(List<YamlFile> routes) {
        Dialects dialects = new Dialects(Clock.systemUTC());
        for (YamlFile file : routes) {
            for (JsonNode item : file.tree()) {
                for (JsonNode bean : item.path("beans")) {
                    if (bean.path("type").asText().equals(Dialects.class.getName())) {
                        bean.path("properties").forEach(property -> add(dialects, property.asText()));
                    }
                }
            }
        }
        return dialects.getAll().isEmpty() ? null : dialects;
    }

    private static void add(Dialects dialects, String type) {
        try {
            dialects.getAll()
                    .add(Class.forName(type.replaceFirst("^#class:", ""))
                            .asSubclass(Dialect.class)
                            .getConstructor()
                            .newInstance());
        } catch (ReflectiveOperationException | LinkageError | ClassCastException e) {
            // that there is no such class is told of the bean
        }
    }

    private Channels channels(Dialects dialects, Set<Path> bad) {
        Channels channels = Channels.read(
                home.resolve("routes/channels"), dialects == null ? channel -> {} : dialects::check, mistake -> {
                    bad.add(mistake.place().file());
                    wrong(mistake);
                });
        lookedAt.put("channels", channels.all().size());
        return channels;
    }

    // whom a channel names that can't be read isn't known: then nobody is superfluous
    private void organisations(Settings settings, SortedSet<String> names, boolean all) {
        if (all) {
            settings.organisations(names);
        } else {
            names.forEach(settings::organisation);
        }
        lookedAt.put("organisations", names.size());
        lookedAt.put("keys", settings.written().size());
    }

    private void catalogue(Dialects dialects) {
        ifThere("config/error-classes.yaml", file -> {
            ErrorCatalogue catalogue = new ErrorCatalogue(file, this::wrong);
            lookedAt.put("error classes", catalogue.classes().size());
            if (dialects != null) {
                Set<String> names =
                        dialects.getAll().stream().map(Dialect::name).collect(Collectors.toCollection(TreeSet::new));
                findings.addAll(new CatalogueCheck(names).of(file));
            }
        });
    }

    private void ifThere(String name, Consumer<Path> look) {
        Path file = home.resolve(name);
        if (Files.isRegularFile(file)) {
            try {
                look.accept(file);
            } catch (Mistake mistake) {
                wrong(mistake);
            }
        }
    }

    private void demandXml(Path file) {
        try {
            DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
            factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
            var reader = factory.newDocumentBuilder();
            reader.setErrorHandler(new DefaultHandler());
            reader.parse(file.toFile());
        } catch (SAXParseException e) {
            Place place = new Place(file, e.getLineNumber(), e.getColumnNumber());
            throw new Preflight.BadFile(place, "not XML: " + e.getMessage());
        } catch (SAXException | IOException | ParserConfigurationException e) {
            throw new Preflight.BadFile(file, "can't be read as XML: " + e.getMessage());
        }
    }

    private void camelKeys(Settings settings) {
        CamelKeys camel = new CamelKeys();
        settings.written().forEach((key, place) -> {
            if (key.startsWith("camel.")) {
                camel.wrong(key).ifPresent(sentence -> findings.add(Finding.error(place, key + ": " + sentence)));
            }
        });
    }

    private static Map<String, String> values(Settings settings) {
        Map<String, String> values = new TreeMap<>();
        settings.all().forEach((key, value) -> values.put(key.toString(), value.toString()));
        return values;
    }
}
