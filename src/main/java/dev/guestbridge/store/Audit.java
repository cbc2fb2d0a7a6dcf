package dev.guestbridge.store;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;

/** Remembers what operators did: who, when, what. Nothing in it is ever changed. */
public final class Audit {

    private static final int DIGEST_LENGTH = "sha256:".length() + 32;

    private final Store store;
    private final Clock clock;

    public Audit(Store store, Clock clock) {
        this.store = store;
        this.clock = clock;
    }

    /**
     * One act.
     *
     * @param act such as {@code resume}
     * @param about what was asked, as JSON
     */
    public record Act(Instant at, String who, String act, String about) {}

    /** Writes an act down; when the future completes it is durable. */
    public CompletableFuture<Void> write(String who, String act, String about) {
        String now = Columns.time(clock.instant());
        return store.write(session -> {
            session.change(
                    "INSERT INTO audit (id, at, who, act, about) VALUES (?, ?, ?, ?, ?)",
                    UUID.randomUUID().toString(),
                    now,
                    Columns.text(who),
                    Columns.text(act),
                    Columns.text(about));
            return null;
        });
    }

    /** The newest acts, the newest first. */
    public List<Act> newest(int most) {
        return store.read(session -> session.all("SELECT * FROM audit ORDER BY at DESC LIMIT ?", Audit::act, most));
    }

    /** The newest acts that named this guest, the newest first. */
    public List<Act> newest(String guest, int most) {
        return store.read(session -> session.all(
                "SELECT * FROM audit WHERE about LIKE ? ORDER BY at DESC LIMIT ?",
                Audit::act,
                "%" + digest(guest) + "%",
                most));
    }

    /** What stands for a guest in the log of acts: the same guest has the same, and it can be tried out, but not read. */
    public static String digest(String guest) {
        return Columns.digest(guest).substring(0, DIGEST_LENGTH);
    }

    private static Act act(ResultSet row) throws SQLException {
        return new Act(
                Columns.time(row.getString("at")), row.getString("who"), row.getString("act"), row.getString("about"));
    }
}
