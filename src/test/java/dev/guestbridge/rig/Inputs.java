package dev.guestbridge.rig;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.guestbridge.rig.FaultProxy.Fault;
import dev.guestbridge.rig.History.Told;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.MapMessage;
import jakarta.jms.Message;
import jakarta.jms.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Function;
import java.util.stream.Collectors;

/** Nonsense on the queues and from Genesys: all of it ends in delivered or dead, and nothing stops. */
final class Inputs {

    private static final int AT_ONCE = 500;

    private Inputs() {}

    static Figures queue(int messages) {
        try (Site site = Site.withBroker("malformed-queue")) {
            Random random = new Random(messages);
            // or the simulator's refusals, which are meant here, would pause the channel
            site.installation().with("CHANNEL_REFUSALS_PER_MINUTE", 0);
            site.startBridge();
            for (int from = 0; from < messages; from += AT_ONCE) {
                int first = from;
                site.channel().put(Channel.IN, (session, producer) -> {
                    for (int i = first; i < Math.min(messages, first + AT_ONCE); i++) {
                        producer.send(message(session, random, i));
                    }
                });
            }
            boolean ended = awaitFates(site, messages);
            Map<String, Long> fates = fates(site);
            long last = fates.values().stream().mapToLong(Long::longValue).sum();
            boolean lives = site.bridge().process().isAlive();
            return new Figures(
                    "malformed-queue",
                    0,
                    0,
                    null,
                    "%d messages, ended %d: %s; on guest.dead %d"
                            .formatted(
                                    messages, last, fates, site.channel().dead().size()),
                    ended
                            && lives
                            && last == messages
                            && site.channel().dead().size() == fates.getOrDefault("dead", 0L));
        }
    }

    private static Message message(Session session, Random random, int number) throws JMSException {
        byte[] body = Garbage.of(
                random,
                "{\"id\":\"m-%d\",\"guest\":{\"externalId\":\"guest-%d\",\"name\":\"Ann\"},\"text\":\"says %d\",\"attributes\":{\"a\":\"b\"}}"
                        .formatted(number, number % 300, number)
                        .getBytes(UTF_8));
        switch (random.nextInt(10)) {
            case 0: {
                MapMessage map = session.createMapMessage();
                map.setString("id", "m-" + number);
                return map;
            }
            case 1:
                return session.createMessage();
            case 2:
                return session.createObjectMessage("m-" + number);
            case 3, 4, 5: {
                BytesMessage bytes = session.createBytesMessage();
                bytes.writeBytes(body);
                return bytes;
            }
            default:
                return session.createTextMessage(new String(body, UTF_8));
        }
    }

    /** Genesys' answers are altered on their way, most of them several times for one message. */
    static Figures answers(int wanted) {
        try (Site site = Site.withBroker("malformed-answers")) {
            int messages = wanted / 3;
            site.installation().with("CHANNEL_REFUSALS_PER_MINUTE", 0);
            neverPause(site.installation().home().resolve("config/error-classes.yaml"));
            site.startBridge();
            site.proxy()
                    .plan(request ->
                            request.isMessage() && site.proxy().hits() < wanted ? Fault.garble(Inputs::garbled) : null);
            site.channel().say(Channel.messages("malformed-answers", messages, 2_000));
            boolean ended = site.awaitEnds(Duration.ofMinutes(20));
            History.Findings findings = site.findings();
            return new Figures(
                    "malformed-answers",
                    0,
                    0,
                    findings,
                    "%d answers altered, dead %s"
                            .formatted(
                                    site.proxy().hits(), site.channel().dead().size()),
                    ended
                            && site.proxy().hits() >= wanted
                            && site.bridge().process().isAlive());
        }
    }

    /** With one probe in five seconds, so many answers would take days. */
    private static void neverPause(Path catalogue) {
        try {
            Files.writeString(catalogue, Files.readString(catalogue).replace("threshold: 5", "threshold: 1000000"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Another body, other headers, or no HTTP at all; the status stays, or it would be another fault. */
    private static byte[] garbled(byte[] answer) {
        Random random = ThreadLocalRandom.current();
        String text = new String(answer, java.nio.charset.StandardCharsets.ISO_8859_1);
        int line = text.indexOf("\r\n") + 2;
        int body = text.indexOf("\r\n\r\n") + 4;
        int keep = random.nextInt(20) == 0 ? 0 : random.nextInt(3) == 0 ? line : body;
        byte[] rest = Garbage.of(random, text.substring(keep).getBytes(java.nio.charset.StandardCharsets.ISO_8859_1));
        byte[] all = java.util.Arrays.copyOf(answer, keep + rest.length);
        System.arraycopy(rest, 0, all, keep, rest.length);
        return all;
    }

    private static boolean awaitFates(Site site, int wanted) {
        long end = System.nanoTime() + Duration.ofMinutes(20).toNanos();
        long before = -1;
        while (System.nanoTime() < end && site.bridge().process().isAlive()) {
            long now = fates(site).values().stream().mapToLong(Long::longValue).sum();
            if (now >= wanted && now == before) {
                return true;
            }
            before = now;
            Channel.sleep(1_000);
        }
        return false;
    }

    private static Map<String, Long> fates(Site site) {
        return site.channel().told().stream()
                .map(Told::state)
                .filter(state -> !state.equals("waiting"))
                .collect(Collectors.groupingBy(Function.identity(), TreeMap::new, Collectors.counting()));
    }
}
