package dev.guestbridge;

import java.net.URI;
import java.util.Locale;
import java.util.regex.Pattern;

/** What leads to this machine itself, whatever a name service says. */
public final class Loopback {

    private static final Pattern HOST = Pattern.compile("localhost|127(\\.\\d+){3}|\\[?::1]?");

    private Loopback() {}

    /** Whether a host's name or number stands for this machine itself. */
    public static boolean is(String host) {
        return HOST.matcher(host.toLowerCase(Locale.ROOT)).matches();
    }

    /** Whether it leads there. */
    static boolean is(URI address) {
        return address.getHost() != null && is(address.getHost());
    }
}
