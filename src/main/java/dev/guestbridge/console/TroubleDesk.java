package dev.guestbridge.console;

import dev.guestbridge.lane.Pauses;
import dev.guestbridge.message.Delivery;
import dev.guestbridge.message.Failure;
import dev.guestbridge.store.Accounts;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * Tells what guests' messages meet: of what class those are that are held now and those that died of late, by channel. No
 * guest is named, and nothing that Genesys said, which may quote one.
 */
public final class TroubleDesk {

    private static final Duration OF_LATE = Duration.ofHours(1);

    private final Pauses pauses;
    private final Accounts accounts;
    private final Clock clock;

    private record Kind(String channel, String errorClass) {}

    public TroubleDesk(Pauses pauses, Accounts accounts, Clock clock) {
        this.pauses = pauses;
        this.accounts = accounts;
        this.clock = clock;
    }

    /** Opens {@code GET /troubles}. */
    public void open(Operations operations) {
        operations.read("/troubles", asked -> {
            Instant since = clock.instant().minus(OF_LATE);
            Map<String, Object> answer = new LinkedHashMap<>();
            answer.put("held", held());
            answer.put("deadSince", since);
            answer.put(
                    "dead",
                    accounts.deaths(since).stream().map(TroubleDesk::told).toList());
            return answer;
        });
    }

    private List<Map<String, Object>> held() {
        Map<Kind, List<Failure>> kinds = pauses.held().stream()
                .filter(delivery -> cause(delivery) != null)
                .collect(Collectors.groupingBy(
                        delivery -> new Kind(
                                delivery.channel().name(), cause(delivery).errorClass()),
                        LinkedHashMap::new,
                        Collectors.mapping(TroubleDesk::cause, Collectors.toList())));
        List<Map<String, Object>> told = new ArrayList<>();
        kinds.forEach((kind, failures) -> {
            Failure newest = failures.get(failures.size() - 1);
            told.add(told(
                    kind.channel(),
                    kind.errorClass(),
                    newest.status(),
                    newest.code(),
                    newest.advice(),
                    failures.size()));
        });
        return told;
    }

    /** What keeps a message from going on: what it waits for, or else its own last failure; null when it has its turn. */
    private static Failure cause(Delivery delivery) {
        Failure waitsFor = delivery.waiting().cause();
        return waitsFor == null ? delivery.failure() : waitsFor;
    }

    private static Map<String, Object> told(Accounts.Deaths deaths) {
        Map<String, Object> told = told(
                deaths.channel(),
                deaths.errorClass(),
                deaths.status(),
                deaths.code(),
                deaths.advice(),
                deaths.messages());
        told.put("newest", deaths.newest());
        return told;
    }

    private static Map<String, Object> told(
            String channel, String errorClass, Integer status, String code, String advice, long messages) {
        Map<String, Object> told = new LinkedHashMap<>();
        told.put("channel", channel);
        told.put("class", errorClass);
        told.put("status", status);
        told.put("code", code);
        told.put("advice", advice);
        told.put("messages", messages);
        return told;
    }
}
