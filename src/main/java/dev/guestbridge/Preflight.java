package dev.guestbridge;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.console.PasswordHash;
import dev.guestbridge.message.Mistake;
import dev.guestbridge.message.Place;
import dev.guestbridge.message.YamlFile;
import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** Looks, before anything starts, for what would hurt later; all of it the operator's to put right. */
final class Preflight {

    /** A file of the installed folder can't be used; the sentence names it, the place in it, and the reason. */
    static final class BadFile extends Mistake {
        BadFile(Path file, String reason) {
            this(Place.of(file), reason);
        }

        BadFile(Place place, String reason) {
            super(place.file() + ": " + reason, place, reason);
        }
    }

    private static final List<String> FILES = List.of(
            "config/log4j2.xml",
            "config/error-classes.yaml",
            "config/schemas/guest-message.schema.json",
            "config/schemas/receipt.schema.json");
    private static final String BROKER_ADDRESS = "tcp://([^\\s:/?,()]+|\\[[\\da-f:]+]):\\d{1,5}";
    private static final Pattern BROKER = Pattern.compile(
            "embedded|%1$s([/?].*)?|\\(%1$s([/?][^()]*)?(,%1$s([/?][^()]*)?)*\\)(\\?.*)?".formatted(BROKER_ADDRESS));
    private static final Pattern UNREAD =
            Pattern.compile("(?!.*\\.camel\\.yaml$)[^.].*\\.(ya?ml|xml)", Pattern.CASE_INSENSITIVE);
    private static final Pattern STORE = Pattern.compile("|jdbc:(sqlite|postgresql):.+");
    private static final Pattern COLLECTOR = Pattern.compile("|https?://[^\\s/?#@]+(/[^\\s?#@]*)?");
    private static final Pattern EACH_BROKER = Pattern.compile(BROKER_ADDRESS);
    private static final Pattern HOSTS = Pattern.compile("tcp://([^:/?,)]+|\\[[^]]+])");

    private static final Pattern DATABASE_HOSTS = Pattern.compile("^jdbc:postgresql://(?:[^/?@]*@)?([^/?]*)");

    private final Settings settings;
    private final Consumer<Mistake> refused;

    Preflight(Settings settings) {
        this(settings, bad -> {
            throw bad;
        });
    }

    /** @param refused is told of all that is wrong */
    Preflight(Settings settings, Consumer<Mistake> refused) {
        this.settings = settings;
        this.refused = refused;
    }

    /** @throws IllegalArgumentException when something is wrong; names file, key and reason */
    void demand() throws IOException {
        demandInstalled();
        demandFree("http");
        demandFree("management");
    }

    /** Looks at the files and keys alone, at nothing that others might hold. */
    void demandInstalled() {
        FILES.forEach(file -> unlessRefused(() -> demandReadable(file)));
        if (isEmbedded()) {
            unlessRefused(() -> demandReadable("config/broker.xml"));
        }
        unlessRefused(this::demandRoutes);
        unlessRefused(this::demandBroker);
        unlessRefused(
                () -> demandAddress(
                        "store.url",
                        STORE,
                        "is neither empty nor an address such as jdbc:postgresql://host/database or jdbc:sqlite:/path/store.db"));
        unlessRefused(
                () -> demandAddress(
                        "tracing.otlp.endpoint",
                        COLLECTOR,
                        "is neither empty nor an address such as http://collector:4318; OTEL_EXPORTER_OTLP_HEADERS is for keys"));
        unlessRefused(() -> settings.demandCredentials("broker", isEmbedded() || !leavesThisMachine()));
        unlessRefused(() -> settings.demandCredentials(
                "store", settings.get("store.url").matches(".*//(localhost|127\\.[\\d.]+)[:/].*")));
        unlessRefused(settings::demandProfile);
        unlessRefused(this::demandPassword);
        unlessRefused(this::demandLogin);
        unlessRefused(this::demandPorts);
    }

    private void unlessRefused(Runnable rule) {
        try {
            rule.run();
        } catch (Mistake bad) {
            refused.accept(bad);
        }
    }

    private void demandPassword() {
        if (isEmbedded()
                && !settings.get("broker.username").isEmpty()
                && settings.secret("broker.password").isEmpty()) {
            throw settings.wrong("broker.password", "is missing; broker.username is set, and would need none");
        }
    }

    /** What isn't refused, but should be seen. */
    List<Mistake> warnings() {
        List<Mistake> warnings = new ArrayList<>();
        settings.openToOthers().ifPresent(warnings::add);
        settings.looking().ifPresent(warnings::add);
        unreadFiles(settings.home())
                .forEach(file -> warnings.add(
                        new BadFile(file, "isn't read: files of routes and channels are called <name>.camel.yaml")));
        if (!isEmbedded() && leavesThisMachine() && !settings.get("broker.url").contains("sslEnabled=true")) {
            warnings.add(settings.wrong(
                    "broker.url",
                    "has no sslEnabled=true: guests' words and the password travel to the broker in the clear"));
        }
        storeInTheClear().ifPresent(warnings::add);
        if (!settings.get("management.user").isEmpty() && !Loopback.is(settings.get("management.host"))) {
            warnings.add(settings.wrong(
                    "management.host",
                    "is reached by other machines and speaks no TLS: put a TLS proxy before it, or the operators'"
                            + " password travels in the clear"));
        }
        return warnings;
    }

    /** Whether broker or store are files in the data folder, which only one bridge at a time can use. */
    boolean usesData() {
        return isEmbedded() || settings.get("store.url").isEmpty();
    }

    boolean isEmbedded() {
        return settings.get("broker.url").equals("embedded");
    }

    private boolean leavesThisMachine() {
        String url = settings.get("broker.url");
        return BROKER.matcher(url).matches()
                && HOSTS.matcher(url).results().anyMatch(host -> !Loopback.is(host.group(1)));
    }

    // the driver's default, prefer, goes without encryption where the server has none; require encrypts for anybody
    private Optional<Mistake> storeInTheClear() {
        String url = settings.get("store.url");
        Matcher hosts = DATABASE_HOSTS.matcher(url);
        boolean leaves = hosts.find()
                && Stream.of(hosts.group(1).split(","))
                        .map(host -> host.replaceFirst(":\\d*$", ""))
                        .anyMatch(host -> !host.isEmpty() && !Loopback.is(host));
        if (!leaves || url.contains("sslmode=verify-full")) {
            return Optional.empty();
        }
        boolean encrypts = url.contains("sslmode=require") || url.contains("sslmode=verify-ca");
        return Optional.of(settings.wrong(
                "store.url",
                "has no sslmode=verify-full: guests' tokens and the password travel to the database "
                        + (encrypts ? "encrypted, but to whoever answers in its place" : "in the clear")));
    }

    private void demandLogin() {
        String user = settings.get("management.user");
        String hash = settings.secret("management.password-hash");
        if (user.isEmpty() != hash.isEmpty()) {
            throw hash.isEmpty()
                    ? settings.wrong(
                            "management.password-hash",
                            "is missing; management.user is set. 'guestbridge password' makes one")
                    : settings.wrong("management.password-hash", "is set without management.user");
        }
        if (user.contains(":")) {
            throw settings.wrong("management.user", "holds a ':', which HTTP Basic can't carry in a name");
        }
        if (!hash.isEmpty()) {
            try {
                PasswordHash.read(hash);
            } catch (IllegalArgumentException e) {
                throw settings.wrong("management.password-hash", e.getMessage());
            }
        }
    }

    // of what it can't take apart Artemis' client makes no host, and then the broker seems to be away for ever
    private void demandBroker() {
        demandAddress(
                "broker.url",
                BROKER,
                "is neither 'embedded' nor an Artemis address such as tcp://host:61616; several stand in parentheses, as"
                        + " in (tcp://one:61616,tcp://other:61616)");
        for (String address : EACH_BROKER
                .matcher(settings.get("broker.url"))
                .results()
                .map(MatchResult::group)
                .toList()) {
            if (!hasHost(address)) {
                throw settings.wrong(
                        "broker.url",
                        "'" + address
                                + "' holds a host's name that Java refuses, such as one with '_'; use another name"
                                + " of it, or its IP address");
            }
            int port = Integer.parseInt(address.substring(address.lastIndexOf(':') + 1));
            if (port < 1 || port > 65_535) {
                throw settings.wrong("broker.url", "the port of '" + address + "' is not between 1 and 65535");
            }
        }
    }

    private static boolean hasHost(String address) {
        try {
            return new URI(address).getHost() != null;
        } catch (URISyntaxException e) {
            return false;
        }
    }

    // the value may hold a password
    private void demandAddress(String key, Pattern form, String otherwise) {
        if (!form.matcher(settings.get(key)).matches()) {
            throw settings.wrong(key, otherwise);
        }
    }

    private void demandReadable(String name) {
        Path file = settings.home().resolve(name);
        if (!Files.exists(file)) {
            throw new BadFile(file, "isn't there");
        }
        try {
            Files.readString(file);
        } catch (IOException e) {
            throw new BadFile(file, "can't be read as a text file in UTF-8");
        }
    }

    // Camel starts with no routes when a pattern matches none, and doesn't name a file that isn't YAML
    private void demandRoutes() {
        Path folder = settings.home().resolve("routes");
        List<Path> files;
        try {
            files = routeFiles(settings.home());
        } catch (IOException e) {
            throw new BadFile(folder, "can't be read as a folder");
        }
        List<JsonNode> read = new ArrayList<>();
        files.forEach(file -> unlessRefused(() -> read.add(routes(file))));
        files.stream()
                .filter(file -> !file.getParent().equals(folder.resolve("channels")))
                .forEach(file -> unlessRefused(() -> demandNoChannel(file)));
        if (read.size() == files.size()) { // what isn't in these may be in one that can't be read
            demandCalled(folder, read);
        }
    }

    // Camel would read its queue, and nobody know the channel
    private static void demandNoChannel(Path path) {
        for (JsonNode item : routes(path)) {
            if (item.at("/templatedRoute/routeTemplateRef").asText().equals("guest-in")) {
                throw new BadFile(path, "holds a channel; the place of channels is routes/channels/ itself");
            }
        }
    }

    /** Whether all is there that the bridge itself calls. */
    private void demandCalled(Path folder, List<JsonNode> files) {
        Set<String> there = new TreeSet<>();
        for (JsonNode file : files) {
            file.forEach(item -> there.add(item.at("/routeTemplate/id").asText()));
            file.forEach(item -> there.add(item.at("/route/from/uri").asText()));
        }
        Map<String, String> called = new LinkedHashMap<>();
        called.put("guest-in", "the routeTemplate guest-in, which channels are made of");
        if (!settings.get("reply.receipts").equals("off")) {
            called.put("receipt-in", "the routeTemplate receipt-in, which takes receipts unless reply.receipts is off");
        }
        called.put("direct:genesys-token", "a route from direct:genesys-token, which gets the organisations' tokens");
        called.forEach((name, what) -> {
            if (!there.contains(name)) {
                refused.accept(new BadFile(folder, "no file *.camel.yaml has " + what));
            }
        });
    }

    /** Every file of routes, in the order of their names. */
    static List<Path> routeFiles(Path home) throws IOException {
        Path folder = home.resolve("routes");
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(each -> each.toString().endsWith(".camel.yaml"))
                    .filter(each -> !folder.relativize(each).toString().contains("..")) // as Bridge excludes it
                    .sorted()
                    .toList();
        }
    }

    /** What looks like a file of routes, and is called as none. */
    private static List<Path> unreadFiles(Path home) {
        Path folder = home.resolve("routes");
        try (Stream<Path> files = Files.walk(folder)) {
            return files.filter(each ->
                            UNREAD.matcher(each.getFileName().toString()).matches())
                    .filter(each -> !folder.relativize(each).toString().contains(".."))
                    .sorted()
                    .toList();
        } catch (IOException e) {
            return List.of(); // of the folder it is told already
        }
    }

    private static JsonNode routes(Path path) {
        YamlFile file;
        try {
            file = YamlFile.read(path);
        } catch (YamlFile.Unreadable e) {
            throw new BadFile(new Place(path, e.line(), 0), e.getMessage());
        }
        if (file.tree().isEmpty()) {
            throw new BadFile(path, "holds no route");
        }
        return file.tree();
    }

    private void demandPorts() {
        Map<Integer, String> keys = new HashMap<>();
        List<String> ports = new ArrayList<>(List.of("http.port", "management.port"));
        if (isEmbedded()) {
            ports.add("broker.embedded.port");
        }
        for (String key : ports) {
            String other = keys.put(settings.number(key), key);
            if (other != null) {
                throw settings.wrong(key, "is " + settings.get(key) + ", as " + other + " is");
            }
        }
    }

    // Camel starts without a server whose port is taken, and says so only in its log
    private void demandFree(String server) throws IOException {
        String host = settings.get(server + ".host");
        int port = settings.number(server + ".port");
        try (ServerSocket probe = new ServerSocket()) {
            probe.setReuseAddress(true);
            probe.bind(new InetSocketAddress(host, port));
        } catch (SocketException e) {
            throw new BindException(
                    settings.wrong(server + ".port", port + " on " + server + ".host " + host + ": " + e.getMessage())
                            .getMessage());
        }
    }
}
