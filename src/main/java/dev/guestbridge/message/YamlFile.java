package dev.guestbridge.message;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLParser;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** A YAML file as a tree, read strictly: no key twice, nothing after the first document. */
public final class YamlFile {

    /** It can't be read. */
    public static final class Unreadable extends Exception {

        private final int line;

        private Unreadable(int line, String reason) {
            super(reason);
            this.line = line;
        }

        /** The line that isn't YAML; 0 when the file isn't a text, or isn't there. */
        public int line() {
            return line;
        }
    }

    // no is a word, as for Camel, whose YAML is 1.2
    private static final YAMLMapper YAML = YAMLMapper.builder(YAMLFactory.builder()
                    .enable(YAMLParser.Feature.PARSE_BOOLEAN_LIKE_WORDS_AS_STRINGS)
                    .build())
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
            .build();

    private final Path path;
    private final String text;
    private final JsonNode tree;
    private Map<JsonPointer, Place> places;

    private YamlFile(Path path, String text, JsonNode tree) {
        this.path = path;
        this.text = text;
        this.tree = tree;
    }

    public static YamlFile read(Path file) throws Unreadable {
        try {
            String text = Files.readString(file);
            return new YamlFile(file, text, YAML.readTree(text));
        } catch (JsonProcessingException e) {
            int line = e.getLocation() == null ? 1 : Math.max(1, e.getLocation().getLineNr());
            throw new Unreadable(line, "not YAML, see line " + line + ": " + reason(e));
        } catch (IOException e) {
            throw new Unreadable(0, "can't be read as a text file in UTF-8");
        }
    }

    // the parser first tells in what it was, and with each sentence the place and the text there
    private static String reason(JsonProcessingException e) {
        return e.getOriginalMessage()
                .lines()
                .filter(line -> !line.isBlank() && !line.matches("\\s.*|in .*"))
                .reduce((context, problem) -> problem)
                .orElse("it can't be read");
    }

    public Path path() {
        return path;
    }

    /** Missing when the file holds nothing. */
    public JsonNode tree() {
        return tree;
    }

    /** Where a value stands, by its key if it has one; of one that isn't there, where it would belong. */
    public synchronized Place place(JsonPointer at) {
        if (places == null) {
            places = places();
        }
        JsonPointer known = at;
        while (!places.containsKey(known) && known.head() != null) {
            known = known.head();
        }
        return places.getOrDefault(known, Place.of(path));
    }

    private Map<JsonPointer, Place> places() {
        Map<JsonPointer, Place> found = new HashMap<>();
        try (JsonParser parser = YAML.createParser(text)) {
            if (parser.nextToken() != null) {
                walk(parser, JsonPointer.empty(), found);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e); // it was read before
        }
        return found;
    }

    private void walk(JsonParser parser, JsonPointer at, Map<JsonPointer, Place> found) throws IOException {
        found.putIfAbsent(at, here(parser));
        if (parser.currentToken() == JsonToken.START_OBJECT) {
            while (parser.nextToken() != JsonToken.END_OBJECT) {
                JsonPointer inner = at.appendProperty(parser.currentName());
                found.put(inner, here(parser));
                parser.nextToken();
                walk(parser, inner, found);
            }
        } else if (parser.currentToken() == JsonToken.START_ARRAY) {
            for (int i = 0; parser.nextToken() != JsonToken.END_ARRAY; i++) {
                walk(parser, at.appendIndex(i), found);
            }
        }
    }

    private Place here(JsonParser parser) {
        return new Place(
                path,
                parser.currentTokenLocation().getLineNr(),
                parser.currentTokenLocation().getColumnNr());
    }
}
