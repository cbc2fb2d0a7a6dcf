package dev.guestbridge.cli;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.message.GuestMessage;
import dev.guestbridge.message.GuestMessageReader;
import dev.guestbridge.message.Json;
import dev.guestbridge.message.MessageRefused;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;

/** Guest messages that somebody means to send, each as the bridge itself would read it; none is taken if one is wrong. */
final class Drafts {

    /**
     * A message.
     *
     * @param id null when its body names none
     */
    record Draft(String id, String guest, String body) {}

    private static final int TOLD = 5;
    private static final int MOST_CHARACTERS = 64 << 20;

    private final GuestMessageReader reader;
    private final int longestBody;

    /** @param longestBody how many characters a body may have, for the bridge to read it */
    Drafts(GuestMessageReader reader, int longestBody) {
        this.reader = reader;
        this.longestBody = longestBody;
    }

    /** One message of a text. */
    Draft one(String id, String guest, String text) {
        ObjectNode message = JsonNodeFactory.instance.objectNode();
        message.put("id", id);
        message.putObject("guest").put("externalId", guest);
        try {
            return read(Json.write(message.put("text", text)));
        } catch (MessageRefused e) {
            throw new Refused("the message can't be sent: " + e.getMessage());
        }
    }

    /**
     * Those of a text of which each line is one message in JSON; empty lines are passed over.
     *
     * @param name of the text, for those who put it right
     * @throws Refused naming the first wrong lines, when some are
     */
    List<Draft> lines(String name, InputStream text) throws IOException {
        List<Draft> drafts = new ArrayList<>();
        List<String> wrong = new ArrayList<>();
        int number = 0;
        long characters = 0;
        // a decoder of one's own refuses what is no UTF-8, where a charset's name would put question marks in its place
        try (BufferedReader lines =
                new BufferedReader(new InputStreamReader(text, StandardCharsets.UTF_8.newDecoder()))) {
            for (String line; (line = lines.readLine()) != null && wrong.size() < TOLD; ) {
                number++;
                characters += line.length();
                if (characters > MOST_CHARACTERS) {
                    throw new Refused(name + ": is longer than " + MOST_CHARACTERS + " characters; send it in parts");
                }
                if (!line.isBlank()) {
                    try {
                        drafts.add(read(line));
                    } catch (MessageRefused e) {
                        wrong.add("line " + number + ": " + e.getMessage());
                    }
                }
            }
        } catch (CharacterCodingException e) {
            throw new Refused(name + ": is not UTF-8, after line " + number);
        }
        if (!wrong.isEmpty()) {
            throw new Refused(name + ": " + String.join("; ", wrong) + "; nothing was sent");
        }
        if (drafts.isEmpty()) {
            throw new Refused(name + ": holds no message");
        }
        return drafts;
    }

    private Draft read(String body) throws MessageRefused {
        if (body.length() > longestBody) {
            throw new MessageRefused("the body is longer than message.max-bytes, " + longestBody);
        }
        GuestMessage message = reader.parse(body, null, Clock.systemUTC().instant());
        return new Draft(message.id(), message.guest().externalId(), body);
    }
}
