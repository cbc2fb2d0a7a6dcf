package dev.guestbridge.check;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.message.YamlFile;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * One value in a file of routes.
 *
 * @param keys the keys that lead to it from its item of the file's list, without the numbers of items
 */
record Spot(YamlFile file, JsonPointer at, List<String> keys, JsonNode node) {

    /** Each value of a file, what holds others before those. */
    static List<Spot> of(YamlFile file) {
        List<Spot> spots = new ArrayList<>();
        new Spot(file, JsonPointer.empty(), List.of(), file.tree()).walk(spots);
        return spots;
    }

    private void walk(List<Spot> spots) {
        spots.add(this);
        if (node.isArray()) {
            items().forEach(item -> item.walk(spots));
        } else {
            node.fieldNames().forEachRemaining(key -> child(key).walk(spots));
        }
    }

    /** The last key; empty for the whole file. */
    String key() {
        return key(0);
    }

    /** A key further up: 0 is the last one. */
    String key(int up) {
        return keys.size() > up ? keys.get(keys.size() - 1 - up) : "";
    }

    Spot child(String key) {
        List<String> longer = new ArrayList<>(keys);
        longer.add(key);
        return new Spot(file, at.appendProperty(key), longer, node.path(key));
    }

    Stream<Spot> items() {
        List<Spot> items = new ArrayList<>();
        for (int i = 0; i < node.size(); i++) {
            items.add(new Spot(file, at.appendIndex(i), keys, node.path(i)));
        }
        return items.stream();
    }

    /** The text of one of its values; empty when it has none of that name. */
    String text(String key) {
        return node.path(key).asText();
    }

    boolean isUnder(String key) {
        return keys.contains(key);
    }

    Finding error(String sentence) {
        return Finding.error(file.place(at), sentence);
    }

    Finding warning(String sentence) {
        return Finding.warning(file.place(at), sentence);
    }
}
