package dev.guestbridge.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.guestbridge.process.Bus.Taken;
import dev.guestbridge.process.Genesys.Heard;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What many guests say on the channel whatsapp, and how it is checked that all of it arrived. */
final class Conversation {

    private final String name;
    private final Map<String, String> guestOfId = new LinkedHashMap<>();
    private final Map<String, List<String>> said = new LinkedHashMap<>();
    private final List<String> bodies = new ArrayList<>();

    /** Each guest in turn says one thing after the other. */
    Conversation(String name, int messages, int guests) {
        this.name = name;
        for (int i = 0; i < messages; i++) {
            String guest = name + "-guest-" + i % guests;
            String id = name + "-" + i;
            guestOfId.put(id, guest);
            said.computeIfAbsent(guest, key -> new ArrayList<>()).add("says " + i);
            bodies.add(Bus.guestMessage(id, guest, "says " + i));
        }
    }

    int size() {
        return bodies.size();
    }

    void say(Bus bus) {
        bus.putAll("guest.in.whatsapp", bodies);
    }

    /** The same with each guest's name, for a queue that several bridges read. */
    void sayInGroups(Bus bus) {
        bus.putAll("guest.in.whatsapp", bodies, List.copyOf(guestOfId.values()));
    }

    /** Waits until Genesys got so many more calls than before. */
    static void awaitCalls(Genesys genesys, long calls) {
        await("calls").pollInterval(Duration.ofMillis(20)).until(() -> genesys.calls() >= calls);
    }

    /** What was heard of this conversation. */
    List<Heard> heard(Genesys genesys) {
        return genesys.heard().stream()
                .filter(heard -> guestOfId.containsKey(heard.messageId()))
                .toList();
    }

    /** Everything was heard, each guest's in order, by first acceptance. */
    void assertHeardInOrder(List<Heard> heard) {
        Map<String, List<String>> first = Genesys.accepted(heard);
        assertThat(first.keySet()).as("guests heard").isEqualTo(said.keySet());
        said.forEach((guest, texts) -> assertThat(first.get(guest)).as(guest).containsExactlyElementsOf(texts));
    }

    /** How often each message was heard again, of those that were. */
    static Map<String, Integer> repeats(List<Heard> heard) {
        Map<String, Integer> times = new HashMap<>();
        heard.forEach(one -> times.merge(one.messageId(), 1, Integer::sum));
        times.values().removeIf(count -> count == 1);
        times.replaceAll((id, count) -> count - 1);
        return times;
    }

    /** Takes the final statuses; there is exactly one for each message. */
    Map<String, Taken> fates(Bus bus, Duration limit) {
        Map<String, Taken> byId = new TreeMap<>();
        List<Taken> all = new ArrayList<>(bus.fates("whatsapp", size(), limit));
        bus.rest("guest.status.whatsapp").stream()
                .filter(status -> Set.of("delivered", "dead", "duplicate").contains(status.text("state")))
                .forEach(all::add);
        for (Taken status : all) {
            Taken other = byId.put(status.text("id"), status);
            if (other != null) {
                throw new AssertionError("a second fate: " + other.told() + " and then " + status.told());
            }
        }
        assertThat(byId.keySet()).as(name + ": messages with a fate").isEqualTo(guestOfId.keySet());
        return byId;
    }
}
