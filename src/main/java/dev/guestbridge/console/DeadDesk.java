package dev.guestbridge.console;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.broker.DeadLetter;
import dev.guestbridge.broker.DeadLetters;
import dev.guestbridge.console.Jobs.Job;
import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Json;
import dev.guestbridge.store.Accounts;
import dev.guestbridge.store.Audit;
import java.time.Instant;
import java.util.Base64;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Function;
import java.util.function.Predicate;

/** What operators ask of the dead letters: to see them, and to put them back or discard them, counted before it is done. */
public final class DeadDesk {

    private static final String KIND = "dead letters";
    private static final String GENESYS_SAID = " Genesys said:";
    private static final String OUT_OF_REACH =
            "the broker doesn't give the next letters, though they lie there: see whether another program holds them";
    private static final int SHOWN = 50;
    private static final int MOST_SHOWN = 500; // an answer is read with a limit of tokens
    private static final int MOST_BODIES = 8 << 20;
    private static final int LOOKED_UP = 1_000;
    private static final int BATCH = 50;
    private static final int BATCHES_PER_SECOND = 4;
    private static final int RATE = 5;
    private static final int MOST_RATE = 10_000;

    private final DeadLetters letters;
    private final Channels channels;
    private final Predicate<String> lacking;
    private final Accounts accounts;
    private final Lanes lanes;
    private final Jobs jobs;
    private final Audit audit;

    /**
     * @param lacking whether the broker lacks a queue
     */
    public DeadDesk(
            DeadLetters letters,
            Channels channels,
            Predicate<String> lacking,
            Accounts accounts,
            Lanes lanes,
            Jobs jobs,
            Audit audit) {
        this.letters = letters;
        this.channels = channels;
        this.lacking = lacking;
        this.accounts = accounts;
        this.lanes = lanes;
        this.jobs = jobs;
        this.audit = audit;
    }

    /** Letters to be moved, as they were when it was asked. */
    private record Order(
            DeadFilter filter,
            int limit,
            int rate,
            boolean back,
            long last,
            boolean inOrder,
            Function<DeadLetter, String> stays) {

        boolean means(DeadLetter letter) {
            // what dies while it is carried out has a greater number, and isn't meant
            return letter.number() <= last && filter.matches(letter) && stays.apply(letter) == null;
        }

        /** Up to which of them the next ones go in one transaction, which takes them in the order in which they lie. */
        int batch(List<Place> next, int from) {
            int most = rate == 0 ? BATCH : Math.max(1, Math.min(BATCH, rate / BATCHES_PER_SECOND));
            int to = from + 1;
            while (to < next.size()
                    && to - from < most
                    && next.get(to).place() > next.get(to - 1).place()) {
                to++;
            }
            return to;
        }
    }

    /**
     * Where a letter lies.
     *
     * @param number which tells its age
     * @param place among all others; another one once letters were put behind others
     */
    private record Place(long number, long place, String id) {}

    /** GET tells what POST would do, and so does a POST with {@code dryRun}. */
    public void open(Operations operations) {
        operations.read("/dead", this::list);
        operations.read("/dead/letter", this::letter);
        operations.read("/dead/replay", asked -> plan(asked, true).told(this::later));
        operations.act("/dead/replay", "replay dead letters", asked -> start(asked, true));
        operations.read("/dead/discard", asked -> plan(asked, false).told(this::later));
        operations.act("/dead/discard", "discard dead letters", asked -> start(asked, false));
    }

    private ObjectNode list(Asked asked) throws Refused {
        DeadFilter filter = DeadFilter.of(asked);
        int limit = asked.number("limit", 1, MOST_SHOWN, SHOWN);
        return page(filter, limit, asked.optional("after"), bodies(asked));
    }

    private Object letter(Asked asked) throws Refused {
        String id = asked.required("id");
        Map<String, String> parameters = new HashMap<>(asked.parameters());
        parameters.remove("id");
        parameters.put("letter", id);
        Asked one = new Asked(parameters, asked.body(), asked.who());
        ObjectNode found = page(DeadFilter.of(one), 2, null, bodies(asked));
        if (found.path("letters").isEmpty()) {
            throw Refused.unknown("no letter on guest.dead has an id that begins with " + id);
        }
        if (found.path("letters").size() > 1) {
            throw Refused.wrong("several letters have an id that begins with " + id + "; give more of it");
        }
        return found.path("letters").get(0);
    }

    private static boolean bodies(Asked asked) {
        return "true".equals(asked.optional("body"));
    }

    /** @param after the letter that the last page ended with; null to begin */
    private ObjectNode page(DeadFilter filter, int limit, String after, boolean bodies) throws Refused {
        ObjectNode answer = JsonNodeFactory.instance.objectNode();
        ArrayNode rows = answer.putArray("letters");
        boolean[] begun = {after == null};
        int[] size = {0};
        look(letter -> {
            if (!begun[0]) {
                begun[0] = letter.id().equals(after);
            } else if (filter.matches(letter)) {
                if (rows.size() == limit || size[0] > MOST_BODIES) {
                    answer.put("after", rows.get(rows.size() - 1).path("letter").asText());
                    return false;
                }
                rows.add(row(letter, bodies));
                size[0] += bodies && letter.body() != null ? letter.body().length() : 0;
            }
            return true;
        });
        if (!begun[0]) {
            throw new Refused(409, "letter " + after + " isn't on guest.dead any more; begin anew");
        }
        return answer;
    }

    private static ObjectNode row(DeadLetter letter, boolean bodies) {
        ObjectNode row = JsonNodeFactory.instance.objectNode();
        put(row, "letter", letter.id());
        put(row, "at", letter.at().toString());
        put(row, "class", letter.errorClass());
        put(row, "channel", letter.delivery().channel().name());
        put(row, "queue", letter.queue());
        put(row, "messageId", letter.delivery().id());
        put(row, "guest", letter.delivery().externalId());
        put(row, "sentAt", letter.delivery().sentAt().toString());
        row.put("attempts", letter.attempts());
        row.put("replays", letter.delivery().replays());
        if (letter.status() != null) {
            row.put("status", letter.status());
        }
        put(row, "correlationId", letter.correlationId());
        put(row, "traceId", letter.delivery().trace().id());
        put(row, "reason", bodies ? letter.reason() : withoutQuotation(letter.reason()));
        put(row, "advice", letter.advice());
        put(
                row,
                "kind",
                letter.delivery().busType() == null
                        ? "other"
                        : letter.delivery().busType().toLowerCase(Locale.ROOT));
        if (bodies && letter.delivery().payload() instanceof byte[] bytes) {
            put(row, "bodyBase64", Base64.getEncoder().encodeToString(bytes));
        } else if (bodies) {
            put(row, "body", letter.body());
        }
        return row;
    }

    // what Genesys said may quote the guest
    private static String withoutQuotation(String reason) {
        int said = reason == null ? -1 : reason.indexOf(GENESYS_SAID);
        return said < 0 ? reason : reason.substring(0, said);
    }

    private static void put(ObjectNode row, String field, String value) {
        if (value != null) {
            row.put(field, value);
        }
    }

    private DeadPlan plan(Asked asked, boolean back) throws Refused {
        int limit = asked.number("limit", 1, Integer.MAX_VALUE, Integer.MAX_VALUE);
        DeadFilter filter = DeadFilter.of(asked);
        Function<DeadLetter, String> stays = stays(back);
        long until = Long.MAX_VALUE;
        if (limit < Integer.MAX_VALUE) {
            List<Place> first = oldest(letter -> filter.matches(letter) && stays.apply(letter) == null, limit, false);
            until = first.size() < limit ? until : first.get(limit - 1).number();
        }
        DeadPlan plan = new DeadPlan(filter, until, stays);
        look(letter -> {
            plan.see(letter);
            return true;
        });
        return plan;
    }

    private long later(Channel channel, String guest, Instant than) {
        return accounts.later(channel.name(), guest, than) + lanes.waiting(channel, guest);
    }

    /** Why a letter can't be put back; null when it can. */
    private Function<DeadLetter, String> stays(boolean back) {
        Map<String, Boolean> lacks = new HashMap<>();
        return letter -> {
            Channel channel = channels.named(letter.delivery().channel().name());
            String queue = letter.queue();
            if (!back) {
                return null;
            }
            if (channel == null || !(queue.equals(channel.inQueue()) || queue.equals(channel.receiptQueue()))) {
                return "it names no channel that there is";
            }
            return lacks.computeIfAbsent(queue, lacking::test) ? "the broker lacks the queue " + queue : null;
        };
    }

    private Object start(Asked asked, boolean back) throws Refused {
        DeadPlan plan = plan(asked, back);
        if ("true".equals(asked.optional("dryRun"))) {
            return plan.told(this::later);
        }
        Order order = new Order(
                DeadFilter.of(asked),
                plan.letters(),
                back ? asked.number("rate", 1, MOST_RATE, RATE) : 0,
                back,
                plan.last(),
                plan.inOrder(),
                stays(back));
        return jobs.start(KIND, plan.letters(), job -> carryOut(order, job, asked.who()));
    }

    private void carryOut(Order order, Job job, String who) throws Exception {
        DeadLetters.Before before = moving -> write(order, job, who, moving);
        long began = System.nanoTime();
        int moved = 0;
        boolean inOrder = order.inOrder();
        int fruitless = 0; // so often the broker gave none of them
        while (moved < order.limit()) {
            List<Place> page = oldest(order::means, Math.min(LOOKED_UP, order.limit() - moved), inOrder);
            if (page.isEmpty()) {
                return;
            }
            if (fruitless > 0) {
                inOrder = false;
                if (fruitless > 1 || !letters.bringForward(page.get(0).id(), job::goesOn) && job.goesOn()) {
                    throw new Refused(409, OUT_OF_REACH);
                }
            }
            int some = 1;
            boolean whole = true; // else who comes first of those that still lie there is to be seen
            for (int from = 0, to; from < page.size() && whole; from = to) {
                to = order.batch(page, from);
                long due = order.rate() == 0 ? 0 : moved * 1_000L / order.rate();
                if (job.endsWithin(Math.max(0, due - (System.nanoTime() - began) / 1_000_000))) {
                    return;
                }
                List<String> batch =
                        page.subList(from, to).stream().map(Place::id).toList();
                some = (order.back() ? letters.replay(batch, before) : letters.discard(batch, before)).size();
                whole = some == batch.size();
                moved += some;
                job.progress(some);
            }
            fruitless = some > 0 ? 0 : fruitless + 1;
        }
    }

    /**
     * The oldest that are meant, in the order of their age.
     *
     * @param most how many are wanted, 1 at least
     * @param inOrder whether they lie in that order; else all are looked at
     */
    private List<Place> oldest(Predicate<DeadLetter> meant, int most, boolean inOrder) throws Refused {
        PriorityQueue<Place> oldest =
                new PriorityQueue<>(Comparator.comparingLong(Place::number).reversed());
        long[] seen = {0};
        look(letter -> {
            seen[0]++;
            if (meant.test(letter)) {
                oldest.add(new Place(letter.number(), seen[0], letter.id()));
                if (oldest.size() > most) {
                    oldest.remove();
                }
            }
            return !inOrder || oldest.size() < most;
        });
        return oldest.stream().sorted(Comparator.comparingLong(Place::number)).toList();
    }

    private void write(Order order, Job job, String who, List<DeadLetter> moving) throws Exception {
        if (moving.isEmpty()) {
            return;
        }
        ObjectNode about = JsonNodeFactory.instance.objectNode().put("job", job.id());
        ArrayNode these = about.putArray("letters");
        moving.forEach(letter -> these.addObject()
                .put("letter", letter.id())
                .put("channel", letter.delivery().channel().name())
                .put("id", letter.delivery().id())
                .put("class", letter.errorClass()));
        audit.write(who, order.back() ? "replayed" : "discarded", Json.write(about))
                .get();
    }

    private void look(DeadLetters.Looking looking) throws Refused {
        try {
            letters.look(looking);
        } catch (DeadLetters.Unreachable e) {
            throw new Refused(503, e.getMessage());
        }
    }
}
