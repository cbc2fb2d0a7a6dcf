package dev.guestbridge.dialect;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.dialect.Dialect.UnreadableAnswer;

/** What an opening's answer must tell. */
final class Answer {

    private Answer() {}

    /** The text that a field holds. */
    static String text(JsonNode answer, String field) throws UnreadableAnswer {
        String text = answer.path(field).textValue();
        if (text == null || text.isEmpty()) {
            throw new UnreadableAnswer("the opening's answer lacks a text '" + field + "'");
        }
        return text;
    }

    /** The text that a field holds, or null. */
    static String textOrNull(JsonNode answer, String field) {
        return answer.path(field).textValue();
    }
}
