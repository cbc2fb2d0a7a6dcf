package dev.guestbridge.genesys;

import java.util.AbstractList;
import java.util.List;

/** The webhook secrets that are live, in a list that never tells them when it is printed. */
public final class WebhookSecrets extends AbstractList<String> {

    private final List<String> secrets;

    public WebhookSecrets(List<String> secrets) {
        this.secrets = List.copyOf(secrets);
    }

    @Override
    public String get(int index) {
        return secrets.get(index);
    }

    @Override
    public int size() {
        return secrets.size();
    }

    @Override
    public String toString() {
        return size() + " webhook secrets";
    }
}
