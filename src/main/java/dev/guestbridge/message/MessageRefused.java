package dev.guestbridge.message;

/** A guest message that can't be delivered as it is; the sentence is written for an operator. */
public final class MessageRefused extends Exception {

    /** @param reason a sentence that names the field and what is wrong with it; becomes {@code deadReason} */
    public MessageRefused(String reason) {
        super(reason);
    }
}
