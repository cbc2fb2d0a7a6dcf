package dev.guestbridge.rig;

import dev.guestbridge.process.Artemis;
import dev.guestbridge.process.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Two brokers that share a journal, set up as docs/operations.md says: the first serves while it lives, else the second. */
final class BrokerPair {

    private static final Path DOCUMENT = Path.of("docs/operations.md");
    private static final Pattern SETTINGS = Pattern.compile("(?s)### Two brokers.*?```xml\n(.*?)```");

    private final Artemis first;
    private final Artemis second;
    private int takenOver;

    BrokerPair(Installation installation) {
        first = new Artemis(installation, "first");
        second = new Artemis(installation, "second");
        Path journal = installation.home().resolve("data/pair");
        prepare(first, settings(first, second), journal);
        prepare(second, settings(second, first).replace("primary>", "backup>"), journal);
    }

    private static String settings(Artemis here, Artemis there) {
        try {
            Matcher settings = SETTINGS.matcher(Files.readString(DOCUMENT));
            if (!settings.find()) {
                throw new IllegalStateException(DOCUMENT + " doesn't say how two brokers are set up");
            }
            return settings.group(1)
                    .replace("broker-1:61616", "127.0.0.1:" + here.port())
                    .replace("broker-2:61616", "127.0.0.1:" + there.port());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void prepare(Artemis broker, String settings, Path journal) {
        broker.with("data.dir", journal);
        broker.settings(
                broker.settings().replace("</core>", settings + "<security-enabled>false</security-enabled></core>"));
    }

    /** Where both are found, without options. */
    String url() {
        return "(tcp://127.0.0.1:" + first.port() + ",tcp://127.0.0.1:" + second.port() + ")";
    }

    void start() {
        first.start();
        second.starting().awaitSaid("AMQ221031", 1);
    }

    /** kill -9; returns when the second serves. */
    void killFirst() {
        first.kill();
        second.awaitSaid("AMQ221010", ++takenOver);
    }

    /** Starts the first again; returns when it serves and the second waits anew. */
    void bringBackFirst() {
        first.start();
    }
}
