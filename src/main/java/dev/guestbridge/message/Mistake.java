package dev.guestbridge.message;

/** What an operator wrote can't be used; the message names the file, what stands there, and the reason. */
public abstract class Mistake extends IllegalArgumentException {

    private final transient Place place;
    private final String reason;

    /** @param reason the message without the file */
    protected Mistake(String message, Place place, String reason) {
        super(message);
        this.place = place;
        this.reason = reason;
    }

    public Place place() {
        return place;
    }

    /** What is wrong, without the file. */
    public String reason() {
        return reason;
    }
}
