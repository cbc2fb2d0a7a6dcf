package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.Channel;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.SplittableRandom;

/**
 * Which messages a load consists of and when each is due, fixed before the first is sent; the same seed makes the same
 * messages, but for the run's name in them.
 *
 * @param run begins every id, guest and text, so that they are known wherever they turn up
 * @param channel whose queue they go to
 * @param conversation that messages name; null: one made up for each guest where the dialect can't do without, else none
 * @param rate messages a second
 * @param guests how many guests write, each message from one by chance
 * @param size of the texts
 */
record LoadPlan(
        String run,
        Channel channel,
        String conversation,
        double rate,
        Duration duration,
        int guests,
        Size size,
        long seed) {

    /** Bytes of text in UTF-8, anything between the two; both belong to it. */
    record Size(int least, int most) {}

    private static final String NAMES_CONVERSATIONS = "conversation-messages";
    private static final String[] WORDS = {
        "room",
        "late",
        "grüezi",
        "two",
        "breakfast",
        "żółty",
        "for",
        "tomorrow",
        "the",
        "ключ",
        "and",
        "早餐",
        "shuttle",
        "😀"
    };

    /** How many messages there are. */
    int messages() {
        return (int) Math.max(1, Math.round(rate * duration.toNanos() / 1e9));
    }

    /** When a message is due, in nanoseconds after the start. */
    long due(int number) {
        return (long) (number * (1e9 / rate));
    }

    /** The number of the message that bears this id, or -1 when it isn't one of these. */
    int number(String id) {
        String digits = id.startsWith(run + "-") ? id.substring(run.length() + 1) : "";
        return digits.matches("\\d{1,9}") && Integer.parseInt(digits) < messages() ? Integer.parseInt(digits) : -1;
    }

    /** The guest who writes a message. */
    String guest(int number) {
        return guest(chance(number));
    }

    /** A message as it goes onto the bus. */
    String message(int number) {
        SplittableRandom chance = chance(number);
        String guest = guest(chance);
        ObjectNode message = JsonNodeFactory.instance.objectNode().put("id", id(number));
        message.putObject("guest").put("externalId", guest);
        message.put("text", text(id(number), chance));
        if (conversation != null) {
            message.put("conversationId", conversation);
        } else if (channel.dialect().equals(NAMES_CONVERSATIONS)) {
            message.put("conversationId", guest);
        }
        return message.toString();
    }

    /** All of it on one line. */
    String told() {
        return "%s: channel %s, %s/s for %s s, guests %d, texts of %s bytes, seed %d"
                .formatted(
                        run,
                        channel.name(),
                        number(rate),
                        number(duration.toMillis() / 1e3),
                        guests,
                        size.least() == size.most() ? size.most() : size.least() + " to " + size.most(),
                        seed);
    }

    private static String number(double value) {
        return BigDecimal.valueOf(value).stripTrailingZeros().toPlainString();
    }

    private String id(int number) {
        return run + "-" + number;
    }

    private String guest(SplittableRandom chance) {
        return run + "-guest-" + chance.nextInt(guests);
    }

    private SplittableRandom chance(int number) {
        return new SplittableRandom(31 * seed + number);
    }

    private String text(String start, SplittableRandom chance) {
        int bytes = chance.nextInt(size.least(), size.most() + 1);
        StringBuilder text = new StringBuilder(start);
        int left = bytes - start.length();
        while (left > 0) {
            String word = " " + WORDS[chance.nextInt(WORDS.length)];
            int length = word.getBytes(StandardCharsets.UTF_8).length;
            text.append(length <= left ? word : ".".repeat(left));
            left -= Math.min(length, left);
        }
        return text.toString();
    }
}
