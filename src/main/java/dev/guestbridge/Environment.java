package dev.guestbridge;

import dev.guestbridge.Settings.BadSetting;
import dev.guestbridge.message.Place;
import dev.guestbridge.message.Spelling;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** The variables of the process, which stand in the place of keys. */
record Environment(Map<String, String> variables) {

    /** Where what is wrong in it lies. */
    static final Path PATH = Path.of("environment");

    static final String PROFILE = "GUESTBRIDGE_PROFILE";

    private static final List<String> PROFILES = List.of("prod", "dev");
    private static final Pattern OF_KUBERNETES = Pattern.compile("SERVICE_(HOST|PORT.*)|PORT|PORT_\\d.*");
    private static final String OURS = "GENESYS_";
    private static final int NEARLY = 2;

    /** The variable that stands for a key. */
    static String variable(String key) {
        return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
    }

    /** What stands in a key's place; null when nothing does. */
    String instead(String key) {
        return variables.get(variable(key));
    }

    boolean overrides(String key) {
        return variables.containsKey(variable(key));
    }

    /** Whether it is the one of those who change routes: the profile is {@code dev}. */
    boolean isForDevelopers() {
        return "dev".equals(variables.get(PROFILE));
    }

    /** Refuses a profile that there isn't. */
    void demandKnownProfile() {
        String profile = variables.getOrDefault(PROFILE, "prod");
        if (!PROFILES.contains(profile)) {
            throw wrong(
                    PROFILE,
                    "'" + profile + "' is not one of " + String.join(", ", PROFILES)
                            + Spelling.hint(profile, PROFILES));
        }
    }

    /** To be thrown: this variable can't be used, for that reason. */
    static BadSetting wrong(String variable, String reason) {
        return new BadSetting(PATH, variable, reason, Place.of(PATH));
    }

    /**
     * The variables that stand for no key, though they are meant to; only what can't be meant for anyone else, for a shell
     * may hold anything.
     *
     * @param organisations that channels name
     */
    List<BadSetting> unknown(Manual manual, Set<String> organisations) {
        Set<String> general = manual.keys().stream()
                .filter(key -> !Manual.OF_AN_ORGANISATION.matcher(key).matches())
                .map(Environment::variable)
                .filter(variable -> variable.startsWith(OURS))
                .collect(Collectors.toSet());
        Set<String> known = new TreeSet<>(general);
        Set<String> prefixes = new TreeSet<>();
        for (String name : organisations) {
            prefixes.add(variable("genesys." + name + "."));
            manual.organisationKeys().forEach(key -> known.add(variable("genesys." + name + "." + key)));
        }
        List<BadSetting> unknown = new ArrayList<>();
        for (String variable : new TreeSet<>(variables.keySet())) {
            boolean ours = prefixes.stream()
                    .anyMatch(prefix -> variable.startsWith(prefix)
                            && !OF_KUBERNETES
                                    .matcher(variable.substring(prefix.length()))
                                    .matches());
            String hint = Spelling.hint(variable, ours ? known : general, ours ? variable.length() / 4 : NEARLY);
            if (!known.contains(variable) && (ours || !hint.isEmpty())) {
                unknown.add(wrong(variable, "there is no such key" + hint));
            }
        }
        return unknown;
    }
}
