package dev.guestbridge;

import dev.guestbridge.genesys.Organisation;
import dev.guestbridge.message.Mistake;
import dev.guestbridge.message.Place;
import dev.guestbridge.message.Spelling;
import dev.guestbridge.message.WebhookSecrets;
import dev.guestbridge.store.StoreLimits;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What the operator set: {@code config/application.properties}, overridden by environment variables. */
public final class Settings {

    /** A key is missing or wrong; the sentence names file, key and reason. */
    public static final class BadSetting extends Mistake {
        BadSetting(Path file, String key, String reason, Place place) {
            super(
                    file + ": " + key + ": " + reason,
                    place,
                    (place.file().equals(ENVIRONMENT) ? variable(key) : key) + ": " + reason);
        }
    }

    private static final Pattern OF_AN_ORGANISATION = Pattern.compile("genesys\\.([a-z0-9][a-z0-9-]*)\\.([\\w-]+)");
    private static final Pattern OF_KUBERNETES = Pattern.compile("SERVICE_(HOST|PORT.*)|PORT|PORT_\\d.*");
    private static final Pattern LOOPBACK = Pattern.compile("localhost|127(\\.\\d+){3}|\\[?::1]?");
    private static final Path ENVIRONMENT = Path.of("environment");
    // in a JDBC or Artemis address: as a parameter, or before the host
    private static final Pattern PASSWORD = Pattern.compile(
            "((?:password|secret|token|passphrase)[\\w-]*=)[^&,)\\s]+|(//[^/@:\\s]*:)[^/@\\s]+(?=@)",
            Pattern.CASE_INSENSITIVE);
    private static final String MASK = "********";
    private static final String OURS = "GENESYS_";
    private static final String PROFILE = "GUESTBRIDGE_PROFILE";
    private static final List<String> PROFILES = List.of("prod", "dev");
    private static final int NEARLY = 2;

    private final Path home;
    private final Path file;
    private final Map<String, String> environment;
    private final Properties values;
    private final Map<String, Integer> lines;
    private final Consumer<? super BadSetting> refused;
    private final Manual manual = new Manual();

    private Settings(
            Path home,
            Map<String, String> environment,
            Properties values,
            Map<String, Integer> lines,
            Consumer<? super BadSetting> refused) {
        this.home = home;
        this.file = home.resolve("config/application.properties");
        this.environment = environment;
        this.values = values;
        this.lines = lines;
        this.refused = refused;
    }

    /**
     * Reads them; what the file leaves out has the shipped file's default.
     *
     * @param home the folder that holds {@code config/}, {@code routes/} and {@code data/}
     * @throws BadSetting when the file can't be read, names a key that isn't known or names one twice, or a value is
     *     none that its key may have
     */
    public static Settings read(Path home, Map<String, String> environment) {
        return read(home, environment, bad -> {
            throw bad;
        });
    }

    /**
     * Reads of them what can be used.
     *
     * @param refused is told of each key that is wrong, now and when it is asked for
     */
    static Settings read(Path home, Map<String, String> environment, Consumer<? super BadSetting> refused) {
        Properties camel = Manual.shipped("camel.properties", new Properties());
        if (isForDevelopers(environment)) {
            Manual.shipped("camel-dev.properties", camel);
        }
        Properties values = Manual.shipped("application.properties", camel);
        Settings settings =
                new Settings(home.toAbsolutePath().normalize(), environment, values, new TreeMap<>(), refused);
        settings.unlessRefused(settings::readFile);
        settings.lines.keySet().forEach(key -> settings.unlessRefused(() -> settings.demandKnown(key)));
        Stream.concat(values.stringPropertyNames().stream(), settings.manual.keys().stream())
                .forEach(settings::override);
        settings.manual.numbers().forEach(key -> settings.unlessRefused(() -> settings.number(key)));
        settings.manual.words().keySet().stream()
                .sorted()
                .forEach(key -> settings.unlessRefused(() -> settings.word(key)));
        settings.unlessRefused(
                () -> settings.demand("genesys.introspection-path", "/\\S*", "is not a path, which begins with /"));
        return settings;
    }

    private static boolean isForDevelopers(Map<String, String> environment) {
        return "dev".equals(environment.get(PROFILE));
    }

    /** Whether Camel's tools for those who change routes look in: the profile is {@code dev}. */
    boolean isForDevelopers() {
        return isForDevelopers(environment);
    }

    /** Refuses a profile that there isn't, and that for developers where others would look in with them. */
    void demandProfile() {
        String profile = environment.getOrDefault(PROFILE, "prod");
        if (!PROFILES.contains(profile)) {
            throw new BadSetting(
                    ENVIRONMENT,
                    PROFILE,
                    "'" + profile + "' is not one of " + String.join(", ", PROFILES) + Spelling.hint(profile, PROFILES),
                    Place.of(ENVIRONMENT));
        }
        if (isForDevelopers() && !isLoopback(get("management.host"))) {
            throw wrong(
                    "management.host",
                    "is reached by other machines, and with GUESTBRIDGE_PROFILE=dev they could do all that this process"
                            + " can; make it 127.0.0.1, or leave the profile out");
        }
    }

    private void unlessRefused(Runnable rule) {
        try {
            rule.run();
        } catch (BadSetting bad) {
            refused.accept(bad);
        }
    }

    private void readFile() {
        List<PropertiesFile.Entry> entries;
        try {
            entries = PropertiesFile.read(file);
        } catch (NoSuchFileException e) {
            throw badFile(0, "isn't there");
        } catch (CharacterCodingException e) {
            throw badFile(0, "isn't text in UTF-8");
        } catch (PropertiesFile.Unreadable e) {
            throw badFile(e.line(), "can't be read: " + e.getMessage());
        } catch (IOException e) {
            throw badFile(0, "can't be read: " + e.getMessage());
        }
        for (PropertiesFile.Entry entry : entries) {
            if (lines.put(entry.key(), entry.line()) != null) {
                Place second = new Place(file, entry.line(), 0);
                refused.accept(new BadSetting(file, entry.key(), "stands there twice", second));
            }
            values.setProperty(entry.key(), entry.value());
        }
    }

    private BadSetting badFile(int line, String reason) {
        return new BadSetting(file, "the file", reason, new Place(file, line, 0));
    }

    private void demandKnown(String key) {
        Matcher organisation = OF_AN_ORGANISATION.matcher(key);
        // Camel refuses what it doesn't know of its own
        boolean known = manual.keys().contains(key)
                || key.startsWith("camel.")
                || organisation.matches() && manual.organisationKeys().contains(organisation.group(2));
        if (!known) {
            String asOfMain = organisation.matches() ? "genesys.main." + organisation.group(2) : key;
            String hint = Spelling.hint(asOfMain, manual.keys());
            throw writtenWrong(
                    key,
                    "there is no such key"
                            + (organisation.matches()
                                    ? hint.replace("genesys.main.", "genesys." + organisation.group(1) + ".")
                                    : hint));
        }
    }

    private void override(String key) {
        String value = environment.get(variable(key));
        if (value != null) {
            values.setProperty(key, value);
        }
    }

    private static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** The same settings with this one changed, whatever the environment says of it. */
    public Settings with(String key, Object value) {
        Properties changed = new Properties();
        changed.putAll(values);
        changed.setProperty(key, value.toString());
        Map<String, String> rest = new TreeMap<>(environment);
        rest.remove(variable(key));
        return new Settings(home, rest, changed, lines, refused);
    }

    /** To be thrown: this key's value can't be used, for that reason. */
    public BadSetting wrong(String key, String reason) {
        return environment.containsKey(variable(key))
                ? new BadSetting(file, key, reason, Place.of(ENVIRONMENT))
                : writtenWrong(key, reason);
    }

    private BadSetting writtenWrong(String key, String reason) {
        return new BadSetting(file, key, reason, new Place(file, lines.getOrDefault(key, 0), 0));
    }

    public Path home() {
        return home;
    }

    /** The folder for journal and store. */
    public Path data() {
        return home.resolve(get("guestbridge.data"));
    }

    /** JDBC URL of the store: the one that is set, or that of a file in the data folder. */
    public String storeUrl() {
        return get("store.url").isEmpty() ? "jdbc:sqlite:" + data().resolve("store.db") : get("store.url");
    }

    /** How much is asked of a store on a server, and how long it is waited for. */
    public StoreLimits storeLimits() {
        return new StoreLimits(
                number("store.connections"),
                number("store.connect-timeout-ms"),
                number("store.answer-timeout-ms"),
                number("store.lock-timeout-ms"));
    }

    /** The value without blanks around it; empty when there is none. */
    public String get(String key) {
        return values.getProperty(key, "").strip();
    }

    /** @throws BadSetting when it is no whole number, or none that this key may have */
    public int number(String key) {
        long number;
        try {
            number = Long.parseLong(get(key));
        } catch (NumberFormatException e) {
            throw wrong(key, "'" + get(key) + "' is not a whole number");
        }
        Manual.Range range = manual.range(asOfMain(key)).orElse(new Manual.Range(0, Integer.MAX_VALUE));
        if (number < range.least() || number > range.most()) {
            throw wrong(key, "'" + number + "' is not between " + range.least() + " and " + range.most());
        }
        return (int) number;
    }

    /** @throws BadSetting when it is none of the words that this key may have */
    public String word(String key) {
        List<String> words = manual.words().get(key);
        if (!words.contains(get(key))) {
            throw wrong(
                    key,
                    "'" + get(key) + "' is not one of " + String.join(", ", words) + Spelling.hint(get(key), words));
        }
        return get(key);
    }

    private void demand(String key, String form, String otherwise) {
        if (!get(key).matches(form)) {
            throw wrong(key, "'" + get(key) + "' " + otherwise);
        }
    }

    private static String asOfMain(String key) {
        Matcher organisation = OF_AN_ORGANISATION.matcher(key);
        return organisation.matches() ? "genesys.main." + organisation.group(2) : key;
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

    /** The password that the one at the command line says, by GUESTBRIDGE_PASSWORD; null when it must be asked for. */
    public String operatorsPassword() {
        return environment.get("GUESTBRIDGE_PASSWORD");
    }

    /** The secret of this key, or of the file that its sister with {@code -file} names; empty when there is neither. */
    public String secret(String key) {
        return secretFile(key).map(this::text).orElse(get(key));
    }

    private String text(String key) {
        return fromFile(key, secret -> secret).get();
    }

    /** All of them, for Camel's placeholders; of secrets those alone that other buses ask for, whose clients are Camel's. */
    public Properties all() {
        Properties all = new Properties();
        Set<String> secrets = manual.secrets();
        values.stringPropertyNames().stream()
                .filter(key -> !secrets.contains(asOfMain(key)))
                .forEach(key -> all.setProperty(key, get(key)));
        manual.keys().stream()
                .filter(key -> key.startsWith("bus.") && secrets.contains(key))
                .forEach(key -> Optional.ofNullable(orNull(() -> secret(key)))
                        .ifPresent(secret -> all.setProperty(key, secret)));
        all.setProperty("guestbridge.home", home.toString());
        return all;
    }

    /**
     * A key in effect, for people.
     *
     * @param value secrets and passwords in addresses are masked
     * @param from who set it: environment, file, or default
     */
    public record Shown(String key, String value, String from) {}

    /** All keys of ours in effect, and those of Camel's that the operator set, by name. */
    public List<Shown> shown() {
        return values.stringPropertyNames().stream()
                .filter(key -> !key.startsWith("camel.") || lines.containsKey(key))
                .sorted()
                .map(key -> new Shown(key, masked(key), from(key)))
                .toList();
    }

    private String masked(String key) {
        String value = get(key);
        return manual.secrets().contains(asOfMain(key)) && !value.isEmpty()
                ? MASK
                : PASSWORD.matcher(value).replaceAll("$1$2" + MASK);
    }

    private String from(String key) {
        if (environment.containsKey(variable(key))) {
            return "environment";
        }
        return lines.containsKey(key) ? "file" : "default";
    }

    /**
     * The organisations of these names.
     *
     * @throws BadSetting when one of them lacks what it needs to be called, or has what can't be used; or when a key is
     *     there for another
     */
    public List<Organisation> organisations(SortedSet<String> names) {
        refuseOtherOrganisations(names);
        refuseUnknownVariables(names);
        List<Organisation> organisations = new ArrayList<>();
        names.forEach(name -> organisation(name).ifPresent(organisations::add));
        return organisations;
    }

    /** The organisation of this name; empty when a key of it was refused. */
    Optional<Organisation> organisation(String name) {
        String prefix = "genesys." + name + ".";
        manual.organisationKeys().forEach(key -> override(prefix + key));
        values.putIfAbsent(prefix + "requests-per-minute", get("genesys.main.requests-per-minute"));
        URI api = orNull(() -> address(prefix + "api-url"));
        URI token = orNull(() -> address(prefix + "token-url"));
        boolean simulated = api != null && token != null && isLoopback(api) && isLoopback(token);
        String clientId = orNull(() -> required(prefix + "client-id"));
        Supplier<String> clientSecret =
                orNull(() -> secret(prefix + "client-secret", secret -> Secrets.client(secret, simulated)));
        Supplier<WebhookSecrets> webhookSecrets = orNull(
                () -> secret(prefix + "webhook-secret", text -> new WebhookSecrets(Secrets.webhook(text, simulated))));
        Integer perMinute = orNull(() -> number(prefix + "requests-per-minute"));
        if (Stream.of(api, token, clientId, clientSecret, webhookSecrets, perMinute)
                .anyMatch(Objects::isNull)) {
            return Optional.empty();
        }
        return Optional.of(new Organisation(
                name, api, token, clientId, clientSecret, get(prefix + "scope"), webhookSecrets, perMinute));
    }

    private <T> T orNull(Supplier<T> reading) {
        try {
            return reading.get();
        } catch (BadSetting bad) {
            refused.accept(bad);
            return null;
        }
    }

    private void refuseOtherOrganisations(Set<String> names) {
        for (String key : lines.keySet()) {
            Matcher organisation = OF_AN_ORGANISATION.matcher(key);
            if (organisation.matches()
                    && manual.organisationKeys().contains(organisation.group(2))
                    && !manual.keys().contains(key)
                    && !names.contains(organisation.group(1))) {
                refused.accept(writtenWrong(
                        key,
                        "no channel in routes/channels/ names the organisation '" + organisation.group(1) + "'"
                                + Spelling.hint(organisation.group(1), names)));
            }
        }
    }

    // only what can't be meant for anyone else: a shell may hold anything
    private void refuseUnknownVariables(Set<String> names) {
        Set<String> general = manual.keys().stream()
                .filter(key -> !OF_AN_ORGANISATION.matcher(key).matches())
                .map(Settings::variable)
                .filter(variable -> variable.startsWith(OURS))
                .collect(Collectors.toSet());
        Set<String> known = new TreeSet<>(general);
        Set<String> prefixes = new TreeSet<>();
        for (String name : names) {
            prefixes.add(variable("genesys." + name + "."));
            manual.organisationKeys().forEach(key -> known.add(variable("genesys." + name + "." + key)));
        }
        for (String variable : new TreeSet<>(environment.keySet())) {
            boolean ours = prefixes.stream()
                    .anyMatch(prefix -> variable.startsWith(prefix)
                            && !OF_KUBERNETES
                                    .matcher(variable.substring(prefix.length()))
                                    .matches());
            String hint = Spelling.hint(variable, ours ? known : general, ours ? variable.length() / 4 : NEARLY);
            if (!known.contains(variable) && (ours || !hint.isEmpty())) {
                refused.accept(
                        new BadSetting(ENVIRONMENT, variable, "there is no such key" + hint, Place.of(ENVIRONMENT)));
            }
        }
    }

    /** The scopes that calls need, by dialect, or by dialect and call. */
    public Map<String, Set<String>> neededScopes() {
        String prefix = "genesys.scopes.";
        return values.stringPropertyNames().stream()
                .filter(key -> key.startsWith(prefix) && !get(key).isEmpty())
                .collect(
                        Collectors.toMap(key -> key.substring(prefix.length()), key -> Set.of(get(key).split("\\s+"))));
    }

    /**
     * Refuses a user and password that can't be meant, or that everybody knows.
     *
     * @param part whose keys {@code <part>.username} and {@code <part>.password} are
     * @param local whether only this machine can reach what they protect
     */
    void demandCredentials(String part, boolean local) {
        String username = get(part + ".username");
        String password = secret(part + ".password");
        if (username.isEmpty() && !password.isEmpty()) {
            throw wrong(part + ".password", "is set without " + part + ".username");
        }
        if (!local && !password.isEmpty() && password.equalsIgnoreCase(username)) {
            throw wrong(part + ".password", "is the same as " + part + ".username, which everybody tries first");
        }
    }

    /** That the file holds a secret and others may read it; empty when it is not so. */
    Optional<BadSetting> openToOthers() {
        Optional<String> secret = lines.keySet().stream()
                .filter(key -> manual.secrets().contains(asOfMain(key)) && !get(key).isEmpty())
                .findFirst();
        try {
            return secret.isPresent() && SecretFile.isOpenToOthers(file)
                    ? Optional.of(writtenWrong(
                            secret.get(),
                            "is a secret, and this file is open to all users of this machine; chmod 640 it, or name a"
                                    + " file of the secret"))
                    : Optional.empty();
        } catch (IOException e) {
            throw wrong("the file", "can't be read: " + e.getMessage());
        }
    }

    /** That Camel's tools for developers look in; empty when they don't. */
    Optional<BadSetting> looking() {
        return isForDevelopers()
                ? Optional.of(new BadSetting(
                        ENVIRONMENT,
                        PROFILE,
                        "is dev: whoever runs as this user sees what guests write, and tokens; leave it out where guests"
                                + " are served",
                        Place.of(ENVIRONMENT)))
                : Optional.empty();
    }

    /** The keys that stand in the file, and where. */
    Map<String, Place> written() {
        Map<String, Place> places = new TreeMap<>();
        lines.forEach((key, line) -> places.put(key, new Place(file, line, 0)));
        return places;
    }

    /** Whether it leads to this machine itself. */
    static boolean isLoopback(URI address) {
        return address.getHost() != null && isLoopback(address.getHost());
    }

    /** Whether a host's name or number stands for this machine itself, whatever a name service says. */
    public static boolean isLoopback(String host) {
        return LOOPBACK.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    private URI address(String key) {
        String value = required(key);
        try {
            URI address = URI.create(value.endsWith("/") ? value.substring(0, value.length() - 1) : value);
            if (address.getHost() != null && List.of("http", "https").contains(address.getScheme())) {
                if (address.getRawUserInfo() != null
                        || address.getRawQuery() != null
                        || address.getRawFragment() != null) {
                    throw wrong(key, "is more than an address and a path: there is an '@', a '?' or a '#' in it");
                }
                if (address.getScheme().equals("http") && !isLoopback(address)) {
                    throw wrong(key, "'" + value + "' must begin with https: tokens would travel in the clear");
                }
                return address;
            }
        } catch (BadSetting known) {
            throw known;
        } catch (IllegalArgumentException notAnAddress) {
            // told below
        }
        throw wrong(key, "'" + value + "' is not an http or https address");
    }

    private <T> Supplier<T> secret(String key, Function<String, T> reading) {
        if (secretFile(key).isPresent()) {
            return fromFile(key, reading);
        }
        String text = required(key);
        try {
            T value = reading.apply(text);
            return () -> value;
        } catch (IllegalArgumentException weak) {
            throw wrong(key, weak.getMessage());
        }
    }

    private <T> SecretFile<T> fromFile(String key, Function<String, T> reading) {
        String named = key + "-file";
        if (!get(key).isEmpty()) {
            throw wrong(key, "is set, and " + named + " too; one of them must go");
        }
        try {
            return new SecretFile<>(named, home.resolve(get(named)), reading);
        } catch (InvalidPathException e) {
            throw wrong(named, "is not a file's name");
        } catch (IllegalArgumentException e) {
            throw wrong(named, e.getMessage());
        }
    }

    private Optional<String> secretFile(String key) {
        return get(key + "-file").isEmpty() ? Optional.empty() : Optional.of(key);
    }

    private String required(String key) {
        String value = get(key);
        if (value.isEmpty()) {
            throw wrong(
                    key,
                    "is missing; a channel in routes/channels/ names this organisation (or set " + variable(key)
                            + (manual.secrets().contains(asOfMain(key)) ? ", or " + key + "-file" : "") + ")");
        }
        return value;
    }
}
