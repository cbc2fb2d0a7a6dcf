package dev.guestbridge.message;

import com.fasterxml.jackson.databind.JsonNode;
import com.networknt.schema.JsonNodePath;
import com.networknt.schema.ValidationMessage;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;

/** What a validator found, in plain English: field names and limits, never values. */
final class Faults {

    private static final int NAMED = 3;
    private static final Pattern PLAIN_NAME = Pattern.compile("[\\w-]{1,64}");

    private Faults() {}

    /** The first few faults, in the schema's order. */
    static List<String> of(Collection<ValidationMessage> found) {
        Set<String> sentences = new LinkedHashSet<>();
        boolean nothingSaid = false;
        boolean otherwiseAtFault = false;
        for (ValidationMessage fault : found) {
            // the only choice at the top of a schema is that of text or attachments
            if (fault.getEvaluationPath().getName(0).equals("else")) {
                nothingSaid = true;
            } else {
                sentences.add(sentence(fault));
                JsonNodePath place = fault.getInstanceLocation();
                otherwiseAtFault |= place.getNameCount() == 0
                        ? fault.getType().equals("type")
                        : place.getName(0).equals("text") || place.getName(0).equals("attachments");
            }
        }
        if (nothingSaid && !otherwiseAtFault) {
            sentences.add("text and attachments are both missing or empty");
        }
        List<String> named = new ArrayList<>(sentences);
        return named.size() <= NAMED ? named : named.subList(0, NAMED);
    }

    private static String sentence(ValidationMessage fault) {
        String field = field(fault.getInstanceLocation());
        String own = ownWords(fault);
        if (own != null) {
            return field + " " + own;
        }
        Object limit = fault.getSchemaNode().isNumber() ? fault.getSchemaNode().asText() : null;
        return switch (fault.getType()) {
            case "required" -> (field.isEmpty() ? "" : field + ".") + fault.getProperty() + " is missing";
            case "type" -> type(field, fault);
            case "minLength" ->
                limit.equals("1") ? field + " is empty" : field + " is shorter than " + limit + " characters";
            case "maxLength" -> field + " is longer than " + limit + " characters";
            case "pattern" -> field + " has not the form that the schema asks for";
            case "enum" -> field + " is not one of " + words(fault);
            default ->
                (field.isEmpty() ? "the message" : field) + " breaks the schema's rule '" + fault.getType() + "'";
        };
    }

    private static String type(String field, ValidationMessage fault) {
        if (field.isEmpty()) {
            return "the message is not a JSON object";
        }
        if (fault.getInstanceNode().isNull()) {
            return field + " is missing";
        }
        JsonNode types = fault.getSchemaNode();
        String wanted = types.isArray() ? types.get(0).asText() : types.asText();
        return field + " is not "
                + switch (wanted) {
                    case "object" -> "an object";
                    case "array" -> "a list";
                    default -> "a " + wanted;
                };
    }

    /** The schema's words for it; null when it has none. */
    private static String ownWords(ValidationMessage fault) {
        String said = fault.getMessage();
        return said.startsWith(fault.getInstanceLocation() + ": ") ? null : said;
    }

    private static String words(ValidationMessage fault) {
        List<String> words = new ArrayList<>();
        fault.getSchemaNode().forEach(word -> {
            if (!word.asText("").isEmpty() && !word.isNull()) {
                words.add(word.asText());
            }
        });
        return String.join(", ", words);
    }

    private static String field(JsonNodePath place) {
        StringBuilder field = new StringBuilder();
        for (int i = 0; i < place.getNameCount(); i++) {
            Object step = place.getElement(i);
            if (step instanceof Number index) {
                field.append('[').append(index).append(']');
            } else if (PLAIN_NAME.matcher(step.toString()).matches()) {
                field.append(i == 0 ? "" : ".").append(step);
            } else {
                // a name with odd characters might be anything, so it stays out of logs and headers
                field.append("[…]");
            }
        }
        return field.toString();
    }
}
