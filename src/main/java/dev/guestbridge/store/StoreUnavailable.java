package dev.guestbridge.store;

/** The store can't be used now; the sentence names the store and the reason, and never a password. */
public final class StoreUnavailable extends RuntimeException {

    private final String reason;
    private final String cure;

    StoreUnavailable(String reason, String cure, Throwable cause) {
        super(cure == null ? reason : reason + "; " + cure, cause);
        this.reason = reason;
        this.cure = cure;
    }

    /** The sentence without what to do. */
    public String reason() {
        return reason;
    }

    /** What to do, where that is known; else null. */
    public String cure() {
        return cure;
    }
}
