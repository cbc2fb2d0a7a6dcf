package dev.guestbridge.rig;

import com.fasterxml.jackson.databind.JsonNode;
import dev.guestbridge.process.Installation;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;

/** Webhooks: repeated while the bridge is killed, forged, and malformed. */
final class Replies {

    private static final int WORKERS = 16;
    private static final int GUESTS = 320;

    private Replies() {}

    /** Waits until so many replies came, and then for any that are too many. */
    static boolean await(Site site, int wanted) {
        long end = System.nanoTime() + Duration.ofSeconds(90).toNanos();
        while (site.channel().replies().size() < wanted && System.nanoTime() < end) {
            Channel.sleep(100);
        }
        Channel.sleep(2_000);
        return site.channel().replies().size() >= wanted;
    }

    /** Replies that came after a later one of the same guest; their texts end in a number. */
    static int outOfOrder(Site site) {
        Map<String, Integer> newest = new HashMap<>();
        int wrong = 0;
        for (JsonNode reply : site.channel().replies()) {
            String text = reply.path("text").asText();
            int number = Integer.parseInt(text.substring(text.lastIndexOf(' ') + 1));
            int before = newest.merge(reply.path("guest").path("externalId").asText(), number, Math::max);
            wrong += before > number ? 1 : 0;
        }
        return wrong;
    }

    /** Each webhook six times, twice of them at once; the bridge is killed in between. */
    static Figures repeated(int webhooks, int restarts) {
        try (Site site = Site.withBroker("webhooks")) {
            site.startBridge();
            Genuine genuine = new Genuine(site.installation());
            AtomicInteger posts = new AtomicInteger();
            AtomicInteger again = new AtomicInteger();
            AtomicIntegerArray first = new AtomicIntegerArray(webhooks);
            ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
            List<? extends Future<?>> working = IntStream.range(0, WORKERS)
                    .mapToObj(worker -> workers.submit(() -> {
                        for (int pass = 0; pass < 5; pass++) {
                            for (int i = worker; i < webhooks; i += WORKERS) {
                                // a guest's are all of one worker: 16 divides 320
                                String body = Genuine.body("w" + i, "guest-" + i % GUESTS, "reply " + i);
                                Future<Integer> twin = pass == 0 ? genuine.posting(body) : null;
                                while (genuine.post(body) != 200) {
                                    again.incrementAndGet();
                                    Channel.sleep(100);
                                }
                                first.set(i, 1);
                                posts.addAndGet(pass == 0 ? 2 : 1);
                                if (twin != null) {
                                    twin.get();
                                }
                            }
                        }
                        return null;
                    }))
                    .toList();
            int hit = 0;
            for (int i = 1; i <= restarts; i++) {
                int due = webhooks * 6 / (restarts + 1) * i;
                Site.until("posts before restart " + i, Duration.ofMinutes(10), () -> posts.get() >= due);
                int before = again.get();
                site.killBridge();
                site.startBridge();
                Site.until("posts after restart " + i, Duration.ofMinutes(1), () -> posts.get() > due + WORKERS);
                hit += again.get() > before ? 1 : 0;
            }
            working.forEach(Replies::end);
            workers.shutdown();
            await(site, webhooks);
            Set<String> ids = new HashSet<>();
            site.channel().replies().forEach(reply -> ids.add(reply.path("id").asText()));
            int replies = site.channel().replies().size();
            int wrong = outOfOrder(site);
            return new Figures(
                    "webhooks",
                    restarts,
                    hit,
                    null,
                    "%d webhooks, each 6 times, %d posts more for want of a 200; replies %d, distinct %d, out of order %d"
                            .formatted(webhooks, again.get(), replies, ids.size(), wrong),
                    replies == webhooks && ids.size() == webhooks && wrong == 0);
        }
    }

    /** Webhooks that Genesys didn't sign, or that were altered on their way. */
    static Figures forged(int webhooks) {
        try (Site site = Site.withBroker("forged")) {
            site.startBridge();
            Genuine genuine = new Genuine(site.installation());
            int[] byStatus = posted(webhooks, (random, number) -> {
                byte[] body = Genuine.body("f" + number, "guest-" + number % 50, "forged " + number)
                        .getBytes(java.nio.charset.StandardCharsets.UTF_8);
                return forge(genuine, random, body);
            });
            long others = IntStream.range(0, byStatus.length)
                    .filter(status -> status != 401)
                    .mapToLong(status -> byStatus[status])
                    .sum();
            boolean lives = genuine.post(Genuine.body("genuine", "guest-1", "reply 1")) == 200;
            await(site, 1);
            int replies = site.channel().replies().size();
            return new Figures(
                    "forged",
                    0,
                    0,
                    null,
                    "%d posted: %d answered 401, %d 200, %d anything else; a genuine one after them: %s, replies %d"
                            .formatted(
                                    webhooks,
                                    byStatus[401],
                                    byStatus[200],
                                    others - byStatus[200],
                                    lives ? "200" : "refused",
                                    replies),
                    others == 0 && lives && replies == 1);
        }
    }

    private static int forge(Genuine genuine, Random random, byte[] body) {
        String right = Genuine.signature(body, Installation.WEBHOOK_SECRET);
        byte[] altered = body.clone();
        int at = random.nextInt(body.length);
        altered[at] ^= (byte) (1 << random.nextInt(8));
        char[] other = right.toCharArray();
        int letter = 7 + random.nextInt(other.length - 9); // not the last, whose low bits say nothing
        other[letter] = other[letter] == 'A' ? 'B' : 'A';
        return switch (random.nextInt(12)) {
            case 0 -> genuine.post(altered, right);
            case 1 -> genuine.post(Arrays.copyOf(body, random.nextInt(body.length)), right);
            case 2 -> genuine.post(body);
            case 3 -> genuine.post(body, "");
            case 4 -> genuine.post(body, right.substring(7));
            case 5 -> genuine.post(body, "sha1=" + right.substring(7));
            case 6 -> genuine.post(body, Genuine.signature(body, Installation.WEBHOOK_SECRET + "x"));
            case 7 -> genuine.post(body, new String(other));
            case 8 -> genuine.post(body, right.substring(0, 8 + random.nextInt(right.length() - 9)));
            case 9 -> genuine.post(body, right, right);
            case 10 -> genuine.post(body, right + "=");
            default -> genuine.post(altered, Genuine.signature(body, "another secret, quite as long as the right one"));
        };
    }

    private interface Post {
        int status(Random random, int number);
    }

    /** How many were answered with which status; 0 stands for none. */
    private static int[] posted(int count, Post post) {
        AtomicIntegerArray byStatus = new AtomicIntegerArray(600);
        ExecutorService workers = Executors.newFixedThreadPool(WORKERS);
        List<? extends Future<?>> working = IntStream.range(0, WORKERS)
                .mapToObj(worker -> workers.submit(() -> {
                    Random random = new Random(worker);
                    for (int i = worker; i < count; i += WORKERS) {
                        byStatus.incrementAndGet(post.status(random, i));
                    }
                }))
                .toList();
        working.forEach(Replies::end);
        workers.shutdown();
        return IntStream.range(0, 600).map(byStatus::get).toArray();
    }

    private static void end(Future<?> work) {
        try {
            work.get();
        } catch (InterruptedException | ExecutionException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Genuine by their signature, but nothing that Genesys would write. */
    static Figures malformed(int webhooks) {
        try (Site site = Site.withBroker("malformed-webhooks")) {
            site.startBridge();
            Genuine genuine = new Genuine(site.installation());
            int[] byStatus = posted(webhooks, (random, number) -> {
                byte[] body = Garbage.of(
                        random,
                        Genuine.body("f" + number, "guest-" + number % 50, "malformed " + number)
                                .getBytes(java.nio.charset.StandardCharsets.UTF_8));
                return genuine.post(body, Genuine.signature(body, Installation.WEBHOOK_SECRET));
            });
            long others = IntStream.range(0, byStatus.length)
                    .filter(status -> status != 200 && status != 400 && status != 413)
                    .mapToLong(status -> byStatus[status])
                    .sum();
            boolean lives = genuine.post(Genuine.body("genuine", "guest-1", "reply 1")) == 200
                    && site.bridge().process().isAlive();
            return new Figures(
                    "malformed-webhooks",
                    0,
                    0,
                    null,
                    "%d posted: %d answered 400, %d 413, %d 200 (still a webhook), %d anything else; a genuine one after them: %s"
                            .formatted(
                                    webhooks,
                                    byStatus[400],
                                    byStatus[413],
                                    byStatus[200],
                                    others,
                                    lives ? "200" : "refused"),
                    others == 0 && lives && byStatus[400] > 0);
        }
    }
}
