package dev.guestbridge;

import dev.guestbridge.genesys.Organisation;
import java.io.IOException;
import java.io.InputStream;
import java.io.Reader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the operator set: {@code config/application.properties}, overridden by environment variables. */
public final class Settings {

    /** A key is missing or wrong; the sentence names file, key and reason. */
    public static final class BadSetting extends IllegalArgumentException {
        BadSetting(Path file, String key, String reason) {
            super(file + ": " + key + ": " + reason);
        }
    }

    private static final List<String> SECRETS = List.of("broker.password", "store.password");
    private static final List<String> ORGANISATION_KEYS = List.of(
            "api-url", "token-url", "client-id", "client-secret", "webhook-secret", "scope", "requests-per-minute");

    private final Path home;
    private final Path file;
    private final Map<String, String> environment;
    private final Properties values;

    private Settings(Path home, Map<String, String> environment, Properties values) {
        this.home = home;
        this.file = home.resolve("config/application.properties");
        this.environment = environment;
        this.values = values;
    }

    /**
     * Reads them; what the file leaves out has the shipped file's default.
     *
     * @param home the folder that holds {@code config/}, {@code routes/} and {@code data/}
     * @throws BadSetting when the file can't be read, or a value is no number where the default is one
     */
    public static Settings read(Path home, Map<String, String> environment) {
        Properties values = shipped("camel.properties", new Properties());
        shipped("application.properties", values);
        Settings settings = new Settings(home.toAbsolutePath().normalize(), environment, values);
        try (Reader reader = Files.newBufferedReader(settings.file)) {
            values.load(reader);
        } catch (IOException | IllegalArgumentException e) {
            throw new BadSetting(settings.file, "the file", "can't be read: " + e.getMessage());
        }
        Stream.concat(values.stringPropertyNames().stream(), SECRETS.stream()).forEach(settings::override);
        settings.demandNumbers();
        return settings;
    }

    private static Properties shipped(String name, Properties values) {
        try (InputStream defaults = Settings.class.getResourceAsStream("/" + name)) {
            values.load(defaults);
            return values;
        } catch (IOException e) {
            throw new IllegalStateException(name + " is part of this jar", e);
        }
    }

    // the routes take most of them as placeholders, and Camel's own complaint names neither file nor key
    private void demandNumbers() {
        Properties defaults = shipped("application.properties", new Properties());
        defaults.stringPropertyNames().stream()
                .filter(key -> defaults.getProperty(key).matches("\\d+"))
                .sorted()
                .forEach(this::number);
    }

    private void override(String key) {
        String value =
                environment.get(key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
        if (value != null) {
            values.setProperty(key, value);
        }
    }

    /** The same settings with this one changed. */
    public Settings with(String key, Object value) {
        Properties changed = new Properties();
        changed.putAll(values);
        changed.setProperty(key, value.toString());
        return new Settings(home, environment, changed);
    }

    public Path home() {
        return home;
    }

    /** The folder for journal and store. */
    public Path data() {
        return get("guestbridge.data").isEmpty() ? home.resolve("data") : Path.of(get("guestbridge.data"));
    }

    /** The value without blanks around it; empty when there is none. */
    public String get(String key) {
        return values.getProperty(key, "").strip();
    }

    /** @throws BadSetting when it is no whole number */
    public int number(String key) {
        try {
            return Integer.parseInt(get(key));
        } catch (NumberFormatException e) {
            throw new BadSetting(file, key, "'" + get(key) + "' is not a whole number");
        }
    }

    /** @throws BadSetting when it is none of these words */
    public String word(String key, String... words) {
        if (!List.of(words).contains(get(key))) {
            throw new BadSetting(file, key, "'" + get(key) + "' is not one of " + String.join(", ", words));
        }
        return get(key);
    }

    /** @throws BadSetting when it is no whole number above zero */
    public int positive(String key) {
        int number = number(key);
        if (number < 1) {
            throw new BadSetting(file, key, "'" + number + "' is not above zero");
        }
        return number;
    }

    /**
     * One of an organisation's values; empty when there is none.
     *
     * @param key without the organisation, such as {@code client-id}
     */
    public String organisation(String name, String key) {
        override("genesys." + name + "." + key);
        return get("genesys." + name + "." + key);
    }

    /** All of them, for Camel's placeholders. */
    public Properties all() {
        Properties all = new Properties();
        all.putAll(values);
        all.setProperty("guestbridge.home", home.toString());
        return all;
    }

    /**
     * The organisations of these names.
     *
     * @throws BadSetting when one of them lacks what it needs to be called
     */
    public List<Organisation> organisations(SortedSet<String> names) {
        List<Organisation> organisations = new ArrayList<>();
        for (String name : names) {
            String prefix = "genesys." + name + ".";
            ORGANISATION_KEYS.forEach(key -> override(prefix + key));
            values.putIfAbsent(prefix + "requests-per-minute", get("genesys.main.requests-per-minute"));
            organisations.add(new Organisation(
                    name,
                    address(prefix + "api-url"),
                    address(prefix + "token-url"),
                    required(prefix + "client-id"),
                    required(prefix + "client-secret"),
                    get(prefix + "scope"),
                    secrets(prefix + "webhook-secret"),
                    positive(prefix + "requests-per-minute")));
        }
        return organisations;
    }

    /** The scopes that calls need, by dialect, or by dialect and call. */
    public Map<String, Set<String>> neededScopes() {
        String prefix = "genesys.scopes.";
        return values.stringPropertyNames().stream()
                .filter(key -> key.startsWith(prefix) && !get(key).isEmpty())
                .collect(
                        Collectors.toMap(key -> key.substring(prefix.length()), key -> Set.of(get(key).split("\\s+"))));
    }

    private URI address(String key) {
        String value = required(key);
        try {
            URI address = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                return address;
            }
        } catch (IllegalArgumentException notAnAddress) {
            // told below
        }
        throw new BadSetting(file, key, "'" + value + "' is not an http or https address");
    }

    private List<String> secrets(String key) {
        List<String> secrets =
                Stream.of(required(key).split(",", -1)).map(String::strip).toList();
        if (secrets.contains("")) {
            throw new BadSetting(file, key, "one of the secrets between the commas is empty");
        }
        return secrets;
    }

    private String required(String key) {
        String value = get(key);
        if (value.isEmpty()) {
            throw new BadSetting(
                    file,
                    key,
                    "is missing; a channel in routes/channels/ names this organisation (or set "
                            + key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_') + ")");
        }
        return value;
    }
}
