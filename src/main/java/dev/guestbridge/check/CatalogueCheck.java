package dev.guestbridge.check;

import dev.guestbridge.message.Spelling;
import dev.guestbridge.message.YamlFile;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;

/** Rows of the error catalogue that nothing will ever meet, since nobody speaks the dialect that they name. */
public final class CatalogueCheck {

    private final Set<String> dialects;

    public CatalogueCheck(Set<String> dialects) {
        this.dialects = dialects;
    }

    /** Warnings; none of a file that isn't YAML. */
    public List<Finding> of(Path catalogue) {
        try {
            return Spot.of(YamlFile.read(catalogue)).stream()
                    .filter(spot -> spot.key().equals("dialect") || spot.key().equals("dead-in"))
                    .filter(spot -> spot.node().isTextual()
                            && !dialects.contains(spot.node().asText()))
                    .map(spot ->
                            spot.warning("there is no dialect '" + spot.node().asText() + "'"
                                    + Spelling.hint(spot.node().asText(), dialects)))
                    .toList();
        } catch (YamlFile.Unreadable e) {
            return List.of();
        }
    }
}
