package dev.guestbridge.store;

/** The store can't be used now; the sentence names the store and the reason, and never a password. */
public final class StoreUnavailable extends RuntimeException {

    StoreUnavailable(String sentence, Throwable cause) {
        super(sentence, cause);
    }
}
