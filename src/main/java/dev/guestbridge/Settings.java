package dev.guestbridge;

import dev.guestbridge.genesys.Organisation;
import dev.guestbridge.message.Mistake;
import dev.guestbridge.message.Place;
import dev.guestbridge.message.Spelling;
import dev.guestbridge.store.StoreLimits;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.function.Consumer;
import java.util.function.Function;
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
                    (place.file().equals(Environment.PATH) ? Environment.variable(key) : key) + ": " + reason);
        }
    }

    // in a JDBC or Artemis address: as a parameter, or before the host
    private static final Pattern PASSWORD = Pattern.compile(
            "((?:password|secret|token|passphrase)[\\w-]*=)[^&,)\\s]+|(//[^/@:\\s]*:)[^/@\\s]+(?=@)",
            Pattern.CASE_INSENSITIVE);
    private static final String MASK = "********";

    private final Path home;
    private final Path file;
    private final Environment environment;
    private final Properties values;
    private final Map<String, Integer> lines;
    private final Consumer<? super BadSetting> refused;
    private final Manual manual = new Manual();

    private Settings(
            Path home,
            Environment environment,
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
    static Settings read(Path home, Map<String, String> variables, Consumer<? super BadSetting> refused) {
        Environment environment = new Environment(variables);
        Properties camel = Manual.shipped("camel.properties", new Properties());
        if (environment.isForDevelopers()) {
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
        settings.manual.keys().stream()
                .filter(key -> !settings.manual.isSecret(key)
                        && !Manual.OF_AN_ORGANISATION.matcher(key).matches())
                .forEach(key -> settings.unlessRefused(() -> settings.demandUnquoted(key)));
        settings.unlessRefused(
                () -> settings.demand("genesys.introspection-path", "/\\S*", "is not a path, which begins with /"));
        return settings;
    }

    /** Whether Camel's tools for those who change routes look in: the profile is {@code dev}. */
    boolean isForDevelopers() {
        return environment.isForDevelopers();
    }

    /** Refuses a profile that there isn't, and that for developers where others would look in with them. */
    void demandProfile() {
        environment.demandKnownProfile();
        if (isForDevelopers() && !Loopback.is(get("management.host"))) {
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
        Matcher organisation = Manual.OF_AN_ORGANISATION.matcher(key);
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
        String value = environment.instead(key);
        if (value != null) {
            values.setProperty(key, value);
        }
    }

    /** The same settings with this one changed, whatever the environment says of it. */
    public Settings with(String key, Object value) {
        Properties changed = new Properties();
        changed.putAll(values);
        changed.setProperty(key, value.toString());
        return new Settings(home, environment.without(key), changed, lines, refused);
    }

    /** To be thrown: this key's value can't be used, for that reason. */
    public BadSetting wrong(String key, String reason) {
        return environment.overrides(key)
                ? new BadSetting(file, key, reason, Place.of(Environment.PATH))
                : writtenWrong(key, reason);
    }

    /** To be thrown: what the file says of this key can't be used, for that reason. */
    BadSetting writtenWrong(String key, String reason) {
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
        Manual.Range range = manual.range(key).orElse(new Manual.Range(0, Integer.MAX_VALUE));
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

    /** Refuses a value in quotation marks, which a shell takes away, and files of settings and of variables don't. */
    void demandUnquoted(String key) {
        if (get(key).matches("\".*\"|'.*'")) {
            throw wrong(key, "stands in quotation marks, which would be a part of it; leave them out");
        }
    }

    private void demand(String key, String form, String otherwise) {
        if (!get(key).matches(form)) {
            throw wrong(key, "'" + get(key) + "' " + otherwise);
        }
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
        return environment.variables().get("GUESTBRIDGE_PASSWORD");
    }

    /** The secret of this key, or of the file that its sister with {@code -file} names; empty when there is neither. */
    public String secret(String key) {
        return secretFile(key, text -> text).map(SecretFile::get).orElse(get(key));
    }

    /**
     * The file of a secret, which its key's sister with {@code -file} names; empty when there is none.
     *
     * @param reading makes the value of the file's text; throws an IllegalArgumentException with a reason
     */
    <T> Optional<SecretFile<T>> secretFile(String key, Function<String, T> reading) {
        String named = key + "-file";
        if (get(named).isEmpty()) {
            return Optional.empty();
        }
        if (!get(key).isEmpty()) {
            throw wrong(key, "is set, and " + named + " too; one of them must go");
        }
        try {
            return Optional.of(new SecretFile<>(named, home.resolve(get(named)), reading));
        } catch (InvalidPathException e) {
            throw wrong(named, "is not a file's name");
        } catch (IllegalArgumentException e) {
            throw wrong(named, e.getMessage());
        }
    }

    /** All of them, for Camel's placeholders; of secrets those alone that other buses ask for, whose clients are Camel's. */
    public Properties all() {
        Properties all = new Properties();
        values.stringPropertyNames().stream()
                .filter(key -> !manual.isSecret(key))
                .forEach(key -> all.setProperty(key, get(key)));
        manual.secrets().stream()
                .filter(key -> key.startsWith("bus."))
                .forEach(key -> unlessRefused(() -> all.setProperty(key, secret(key))));
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
        return manual.isSecret(key) && !value.isEmpty()
                ? MASK
                : PASSWORD.matcher(value).replaceAll("$1$2" + MASK);
    }

    private String from(String key) {
        if (environment.overrides(key)) {
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
        reader().refuseOthers(names);
        environment.unknown(manual, names).forEach(refused);
        List<Organisation> organisations = new ArrayList<>();
        names.forEach(name -> organisation(name).ifPresent(organisations::add));
        return organisations;
    }

    /** The organisation of this name; empty when a key of it was refused. */
    Optional<Organisation> organisation(String name) {
        String prefix = "genesys." + name + ".";
        manual.organisationKeys().forEach(key -> override(prefix + key));
        values.putIfAbsent(prefix + "requests-per-minute", get("genesys.main.requests-per-minute"));
        return reader().read(name);
    }

    private OrganisationReader reader() {
        return new OrganisationReader(this, manual, refused);
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
                .filter(key -> manual.isSecret(key) && !get(key).isEmpty())
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
                ? Optional.of(Environment.wrong(
                        Environment.PROFILE,
                        "is dev: whoever runs as this user sees what guests write, and tokens; leave it out where guests"
                                + " are served"))
                : Optional.empty();
    }

    /** The keys that stand in the file, and where. */
    Map<String, Place> written() {
        Map<String, Place> places = new TreeMap<>();
        lines.forEach((key, line) -> places.put(key, new Place(file, line, 0)));
        return places;
    }
}
