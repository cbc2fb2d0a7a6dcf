package dev.guestbridge.rig;

import dev.guestbridge.rig.FaultProxy.Fault;
import dev.guestbridge.rig.FaultProxy.Moment;
import dev.guestbridge.rig.FaultProxy.Plan;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Consumer;

/** Genesys fails in one way for a while, and works again; messages come all the time. */
final class Outages {

    private static final double MOST_CALLS = 1.1;
    private static final long FIRST_MS = 10_000;
    private static final int GRACE_MS = 200;
    private static final int[] BROKEN = {500, 502, 503, 504};

    private Outages() {}

    /** @param seconds how long the fault lasts */
    record Load(int messages, int guests, int perSecond, int seconds) {}

    static Figures refused(Load load) {
        return run("api-outage", load, site -> site.proxy().refuse(), true);
    }

    static Figures blackhole(Load load) {
        return run("api-silent", load, site -> site.proxy().plan(request -> Fault.blackhole()), false);
    }

    static Figures lostAnswers(Load load) {
        return run(
                "answers-lost",
                load,
                site -> site.proxy().plan(request -> request.isMessage() ? Fault.resetAfter() : null),
                false);
    }

    static Figures token(Load load) {
        Plan unavailable = request -> request.isToken() ? Fault.answer(503, "", "{\"message\":\"unavailable\"}") : null;
        return run(
                "token-outage",
                load,
                site -> {
                    site.proxy().plan(unavailable);
                    revoke(site);
                },
                true);
    }

    /** Every call is refused with 401, whatever its token, and the token endpoint goes on giving tokens. */
    static Figures storm401(Load load) {
        Plan refused = request -> request.isToken()
                ? null
                : Fault.answer(401, "", "{\"code\":\"bad.credentials\",\"message\":\"Invalid login credentials.\"}");
        return run("storm-401", load, site -> site.proxy().plan(refused), true);
    }

    static Figures slow(Load load) {
        return run(
                "slow",
                load,
                site -> site.proxy().plan(request -> request.isMessage() ? Fault.delay(5_000) : null),
                true);
    }

    static Figures drip(Load load) {
        return run(
                "drip",
                load,
                site -> site.proxy().plan(request -> request.isMessage() ? Fault.drip(1_000) : null),
                false);
    }

    private static void revoke(Site site) {
        site.genesys().revokeTokens("main");
    }

    /** @param calls whether the calls are held to a number per message: not where each must have been written */
    private static Figures run(String run, Load load, Consumer<Site> fault, boolean calls) {
        try (Site site = Site.withBroker(run)) {
            site.startBridge();
            Thread driver = drive(site, run, load);
            Site.until("traffic", Duration.ofSeconds(60), () -> site.channel().ended() >= load.perSecond());
            long hitsBefore = site.proxy().hits();
            fault.accept(site);
            Channel.sleep(load.seconds() * 1000L);
            long answeredBefore = site.proxy().answered();
            long firstMs = firstMsAfter(() -> site.proxy().pass(), site);
            Site.until("all sent", Duration.ofMinutes(5), () -> !driver.isAlive());
            boolean ended = site.awaitEnds(Duration.ofMinutes(5));
            long failed = site.failedCalls();
            double perMessage = 1 + failed / (double) load.messages();
            History.Findings findings = site.findings();
            return new Figures(
                    run,
                    1,
                    failed > 0 || run.equals("slow") ? 1 : 0,
                    findings,
                    String.format(
                            Locale.ROOT,
                            "fault for %d s, %d failed calls (%d by the proxy), %.3f calls per message%s, first success after recovery %d ms (at most 10 s)%s",
                            load.seconds(),
                            failed,
                            site.proxy().hits() - hitsBefore,
                            perMessage,
                            calls ? " (at most 1.1)" : "",
                            firstMs,
                            told(site)),
                    ended
                            && findings.dead() == 0
                            && firstMs <= FIRST_MS
                            && (!calls || perMessage <= MOST_CALLS)
                            && answeredBefore > 0);
        }
    }

    /** Genesys asks for a pause, several times; nothing may come before it is over. */
    static Figures storm429(Load load, int retryAfterSeconds) {
        try (Site site = Site.withBroker("storm-429")) {
            site.startBridge();
            Thread driver = drive(site, "storm-429", load);
            Site.until("traffic", Duration.ofSeconds(60), () -> site.channel().ended() >= load.perSecond());
            site.proxy().record(true);
            Fault tooMany = Fault.answer(
                    429, "Retry-After: " + retryAfterSeconds + "\r\n", "{\"message\":\"Rate limit exceeded\"}");
            site.proxy().plan(request -> request.isMessage() ? tooMany : null);
            Channel.sleep(load.seconds() * 1000L);
            long firstMs = firstMsAfter(() -> site.proxy().plan(request -> null), site);
            long most = retryAfterSeconds * 1000L + FIRST_MS;
            List<Moment> moments = List.copyOf(site.proxy().moments());
            Site.until("all sent", Duration.ofMinutes(5), () -> !driver.isAlive());
            boolean ended = site.awaitEnds(Duration.ofMinutes(5));
            History.Findings findings = site.findings();
            long storms = moments.stream().filter(one -> one.status() == 429).count();
            long early = early(moments, retryAfterSeconds);
            double perMessage = 1 + site.failedCalls() / (double) load.messages();
            return new Figures(
                    "storm-429",
                    1,
                    storms > 0 ? 1 : 0,
                    findings,
                    String.format(
                            Locale.ROOT,
                            "Retry-After %d s, answered 429: %d, calls before it was over: %d (those within %d ms were on their way), %.3f calls per message (at most 1.1), first success %d ms after the storm (the last Retry-After included)%s",
                            retryAfterSeconds,
                            storms,
                            early,
                            GRACE_MS,
                            perMessage,
                            firstMs,
                            told(site)),
                    ended && findings.dead() == 0 && early == 0 && firstMs <= most && perMessage <= MOST_CALLS);
        }
    }

    /** Calls that came after a 429 and before its Retry-After was over. */
    private static long early(List<Moment> moments, int retryAfterSeconds) {
        return moments.stream()
                .filter(Moment::arrival)
                .filter(call -> moments.stream()
                        .filter(one -> one.status() == 429)
                        .mapToLong(one -> (call.nanos() - one.nanos()) / 1_000_000)
                        .anyMatch(after -> after > GRACE_MS && after < retryAfterSeconds * 1000L))
                .count();
    }

    /** A share of all message calls is answered with 500, 502, 503 or 504 for the whole run. */
    static Figures mixed(Load load, int percent) {
        try (Site site = Site.withBroker("mixed-5xx")) {
            site.proxy()
                    .plan(request ->
                            request.isMessage() && ThreadLocalRandom.current().nextInt(100) < percent
                                    ? Fault.answer(
                                            BROKEN[ThreadLocalRandom.current().nextInt(BROKEN.length)],
                                            "",
                                            "{\"message\":\"something is broken\"}")
                                    : null);
            site.startBridge();
            long start = System.nanoTime();
            Thread driver = drive(site, "mixed-5xx", load);
            Site.until("all sent", Duration.ofMinutes(5), () -> !driver.isAlive());
            boolean ended = site.awaitEnds(Duration.ofMinutes(10));
            double seconds = (System.nanoTime() - start) / 1e9;
            History.Findings findings = site.findings();
            double perMessage = (load.messages() + site.failedCalls()) / (double) load.messages();
            double least = 100.0 / (100 - percent);
            return new Figures(
                    "mixed-5xx",
                    0,
                    0,
                    findings,
                    String.format(
                            Locale.ROOT,
                            "%d %% of the calls refused, %d in all; %.3f calls per message, of which %.3f can't be avoided (at most 1.1 times that); %.0f s",
                            percent,
                            site.proxy().hits(),
                            perMessage,
                            least,
                            seconds),
                    ended
                            && findings.dead() == 0
                            && perMessage <= least * MOST_CALLS
                            && site.proxy().hits() > 0);
        }
    }

    /** How long it takes after a recovery until a message succeeds. */
    private static long firstMsAfter(Runnable recovery, Site site) {
        int endedBefore = site.channel().ended();
        long recovered = System.nanoTime();
        recovery.run();
        Site.until(
                "a success after recovery",
                Duration.ofSeconds(120),
                () -> site.channel().ended() > endedBefore);
        return (System.nanoTime() - recovered) / 1_000_000;
    }

    private static Thread drive(Site site, String run, Load load) {
        List<History.Sent> all = Channel.messages(run, load.messages(), load.guests());
        Thread driver = new Thread(() -> site.channel().say(all, load.perSecond()), "driver");
        driver.start();
        return driver;
    }

    private static String told(Site site) {
        Map<String, Long> dead = site.channel().dead().stream()
                .collect(java.util.stream.Collectors.groupingBy(
                        reason -> reason.split(":")[0], java.util.stream.Collectors.counting()));
        return dead.isEmpty() ? "" : ", dead " + dead;
    }
}
