package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Locale;

/**
 * What one look of the doctor found.
 *
 * @param group what it is about: broker, store, organisation, channel or webhook
 * @param name which one of the group, where there are several; else empty
 * @param sentence what is so
 * @param cure what to do; empty when there is nothing
 */
record Finding(String group, String name, Verdict verdict, String sentence, String cure) {

    /** How bad it is. */
    enum Verdict {
        OK("ok"),
        /** Worth a look: it hurts some messages, or will soon. */
        WARN("warn"),
        /** It keeps messages from flowing. */
        FAIL("FAIL"),
        /** It can't be known from here. */
        SKIP("skip");

        private final String word;

        Verdict(String word) {
            this.word = word;
        }

        String word() {
            return word;
        }
    }

    /** What a look is about. */
    record Subject(String group, String name) {

        Finding ok(String sentence) {
            return new Finding(group, name, Verdict.OK, sentence, "");
        }

        Finding warn(String sentence, String cure) {
            return new Finding(group, name, Verdict.WARN, sentence, cure);
        }

        Finding fail(String sentence, String cure) {
            return new Finding(group, name, Verdict.FAIL, sentence, cure);
        }

        Finding skip(String sentence, String cure) {
            return new Finding(group, name, Verdict.SKIP, sentence, cure);
        }
    }

    // what others said may stand in them: certificates, servers, drivers
    Finding {
        sentence = onOneLine(sentence);
        cure = onOneLine(cure);
    }

    private static String onOneLine(String text) {
        return text.replaceAll("[\\p{Cntrl}\\p{Cf}\\u2028\\u2029]+", " ").strip();
    }

    /** Whether somebody should do something about it. */
    boolean isBad() {
        return verdict == Verdict.WARN || verdict == Verdict.FAIL;
    }

    /** Such as {@code organisation main}. */
    String heading() {
        return name.isEmpty() ? group : group + " " + name;
    }

    void write(ObjectNode json) {
        json.put("group", group);
        if (!name.isEmpty()) {
            json.put("name", name);
        }
        json.put("verdict", verdict.word().toLowerCase(Locale.ROOT)).put("sentence", sentence);
        if (!cure.isEmpty()) {
            json.put("cure", cure);
        }
    }
}
