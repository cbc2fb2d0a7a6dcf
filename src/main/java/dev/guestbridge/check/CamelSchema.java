package dev.guestbridge.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonMetaSchema;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.NonValidationKeyword;
import com.networknt.schema.SpecVersion.VersionFlag;
import com.networknt.schema.ValidationMessage;
import dev.guestbridge.message.Spelling;
import dev.guestbridge.message.YamlFile;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Camel's own schema of route files. */
final class CamelSchema {

    private static final Set<String> CHOICES = Set.of("oneOf", "anyOf", "not");

    private static final JsonNode TEXT = Components.json("schema/camelYamlDsl.json");
    private static final JsonSchema SCHEMA = JsonSchemaFactory.builder(JsonSchemaFactory.getInstance(VersionFlag.V4))
            .metaSchema(JsonMetaSchema.builder(JsonMetaSchema.getV4())
                    .keyword(new NonValidationKeyword("deprecated"))
                    .build())
            .build()
            .getSchema(TEXT);

    Stream<Finding> findings(YamlFile file) {
        Map<JsonPointer, List<ValidationMessage>> faults = new LinkedHashMap<>();
        SCHEMA.validate(file.tree())
                .forEach(fault -> faults.computeIfAbsent(pointer(fault.getInstanceLocation()), at -> new ArrayList<>())
                        .add(fault));
        return faults.keySet().stream().flatMap(at -> findings(file, at, faults).stream());
    }

    private Set<Finding> findings(YamlFile file, JsonPointer at, Map<JsonPointer, List<ValidationMessage>> all) {
        Set<Finding> findings = new HashSet<>();
        Set<String> lacking = new TreeSet<>();
        boolean deeper = all.keySet().stream().anyMatch(other -> !other.equals(at) && isWithin(other, at));
        boolean unknown = all.get(at).stream().anyMatch(fault -> fault.getType().equals("additionalProperties"));
        for (ValidationMessage fault : all.get(at)) {
            boolean told = CHOICES.contains(fault.getType()) || (deeper || unknown) && isOfAChoice(fault);
            switch (fault.getType()) {
                case "additionalProperties" -> {
                    String key = fault.getProperty();
                    findings.add(Finding.error(
                            file.place(at.appendProperty(key)),
                            "key '" + key + "' is unknown" + Spelling.hint(key, known(fault))));
                }
                case "required" -> {
                    if (!told) {
                        lacking.add(fault.getProperty());
                    }
                }
                case "type" -> {
                    if (!told && !isOfAChoice(fault)) {
                        findings.add(
                                Finding.error(file.place(at), subject(at) + "must be of the type " + words(fault)));
                    }
                }
                default -> {
                    if (!told) {
                        findings.add(Finding.error(file.place(at), subject(at) + sentence(fault)));
                    }
                }
            }
        }
        lacks(file, at, lacking, findings);
        if (findings.isEmpty() && !deeper) {
            findings.add(Finding.error(file.place(at), subject(at) + "is none of the forms that Camel takes here"));
        }
        return findings;
    }

    // a choice of many that is lacking is one of them misspelt
    private static void lacks(YamlFile file, JsonPointer at, Set<String> lacking, Set<Finding> findings) {
        if (lacking.isEmpty()) {
            return;
        }
        List<String> written = new ArrayList<>();
        file.tree().at(at).fieldNames().forEachRemaining(written::add);
        for (String key : written) {
            String hint = Spelling.hint(key, lacking);
            if (!lacking.contains(key) && !hint.isEmpty()) {
                findings.add(Finding.error(file.place(at.appendProperty(key)), "key '" + key + "' is unknown" + hint));
                return;
            }
        }
        findings.add(Finding.error(
                file.place(at),
                lacking.size() == 1
                        ? "key '" + lacking.iterator().next() + "' is missing"
                        : "one of the keys " + String.join(", ", lacking) + " is missing"));
    }

    private static String subject(JsonPointer at) {
        return at.last() == null || at.last().mayMatchElement()
                ? "this item "
                : "key '" + at.last().getMatchingProperty() + "' ";
    }

    private static String sentence(ValidationMessage fault) {
        return switch (fault.getType()) {
            case "enum" -> "must be one of " + words(fault);
            case "maxProperties" -> "holds several keys, and may hold one; is a line indented too little?";
            default -> "breaks the rule '" + fault.getType() + "' of Camel's schema";
        };
    }

    private static String words(ValidationMessage fault) {
        List<String> words = new ArrayList<>();
        fault.getSchemaNode().forEach(word -> words.add(word.asText()));
        return words.isEmpty() ? fault.getSchemaNode().asText() : String.join(", ", words);
    }

    private Set<String> known(ValidationMessage fault) {
        JsonNode node = TEXT;
        JsonNodePath location = fault.getSchemaLocation().getFragment();
        for (int i = 0; i < location.getNameCount() - 1; i++) {
            Object step = location.getElement(i);
            node = step instanceof Number index ? node.path(index.intValue()) : node.path(step.toString());
        }
        Set<String> known = new TreeSet<>();
        node.path("properties").fieldNames().forEachRemaining(known::add);
        return known;
    }

    private static boolean isOfAChoice(ValidationMessage fault) {
        JsonNodePath way = fault.getEvaluationPath();
        for (int i = 0; i < way.getNameCount(); i++) {
            if (CHOICES.contains(String.valueOf(way.getElement(i)))) {
                return true;
            }
        }
        return false;
    }

    private static boolean isWithin(JsonPointer inner, JsonPointer outer) {
        return inner.toString().startsWith(outer + "/");
    }

    private static JsonPointer pointer(JsonNodePath path) {
        JsonPointer pointer = JsonPointer.empty();
        for (int i = 0; i < path.getNameCount(); i++) {
            Object step = path.getElement(i);
            pointer = step instanceof Number index
                    ? pointer.appendIndex(index.intValue())
                    : pointer.appendProperty(step.toString());
        }
        return pointer;
    }
}
