package dev.guestbridge.cli;

import dev.guestbridge.Settings;
import dev.guestbridge.store.StoreInspection;
import dev.guestbridge.store.StoreUnavailable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeoutException;

/** Looks at the store, changing nothing: a shared one by connecting, a file through the bridge that has it. */
final class StoreCheckup {

    private static final Finding.Subject SUBJECT = new Finding.Subject("store", "");
    private static final long LITTLE = 1L << 30;

    private final Settings settings;
    private final RunningBridge bridge;
    private final Duration patience;

    StoreCheckup(Settings settings, RunningBridge bridge, Duration patience) {
        this.settings = settings;
        this.bridge = bridge;
        this.patience = patience;
    }

    List<Finding> findings() throws Exception {
        boolean shared = settings.storeUrl().startsWith("jdbc:postgresql:");
        List<Finding> findings = new ArrayList<>(shared ? database() : List.of());
        if (bridge.answers()) {
            findings.add(ofTheBridge());
        } else if (!shared) {
            findings.add(file());
        }
        if (!shared || settings.get("broker.url").equals("embedded")) {
            findings.add(room());
        }
        return findings;
    }

    private Finding ofTheBridge() {
        String trouble = bridge.trouble("store");
        return trouble == null
                ? SUBJECT.ok("the running bridge can write to its store")
                : SUBJECT.fail(
                        "the running bridge can't use its store, and holds all messages: " + trouble,
                        "put that right; the bridge goes on by itself");
    }

    private List<Finding> database() throws Exception {
        String username = settings.get("store.username");
        String password = settings.secret("store.password");
        List<Finding> findings = new ArrayList<>();
        try {
            StoreInspection seen =
                    InTime.of(patience, () -> StoreInspection.of(settings.storeUrl(), username, password));
            findings.add(tables(seen));
            findings.add(
                    seen.unwritable() == null
                            ? SUBJECT.ok("its user may write there")
                            : SUBJECT.fail(
                                    "its user can't write there: " + seen.unwritable(),
                                    "give store.username the rights to its tables, and see that store.url leads to the"
                                            + " primary, not to a replica that only reads"));
        } catch (StoreUnavailable e) {
            findings.add(SUBJECT.fail(
                    e.reason(),
                    e.cure() == null
                            ? "check store.url, store.username and store.password, and the way to the database"
                            : e.cure()));
        } catch (TimeoutException e) {
            findings.add(SUBJECT.fail(
                    "the database gave no answer within " + patience.toSeconds() + " s",
                    "look at its load and its locks, and at the way to it"));
        }
        return findings;
    }

    private Finding tables(StoreInspection seen) {
        if (seen.version() == null) {
            return SUBJECT.ok("the database answers, and has no tables yet: the first start makes them");
        }
        if (seen.newer()) {
            return SUBJECT.fail(
                    "the tables are of version " + seen.version() + ", made by a later Guestbridge than this one",
                    "run that one here too; this one goes on with what it knows of them");
        }
        return seen.migrations() == 0
                ? SUBJECT.ok("the database answers, and its tables are of this Guestbridge, version " + seen.version())
                : SUBJECT.warn(
                        "the tables are of version " + seen.version() + ", and " + seen.migrations()
                                + " changes are due: the next start carries them out",
                        "restart the instances that share it, one after the other; where store.username may not change"
                                + " tables, run 'guestbridge store upgrade' first");
    }

    private Finding file() {
        Path file = Path.of(settings.storeUrl()
                        .replaceFirst("^jdbc:sqlite:(file:)?", "")
                        .replaceFirst("\\?.*$", ""))
                .toAbsolutePath();
        if (!Files.exists(file)) {
            return SUBJECT.skip(file + " isn't there yet: the first start makes it", "");
        }
        return Files.isReadable(file) && Files.isWritable(file) && Files.isWritable(file.getParent())
                ? SUBJECT.skip(file + " is there; it is looked into by the bridge, and none runs here", "")
                : SUBJECT.fail(
                        file + " or its folder is closed to this user, " + System.getProperty("user.name"),
                        "run the doctor as the user that runs the bridge; if it is that one, give it the folder (chown)");
    }

    private Finding room() throws IOException {
        Path folder = settings.data().toAbsolutePath();
        while (!Files.exists(folder)) {
            folder = folder.getParent();
        }
        long free = Files.getFileStore(folder).getUsableSpace();
        return free < LITTLE
                ? SUBJECT.warn(
                        folder + " has " + (free >> 20)
                                + " MiB left: when it is full, broker and store take nothing more",
                        "make room on that disk, or move data/ to another (guestbridge.data)")
                : SUBJECT.ok(folder + " has " + (free >> 30) + " GiB left");
    }
}
