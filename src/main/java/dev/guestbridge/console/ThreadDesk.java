package dev.guestbridge.console;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.guestbridge.console.Operations.Asked;
import dev.guestbridge.console.Operations.Refused;
import dev.guestbridge.lane.Lanes;
import dev.guestbridge.message.Channel;
import dev.guestbridge.message.Channels;
import dev.guestbridge.message.Json;
import dev.guestbridge.store.ThreadRegister;
import dev.guestbridge.store.ThreadRegister.Entry;
import dev.guestbridge.store.ThreadRegister.Filter;
import dev.guestbridge.store.ThreadRegister.Place;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;

/** The threads that guests have at Genesys: shown, forgotten, and moved from one store to another. */
public final class ThreadDesk {

    /** Threads in one request, at most. */
    public static final int MOST = 500; // more would be more JSON than is read at once

    private static final int USUAL = 100;
    private static final int FAULTS = 20;
    private static final int NAMED = 5;

    private final ThreadRegister threads;
    private final Channels channels;
    private final Lanes lanes;
    private final boolean shared;
    private final ThreadForm form;

    /** @param shared whether other instances use the same store */
    public ThreadDesk(ThreadRegister threads, Channels channels, Lanes lanes, boolean shared) {
        this.threads = threads;
        this.channels = channels;
        this.lanes = lanes;
        this.shared = shared;
        this.form = new ThreadForm(channels);
    }

    /** @param next where the next page begins; null after the last one */
    record Page(List<Entry> threads, String next) {}

    record OfGuest(List<Entry> threads) {}

    /**
     * What forgetting came to, or would come to.
     *
     * @param underWay ids of messages of the guest that the bridge holds, the first ones
     * @param notes what else is to be known, sentences
     */
    record Forgotten(int threads, List<String> underWay, List<String> notes) {}

    /** @param index which of the threads, the first is 0 */
    record Fault(int index, String reason) {}

    /**
     * What putting them in would come to.
     *
     * @param known how many of the guests have a thread already
     * @param faults why some can't be put in, the first ones
     */
    record Weighed(int threads, int known, List<Fault> faults) {}

    /** @param kept those that were left as they were, because the guest had a thread already */
    record Imported(int written, int kept) {}

    public void open(Operations operations) {
        operations.read("/threads", asked -> page(asked, false));
        operations.read("/threads/guest", this::ofGuest);
        operations.read("/threads/forget", this::wouldForget);
        operations.act("/threads/forget", "threads forget", this::forget);
        operations.act("/threads/secrets", "threads export --with-secrets", asked -> page(asked, true));
        operations.weigh("/threads/import/check", this::weigh);
        operations.act("/threads/import", "threads import", ThreadDesk::aboutImport, this::put);
    }

    private Page page(Asked asked, boolean secrets) throws Refused {
        Channel channel = channel(asked, channels);
        int limit = asked.number("limit", 1, MOST, USUAL);
        Filter filter = new Filter(
                asked.optional("org"),
                channel == null ? null : channel.name(),
                time(asked, "openedSince"),
                time(asked, "usedBefore"));
        List<Entry> found = threads.page(filter, place(asked), limit);
        return new Page(secrets ? found : shown(found), found.size() < limit ? null : next(found.get(limit - 1)));
    }

    private OfGuest ofGuest(Asked asked) throws Refused {
        return new OfGuest(shown(of(asked)));
    }

    private Forgotten wouldForget(Asked asked) throws Refused {
        return new Forgotten(of(asked).size(), underWay(asked), List.of());
    }

    private Forgotten forget(Asked asked) throws Exception {
        Channel channel = channel(asked, channels);
        int forgotten = threads.forget(asked.required("guest"), channel == null ? null : channel.name())
                .get();
        List<String> underWay = underWay(asked);
        List<String> notes = new ArrayList<>();
        if (!underWay.isEmpty()) {
            notes.add("What is just being sent ends in the old thread; whatever is tried after that opens a new one.");
        }
        if (shared) {
            notes.add("Other instances on this store may use the old thread for up to a minute.");
        }
        return new Forgotten(forgotten, underWay, notes);
    }

    private List<Entry> of(Asked asked) throws Refused {
        Channel channel = channel(asked, channels);
        return threads.of(asked.required("guest"), channel == null ? null : channel.name());
    }

    private List<String> underWay(Asked asked) throws Refused {
        return underWay(lanes, asked.required("guest"), channel(asked, channels));
    }

    /**
     * The first messages of a guest that the bridge holds, by their ids.
     *
     * @param channel null: in whichever channel
     */
    static List<String> underWay(Lanes lanes, String guest, Channel channel) {
        return lanes
                .held(delivery -> guest.equals(delivery.externalId())
                        && (channel == null
                                || channel.name().equals(delivery.channel().name())))
                .stream()
                .map(held -> held.delivery().id())
                .limit(NAMED)
                .toList();
    }

    private Weighed weigh(Asked asked) throws Refused {
        List<Entry> entries = new ArrayList<>();
        List<Fault> faults = new ArrayList<>();
        JsonNode lines = lines(asked);
        for (int i = 0; i < lines.size() && faults.size() < FAULTS; i++) {
            try {
                entries.add(form.read(lines.get(i)));
            } catch (IllegalArgumentException e) {
                faults.add(new Fault(i, e.getMessage()));
            }
        }
        return new Weighed(lines.size(), threads.known(entries), faults);
    }

    private Imported put(Asked asked) throws Exception {
        List<Entry> entries = new ArrayList<>();
        for (JsonNode line : lines(asked)) {
            try {
                entries.add(form.read(line));
            } catch (IllegalArgumentException e) {
                throw Refused.wrong("thread " + (entries.size() + 1) + ": " + e.getMessage() + "; none was put in");
            }
        }
        int written =
                threads.put(entries, asked.body().path("replace").asBoolean()).get();
        return new Imported(written, entries.size() - written);
    }

    private static JsonNode lines(Asked asked) throws Refused {
        JsonNode lines = asked.body().path("threads");
        if (!lines.isArray() || lines.size() > MOST) {
            throw Refused.wrong("threads must be a list of at most " + MOST);
        }
        return lines;
    }

    private static ObjectNode aboutImport(Asked asked) {
        return JsonNodeFactory.instance
                .objectNode()
                .put("threads", asked.body().path("threads").size())
                .put("replace", asked.body().path("replace").asBoolean());
    }

    private static List<Entry> shown(List<Entry> entries) {
        return entries.stream().map(Entry::withoutSecrets).toList();
    }

    private static String next(Entry last) {
        String place = Json.write(JsonNodeFactory.instance
                .arrayNode()
                .add(last.org())
                .add(last.channel())
                .add(last.guest()));
        return Base64.getUrlEncoder().withoutPadding().encodeToString(place.getBytes(StandardCharsets.UTF_8));
    }

    private static Place place(Asked asked) throws Refused {
        String after = asked.optional("after");
        if (after == null) {
            return null;
        }
        try {
            JsonNode place = Json.read(Base64.getUrlDecoder().decode(after));
            if (place.size() == 3) {
                return new Place(
                        place.path(0).asText(),
                        place.path(1).asText(),
                        place.path(2).asText());
            }
        } catch (IllegalArgumentException | Json.Unreadable e) {
            // told below
        }
        throw Refused.wrong("after is no place that a page before ended with");
    }

    private static Instant time(Asked asked, String name) throws Refused {
        String text = asked.optional(name);
        try {
            return text == null ? null : OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw Refused.wrong(name + " '" + text + "' is no time with a zone, such as 2026-11-20T12:00:00Z");
        }
    }

    /** The channel that is asked for; null when none is. */
    static Channel channel(Asked asked, Channels channels) throws Refused {
        String name = MessageDesk.channel(asked, channels);
        return name == null ? null : channels.named(name);
    }
}
