package dev.guestbridge.message;

import java.util.Iterator;
import java.util.List;

/** The webhook secrets that are live; no list, since loggers print what a list holds. */
public final class WebhookSecrets implements Iterable<String> {

    private final List<String> secrets;

    public WebhookSecrets(List<String> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    @Override
    public Iterator<String> iterator() {
        return secrets.iterator();
    }

    public int size() {
        return secrets.size();
    }

    /** How many there are. */
    @Override
    public String toString() {
        return size() + " webhook secrets";
    }
}
