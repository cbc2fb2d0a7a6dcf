package dev.guestbridge.message;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.core.io.JsonEOFException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.cfg.JsonNodeFeature;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.ValueNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/** The one way in which JSON is read and written at every border: strict, bounded, and never more than its text says. */
public final class Json {

    public static final int MAX_BYTES = 1024 * 1024;
    public static final int MAX_DEPTH = 64;
    public static final int MAX_TOKENS = 20_000;
    public static final int MAX_NAME = 256;
    public static final int MAX_NUMBER = 100;
    public static final int MAX_EXPONENT = 1_000;

    private static final JsonMapper MAPPER = mapper(MAX_TOKENS);
    private static final JsonMapper OWN = mapper(Long.MAX_VALUE);

    private Json() {}

    private static JsonMapper mapper(long maxTokens) {
        return JsonMapper.builder(JsonFactory.builder()
                        .streamReadConstraints(StreamReadConstraints.builder()
                                .maxDocumentLength(Long.MAX_VALUE) // counted in bytes by read, before parsing
                                .maxStringLength(Integer.MAX_VALUE)
                                .maxNestingDepth(MAX_DEPTH)
                                .maxTokenCount(maxTokens)
                                .maxNameLength(MAX_NAME)
                                .maxNumberLength(MAX_NUMBER)
                                .build())
                        .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                        .build())
                .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
                // numbers pass through as they came: a double would turn 1.10 into 1.1 and 1e400 into infinity
                .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
                .disable(JsonNodeFeature.STRIP_TRAILING_BIGDECIMAL_ZEROES)
                .nodeFactory(new BoundedNumbers())
                .build();
    }

    /** The value that a text of at most 1 MiB holds. */
    public static JsonNode read(String text) throws Unreadable {
        return read(text, MAX_BYTES);
    }

    /** The value that a UTF-8 text of at most 1 MiB holds. */
    public static JsonNode read(byte[] utf8) throws Unreadable {
        return read(utf8, MAX_BYTES);
    }

    /**
     * The value that a UTF-8 text holds.
     *
     * @param maxBytes the longest text taken
     */
    public static JsonNode read(byte[] utf8, int maxBytes) throws Unreadable {
        return read(utf8, maxBytes, MAPPER);
    }

    /**
     * The value that a UTF-8 text of the bridge's own making holds, however many values are in it.
     *
     * @param maxBytes the longest text taken
     */
    public static JsonNode readOwn(byte[] utf8, int maxBytes) throws Unreadable {
        return read(utf8, maxBytes, OWN);
    }

    private static JsonNode read(byte[] utf8, int maxBytes, JsonMapper mapper) throws Unreadable {
        if (utf8.length > maxBytes) {
            throw new Unreadable("the JSON text is longer than " + maxBytes + " bytes");
        }
        ByteBuffer bytes = ByteBuffer.wrap(utf8);
        try {
            return parse(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .onMalformedInput(CodingErrorAction.REPORT)
                            .onUnmappableCharacter(CodingErrorAction.REPORT)
                            .decode(bytes)
                            .toString(),
                    mapper);
        } catch (CharacterCodingException e) {
            throw new Unreadable("the JSON text is not UTF-8, at byte " + (bytes.position() + 1));
        }
    }

    /**
     * The value that a text holds.
     *
     * @param maxBytes the longest text taken, counted in UTF-8
     */
    public static JsonNode read(String text, int maxBytes) throws Unreadable {
        // one to three bytes for each char: most texts need no counting
        if (text.length() > maxBytes
                || (text.length() > maxBytes / 3 && text.getBytes(StandardCharsets.UTF_8).length > maxBytes)) {
            throw new Unreadable("the JSON text is longer than " + maxBytes + " bytes");
        }
        return parse(text, MAPPER);
    }

    /**
     * The texts that an object holds as its own fields, of one whose end is missing: those that came whole.
     *
     * @throws Unreadable when it isn't the beginning of an object
     */
    public static ObjectNode readBeginning(String text) throws Unreadable {
        ObjectNode whole = JsonNodeFactory.instance.objectNode();
        try (JsonParser parser = MAPPER.createParser(text)) {
            if (parser.nextToken() != JsonToken.START_OBJECT) {
                throw new Unreadable("the JSON text begins no object");
            }
            while (parser.nextToken() == JsonToken.FIELD_NAME) {
                String name = parser.currentName();
                if (parser.nextToken() == JsonToken.VALUE_STRING) {
                    whole.put(name, parser.getText());
                } else {
                    parser.skipChildren();
                }
            }
        } catch (JsonProcessingException e) {
            // half a word or number at the end is another fault to Jackson than half a text, and named by its last
            // character
            if (!(e instanceof JsonEOFException) && e.getLocation().getCharOffset() < text.length() - 1) {
                throw new Unreadable("the JSON text " + fault(e) + at(e.getLocation()));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return whole;
    }

    /** The value as compact JSON; a lone surrogate leaves as its escape, because UTF-8 has no bytes for it. */
    public static String write(JsonNode value) {
        try {
            return escapeLoneSurrogates(MAPPER.writeValueAsString(value));
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static JsonNode parse(String text, JsonMapper mapper) throws Unreadable {
        if (text.startsWith("\uFEFF")) {
            throw new Unreadable("the JSON text begins with a byte order mark");
        }
        try {
            JsonNode value = mapper.readTree(text);
            if (value.isMissingNode()) {
                throw new Unreadable("the JSON text is empty");
            }
            return value;
        } catch (NumberFormatException e) {
            throw new Unreadable("the JSON text has a number with an exponent beyond " + MAX_EXPONENT);
        } catch (JsonProcessingException e) {
            throw new Unreadable("the JSON text " + fault(e) + at(e.getLocation()));
        }
    }

    /** Our own words, because Jackson's quote the text. */
    private static String fault(JsonProcessingException e) {
        String detail = e.getOriginalMessage();
        if (e instanceof StreamConstraintsException) {
            if (detail.contains("getMaxNestingDepth")) {
                return "is nested deeper than " + MAX_DEPTH + " levels";
            }
            if (detail.contains("getMaxTokenCount")) {
                return "has more than " + MAX_TOKENS + " tokens";
            }
            if (detail.contains("getMaxNameLength")) {
                return "has a field name longer than " + MAX_NAME + " characters";
            }
            return "has a number longer than " + MAX_NUMBER + " digits";
        }
        if (e instanceof JsonEOFException) {
            return "ends too early";
        }
        if (e instanceof MismatchedInputException) {
            return "goes on after its end";
        }
        return detail.startsWith("Duplicate field") ? "names a field twice" : "is not valid JSON";
    }

    private static String at(JsonLocation place) {
        return place == null
                ? ""
                : String.format(Locale.ROOT, ", at line %d, column %d", place.getLineNr(), place.getColumnNr());
    }

    private static String escapeLoneSurrogates(String json) {
        StringBuilder escaped = null;
        for (int i = 0; i < json.length(); i += Character.charCount(json.codePointAt(i))) {
            int character = json.codePointAt(i);
            boolean lone = character >= Character.MIN_SURROGATE && character <= Character.MAX_SURROGATE;
            if (lone && escaped == null) {
                escaped = new StringBuilder(json.length() + 16).append(json, 0, i);
            }
            if (lone) {
                escaped.append(String.format("\\u%04x", character));
            } else if (escaped != null) {
                escaped.appendCodePoint(character);
            }
        }
        return escaped == null ? json : escaped.toString();
    }

    /** Written out, as some who compare numbers do, ten characters such as 1e99999999 would fill the memory. */
    private static final class BoundedNumbers extends JsonNodeFactory {
        @Override
        public ValueNode numberNode(BigDecimal number) {
            if (Math.abs((long) number.scale()) > MAX_EXPONENT) {
                throw new NumberFormatException();
            }
            return super.numberNode(number);
        }
    }

    /** A text that is not JSON as we take it; the sentence names the place and never quotes the text. */
    public static final class Unreadable extends Exception {
        Unreadable(String reason) {
            super(reason);
        }
    }
}
