package dev.guestbridge.console;

import dev.guestbridge.broker.DeadLetter;
import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.message.Spelling;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Which dead letters are meant; what is null says nothing.
 *
 * @param errorClass exactly
 * @param channel exactly
 * @param since laid on guest.dead then or later
 * @param until laid there before
 * @param reason a part of it, in lower case
 * @param text a part of what the guest wrote, in lower case
 * @param guest the externalId, exactly
 * @param message the channel's id of the message, or its trace's, exactly
 * @param letters the beginnings of letters' ids
 */
record DeadFilter(
        String errorClass,
        String channel,
        Instant since,
        Instant until,
        String reason,
        String text,
        String guest,
        String message,
        List<String> letters) {

    private static final int SHORTEST_ID = 8;
    private static final List<String> CONDITIONS =
            List.of("class", "channel", "since", "until", "reason", "text", "guest", "id", "letter");
    private static final List<String> KNOWN = Stream.concat(
                    CONDITIONS.stream(), Stream.of("limit", "rate", "dryRun", "after", "body"))
            .toList();

    static DeadFilter of(Asked asked) throws Refused {
        demandConditions(asked);
        String letters = asked.optional("letter");
        List<String> named = letters == null ? List.of() : List.of(letters.split(",", -1));
        for (String letter : named) {
            if (letter.length() < SHORTEST_ID) {
                throw Refused.wrong("letter '" + letter + "' is too short; give at least the first " + SHORTEST_ID
                        + " characters of its id");
            }
        }
        return new DeadFilter(
                asked.optional("class"),
                asked.optional("channel"),
                time(asked, "since"),
                time(asked, "until"),
                lower(asked.optional("reason")),
                lower(asked.optional("text")),
                asked.optional("guest"),
                asked.optional("id"),
                named);
    }

    /** A condition that is misspelt, or came out empty in a script, would mean all letters that there are. */
    private static void demandConditions(Asked asked) throws Refused {
        Set<String> names = new TreeSet<>(asked.parameters().keySet());
        asked.body().properties().forEach(field -> names.add(field.getKey()));
        for (String name : names) {
            if (CONDITIONS.contains(name) && asked.optional(name) == null) {
                throw Refused.wrong(name + " is empty, or no text; leave it out to mean all letters");
            }
            if (!KNOWN.contains(name)) {
                throw Refused.wrong("there is no '" + name + "' to ask for" + Spelling.hint(name, KNOWN));
            }
        }
    }

    boolean matches(DeadLetter letter) {
        return (errorClass == null || errorClass.equals(letter.errorClass()))
                && (channel == null
                        || channel.equals(letter.delivery().channel().name()))
                && (since == null || !letter.at().isBefore(since))
                && (until == null || letter.at().isBefore(until))
                && contains(letter.reason(), reason)
                && (guest == null || guest.equals(letter.delivery().externalId()))
                && (message == null
                        || message.equals(letter.delivery().id())
                        || message.equals(letter.delivery().trace().id()))
                && (letters.isEmpty() || letters.stream().anyMatch(letter.id()::startsWith))
                && contains(letter.text(), text);
    }

    private static boolean contains(String whole, String part) {
        return part == null || whole != null && whole.toLowerCase(Locale.ROOT).contains(part);
    }

    private static String lower(String text) {
        return text == null ? null : text.toLowerCase(Locale.ROOT);
    }

    private static Instant time(Asked asked, String name) throws Refused {
        String value = asked.optional(name);
        try {
            return value == null ? null : Instant.parse(value);
        } catch (DateTimeParseException e) {
            throw Refused.wrong(name + " '" + value + "' is not a time such as 2026-11-21T14:00:00Z");
        }
    }
}
