package dev.guestbridge.rig;

import dev.guestbridge.process.Installation;
import dev.guestbridge.process.Installation.Running;
import dev.guestbridge.process.PostgresProcess;
import dev.guestbridge.rig.History.Sent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Two bridges on one broker and one PostgreSQL, each a process of its own: one of them, or the database, goes away. */
final class Instances implements AutoCloseable {

    private static final Duration LONG = Duration.ofSeconds(60);
    private static final int ANSWER_MS = 50;
    private static final String AS_SHIPPED = "-Xmx512m";
    private static final int GUESTS = 200;
    private static final int PER_SECOND = 100;
    private static final long TAKEOVER_MS = 15_000;

    private final String run;
    private final Path folder;
    private final PostgresProcess postgres;
    private final Site site;
    private final Installation second;
    private final List<Long> tookMs = new ArrayList<>();
    private Running other;
    private long hit;
    private volatile boolean enough;

    private Instances(String run) {
        this(run, ANSWER_MS, Site.QUICK_START);
    }

    private Instances(String run, int answerMs, String javaOptions) {
        this.run = run;
        try {
            folder = Files.createTempDirectory("rig-postgres");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        postgres = new PostgresProcess(folder);
        site = Site.withBroker(run);
        second = new Installation("rig-" + run + "-second");
        second.with("BROKER_URL", "tcp://127.0.0.1:" + site.installation().port("BROKER_EMBEDDED_PORT"));
        second.with("GENESYS_MAIN_API_URL", site.proxy().url());
        second.with("GENESYS_MAIN_TOKEN_URL", site.proxy().url() + "/oauth/token");
        for (Installation each : List.of(site.installation(), second)) {
            each.with("STORE_URL", postgres.url("postgres")).with("GUESTBRIDGE_JAVA_OPTS", javaOptions);
        }
        site.genesys().delay(answerMs);
    }

    private void startBoth() {
        site.startBridge();
        other = second.bridge();
    }

    private interface Round {
        void carryOut(int number);
    }

    /** Guests write at a steady rate meanwhile. */
    private boolean rounds(int rounds, Round round) {
        startBoth();
        List<Sent> all = Channel.messages(run, 1_000_000, GUESTS);
        Thread driver = new Thread(
                () -> {
                    for (int from = 0; !enough; from += PER_SECOND) {
                        site.channel().sayInGroups(all.subList(from, from + PER_SECOND), PER_SECOND);
                    }
                },
                "driver");
        driver.start();
        try {
            for (int i = 0; i < rounds; i++) {
                long before = site.proxy().forwarded();
                Site.until("calls before round " + i, LONG, () -> site.proxy().forwarded() > before + 2 * PER_SECOND);
                hit += site.proxy().outstanding() > 0 ? 1 : 0;
                round.carryOut(i);
            }
        } finally {
            enough = true;
        }
        Site.until("all sent", LONG, () -> !driver.isAlive());
        return site.awaitEnds(Duration.ofMinutes(2)) && site.channel().dead().isEmpty();
    }

    /** Waits until all that guests had written by then has come to an end, and keeps how long that took. */
    private void awaitTakeover(long sinceNanos) {
        List<Sent> before = site.channel().sent();
        Site.until("what was written before came to its end", LONG, () -> before.stream()
                .allMatch(one -> site.channel().hasEnded(one.id())));
        tookMs.add((System.nanoTime() - sinceNanos) / 1_000_000);
    }

    private Figures figures(int planned, String what, boolean good) {
        long worst = Collections.max(tookMs);
        return new Figures(
                run,
                planned,
                hit,
                site.findings(),
                "%s: median %d ms, worst %d ms (at most 15 s)".formatted(what, Kills.median(tookMs), worst),
                good && worst <= TAKEOVER_MS);
    }

    /** kill -9 of one and the other in turn, which is started again. */
    static Figures killed(int kills) {
        try (Instances two = new Instances("instance-killed")) {
            boolean good = two.rounds(kills, number -> {
                Running victim = number % 2 == 0 ? two.other : two.site.bridge();
                long since = System.nanoTime();
                victim.kill();
                two.awaitTakeover(since);
                two.startAgain(number);
            });
            return two.figures(kills, "all that waited at the kill has ended", good);
        }
    }

    /** SIGSTOP of one, until the other has taken over, and SIGCONT. */
    static Figures frozen(int times) {
        try (Instances two = new Instances("instance-frozen")) {
            boolean good = two.rounds(times, number -> {
                Running victim = number % 2 == 0 ? two.other : two.site.bridge();
                long since = System.nanoTime();
                Site.signal(victim, "STOP");
                try {
                    two.awaitTakeover(since);
                } finally {
                    Site.signal(victim, "CONT");
                }
            });
            return two.figures(times, "all that waited at the freeze has ended", good);
        }
    }

    /** SIGTERM of one and the other in turn, which is started again. */
    static Figures restarted(int rounds) {
        try (Instances two = new Instances("instances-restarted")) {
            return two.stoppedInTurn(rounds, () -> {});
        }
    }

    /** Both are of another version, and one after the other is stopped and started as this one. */
    static Figures upgraded(Path previous) {
        try (Instances two = new Instances("instances-upgraded")) {
            List<Installation> both = List.of(two.second, two.site.installation());
            both.forEach(each -> each.runs(previous));
            Iterator<Installation> next = both.iterator();
            return two.stoppedInTurn(both.size(), () -> next.next().runsThis());
        }
    }

    private Figures stoppedInTurn(int rounds, Runnable meanwhile) {
        boolean good = rounds(rounds, number -> {
            Running one = number % 2 == 0 ? other : site.bridge();
            long since = System.nanoTime();
            one.sigterm();
            if (one.exitWithin(LONG) != 0) {
                throw new IllegalStateException("it ended with " + one.exitWithin(LONG));
            }
            awaitTakeover(since);
            meanwhile.run();
            startAgain(number);
        });
        Figures figures = figures(rounds, "all that waited at the stop has ended", good);
        return new Figures(
                run,
                rounds,
                hit,
                figures.findings(),
                figures.other(),
                figures.good() && figures.findings().wireRepeats() == 0);
    }

    private void startAgain(int number) {
        if (number % 2 == 0) {
            other = second.bridge();
        } else {
            site.startBridge();
        }
    }

    /** kill -9 of the database, which is started again three seconds later. */
    static Figures databaseKilled(int kills) {
        try (Instances two = new Instances("database-killed")) {
            boolean good = two.rounds(kills, number -> {
                two.postgres.kill();
                Channel.sleep(3_000);
                two.postgres.start();
                two.awaitTakeover(System.nanoTime());
            });
            return two.figures(kills, "after it was up again, all that waited has ended", good);
        }
    }

    /** The database stands still for so long. */
    static Figures databaseFrozen(int times, int seconds) {
        try (Instances two = new Instances("database-frozen")) {
            boolean good = two.rounds(times, number -> {
                two.postgres.freeze();
                try {
                    Channel.sleep(seconds * 1_000L);
                } finally {
                    two.postgres.thaw();
                }
                two.awaitTakeover(System.nanoTime());
            });
            return two.figures(times, "still for " + seconds + " s; after it went on, all that waited has ended", good);
        }
    }

    /**
     * How fast a backlog is worked off by one, and by two.
     *
     * @param answerMs how long Genesys takes for each call: short, and the cores are the limit; long, and it is the calls that
     *     one instance has in flight
     */
    static Figures rate(String run, int answerMs, int pairs, int messages, int guests) {
        List<Double> alone = new ArrayList<>();
        List<Double> together = new ArrayList<>();
        History.Findings findings = null;
        for (int i = 0; i < pairs; i++) {
            alone.add(rate(run, answerMs, false, messages, guests).getKey());
            Map.Entry<Double, History.Findings> both = rate(run, answerMs, true, messages, guests);
            together.add(both.getKey());
            findings = both.getValue();
        }
        Collections.sort(alone);
        Collections.sort(together);
        double one = alone.get(alone.size() / 2);
        double two = together.get(together.size() / 2);
        return new Figures(
                run,
                0,
                0,
                findings,
                String.format(
                        Locale.ROOT,
                        "Genesys answers after %d ms: messages per second by one instance %.0f, by two %.0f, ratio %.2f (medians"
                                + " of %d; broker, database, simulator and rig on the same cores)",
                        answerMs,
                        one,
                        two,
                        two / one,
                        pairs),
                findings != null && findings.wireRepeats() == 0);
    }

    private static Map.Entry<Double, History.Findings> rate(
            String run, int answerMs, boolean both, int messages, int guests) {
        try (Instances two = new Instances(run, answerMs, AS_SHIPPED)) {
            if (both) {
                two.startBoth();
            } else {
                two.site.startBridge();
            }
            two.site.channel().sayInGroups(Channel.messages("warm-up", guests * 3, guests), 1_000_000);
            two.site.awaitEnds(LONG);
            long start = System.nanoTime();
            two.site.channel().sayInGroups(Channel.messages("rate", messages, guests), 1_000_000);
            two.site.awaitEnds(Duration.ofMinutes(5));
            double perSecond = messages / ((System.nanoTime() - start) / 1e9);
            return Map.entry(perSecond, two.site.findings());
        }
    }

    @Override
    public void close() {
        second.close();
        site.close();
        postgres.close();
        Installation.remove(folder);
    }
}
