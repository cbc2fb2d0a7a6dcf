package dev.guestbridge.rig;

import dev.guestbridge.rig.History.Sent;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Random;
import java.util.function.IntConsumer;

/** Processes that are killed, frozen and stopped while messages are in flight. */
final class Kills {

    private static final Duration LONG = Duration.ofSeconds(120);
    private static final Duration ALL_SENT = Duration.ofMinutes(5);
    private static final int ANSWER_MS = 20;
    private static final int SLOW_ANSWER_MS = 200; // so that there is work left when brokers have come and gone

    private Kills() {}

    /** kill -9 of the bridge, again and again; the broker lives on. */
    static Figures bridge(int kills, int messages, int guests) {
        try (Site site = Site.withBroker("kill-bridge")) {
            return killed("kill-bridge", site, kills, messages, guests);
        }
    }

    /** kill -9 of the bridge with the broker in it. */
    static Figures embedded(int kills, int messages, int guests) {
        try (Site site = Site.withEmbeddedBroker("kill-embedded")) {
            return killed("kill-embedded", site, kills, messages, guests);
        }
    }

    private static Figures killed(String run, Site site, int kills, int messages, int guests) {
        Random random = new Random(run.hashCode());
        site.genesys().delay(ANSWER_MS);
        site.bridgeOptions(Site.QUICK_START);
        site.startBridge();
        site.channel().say(Channel.messages(run, messages, guests));
        List<Long> resumedMs = new ArrayList<>();
        List<Integer> begunAtKill = new ArrayList<>();
        long hit = inTheMidst(site, random, kills, messages, i -> {
            site.killBridge();
            long killed = System.nanoTime();
            begunAtKill.add(site.begun());
            long before = site.proxy().forwarded();
            site.startBridge();
            awaitCall("kill " + i, site, before);
            resumedMs.add(millisSince(killed));
        });
        int begun = begunAtKill.stream().mapToInt(Integer::intValue).sum();
        boolean ended = site.awaitEnds(ALL_SENT);
        History.Findings findings = site.findings();
        return new Figures(
                run,
                kills,
                hit,
                findings,
                String.format(
                        Locale.ROOT,
                        "begun and not settled at a kill: mean %.1f, so many repeats are possible; first call after the kill,"
                                + " start-up included: median %d ms, worst %d ms",
                        begun / (double) kills,
                        median(resumedMs),
                        Collections.max(resumedMs)),
                ended
                        && findings.wireRepeats() <= begun
                        && site.channel().dead().isEmpty());
    }

    /** kill -9 of the broker; the bridge lives on. */
    static Figures broker(int kills, int messages, int guests) {
        try (Site site = Site.withBroker("kill-broker")) {
            Random random = new Random(kills);
            site.genesys().delay(ANSWER_MS);
            site.startBridge();
            List<Sent> all = Channel.messages("kill-broker", messages, guests);
            Thread driver = driving(site, all);
            List<Long> resumedMs = new ArrayList<>();
            long hit = inTheMidst(site, random, kills, messages, i -> {
                site.killBroker();
                Site.until("quiet", LONG, () -> site.proxy().outstanding() == 0);
                site.startBroker();
                long up = System.nanoTime();
                awaitCall("kill " + i, site, site.proxy().forwarded());
                resumedMs.add(millisSince(up));
            });
            Site.until("all sent", ALL_SENT, () -> !driver.isAlive());
            boolean ended = site.awaitEnds(ALL_SENT);
            long worst = Collections.max(resumedMs);
            return new Figures(
                    "kill-broker",
                    kills,
                    hit,
                    site.findings(),
                    "resumed after the broker was up: median %d ms, worst %d ms (at most 15 s); sends that the driver repeated %d"
                            .formatted(median(resumedMs), worst, site.channel().failedSends()),
                    ended && worst <= 15_000 && site.channel().dead().isEmpty());
        }
    }

    /**
     * kill -9 of the broker that serves, of two that share a journal: the other takes over, and gives back when the first
     * is there again.
     *
     * @param options of the address at which the bridge finds them
     */
    static Figures failover(String run, String options, int kills, int messages, int guests) {
        try (Site site = Site.withPair(run, options)) {
            Random random = new Random(kills);
            site.genesys().delay(SLOW_ANSWER_MS);
            site.startBridge();
            List<Sent> all = Channel.messages(run, messages, guests);
            Thread driver = driving(site, all);
            List<Long> overMs = new ArrayList<>();
            List<Long> backMs = new ArrayList<>();
            long hit = inTheMidst(site, random, kills, messages, i -> {
                long killed = System.nanoTime();
                site.pair().killFirst();
                overMs.add(toldAgainMs(site, messages, killed));
                long asked = System.nanoTime();
                site.pair().bringBackFirst();
                backMs.add(toldAgainMs(site, messages, asked));
            });
            Site.until("all sent", ALL_SENT, () -> !driver.isAlive());
            boolean ended = site.awaitEnds(ALL_SENT);
            long worst = Math.max(Collections.max(overMs), Collections.max(backMs));
            return new Figures(
                    run,
                    kills,
                    hit,
                    site.findings(),
                    ("the channel was told of a message again after the kill: median %d ms, worst %d ms; after the first was"
                                    + " started again, its start and the way back included: median %d ms, worst %d ms (at most"
                                    + " 60 s); sends that the driver repeated %d")
                            .formatted(
                                    median(overMs),
                                    Collections.max(overMs),
                                    median(backMs),
                                    Collections.max(backMs),
                                    site.channel().failedSends()),
                    ended && worst <= 60_000 && site.channel().dead().isEmpty());
        }
    }

    /** How long after that moment the channel is told of another message, or of the last. */
    private static long toldAgainMs(Site site, int messages, long since) {
        int before = site.channel().ended();
        Site.until(
                "told again",
                LONG,
                () -> site.channel().ended() > before || site.channel().ended() == messages);
        return millisSince(since);
    }

    /**
     * Kills again and again, each time after some more calls.
     *
     * @return how many of the kills met a call under way
     */
    private static long inTheMidst(Site site, Random random, int kills, int messages, IntConsumer kill) {
        long hit = 0;
        int quota = messages / (kills + 1);
        for (int i = 0; i < kills; i++) {
            awaitCalls("kill " + i, site, quota / 3 + random.nextInt(quota / 2));
            hit += site.proxy().outstanding() > 0 && site.channel().ended() < messages ? 1 : 0;
            kill.accept(i);
        }
        return hit;
    }

    /** Waits for so many more calls before something is done. */
    private static void awaitCalls(String what, Site site, int more) {
        long next = site.proxy().forwarded() + more;
        Site.until("calls before " + what, LONG, () -> site.proxy().forwarded() >= next);
    }

    /** Waits for another call than those before something was done. */
    private static void awaitCall(String what, Site site, long before) {
        Site.until("calls after " + what, LONG, () -> site.proxy().forwarded() > before);
    }

    private static Thread driving(Site site, List<Sent> messages) {
        Thread driver = new Thread(() -> site.channel().say(messages), "driver");
        driver.start();
        return driver;
    }

    private static long millisSince(long nanos) {
        return (System.nanoTime() - nanos) / 1_000_000;
    }

    /** SIGTERM under load, and a new start. */
    static Figures term(int stops, int messages, int guests) {
        try (Site site = Site.withEmbeddedBroker("term")) {
            site.genesys().delay(ANSWER_MS);
            site.bridgeOptions(Site.QUICK_START);
            site.startBridge();
            site.channel().say(Channel.messages("term", messages, guests));
            List<Long> stoppedMs = new ArrayList<>();
            long hit = 0;
            int clean = 0;
            for (int i = 0; i < stops; i++) {
                awaitCalls("stop " + i, site, messages / (stops + 1) / 2);
                hit += site.proxy().outstanding() > 0 ? 1 : 0;
                long asked = System.nanoTime();
                site.bridge().sigterm();
                clean += site.bridge().exitWithin(LONG) == 0 ? 1 : 0;
                stoppedMs.add(millisSince(asked));
                site.startBridge();
            }
            boolean ended = site.awaitEnds(ALL_SENT);
            History.Findings findings = site.findings();
            return new Figures(
                    "term",
                    stops,
                    hit,
                    findings,
                    "exit status 0: %d of %d; stopped within: median %d ms, worst %d ms (at most 30 s)"
                            .formatted(clean, stops, median(stoppedMs), Collections.max(stoppedMs)),
                    ended && clean == stops && Collections.max(stoppedMs) <= 30_000 && findings.wireRepeats() == 0);
        }
    }

    /** The bridge is stopped for longer than its broker waits for it, and continued. */
    static Figures frozen(int times, int seconds, int messages, int guests) {
        try (Site site = Site.withBroker("frozen")) {
            site.installation()
                    .with(
                            "BROKER_URL",
                            "tcp://127.0.0.1:" + site.installation().port("BROKER_EMBEDDED_PORT")
                                    + "?connectionTTL=5000&clientFailureCheckPeriod=2500");
            site.genesys().delay(200);
            site.startBridge();
            site.channel().say(Channel.messages("frozen", messages, guests));
            long hit = 0;
            for (int i = 0; i < times; i++) {
                awaitCalls("freeze " + i, site, messages / (times + 1) / 2);
                hit += site.proxy().outstanding() > 0 ? 1 : 0;
                Site.signal(site.bridge(), "STOP");
                Channel.sleep(seconds * 1000L);
                long before = site.proxy().forwarded();
                Site.signal(site.bridge(), "CONT");
                awaitCall("freeze " + i, site, before);
            }
            boolean ended = site.awaitEnds(ALL_SENT);
            return new Figures(
                    "frozen",
                    times,
                    hit,
                    site.findings(),
                    "frozen for %d s, the broker waits 5 s".formatted(seconds),
                    ended && site.channel().dead().isEmpty());
        }
    }

    static long median(List<Long> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }
}
