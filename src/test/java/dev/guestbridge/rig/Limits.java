package dev.guestbridge.rig;

import dev.guestbridge.process.Installation;
import dev.guestbridge.process.Installation.Running;
import dev.guestbridge.rig.FaultProxy.Fault;
import dev.guestbridge.rig.History.Sent;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What becomes short: a turn behind a stuck guest, memory, the disk. */
final class Limits {

    private static final Duration LONG = Duration.ofSeconds(60);

    private Limits() {}

    /** Some guests' calls fail for a while; how fast do the others go on, against the same without stuck guests? */
    static Figures stuck(int pairs, int messages, int guests, int stuck, int seconds) {
        List<Double> free = new ArrayList<>();
        List<Double> beside = new ArrayList<>();
        History.Findings findings = null;
        for (int i = 0; i < pairs; i++) {
            free.add(rate(messages, guests, 0, 0).perSecond());
            Rate rate = rate(messages, guests, stuck, seconds);
            beside.add(rate.perSecond());
            findings = rate.findings();
        }
        double without = median(free);
        double with = median(beside);
        return new Figures(
                "stuck-guests",
                0,
                0,
                findings,
                String.format(
                        Locale.ROOT,
                        "%d of %d guests stuck for %d s: the others' messages per second %.0f, without stuck guests %.0f, ratio %.2f (at least 0.90; medians of %d)",
                        stuck,
                        guests,
                        seconds,
                        with,
                        without,
                        with / without,
                        pairs),
                with / without >= 0.9 && findings.dead() == 0);
    }

    private record Rate(double perSecond, History.Findings findings) {}

    private static Rate rate(int messages, int guests, int stuck, int seconds) {
        try (Site site = Site.withBroker("stuck-guests")) {
            List<Sent> warmUp = Channel.messages("warm-up", guests * 5, guests);
            List<Sent> all = Channel.messages("stuck", messages, guests);
            site.genesys().delay(50);
            site.startBridge();
            site.channel().say(warmUp);
            site.awaitEnds(LONG);
            Set<String> others = new HashSet<>();
            Set<String> held = new HashSet<>();
            all.forEach(one -> {
                boolean isStuck = one.number() % guests < stuck;
                (isStuck ? held : others).add(isStuck ? one.guest() : one.id());
            });
            site.proxy()
                    .plan(request -> request.isMessage() && isOf(held, request.body())
                            ? Fault.answer(503, "", "{\"message\":\"not for this guest\"}")
                            : null);
            long start = System.nanoTime();
            site.channel().say(all);
            long until = start + seconds * 1_000_000_000L;
            long ended = 0;
            boolean open = stuck == 0;
            while (ended == 0 || !open) {
                if (ended == 0 && others.stream().allMatch(site.channel()::hasEnded)) {
                    ended = System.nanoTime();
                }
                if (!open && System.nanoTime() > until) {
                    site.proxy().pass();
                    open = true;
                }
                Channel.sleep(10);
                if (System.nanoTime() - start > 600_000_000_000L) {
                    throw new IllegalStateException("the others didn't come to an end in 10 min");
                }
            }
            site.awaitEnds(Duration.ofMinutes(5));
            return new Rate(others.size() / ((ended - start) / 1e9), site.findings());
        }
    }

    private static boolean isOf(Set<String> guests, String body) {
        return guests.stream().anyMatch(guest -> body.contains('"' + guest + '"'));
    }

    private static double median(List<Double> values) {
        return values.stream().sorted().toList().get(values.size() / 2);
    }

    /** A backlog that no memory holds; Genesys answers at once. */
    static Figures backlog(int messages, int guests) {
        try (InstantGenesys genesys = new InstantGenesys(Installation.freePort());
                Site site = Site.withCountingChannel("backlog")) {
            site.installation()
                    .with("GENESYS_MAIN_API_URL", genesys.url())
                    .with("GENESYS_MAIN_TOKEN_URL", genesys.url() + "/oauth/token")
                    .with("GENESYS_MAIN_REQUESTS_PER_MINUTE", "1000000");
            site.bridgeOptions("-Xmx512m");
            site.channel().say(Channel.messages("backlog", messages, guests));
            site.startBridge();
            List<Long> tenths = new ArrayList<>();
            List<Long> heap = new ArrayList<>();
            long start = System.nanoTime();
            long last = start;
            for (int i = 1; i <= 10; i++) {
                long wanted = (long) messages / 10 * i;
                long least = Long.MAX_VALUE;
                while (genesys.distinct() < wanted) {
                    Channel.sleep(250);
                    least = Math.min(least, heapMiB(site.bridge()));
                    if (System.nanoTime() - last > 1_800_000_000_000L
                            || !site.bridge().process().isAlive()) {
                        throw new IllegalStateException("only " + genesys.distinct() + " messages came");
                    }
                }
                tenths.add((long) (messages / 10 / ((System.nanoTime() - last) / 1e9)));
                heap.add(least);
                last = System.nanoTime();
            }
            Site.until("the ends", LONG, () -> site.channel().ends() >= messages);
            // the first tenth holds the start-up and the compiler's warming up
            double ratio = (tenths.get(9) + tenths.get(8)) / (double) (tenths.get(1) + tenths.get(2));
            boolean flat = heap.get(9) <= heap.get(1) + 64;
            return new Figures(
                    "backlog",
                    0,
                    0,
                    null,
                    String.format(
                            Locale.ROOT,
                            "%d messages of %d guests, -Xmx512m: messages per second by tenths %s, end to start %.2f (at least 0.90); least heap by tenths %s MiB; resident %d MiB; heard %d, told %d, repeats %d, out of order %d",
                            messages,
                            guests,
                            tenths,
                            ratio,
                            heap,
                            Site.memory(site.bridge()),
                            genesys.distinct(),
                            site.channel().ends(),
                            genesys.repeats(),
                            genesys.outOfOrder()),
                    ratio >= 0.9
                            && flat
                            && genesys.distinct() == messages
                            && site.channel().ends() == messages
                            && genesys.repeats() == 0
                            && genesys.outOfOrder() == 0);
        }
    }

    private static long heapMiB(Running bridge) {
        String info = output("jcmd", String.valueOf(bridge.process().pid()), "GC.heap_info");
        Matcher used = Pattern.compile("used (\\d+)K").matcher(info);
        return used.find() ? Long.parseLong(used.group(1)) / 1024 : Long.MAX_VALUE;
    }

    /** The bridge's folder, with broker and store, on a disk that fills up, and that gets room again. */
    static Figures diskFull(int fullMiB) {
        if (!output("id", "-u").strip().equals("0")) {
            return new Figures("disk-full", 0, 0, null, "skipped: only root may mount a small disk", true);
        }
        try (Site site = Site.withEmbeddedBroker("disk-full")) {
            Path data = site.installation().home().resolve("data");
            try {
                Files.createDirectories(data);
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            output("mount", "-t", "tmpfs", "-o", "size=" + fullMiB + "m", "tmpfs", data.toString());
            try {
                return filled(site, data, fullMiB);
            } finally {
                if (site.bridge().process().isAlive()) {
                    site.killBridge();
                }
                output("umount", data.toString());
            }
        }
    }

    private static Figures filled(Site site, Path data, int fullMiB) {
        site.bridgeOptions(Site.QUICK_START);
        site.startBridge();
        site.proxy().refuse(); // nothing leaves, so the backlog grows
        Genuine webhooks = new Genuine(site.installation());
        List<String> answered = new ArrayList<>();
        String filling = "x".repeat(4_000);
        int batches = 0;
        int refused = 0;
        List<Sent> all = Channel.messages("disk", 200_000, 500);
        while (refused < 5 && (batches + 2) * 100 <= all.size()) {
            List<Sent> some = all.subList(batches * 100, (batches + 1) * 100);
            if (site.channel().trySay(some, filling)) {
                batches++;
            } else {
                refused++;
            }
            String id = "w" + batches + "-" + refused;
            if (webhooks.post(Genuine.body(id, "guest-1", "reply " + answered.size())) == 200) {
                answered.add(id);
            }
        }
        boolean alive = site.bridge().process().isAlive();
        output("mount", "-o", "remount,size=" + fullMiB * 8 + "m", data.toString());
        if (alive) {
            site.bridge().sigterm();
            try {
                site.bridge().exitWithin(LONG);
            } catch (AssertionError hangs) {
                site.killBridge();
            }
        }
        site.proxy().pass();
        site.startBridge();
        // the bus may have the last ones all the same: their sender can't know, and sends them again
        List<Sent> unsure = all.subList(batches * 100, (batches + 1) * 100);
        Site.until("room", LONG, () -> site.channel().trySay(unsure, filling));
        boolean ended = site.awaitEnds(Duration.ofMinutes(5));
        Replies.await(site, answered.size());
        Set<String> came = new HashSet<>();
        site.channel().replies().forEach(reply -> came.add(reply.path("id").asText()));
        answered.removeAll(came);
        History.Findings findings = site.findings();
        return new Figures(
                "disk-full",
                1,
                refused > 0 ? 1 : 0,
                findings,
                "%d MiB full after %d messages; bridge %s; after room and a restart: webhooks answered 200 without a reply %d"
                        .formatted(fullMiB, findings.sent(), alive ? "stayed up" : "ended", answered.size()),
                ended && answered.isEmpty() && findings.lost() == 0);
    }

    private static String output(String... command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            return new String(process.getInputStream().readAllBytes(), java.nio.charset.StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
