package dev.guestbridge.dialect;

import dev.guestbridge.message.Attachment;
import dev.guestbridge.message.GuestMessage;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A message in words alone: its text, then a line with the address of each file that has no other place. */
final class PlainText {

    private PlainText() {}

    /** The text and every attachment. */
    static String of(GuestMessage message) {
        return of(message, message.attachments());
    }

    /** The text and some attachments; null when there is neither. */
    static String of(GuestMessage message, List<Attachment> attachments) {
        String lines = Stream.concat(
                        Stream.ofNullable(message.text()), attachments.stream().map(Attachment::url))
                .collect(Collectors.joining("\n"));
        return lines.isEmpty() ? null : lines;
    }
}
