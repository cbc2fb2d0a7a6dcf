package dev.guestbridge.rig;

import dev.guestbridge.process.Installation;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;

/** The bridge, its broker and its store end at one point of a message's way, as by kill -9, chosen by method. */
final class CrashPoints {

    private static final String CONTROL = "dev.guestbridge.";
    private static final int HALTED = 137;
    private static final Duration LONG = Duration.ofSeconds(60);

    private CrashPoints() {}

    /** @param where Byteman's words for the place in the method */
    private record Point(String name, String type, String method, String where, boolean webhook) {

        static Point message(String name, String type, String method) {
            return new Point(name, CONTROL + type, method, "ENTRY", false);
        }

        static Point webhook(String name, String type, String method) {
            return new Point(name, CONTROL + type, method, "ENTRY", true);
        }

        String rule(int call) {
            return """
                    RULE %s
                    CLASS %s
                    METHOD %s
                    AT %s
                    IF incrementCounter("calls") == %d
                    DO java.lang.Runtime.getRuntime().halt(%d)
                    ENDRULE
                    """
                    .formatted(name, type, method, where, call, HALTED);
        }
    }

    private static final List<Point> POINTS = List.of(
            Point.message(
                    "CP1 before the ledger says begun", "store.Ledger", "begin(dev.guestbridge.message.Delivery)"),
            Point.message("CP2 begun, no byte sent", "genesys.Answers", "awaited"),
            new Point("CP3 sent, no answer", null, null, null, false),
            Point.message("CP4 answered, not settled", "store.Ledger", "delivered"),
            Point.message("CP5 settled, not told", "message.Statuses", "settled"),
            Point.message("CP5 told, not acknowledged", "lane.Lanes", "acknowledge"),
            Point.webhook("CP6 verified, not queued", "store.Repeats", "look"),
            Point.webhook("CP7 queued, not remembered", "store.Repeats", "remember"),
            Point.webhook("CP7 remembered, not answered", "store.Threads", "told"),
            new Point("CP8 answered", null, null, null, true));

    /** Each point so many times; with {@code -Dpoint=CP6} only those whose name begins so. */
    static List<Figures> all(int times) {
        List<Figures> all = new ArrayList<>();
        for (Point point : POINTS) {
            if (!point.name().startsWith(System.getProperty("point", ""))) {
                continue;
            }
            all.add(point.webhook() ? webhooks(point, times) : messages(point, times));
            System.err.println(all.get(all.size() - 1).row());
        }
        return all;
    }

    private static String name(Point point) {
        return "crash-points: " + point.name();
    }

    private static Figures messages(Point point, int times) {
        Random random = new Random(point.name().hashCode());
        int messages = times * 60 + 40;
        try (Site site = Site.withEmbeddedBroker("crash-points")) {
            arm(site, point, 1 + random.nextInt(40));
            site.startBridgeToDie();
            Thread driver = new Thread(() -> site.channel().say(Channel.messages("crash", messages, 40)), "driver");
            driver.start();
            int hit = 0;
            for (int i = 0; i < times; i++) {
                if (point.type() == null) {
                    killOnForwarded(site, 1 + random.nextInt(40));
                }
                hit += site.bridge().exitWithin(LONG) == HALTED ? 1 : 0;
                site.proxy().onForwarded(request -> {});
                if (i + 1 < times) {
                    arm(site, point, 1 + random.nextInt(40));
                    site.startBridgeToDie();
                } else {
                    site.bridgeOptions(Site.QUICK_START);
                    site.startBridge();
                }
            }
            Site.until("all sent", LONG, () -> !driver.isAlive());
            boolean ended = site.awaitEnds(Duration.ofMinutes(3));
            return new Figures(
                    name(point),
                    times,
                    hit,
                    site.findings(),
                    "",
                    ended && site.channel().dead().isEmpty());
        }
    }

    private static void killOnForwarded(Site site, int call) {
        AtomicLong calls = new AtomicLong();
        site.proxy().onForwarded(request -> {
            if (request.isMessage() && calls.incrementAndGet() == call) {
                site.killBridge();
            }
        });
    }

    private static void arm(Site site, Point point, int call) {
        if (point.type() == null) {
            site.bridgeOptions(Site.QUICK_START);
            return;
        }
        Path script = site.installation().home().resolve("crash.btm");
        try {
            Files.writeString(script, point.rule(call));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        site.bridgeOptions(Site.QUICK_START + " -javaagent:" + agent() + "=script:" + script);
    }

    private static Path agent() {
        try {
            return Path.of(Class.forName("org.jboss.byteman.agent.Main")
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
        } catch (ClassNotFoundException | URISyntaxException e) {
            throw new IllegalStateException(e);
        }
    }

    private static Figures webhooks(Point point, int times) {
        Random random = new Random(point.name().hashCode());
        int perTime = 30;
        try (Site site = Site.withEmbeddedBroker("crash-points")) {
            Installation installation = site.installation();
            Genuine webhooks = new Genuine(installation);
            int hit = 0;
            int number = 0;
            int again = 0;
            for (int i = 0; i < times; i++) {
                int call = 1 + random.nextInt(perTime);
                arm(site, point, call);
                site.startBridge();
                for (int j = 0; j < perTime; j++) {
                    String body = Genuine.body("w" + number, "guest-" + number % 7, "reply " + number);
                    number++;
                    while (webhooks.post(body) != 200) {
                        again++;
                        hit += site.bridge().exitWithin(LONG) == HALTED ? 1 : 0;
                        site.bridgeOptions(Site.QUICK_START);
                        site.startBridge();
                    }
                    if (point.type() == null && j + 1 == call) {
                        site.killBridge();
                        hit++;
                        site.startBridge();
                    }
                }
                site.killBridge();
            }
            site.bridgeOptions(Site.QUICK_START);
            site.startBridge();
            int sent = number;
            boolean came = Replies.await(site, sent);
            Set<String> ids = new HashSet<>();
            site.channel().replies().forEach(reply -> ids.add(reply.path("id").asText()));
            int replies = site.channel().replies().size();
            return new Figures(
                    name(point),
                    times,
                    hit,
                    null,
                    "%d webhooks, %d posted again, replies %d, distinct %d, out of order %d"
                            .formatted(sent, again, replies, ids.size(), Replies.outOfOrder(site)),
                    came && replies == sent && ids.size() == sent && Replies.outOfOrder(site) == 0);
        }
    }
}
