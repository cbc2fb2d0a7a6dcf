package dev.guestbridge.check;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.Spelling;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** The keys by which Camel itself is set up, as its jars describe them. */
public final class CamelKeys {

    private static final String COMPONENT = "camel.component.";

    private final Components components = new Components();
    private final Set<String> known = new TreeSet<>();
    private final Set<String> groups = new TreeSet<>();

    public CamelKeys() {
        JsonNode described = Components.json("META-INF/camel-main-configuration-metadata.json");
        described.path("properties").forEach(key -> known.add(key.path("name").asText()));
        described.path("groups").forEach(group -> groups.add(group.path("name").asText()));
    }

    /** What is wrong with a key that begins with {@code camel.}; empty when nothing is, or when Camel doesn't tell. */
    public Optional<String> wrong(String key) {
        if (key.startsWith(COMPONENT)) {
            String[] parts = key.substring(COMPONENT.length()).split("\\.", 2);
            return components
                    .named(parts[0])
                    .map(component -> parts.length < 2 ? Optional.<String>empty() : component.unknownOfItself(parts[1]))
                    .orElseGet(() -> Optional.of("there is no component '" + parts[0] + "' in lib/"
                            + Spelling.hint(parts[0], components.schemes())));
        }
        boolean described = groups.stream().anyMatch(group -> key.startsWith(group + "."));
        String written = Component.flat(key).replaceFirst("\\[.*", "");
        return !described
                        || known.stream().map(Component::flat).anyMatch(name -> (written + ".").startsWith(name + "."))
                ? Optional.empty()
                : Optional.of("Camel has no such key" + Spelling.hint(key, known));
    }
}
